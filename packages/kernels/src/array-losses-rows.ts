import { runAll } from './array-functions.js';
import type { Scope } from './engine/scope.js';
import { requireArgument } from './errors.js';
import type { ResidentArray } from './resident-array.js';

/** Numbers that a chunk copies. */
const CHUNK = 65_536;
/** Into how many chunks the rows of a gradient are cut: each looks at all numbers of rows. */
export const SCATTER_CHUNKS = 16;

/** @throws TensorecError `invalid-argument` naming the first number that is no row. */
export function requireRows(
  memory: Scope,
  numbers: ResidentArray,
  rows: number,
  name: string,
  mayBeNone: boolean,
): void {
  const view = memory.view(Int32Array, numbers.address, numbers.length);
  const least = mayBeNone ? -Infinity : 0;
  for (let n = 0; n < view.length; n++) {
    const row = view[n]!;
    requireArgument(
      row >= least && row < rows,
      () => `${name} holds ${row} at place ${n}; give numbers of the ${rows} rows of the table.`,
    );
  }
}

/** Rows of a multiple of 4 numbers, zeros at the end: those of the array where they are so. */
export function padRows(
  memory: Scope,
  array: ResidentArray,
  rows: number,
  columns: number,
): number {
  if (columns % 4 === 0) return array.address;
  const address = memory.allocateZeros(16 * Math.ceil(columns / 4) * rows);
  copyRows(array.address, 4 * columns, address, paddedStride(columns), rows, columns);
  return address;
}

/** Where rows of a multiple of 4 numbers are written that end up in the array. */
export function rowsToWrite(memory: Scope, array: ResidentArray, columns: number): number {
  if (columns % 4 === 0) return array.address;
  return memory.allocate(paddedStride(columns) * (array.length / columns));
}

/** Copies such rows to the array, unless they lie there. */
export function copyBack(address: number, array: ResidentArray, columns: number): void {
  if (address === array.address) return;
  const rows = array.length / columns;
  copyRows(address, paddedStride(columns), array.address, 4 * columns, rows, columns);
}

/** Bytes of a row of a multiple of 4 numbers. */
export function paddedStride(columns: number): number {
  return 16 * Math.ceil(columns / 4);
}

/** Copies rows between two strides in bytes. */
export function copyRows(
  source: number,
  sourceStride: number,
  target: number,
  targetStride: number,
  rows: number,
  columns: number,
): void {
  const part = Math.max(1, Math.floor(CHUNK / columns));
  runAll('copyNumbers', Math.ceil(rows / part), [
    ...[source, target, 1, 1, rows, columns],
    ...[0, 0, sourceStride, 4, 0, 0, targetStride, 4, part],
  ]);
}
