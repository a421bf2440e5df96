// Products of small tiles for Transformer blocks. A panel holds 8 positions: for each feature the numbers of the 8
// positions, 32 bytes. Each tile is a function of its own with one pointer a factor: what is inlined or unrolled runs
// out of registers.
import { multiplyAdd } from './simd';

/** A tile starts with zeros, with what stands there, or with a number for each row. */
export const ZERO: i32 = 0;
export const ADD: i32 = 1;
export const BIAS: i32 = 2;

/** Panels of the right factor that are multiplied while a stripe of the left one lies in the first-level cache. */
const BLOCK_PANELS: usize = 5;

/** 5 rows × 8 positions of C (+)= A·B: the numbers of A for one k lie together, `step` bytes from those of the next. */
function panelTile5(
  a: usize,
  step: usize,
  b: usize,
  c: usize,
  depth: usize,
  start: i32,
  bias: usize,
): void {
  let x0 = f32x4.splat(0);
  let y0 = x0;
  let x1 = x0;
  let y1 = x0;
  let x2 = x0;
  let y2 = x0;
  let x3 = x0;
  let y3 = x0;
  let x4 = x0;
  let y4 = x0;
  if (start == ADD) {
    x0 = v128.load(c);
    y0 = v128.load(c, 16);
    x1 = v128.load(c, 32);
    y1 = v128.load(c, 48);
    x2 = v128.load(c, 64);
    y2 = v128.load(c, 80);
    x3 = v128.load(c, 96);
    y3 = v128.load(c, 112);
    x4 = v128.load(c, 128);
    y4 = v128.load(c, 144);
  } else if (start == BIAS) {
    x0 = v128.load_splat<f32>(bias);
    y0 = x0;
    x1 = v128.load_splat<f32>(bias, 4);
    y1 = x1;
    x2 = v128.load_splat<f32>(bias, 8);
    y2 = x2;
    x3 = v128.load_splat<f32>(bias, 12);
    y3 = x3;
    x4 = v128.load_splat<f32>(bias, 16);
    y4 = x4;
  }
  for (const end = b + (depth << 5); b < end; b += 32) {
    const u = v128.load(b);
    const v = v128.load(b, 16);
    let s = v128.load_splat<f32>(a);
    x0 = multiplyAdd(x0, s, u);
    y0 = multiplyAdd(y0, s, v);
    s = v128.load_splat<f32>(a, 4);
    x1 = multiplyAdd(x1, s, u);
    y1 = multiplyAdd(y1, s, v);
    s = v128.load_splat<f32>(a, 8);
    x2 = multiplyAdd(x2, s, u);
    y2 = multiplyAdd(y2, s, v);
    s = v128.load_splat<f32>(a, 12);
    x3 = multiplyAdd(x3, s, u);
    y3 = multiplyAdd(y3, s, v);
    s = v128.load_splat<f32>(a, 16);
    x4 = multiplyAdd(x4, s, u);
    y4 = multiplyAdd(y4, s, v);
    a += step;
  }
  v128.store(c, x0);
  v128.store(c, y0, 16);
  v128.store(c, x1, 32);
  v128.store(c, y1, 48);
  v128.store(c, x2, 64);
  v128.store(c, y2, 80);
  v128.store(c, x3, 96);
  v128.store(c, y3, 112);
  v128.store(c, x4, 128);
  v128.store(c, y4, 144);
}

function panelTile4(
  a: usize,
  step: usize,
  b: usize,
  c: usize,
  depth: usize,
  start: i32,
  bias: usize,
): void {
  let x0 = f32x4.splat(0);
  let y0 = x0;
  let x1 = x0;
  let y1 = x0;
  let x2 = x0;
  let y2 = x0;
  let x3 = x0;
  let y3 = x0;
  if (start == ADD) {
    x0 = v128.load(c);
    y0 = v128.load(c, 16);
    x1 = v128.load(c, 32);
    y1 = v128.load(c, 48);
    x2 = v128.load(c, 64);
    y2 = v128.load(c, 80);
    x3 = v128.load(c, 96);
    y3 = v128.load(c, 112);
  } else if (start == BIAS) {
    x0 = v128.load_splat<f32>(bias);
    y0 = x0;
    x1 = v128.load_splat<f32>(bias, 4);
    y1 = x1;
    x2 = v128.load_splat<f32>(bias, 8);
    y2 = x2;
    x3 = v128.load_splat<f32>(bias, 12);
    y3 = x3;
  }
  for (const end = b + (depth << 5); b < end; b += 32) {
    const u = v128.load(b);
    const v = v128.load(b, 16);
    let s = v128.load_splat<f32>(a);
    x0 = multiplyAdd(x0, s, u);
    y0 = multiplyAdd(y0, s, v);
    s = v128.load_splat<f32>(a, 4);
    x1 = multiplyAdd(x1, s, u);
    y1 = multiplyAdd(y1, s, v);
    s = v128.load_splat<f32>(a, 8);
    x2 = multiplyAdd(x2, s, u);
    y2 = multiplyAdd(y2, s, v);
    s = v128.load_splat<f32>(a, 12);
    x3 = multiplyAdd(x3, s, u);
    y3 = multiplyAdd(y3, s, v);
    a += step;
  }
  v128.store(c, x0);
  v128.store(c, y0, 16);
  v128.store(c, x1, 32);
  v128.store(c, y1, 48);
  v128.store(c, x2, 64);
  v128.store(c, y2, 80);
  v128.store(c, x3, 96);
  v128.store(c, y3, 112);
}

