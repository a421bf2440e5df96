import { copyLayout } from './array-copies.js';
import { requireLength, runAll } from './array-functions.js';
import { reduceArray } from './array-reductions.js';
import { requireArgument } from './errors.js';
import { ResidentArray } from './resident-array.js';

/** Numbers of a chunk. */
const CHUNK = 16_384;

/** Rows that are normalized, with what normalizes them. */
export interface LayerNormOperands {
  /** Rows × columns, row-major. */
  readonly x: ResidentArray;
  /** A factor for each column. */
  readonly gain: ResidentArray;
  /** What is added to each column. */
  readonly bias: ResidentArray;
}

/** Where {@link normalizeRowsBackward} writes; each has the length of its operand. */
export type LayerNormGradients = LayerNormOperands;

/**
 * Writes (x − mean) / √(variance + epsilon) · gain + bias of each row to `result`, the variance being the mean squared distance.
 * At once; time in the order of the length.
 *
 * @param statistics - out: two numbers a row for the backward direction
 * @param epsilon - above 0
 * @throws TensorecError `invalid-argument` unless lengths agree.
 */
export function normalizeRows(
  { x, gain, bias }: LayerNormOperands,
  result: ResidentArray,
  statistics: ResidentArray,
  epsilon: number,
): void {
  const columns = gain.length;
  const rows = requireRows(x, columns);
  requireLength(bias, columns, 'bias');
  requireLength(result, x.length, 'result');
  requireLength(statistics, 2 * rows, 'statistics');
  const part = rowsOfChunk(columns);
  runAll('normalizeRows', Math.ceil(rows / part), [
    ...[x.address, gain.address, bias.address, epsilon, rows, columns, part],
    ...[result.address, statistics.address],
  ]);
}

/**
 * Writes the gradients of {@link normalizeRows}. Those of gain and bias are sums over rows, in single precision within a chunk
 * of some 16,384 numbers and in double beyond. At once; time in the order of the length.
 *
 * @param statistics - as {@link normalizeRows} wrote them
 * @param gradient - of the result
 * @param gradients - out
 * @throws TensorecError `invalid-argument` unless lengths agree; `memory`.
 */
export function normalizeRowsBackward(
  { x, gain }: Pick<LayerNormOperands, 'x' | 'gain'>,
  statistics: ResidentArray,
  gradient: ResidentArray,
  gradients: LayerNormGradients,
): void {
  const columns = gain.length;
  const rows = requireRows(x, columns);
  requireLength(statistics, 2 * rows, 'statistics');
  requireLength(gradient, x.length, 'gradient');
  requireLength(gradients.x, x.length, 'the gradient of x');
  requireLength(gradients.gain, columns, 'the gradient of gain');
  requireLength(gradients.bias, columns, 'the gradient of bias');
  const part = rowsOfChunk(columns);
  const chunks = Math.ceil(rows / part);
  const sums = new ResidentArray(2 * columns * chunks);
  const both = new ResidentArray(2 * columns);
  try {
    runAll('normalizeRowsBackward', chunks, [
      ...[x.address, gain.address, statistics.address, gradient.address, rows, columns, part],
      ...[gradients.x.address, sums.address],
    ]);
    reduceArray('sum', sums, both, { outer: 1, size: chunks, inner: 2 * columns });
    for (const [start, array] of [
      [0, gradients.gain],
      [columns, gradients.bias],
    ] as const) {
      copyLayout({ array: both, start, strides: [1] }, { array, strides: [1] }, [columns]);
    }
  } finally {
    sums.dispose();
    both.dispose();
  }
}

function requireRows(x: ResidentArray, columns: number): number {
  requireArgument(
    columns > 0 && x.length % columns === 0,
    () =>
      `x has ${x.length} numbers; give a multiple of the ${columns} columns, of which there is one.`,
  );
  return x.length / columns;
}

function rowsOfChunk(columns: number): number {
  return Math.max(1, Math.floor(CHUNK / columns));
}
