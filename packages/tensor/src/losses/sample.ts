import { requireArgument } from '@tensorec/kernels';
import type * as tf from '@tensorflow/tfjs';
import { requireRowNumbers, requireShape, requireType } from '../check.js';
import { hasSimdKernels, isReadAtOnce } from '../device-traits.js';

/** Positions that each ask for one row of a table, and not for some others. */
export interface Sample {
  readonly queries: tf.Tensor2D;
  readonly table: tf.Tensor2D;
  readonly positives: tf.Tensor1D;
  readonly negatives: tf.Tensor1D | tf.Tensor2D;
  readonly weights: tf.Tensor1D | undefined;
}

/** @throws TensorecError `invalid-argument` unless shapes and types agree and all numbers are rows of the table. */
export function requireSample({ queries, table, positives, negatives, weights }: Sample): void {
  requireTable(queries, table, weights);
  const [positions] = queries.shape;
  requireTargets('positives', positives, positions, table.shape[0]);
  const isShared = negatives.shape.length === 1;
  requireShape('negatives', negatives, isShared ? [undefined] : [positions, undefined]);
  requireType('negatives', negatives, 'int32');
  // The kernels look at each number themselves, and faster.
  if (!hasSimdKernels()) requireRowNumbers('negatives', negatives, table.shape[0]);
  requireArgument(
    positions === 0 || negatives.size > 0,
    () => `negatives has the shape [${negatives.shape.join(', ')}]; give one at least.`,
  );
}

/** @throws TensorecError `invalid-argument` unless queries and rows of the table have as many numbers. */
export function requireTable(
  queries: tf.Tensor2D,
  table: tf.Tensor2D,
  weights: tf.Tensor1D | undefined,
): void {
  requireType('queries', queries, 'float32');
  requireType('table', table, 'float32');
  requireShape('table', table, [undefined, undefined]);
  const [, columns] = table.shape;
  requireArgument(columns > 0, () => 'Rows of table have no numbers; give one column at least.');
  requireShape('queries', queries, [undefined, columns]);
  if (weights !== undefined) requireShape('weights', weights, [queries.shape[0]]);
}

/** @throws TensorecError `invalid-argument` unless all are −1 or rows of the table. */
export function requireTargets(
  name: string,
  targets: tf.Tensor1D,
  positions: number,
  rows: number,
): void {
  requireShape(name, targets, [positions]);
  requireType(name, targets, 'int32');
  if (!isReadAtOnce()) return;
  const numbers = targets.dataSync<'int32'>();
  const wrong = numbers.findIndex((number) => number < -1 || number >= rows);
  requireArgument(
    wrong < 0,
    () =>
      `${name} holds ${numbers[wrong]!} at place ${wrong}; give integers from 0 to ${rows - 1}, or −1 to leave a position out.`,
  );
}

/** @throws TensorecError `invalid-argument` unless it is finite and above 0. */
export function requireTemperature(temperature: number): void {
  requireArgument(
    temperature > 0 && temperature < Infinity,
    () => `temperature is ${temperature}; give a number above 0.`,
  );
}