function panelTile2(
  a: usize,
  step: usize,
  b: usize,
  c: usize,
  depth: usize,
  start: i32,
  bias: usize,
): void {
  let x0 = f32x4.splat(0);
  let y0 = x0;
  let x1 = x0;
  let y1 = x0;
  if (start == ADD) {
    x0 = v128.load(c);
    y0 = v128.load(c, 16);
    x1 = v128.load(c, 32);
    y1 = v128.load(c, 48);
  } else if (start == BIAS) {
    x0 = v128.load_splat<f32>(bias);
    y0 = x0;
    x1 = v128.load_splat<f32>(bias, 4);
    y1 = x1;
  }
  for (const end = b + (depth << 5); b < end; b += 32) {
    const u = v128.load(b);
    const v = v128.load(b, 16);
    let s = v128.load_splat<f32>(a);
    x0 = multiplyAdd(x0, s, u);
    y0 = multiplyAdd(y0, s, v);
    s = v128.load_splat<f32>(a, 4);
    x1 = multiplyAdd(x1, s, u);
    y1 = multiplyAdd(y1, s, v);
    a += step;
  }
  v128.store(c, x0);
  v128.store(c, y0, 16);
  v128.store(c, x1, 32);
  v128.store(c, y1, 48);
}

/** C (+)= A·B for `rows` rows of one panel after the other; tiles of 5 rows where they fill it, the others of 4 or 2. */
export function panelProduct(
  a: usize,
  step: usize,
  b: usize,
  bStride: usize,
  c: usize,
  cStride: usize,
  panels: usize,
  rows: usize,
  depth: usize,
  start: i32,
  bias: usize,
): void {
  // 4 · fours + 5 · fives = rows, where that is possible.
  let fours: usize = rows % 5 == 0 ? 0 : 5 - (rows % 5);
  if (rows < fours << 2) fours = rows >> 2;
  for (let first: usize = 0; first < panels; first += BLOCK_PANELS) {
    const count = min(BLOCK_PANELS, panels - first);
    productBlock(a, step, b, bStride, c, cStride, count, rows, fours, depth, start, bias);
    b += count * bStride;
    c += count * cStride;
  }
}

function productBlock(
  a: usize,
  step: usize,
  b: usize,
  bStride: usize,
  c: usize,
  cStride: usize,
  panels: usize,
  rows: usize,
  fours: usize,
  depth: usize,
  start: i32,
  bias: usize,
): void {
  let row: usize = 0;
  for (const end = fours << 2; row < end; row += 4) {
    const o = row << 2;
    for (let p: usize = 0; p < panels; p++) {
      panelTile4(a + o, step, b + p * bStride, c + p * cStride + (row << 5), depth, start, bias + o);
    }
  }
  for (; row + 5 <= rows; row += 5) {
    const o = row << 2;
    for (let p: usize = 0; p < panels; p++) {
      panelTile5(a + o, step, b + p * bStride, c + p * cStride + (row << 5), depth, start, bias + o);
    }
  }
  for (; row < rows; row += 2) {
    const o = row << 2;
    for (let p: usize = 0; p < panels; p++) {
      panelTile2(a + o, step, b + p * bStride, c + p * cStride + (row << 5), depth, start, bias + o);
    }
  }
}

/** C = A·B for all 8 rows of A's panels: products of each of their positions with each of the positions of one panel. */
export function crossProduct(
  a: usize,
  aStride: usize,
  b: usize,
  c: usize,
  panels: usize,
  depth: usize,
): void {
  for (; panels > 0; panels--) {
    panelTile4(a, 32, b, c, depth, ZERO, 0);
    panelTile4(a + 16, 32, b, c + 128, depth, ZERO, 0);
    a += aStride;
    c += 256;
  }
}

/** 5 rows × 8 columns of C = A·B, where A is a panel of 5. */
export function packedTile(a: usize, b: usize, c: usize, depth: usize): void {
  panelTile5(a, 20, b, c, depth, ZERO, 0);
}
