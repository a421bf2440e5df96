// Products of a sparse matrix with a dense row-major one.
import { nextChunk, parameter, realParameter } from './pool';
import { laneSum, multiplyAdd } from './simd';

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

/** The same for one column. */
function addRow1(dense: usize, stride: usize, indices: usize, values: usize, count: usize, out: usize): void {
  let sum: f32 = 0;
  for (let entry: usize = 0; entry < count; entry++) {
    const row = dense + <usize>load<u32>(indices + (entry << 2)) * stride;
    sum += load<f32>(values + (entry << 2)) * load<f32>(row);
  }
  store<f32>(out, sum);
}

/**
 * Sparse matrix times dense matrix; a chunk is some rows of the result.
 *
 * Parameters: 0 offsets, 1 indices and 2 values of the entries; 3 first row of each chunk, and the end; 4 dense matrix, 5
 * its stride in bytes, 6 columns that are multiplied; 7 result, 8 its stride in bytes.
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
      for (; column + 8 <= columns; column += 8) {
        const at = column << 2;
        addRows8(dense + at, stride, indices, values, count, out + at);
      }
      for (; column < columns; column++) {
        const at = column << 2;
        addRow1(dense + at, stride, indices, values, count, out + at);
      }
    }
  }
}

/** The product of two rows. */
function dotRows(x: usize, y: usize, count: usize): f32 {
  let a = f32x4.splat(0);
  let b = a;
  const end = x + (count << 2);
  for (const pairs = x + ((count & ~7) << 2); x < pairs; x += 32) {
    a = multiplyAdd(a, v128.load(x), v128.load(y));
    b = multiplyAdd(b, v128.load(x, 16), v128.load(y, 16));
    y += 32;
  }
  let sum = laneSum(f32x4.add(a, b));
  for (; x < end; x += 4) {
    sum += load<f32>(x) * load<f32>(y);
    y += 4;
  }
  return sum;
}

/**
 * For each entry of a sparse matrix the product of a row of one dense matrix, by the entry's row, and of a row of another, by
 * its column; a chunk is some rows of the sparse matrix.
 *
 * Parameters: 0 offsets and 1 indices of the entries; 2 first row of each chunk, and the end; 3 the matrix by rows, 4 the one
 * by columns; 5 numbers of a row of both; 6 result, a number an entry.
 */
export function multiplyEntries(): void {
  const width = parameter(5);
  const bytes = width << 2;
  for (let chunk = nextChunk(); chunk >= 0; chunk = nextChunk()) {
    const bounds = parameter(2) + (<usize>chunk << 2);
    const end = <usize>load<i32>(bounds, 4);
    for (let row = <usize>load<i32>(bounds); row < end; row++) {
      const last = <usize>load<i32>(parameter(0) + (row << 2), 4);
      for (let entry = <usize>load<i32>(parameter(0) + (row << 2)); entry < last; entry++) {
        const column = <usize>load<u32>(parameter(1) + (entry << 2));
        const product = dotRows(parameter(3) + row * bytes, parameter(4) + column * bytes, width);
        store<f32>(parameter(6) + (entry << 2), product);
      }
    }
  }
}

/**
 * Rows of a sparse matrix times a sparse matrix, as dense rows; a row of the result a chunk.
 *
 * Parameters: 0 offsets, 1 indices and 2 values of the rows; 3 offsets, 4 indices and 5 values of the matrix; 6 result, 7
 * its columns.
 */
export function combineSparse(): void {
  const offsets = parameter(0);
  const matrixOffsets = parameter(3);
  const matrixIndices = parameter(4);
  const matrixValues = parameter(5);
  const bytes = parameter(7) << 2;
  for (let chunk = nextChunk(); chunk >= 0; chunk = nextChunk()) {
    const out = parameter(6) + <usize>chunk * bytes;
    memory.fill(out, 0, bytes);
    const end = <usize>load<i32>(offsets + (<usize>chunk << 2), 4);
    for (let entry = <usize>load<i32>(offsets + (<usize>chunk << 2)); entry < end; entry++) {
      const row = <usize>load<i32>(parameter(1) + (entry << 2));
      const from = <usize>load<i32>(matrixOffsets + (row << 2));
      const count = <usize>load<i32>(matrixOffsets + (row << 2), 4) - from;
      const at = from << 2;
      const factor = load<f32>(parameter(2) + (entry << 2));
      addSparse(matrixIndices + at, matrixValues + at, count, factor, out);
    }
  }
}

/** Adds a multiple of a sparse row to a dense one. */
function addSparse(indices: usize, values: usize, count: usize, factor: f32, out: usize): void {
  for (const end = indices + (count << 2); indices < end; indices += 4) {
    const at = out + (<usize>load<u32>(indices) << 2);
    store<f32>(at, load<f32>(at) + factor * load<f32>(values));
    values += 4;
  }
}

/**
 * z = a · x + b · y + c · z, 16,384 numbers a chunk. Parameters: x, y, z, count, a multiple of 4; a, b, c.
 */
export function combineBlocks(): void {
  const x = parameter(0);
  const y = parameter(1);
  const z = parameter(2);
  const bytes = parameter(3) << 2;
  const a = f32x4.splat(<f32>realParameter(4));
  const b = f32x4.splat(<f32>realParameter(5));
  const c = f32x4.splat(<f32>realParameter(6));
  for (let chunk = nextChunk(); chunk >= 0; chunk = nextChunk()) {
    const end = min(bytes, (<usize>chunk + 1) << 16);
    for (let o = <usize>chunk << 16; o < end; o += 16) {
      const sum = multiplyAdd(f32x4.mul(c, v128.load(z + o)), b, v128.load(y + o));
      v128.store(z + o, multiplyAdd(sum, a, v128.load(x + o)));
    }
  }
}
