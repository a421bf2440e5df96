// Rows gathered from a matrix, laid out for products with one vector: groups of 8 rows, in each the first 4 numbers of
// every row, then the next 4 of every row, and so on. A group of 4 rows may come last; missing rows are zeros.
import { laneSums, multiplyAdd } from './simd';

/** What touched lines held: a load whose result nobody uses would be left out. */
let touched: i32 = 0;

/** Rows that are touched ahead of the one that is gathered. */
const AHEAD: usize = 8;

/** How many rows `count` rows take with the zeros that complete the last group. */
@inline
export function paddedRows(count: usize): usize {
  return (count + 3) & ~3;
}

/** Copies a row, scaled, to every 128th byte, and touches the lines of another one. */
function copyTo8(row: usize, scale: usize, bytes: usize, to: usize, ahead: usize): void {
  let sum = 0;
  const end = row + (bytes & ~63);
  for (; row < end; row += 64) {
    sum += load<i32>(ahead);
    v128.store(to, f32x4.mul(v128.load(row), v128.load(scale)));
    v128.store(to, f32x4.mul(v128.load(row, 16), v128.load(scale, 16)), 128);
    v128.store(to, f32x4.mul(v128.load(row, 32), v128.load(scale, 32)), 256);
    v128.store(to, f32x4.mul(v128.load(row, 48), v128.load(scale, 48)), 384);
    ahead += 64;
    scale += 64;
    to += 512;
  }
  if ((bytes & 63) != 0) {
    sum += load<i32>(ahead);
    v128.store(to, f32x4.mul(v128.load(row), v128.load(scale)));
    v128.store(to, f32x4.mul(v128.load(row, 16), v128.load(scale, 16)), 128);
  }
  touched = sum;
}

/** The same to every 64th byte. */
function copyTo4(row: usize, scale: usize, bytes: usize, to: usize, ahead: usize): void {
  let sum = 0;
  const end = row + (bytes & ~63);
  for (; row < end; row += 64) {
    sum += load<i32>(ahead);
    v128.store(to, f32x4.mul(v128.load(row), v128.load(scale)));
    v128.store(to, f32x4.mul(v128.load(row, 16), v128.load(scale, 16)), 64);
    v128.store(to, f32x4.mul(v128.load(row, 32), v128.load(scale, 32)), 128);
    v128.store(to, f32x4.mul(v128.load(row, 48), v128.load(scale, 48)), 192);
    ahead += 64;
    scale += 64;
    to += 256;
  }
  if ((bytes & 63) != 0) {
    sum += load<i32>(ahead);
    v128.store(to, f32x4.mul(v128.load(row), v128.load(scale)));
    v128.store(to, f32x4.mul(v128.load(row, 16), v128.load(scale, 16)), 64);
  }
  touched = sum;
}

/** Gathers `count` rows of `bytes` bytes, each number times its number in `scale`. */
export function gather(
  matrix: usize,
  indices: usize,
  count: usize,
  bytes: usize,
  scale: usize,
  to: usize,
): void {
  const padded = paddedRows(count);
  for (let i: usize = 0; i < count; i++) {
    const group = i & ~7;
    const target = to + group * bytes + ((i - group) << 4);
    const row = matrix + <usize>load<u32>(indices + (i << 2)) * bytes;
    const next = i + AHEAD < count ? i + AHEAD : i;
    const ahead = matrix + <usize>load<u32>(indices + (next << 2)) * bytes;
    if (padded - group >= 8) copyTo8(row, scale, bytes, target, ahead);
    else copyTo4(row, scale, bytes, target, ahead);
  }
  for (let i = count; i < padded; i++) {
    const group = i & ~7;
    const step: usize = padded - group >= 8 ? 128 : 64;
    const target = to + group * bytes + ((i - group) << 4);
    for (let o: usize = 0; o < bytes; o += 16) v128.store(target + (o >> 4) * step, f32x4.splat(0));
  }
}

