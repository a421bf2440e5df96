import type { Csr } from './csr.js';
import { requireArgument, TensorecError } from './errors.js';
import type { Steps } from './steps.js';

/** Products between two yields: a few milliseconds. */
const WORK_PER_STEP = 2_000_000;
const MOST_ENTRIES = 0x7fffffff;

/**
 * The product of two sparse matrices, row by row (Gustavson, "Two fast algorithms for sparse matrices", 1978). No column
 * repeats within a row of the result, and columns stand in the order in which they were met. Sums in single precision
 * in the order of the entries. Time in the order of Σ_entries of `left` the entries of the row of `right`.
 *
 * @throws TensorecError `invalid-argument` unless left.columns = right.rows, `memory` when the result is too large.
 */
export function* sparseProduct(left: Csr, right: Csr): Steps<Csr> {
  requireArgument(
    left.columns === right.rows,
    () =>
      `The left matrix has ${left.columns} columns and the right one ${right.rows} rows; give as many.`,
  );
  const { rows } = left;
  const { columns } = right;
  // Counting first makes the arrays of the right size at once: growing them would take twice the memory.
  const offsets = new Int32Array(rows + 1);
  const lastRow = new Int32Array(columns).fill(-1);
  let work = 0;
  let total = 0;
  for (let row = 0; row < rows; row++) {
    for (let entry = left.offsets[row]!; entry < left.offsets[row + 1]!; entry++) {
      const other = left.indices[entry]!;
      const end = right.offsets[other + 1]!;
      for (let n = right.offsets[other]!; n < end; n++) {
        const column = right.indices[n]!;
        if (lastRow[column] === row) continue;
        lastRow[column] = row;
        total++;
      }
      work += end - right.offsets[other]!;
    }
    if (total > MOST_ENTRIES) throw tooLarge(rows, columns);
    offsets[row + 1] = total;
    if (work < WORK_PER_STEP) continue;
    work = 0;
    yield (0.4 * row) / rows;
  }
  const indices = allocate(Int32Array, total, rows, columns);
  const values = allocate(Float32Array, total, rows, columns);
  const sums = new Float32Array(columns);
  lastRow.fill(-1);
  for (let row = 0; row < rows; row++) {
    const start = offsets[row]!;
    let size = start;
    for (let entry = left.offsets[row]!; entry < left.offsets[row + 1]!; entry++) {
      const other = left.indices[entry]!;
      const factor = left.values[entry]!;
      const end = right.offsets[other + 1]!;
      for (let n = right.offsets[other]!; n < end; n++) {
        const column = right.indices[n]!;
        const product = factor * right.values[n]!;
        if (lastRow[column] === row) sums[column]! += product;
        else {
          lastRow[column] = row;
          indices[size++] = column;
          sums[column] = product;
        }
      }
      work += end - right.offsets[other]!;
    }
    for (let n = start; n < size; n++) values[n] = sums[indices[n]!]!;
    if (work < WORK_PER_STEP) continue;
    work = 0;
    yield 0.4 + (0.6 * row) / rows;
  }
  return { rows, columns, offsets, indices, values };
}

function allocate<Kind>(
  kind: new (length: number) => Kind,
  length: number,
  rows: number,
  columns: number,
): Kind {
  try {
    return new kind(length);
  } catch (cause) {
    throw tooLarge(rows, columns, cause);
  }
}

function tooLarge(rows: number, columns: number, cause?: unknown): TensorecError {
  return new TensorecError(
    'memory',
    `The product of two sparse matrices, ${rows} × ${columns}, has too many entries to be kept; leave out rare rows and columns.`,
    { cause },
  );
}
