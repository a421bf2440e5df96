import type { ReadonlyFloat32Array, ReadonlyFloat64Array } from './arrays.js';
import { mergeRepeats, transpose } from './csr.js';
import type { Csr } from './csr.js';
import type { Steps } from './steps.js';

/** Multiply-adds between two yields: a few milliseconds. */
const WORK_PER_STEP = 2_000_000;

/** Rows that are added to a Gram matrix together. */
export const PANEL_ROWS = 4;

/**
 * The inner product of `length` numbers of `a` from `aOffset` on and of `b` from `bOffset` on, in four interleaved
 * partial sums.
 */
export function dot(
  a: ReadonlyFloat32Array | ReadonlyFloat64Array,
  aOffset: number,
  b: ReadonlyFloat32Array | ReadonlyFloat64Array,
  bOffset: number,
  length: number,
): number {
  let sum0 = 0;
  let sum1 = 0;
  let sum2 = 0;
  let sum3 = 0;
  const whole = length - (length & 3);
  let i = 0;
  for (; i < whole; i += 4) {
    const p = aOffset + i;
    const q = bOffset + i;
    sum0 += a[p]! * b[q]!;
    sum1 += a[p + 1]! * b[q + 1]!;
    sum2 += a[p + 2]! * b[q + 2]!;
    sum3 += a[p + 3]! * b[q + 3]!;
  }
  for (; i < length; i++) sum0 += a[aOffset + i]! * b[bOffset + i]!;
  return sum0 + sum1 + (sum2 + sum3);
}

/**
 * The Gram matrix of the columns of a sparse matrix A: the dense `columns` × `columns` matrix AᵀA, row-major. A column
 * that repeats within a row counts with the sum of its values. Time in the order of Σ_rows entries² / 2 + columns².
 */
export function* gramOfColumns(csr: Csr): Steps<Float64Array<ArrayBuffer>> {
  const { columns, offsets, indices, values } = mergeRepeats(csr, 'sum');
  const byColumn = transpose({ rows: csr.rows, columns, offsets, indices, values });
  const gram = new Float64Array(columns * columns);
  // Columns come in ascending order and each row is sorted, so a row's next entry is always that of this column, and
  // up to it the row lies left of the diagonal.
  const next = offsets.slice(0, csr.rows);
  let work = 0;
  for (let column = 0; column < columns; column++) {
    const base = column * columns;
    const entriesEnd = byColumn.offsets[column + 1]!;
    for (let entry = byColumn.offsets[column]!; entry < entriesEnd; entry++) {
      const row = byColumn.indices[entry]!;
      const value = byColumn.values[entry]!;
      const start = offsets[row]!;
      const end = next[row]! + 1;
      next[row] = end;
      for (let position = start; position < end; position++) {
        const target = base + indices[position]!;
        gram[target] = gram[target]! + value * values[position]!;
      }
      work += end - start;
    }
    if (work > WORK_PER_STEP) {
      work = 0;
      yield column / columns;
    }
  }
  mirrorLower(gram, columns);
  return gram;
}

/** Copies what is left of the diagonal to the right of it. */
function mirrorLower(matrix: Float64Array, n: number): void {
  const block = 32;
  for (let blockRow = 0; blockRow < n; blockRow += block) {
    for (let blockColumn = 0; blockColumn <= blockRow; blockColumn += block) {
      const rowEnd = Math.min(blockRow + block, n);
      for (let row = blockRow; row < rowEnd; row++) {
        const columnEnd = Math.min(blockColumn + block, row);
        for (let column = blockColumn; column < columnEnd; column++) {
          matrix[column * n + row] = matrix[row * n + column]!;
        }
      }
    }
  }
}
