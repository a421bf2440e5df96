// Sums over the neighbours of the nodes of a graph. Tables have a row for each node, of a multiple of 8 numbers.
import { nextChunk, parameter } from './pool';

/** Bytes of a list between the entry whose row is added and the one whose row is touched. */
const AHEAD: usize = 32;

/** What touched lines held: a load whose result nobody uses would be left out. */
let touched: i32 = 0;

/** The sum of the rows that a list names, for 32 columns; touches rows of the entries ahead, up to `last`. */
function sumRows32(table: usize, bytes: usize, list: usize, end: usize, last: usize, out: usize): void {
  let a0 = f32x4.splat(0);
  let a1 = a0;
  let a2 = a0;
  let a3 = a0;
  let a4 = a0;
  let a5 = a0;
  let a6 = a0;
  let a7 = a0;
  let sum = 0;
  for (; list < end; list += 4) {
    const ahead = table + <usize>load<u32>(min(list + AHEAD, last)) * bytes;
    sum += load<i32>(ahead) + load<i32>(ahead, 64);
    const row = table + <usize>load<u32>(list) * bytes;
    a0 = f32x4.add(a0, v128.load(row));
    a1 = f32x4.add(a1, v128.load(row, 16));
    a2 = f32x4.add(a2, v128.load(row, 32));
    a3 = f32x4.add(a3, v128.load(row, 48));
    a4 = f32x4.add(a4, v128.load(row, 64));
    a5 = f32x4.add(a5, v128.load(row, 80));
    a6 = f32x4.add(a6, v128.load(row, 96));
    a7 = f32x4.add(a7, v128.load(row, 112));
  }
  v128.store(out, a0);
  v128.store(out, a1, 16);
  v128.store(out, a2, 32);
  v128.store(out, a3, 48);
  v128.store(out, a4, 64);
  v128.store(out, a5, 80);
  v128.store(out, a6, 96);
  v128.store(out, a7, 112);
  touched = sum;
}

/** The same for 16 columns, without touching. */
function sumRows16(table: usize, bytes: usize, list: usize, end: usize, out: usize): void {
  let a0 = f32x4.splat(0);
  let a1 = a0;
  let a2 = a0;
  let a3 = a0;
  for (; list < end; list += 4) {
    const row = table + <usize>load<u32>(list) * bytes;
    a0 = f32x4.add(a0, v128.load(row));
    a1 = f32x4.add(a1, v128.load(row, 16));
    a2 = f32x4.add(a2, v128.load(row, 32));
    a3 = f32x4.add(a3, v128.load(row, 48));
  }
  v128.store(out, a0);
  v128.store(out, a1, 16);
  v128.store(out, a2, 32);
  v128.store(out, a3, 48);
}

/** The same for 8 columns. */
function sumRows8(table: usize, bytes: usize, list: usize, end: usize, out: usize): void {
  let a0 = f32x4.splat(0);
  let a1 = a0;
  for (; list < end; list += 4) {
    const row = table + <usize>load<u32>(list) * bytes;
    a0 = f32x4.add(a0, v128.load(row));
    a1 = f32x4.add(a1, v128.load(row, 16));
  }
  v128.store(out, a0);
  v128.store(out, a1, 16);
}

/**
 * The sum of the rows of a table that a list names, in its order; zeros for an empty list.
 *
 * @param bytes - of a row
 * @param last - the last entry whose row is worth touching: of this list, or of one that begins where it ends
 */
export function sumRows(table: usize, bytes: usize, list: usize, end: usize, last: usize, out: usize): void {
  let o: usize = 0;
  for (; o + 128 <= bytes; o += 128) sumRows32(table + o, bytes, list, end, last, out + o);
  if (o + 64 <= bytes) {
    sumRows16(table + o, bytes, list, end, out + o);
    o += 64;
  }
  if (o < bytes) sumRows8(table + o, bytes, list, end, out + o);
}

/** row ×= factor */
export function scaleRow(row: usize, bytes: usize, factor: f32): void {
  const f = f32x4.splat(factor);
  for (const end = row + bytes; row < end; row += 16) v128.store(row, f32x4.mul(f, v128.load(row)));
}

/** to = factor · row */
export function copyScaled(to: usize, row: usize, bytes: usize, factor: f32): void {
  const f = f32x4.splat(factor);
  for (const end = to + bytes; to < end; to += 16) {
    v128.store(to, f32x4.mul(f, v128.load(row)));
    row += 16;
  }
}

/** to += factor · row */
export function addScaled(to: usize, row: usize, bytes: usize, factor: f32): void {
  const f = f32x4.splat(factor);
  for (const end = to + bytes; to < end; to += 16) {
    v128.store(to, f32x4.add(v128.load(to), f32x4.mul(f, v128.load(row))));
    row += 16;
  }
}

/**
 * One hop: each row of the result is the sum of the neighbours' rows times the node's scale.
 *
 * Parameters: 0 offsets and 1 lists of neighbours; 2 first node of each chunk, and the end; 3 scale of each node; 4 bytes
 * of a row; 5 table, 6 result.
 */
export function propagate(): void {
  const offsets = parameter(0);
  const neighbors = parameter(1);
  const scales = parameter(3);
  const bytes = parameter(4);
  const table = parameter(5);
  for (let chunk = nextChunk(); chunk >= 0; chunk = nextChunk()) {
    const bounds = parameter(2) + (<usize>chunk << 2);
    const end = <usize>load<i32>(bounds, 4);
    const last = neighbors + (<usize>load<i32>(offsets + (end << 2)) << 2) - 4;
    let node = <usize>load<i32>(bounds);
    for (let out = parameter(6) + node * bytes; node < end; node++) {
      const at = node << 2;
      const list = neighbors + (<usize>load<i32>(offsets + at) << 2);
      const listEnd = neighbors + (<usize>load<i32>(offsets + at, 4) << 2);
      sumRows(table, bytes, list, listEnd, last, out);
      scaleRow(out, bytes, load<f32>(scales + at));
      out += bytes;
    }
  }
}

/**
 * Each row times its node's factor. Parameters: 0 table, 1 result, 2 factors, 3 bytes of a row, 4 nodes, 5 nodes a chunk.
 */
export function scaleNodes(): void {
  const bytes = parameter(3);
  for (let chunk = nextChunk(); chunk >= 0; chunk = nextChunk()) {
    const from = <usize>chunk * parameter(5);
    const end = min(from + parameter(5), parameter(4));
    for (let node = from; node < end; node++) {
      const factor = load<f32>(parameter(2) + (node << 2));
      copyScaled(parameter(1) + node * bytes, parameter(0) + node * bytes, bytes, factor);
    }
  }
}
