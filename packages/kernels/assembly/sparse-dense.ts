// Products of a sparse matrix with a dense row-major one whose rows have a multiple of 8 numbers.
import { nextChunk, parameter } from './pool';
import { multiplyAdd } from './simd';

/** Entries that are touched ahead of the one that is added. */
const AHEAD: usize = 8;

/** What touched lines held: a load whose result nobody uses would be left out. */
let touched: i32 = 0;

/** Σ value · row over the entries, for 32 columns. */
function addRows32(dense: usize, stride: usize, indices: usize, values: usize, count: usize, out: usize): void {
  let a0 = f32x4.splat(0);
  let a1 = a0;
  let a2 = a0;
  let a3 = a0;
  let a4 = a0;
  let a5 = a0;
  let a6 = a0;
  let a7 = a0;
  let sum = 0;
  for (let entry: usize = 0; entry < count; entry++) {
    const next = entry + AHEAD < count ? entry + AHEAD : entry;
    const ahead = dense + <usize>load<u32>(indices + (next << 2)) * stride;
    sum += load<i32>(ahead) + load<i32>(ahead, 64);
    const row = dense + <usize>load<u32>(indices + (entry << 2)) * stride;
    const value = v128.load_splat<f32>(values + (entry << 2));
    a0 = multiplyAdd(a0, value, v128.load(row));
    a1 = multiplyAdd(a1, value, v128.load(row, 16));
    a2 = multiplyAdd(a2, value, v128.load(row, 32));
    a3 = multiplyAdd(a3, value, v128.load(row, 48));
    a4 = multiplyAdd(a4, value, v128.load(row, 64));
    a5 = multiplyAdd(a5, value, v128.load(row, 80));
    a6 = multiplyAdd(a6, value, v128.load(row, 96));
    a7 = multiplyAdd(a7, value, v128.load(row, 112));
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

/** The same for 8 columns. */
function addRows8(dense: usize, stride: usize, indices: usize, values: usize, count: usize, out: usize): void {
  let a0 = f32x4.splat(0);
  let a1 = a0;
  for (let entry: usize = 0; entry < count; entry++) {
    const row = dense + <usize>load<u32>(indices + (entry << 2)) * stride;
    const value = v128.load_splat<f32>(values + (entry << 2));
    a0 = multiplyAdd(a0, value, v128.load(row));
    a1 = multiplyAdd(a1, value, v128.load(row, 16));
  }
  v128.store(out, a0);
  v128.store(out, a1, 16);
}

/**
 * Sparse matrix times dense matrix; a chunk is some rows of the result.
 *
 * Parameters: 0 offsets, 1 indices and 2 values of the entries; 3 first row of each chunk, and the end; 4 dense matrix, 5
 * its stride in bytes, 6 columns that are multiplied, a multiple of 8; 7 result, 8 its stride in bytes.
 */
export function multiplySparse(): void {
  const offsets = parameter(0);
  const dense = parameter(4);
  const stride = parameter(5);
  const columns = parameter(6);
  const resultStride = parameter(8);
  for (let chunk = nextChunk(); chunk >= 0; chunk = nextChunk()) {
    const bounds = parameter(3) + (<usize>chunk << 2);
    const end = <usize>load<i32>(bounds, 4);
    for (let row = <usize>load<i32>(bounds); row < end; row++) {
      const from = <usize>load<i32>(offsets + (row << 2));
      const count = <usize>load<i32>(offsets + (row << 2), 4) - from;
      const indices = parameter(1) + (from << 2);
      const values = parameter(2) + (from << 2);
      const out = parameter(7) + row * resultStride;
      let column: usize = 0;
      for (; column + 32 <= columns; column += 32) {
        const at = column << 2;
        addRows32(dense + at, stride, indices, values, count, out + at);
      }
      for (; column < columns; column += 8) {
        const at = column << 2;
        addRows8(dense + at, stride, indices, values, count, out + at);
      }
    }
  }
}