function dot8(rows: usize, x: usize, bytes: usize, out: usize): void {
  let a0 = f32x4.splat(0);
  let a1 = a0;
  let a2 = a0;
  let a3 = a0;
  let a4 = a0;
  let a5 = a0;
  let a6 = a0;
  let a7 = a0;
  for (const end = x + bytes; x < end; x += 16) {
    const u = v128.load(x);
    a0 = multiplyAdd(a0, u, v128.load(rows));
    a1 = multiplyAdd(a1, u, v128.load(rows, 16));
    a2 = multiplyAdd(a2, u, v128.load(rows, 32));
    a3 = multiplyAdd(a3, u, v128.load(rows, 48));
    a4 = multiplyAdd(a4, u, v128.load(rows, 64));
    a5 = multiplyAdd(a5, u, v128.load(rows, 80));
    a6 = multiplyAdd(a6, u, v128.load(rows, 96));
    a7 = multiplyAdd(a7, u, v128.load(rows, 112));
    rows += 128;
  }
  v128.store(out, laneSums(a0, a1, a2, a3));
  v128.store(out, laneSums(a4, a5, a6, a7), 16);
}

function dot4(rows: usize, x: usize, bytes: usize, out: usize): void {
  let a0 = f32x4.splat(0);
  let a1 = a0;
  let a2 = a0;
  let a3 = a0;
  for (const end = x + bytes; x < end; x += 16) {
    const u = v128.load(x);
    a0 = multiplyAdd(a0, u, v128.load(rows));
    a1 = multiplyAdd(a1, u, v128.load(rows, 16));
    a2 = multiplyAdd(a2, u, v128.load(rows, 32));
    a3 = multiplyAdd(a3, u, v128.load(rows, 48));
    rows += 64;
  }
  v128.store(out, laneSums(a0, a1, a2, a3));
}

/** The products of `padded` gathered rows with a vector. */
export function dots(rows: usize, padded: usize, bytes: usize, x: usize, out: usize): void {
  let i: usize = 0;
  for (; i + 8 <= padded; i += 8) dot8(rows + i * bytes, x, bytes, out + (i << 2));
  if (i < padded) dot4(rows + i * bytes, x, bytes, out + (i << 2));
}

function add8(rows: usize, weights: usize, bytes: usize, to: usize): void {
  const w0 = v128.load_splat<f32>(weights);
  const w1 = v128.load_splat<f32>(weights, 4);
  const w2 = v128.load_splat<f32>(weights, 8);
  const w3 = v128.load_splat<f32>(weights, 12);
  const w4 = v128.load_splat<f32>(weights, 16);
  const w5 = v128.load_splat<f32>(weights, 20);
  const w6 = v128.load_splat<f32>(weights, 24);
  const w7 = v128.load_splat<f32>(weights, 28);
  for (const end = to + bytes; to < end; to += 16) {
    let sum = multiplyAdd(v128.load(to), w0, v128.load(rows));
    sum = multiplyAdd(sum, w1, v128.load(rows, 16));
    sum = multiplyAdd(sum, w2, v128.load(rows, 32));
    sum = multiplyAdd(sum, w3, v128.load(rows, 48));
    sum = multiplyAdd(sum, w4, v128.load(rows, 64));
    sum = multiplyAdd(sum, w5, v128.load(rows, 80));
    sum = multiplyAdd(sum, w6, v128.load(rows, 96));
    sum = multiplyAdd(sum, w7, v128.load(rows, 112));
    v128.store(to, sum);
    rows += 128;
  }
}

function add4(rows: usize, weights: usize, bytes: usize, to: usize): void {
  const w0 = v128.load_splat<f32>(weights);
  const w1 = v128.load_splat<f32>(weights, 4);
  const w2 = v128.load_splat<f32>(weights, 8);
  const w3 = v128.load_splat<f32>(weights, 12);
  for (const end = to + bytes; to < end; to += 16) {
    let sum = multiplyAdd(v128.load(to), w0, v128.load(rows));
    sum = multiplyAdd(sum, w1, v128.load(rows, 16));
    sum = multiplyAdd(sum, w2, v128.load(rows, 32));
    sum = multiplyAdd(sum, w3, v128.load(rows, 48));
    v128.store(to, sum);
    rows += 64;
  }
}

/** Adds the weighted sum of `padded` gathered rows to a vector. */
export function addWeighted(rows: usize, padded: usize, bytes: usize, weights: usize, to: usize): void {
  let i: usize = 0;
  for (; i + 8 <= padded; i += 8) add8(rows + i * bytes, weights + (i << 2), bytes, to);
  if (i < padded) add4(rows + i * bytes, weights + (i << 2), bytes, to);
}
