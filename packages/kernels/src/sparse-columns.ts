import type { Csr } from './csr.js';
import type { Scope } from './engine/scope.js';
import { partOf, type Steps } from './steps.js';

/** Parts that the rows of a matrix are dealt to; fixed, so that results do not depend on the threads. */
const PARTS = 16;

/** A matrix in the engine's memory with its columns as pairs of a row, or its place, and a value. */
export interface SparseColumns {
  /** Row offsets, u32. */
  readonly offsets: number;
  /** Column of each entry, u32. */
  readonly indices: number;
  /** Where the pairs of each column begin, u32, columns + 1 of them. */
  readonly columnOffsets: number;
  /** By column, the place of the row (u32) and the value (f32) of each entry, in the order of rows. */
  readonly pairs: number;
}

/**
 * Makes the pairs of the columns.
 *
 * @param values - the address of the value of each entry; 0 for ones
 * @param places - the address of the place of each row, u32; 0 for its number
 */
export function* placeColumns(
  memory: Scope,
  matrix: Csr,
  offsets: number,
  indices: number,
  values: number,
  places: number,
): Steps<SparseColumns> {
  const { engine } = memory;
  const { rows, columns } = matrix;
  const columnOffsets = memory.allocate(4 * (columns + 1));
  const pairs = memory.allocate(8 * matrix.indices.length);
  const counts = memory.allocateZeros(4 * PARTS * columns);
  const shape = [offsets, indices, rows, columns, PARTS, counts];
  yield* partOf(engine.run('countColumns', PARTS, shape), 0, 0.3);
  engine.call('placeColumns', [counts, PARTS, columns, columnOffsets]);
  const fill = engine.run('fillColumns', PARTS, [...shape, values, pairs, places]);
  yield* partOf(fill, 0.3, 1);
  memory.free(counts);
  return { offsets, indices, columnOffsets, pairs };
}

/** Whether some row has two entries in one column. */
export function* hasRepeats(
  memory: Scope,
  { columnOffsets, pairs }: SparseColumns,
  columns: number,
): Steps<boolean> {
  const found = memory.allocateZeros(4);
  const chunks = Math.ceil(columns / 1024);
  yield* memory.engine.run('findRepeats', chunks, [columnOffsets, columns, pairs, found]);
  return memory.view(Int32Array, found, 1)[0] !== 0;
}

/** For each row how many pairs its columns have, f64. */
export function* pairCounts(
  memory: Scope,
  { offsets, indices, columnOffsets }: SparseColumns,
  rows: number,
): Steps<number> {
  const sums = memory.allocate(8 * rows);
  yield* memory.engine.run('sumColumns', PARTS, [
    offsets,
    indices,
    rows,
    PARTS,
    columnOffsets,
    sums,
  ]);
  return sums;
}
