import type { ReadonlyFloat32Array } from './arrays.js';
import type { Csr } from './csr.js';
import type { Scope } from './engine/scope.js';
import { partOf, type Steps } from './steps.js';

/** Parts that the rows of a matrix are dealt to; fixed, so that results do not depend on the threads. */
const PARTS = 16;

/** A matrix in the engine's memory with its columns as pairs of a row's place and a value. */
export interface SparseColumns {
  /** Row offsets, u32. */
  readonly offsets: number;
  /** Column of each entry, u32. */
  readonly indices: number;
  /** Where the pairs of each column begin, u32, columns + 1 of them. */
  readonly columnOffsets: number;
  /** By column, the place of the row (u32) and, unless left out, the value (f32) of each entry, in the order of rows. */
  readonly pairs: number;
  readonly pairBytes: number;
}

/**
 * Makes the pairs of the columns.
 *
 * @param values - the address of the value of each entry; 0 to leave them out
 * @param places - the address of the place of each row, u32
 */
export function* placeColumns(
  memory: Scope,
  matrix: Csr,
  offsets: number,
  indices: number,
  values: number,
  places: number,
): Steps<SparseColumns> {
  const pairBytes = values === 0 ? 4 : 8;
  const pairs = memory.allocate(pairBytes * matrix.indices.length);
  const address = [values, pairs, places];
  const columnOffsets = yield* fillByColumn(
    memory,
    matrix,
    offsets,
    indices,
    'fillColumns',
    address,
  );
  return { offsets, indices, columnOffsets, pairs, pairBytes };
}

/**
 * Counts the entries of the columns and runs a task that fills something for each.
 *
 * @param parameters - of the task, after those that all such tasks have
 * @returns where the entries of each column begin, u32, columns + 1 of them
 */
export function* fillByColumn(
  memory: Scope,
  { rows, columns }: Csr,
  offsets: number,
  indices: number,
  task: 'fillColumns' | 'fillSegments',
  parameters: readonly number[],
): Steps<number> {
  const { engine } = memory;
  const columnOffsets = memory.allocate(4 * (columns + 1));
  const counts = memory.allocateZeros(4 * PARTS * columns);
  const shape = [offsets, indices, rows, columns, PARTS, counts];
  yield* partOf(engine.run('countColumns', PARTS, shape), 0, 0.3);
  engine.call('placeColumns', [counts, PARTS, columns, columnOffsets]);
  yield* partOf(engine.run(task, PARTS, [...shape, ...parameters]), 0.3, 1);
  memory.free(counts);
  return columnOffsets;
}

/** Whether all values are 1. */
export function areOnes(values: ReadonlyFloat32Array): boolean {
  for (let entry = 0; entry < values.length; entry++) {
    if (values[entry] !== 1) return false;
  }
  return true;
}

/** Whether some row has two entries in one column. */
export function* hasRepeats(
  memory: Scope,
  { columnOffsets, pairs, pairBytes }: SparseColumns,
  columns: number,
): Steps<boolean> {
  const found = memory.allocateZeros(4);
  const chunks = Math.ceil(columns / 1024);
  const parameters = [columnOffsets, columns, pairs, pairBytes, found];
  yield* memory.engine.run('findRepeats', chunks, parameters);
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
