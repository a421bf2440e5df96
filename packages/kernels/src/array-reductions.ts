import { requireLength, runAll } from './array-functions.js';
import { requireArgument } from './errors.js';
import type { ResidentArray } from './resident-array.js';

/** Numbers that a chunk reads. */
const CHUNK = 32_768;

const reductions = ['sum', 'maximum', 'minimum'] as const;

/** What {@link reduceArray} makes of many numbers. */
export type Reduction = (typeof reductions)[number];

/** An array of three axes, row-major, which is reduced along the middle one. */
export interface ReducedShape {
  readonly outer: number;
  readonly size: number;
  readonly inner: number;
}

/**
 * Writes the sum, the greatest or the smallest of the numbers along the middle axis of `x` to `result`, outer × inner.
 * Sums go on in double precision after at most 1,024 numbers. NaN among the numbers gives NaN. At once; time in the order
 * of the length.
 *
 * @param factor - what sums are multiplied by; default 1
 * @throws TensorecError `invalid-argument` unless lengths and shape agree.
 */
export function reduceArray(
  reduction: Reduction,
  x: ResidentArray,
  result: ResidentArray,
  { outer, size, inner }: ReducedShape,
  factor = 1,
): void {
  requireLength(x, outer * size * inner, 'x');
  requireLength(result, outer * inner, 'result');
  // At least a cache line of columns, so that a chunk reads whole lines.
  const part = Math.max(inner > 1 ? 16 : 1, Math.ceil(CHUNK / Math.max(1, size)));
  runAll('reduceNumbers', Math.ceil((outer * inner) / part), [
    ...[reductions.indexOf(reduction), x.address, result.address, outer, size, inner, factor, part],
  ]);
}

/**
 * Writes the softmax of each row of `x` to `result`, which may be `x` itself. A row with NaN, or whose greatest number is
 * infinite, gives NaN. At once; time in the order of the length.
 *
 * @throws TensorecError `invalid-argument` unless both have rows · columns numbers.
 */
export function softmaxOfRows(
  x: ResidentArray,
  result: ResidentArray,
  rows: number,
  columns: number,
): void {
  requireArgument(rows >= 0 && columns >= 0, () => `The shape is ${rows} × ${columns}.`);
  requireLength(x, rows * columns, 'x');
  requireLength(result, rows * columns, 'result');
  const part = Math.max(1, Math.floor(CHUNK / 4 / Math.max(1, columns)));
  runAll('softmaxRows', Math.ceil(rows / part), [
    ...[x.address, result.address, rows, columns, part],
  ]);
}
