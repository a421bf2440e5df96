import * as tf from '@tensorflow/tfjs';
import { requireShape, requireType } from '../check.js';
import { hasSimdKernels } from '../device-traits.js';
import { blockRows, sumOfBlocks, type BlockResult } from './blocks.js';
import { logSum, maskedBy } from './elementary.js';
import { lossWithGradients, runKernel } from './loss.js';
import type { PositionOptions } from './pair-loss.js';
import { requireTable, requireTargets, requireTemperature } from './sample.js';

/** How scores of {@link catalogueSoftmax} are made. */
export interface CatalogueSoftmaxOptions extends PositionOptions {
  /** What is added to the score of each row of the table, [V], `float32`; has a gradient. Default: nothing. */
  readonly bias?: tf.Tensor1D | undefined;
  /** What products are divided by, above 0; default 1. */
  readonly temperature?: number;
}

/**
 * Softmax cross-entropy over all rows of a table: the mean over positions of ln Σ e^s − s(target), with the scores
 * s = query · row / temperature + bias.
 *
 * The n × V scores are never stored: on `simd` those of up to 240 positions at a time, from which value and
 * gradients come in one pass of three products, nothing being computed twice; elsewhere those of so many positions that
 * there are 4 million. Time in the order of n · V · d.
 *
 * @param queries - [n, d], `float32`
 * @param table - [V, d], `float32`
 * @param targets - the row that each position asks for, [n], `int32`; −1 where it takes no part
 * @returns the mean; 0 where no position takes part
 * @throws TensorecError `invalid-argument` unless shapes and types agree, targets are rows of the table and the temperature
 * is above 0.
 */
export function catalogueSoftmax(
  queries: tf.Tensor2D,
  table: tf.Tensor2D,
  targets: tf.Tensor1D,
  options: CatalogueSoftmaxOptions = {},
): tf.Scalar {
  const { bias, temperature = 1, weights } = options;
  requireTable(queries, table, weights);
  requireTargets('targets', targets, queries.shape[0], table.shape[0]);
  requireTemperature(temperature);
  if (bias !== undefined) {
    requireShape('bias', bias, [table.shape[0]]);
    requireType('bias', bias, 'float32');
  }
  const leaves = bias === undefined ? [queries, table] : [queries, table, bias];
  return lossWithGradients(leaves, (withGradients) => {
    if (hasSimdKernels()) {
      const inputs = { queries, table, targets, weights, bias };
      return runKernel('TensorecLossOfCatalogue', inputs, { temperature, withGradients });
    }
    const counted = tf.cast(tf.greaterEqual(targets, 0), 'float32');
    const known = maskedBy(counted, weights ?? tf.onesLike(counted));
    const shares = tf.divNoNan<tf.Tensor1D>(known, tf.sum(known));
    const masked = maskedBy(shares.expandDims(1), queries);
    return sumOfBlocks(queries.shape[0], blockRows(table.shape[0]), (from, size) =>
      composedBlock(
        tf.slice(masked, from, size),
        table,
        tf.slice(targets, from, size),
        tf.slice(shares, from, size).expandDims(1),
        { bias, temperature },
        withGradients,
      ),
    );
  });
}

function composedBlock(
  queries: tf.Tensor2D,
  table: tf.Tensor2D,
  targets: tf.Tensor1D,
  shares: tf.Tensor,
  { bias, temperature }: { bias: tf.Tensor1D | undefined; temperature: number },
  withGradients: boolean,
): BlockResult {
  const products = tf.div(tf.matMul(queries, table, false, true), temperature);
  const scores = bias === undefined ? products : tf.add(products, bias);
  const items = tf.range(0, table.shape[0], 1, 'int32');
  const own = tf.equal(targets.expandDims(1), items).toFloat();
  const shifted = tf.sub(scores, tf.max(scores, 1, true));
  const others = tf.mul(tf.exp(shifted), tf.sub(1, own));
  const ownScores = tf.sum(tf.mul(own, shifted), 1, true);
  const otherSums = tf.sum(others, 1, true);
  const sums = tf.add(tf.exp(ownScores), otherSums);
  const losses = tf.sub(logSum(ownScores, otherSums), ownScores);
  const loss = tf.sum(tf.mul(shares, losses));
  if (!withGradients) return [loss];
  const slopes = tf.mul<tf.Tensor2D>(tf.div(shares, sums), tf.sub(others, tf.mul(own, otherSums)));
  const scaled = tf.div<tf.Tensor2D>(slopes, temperature);
  const gradients = [tf.matMul(scaled, table), tf.matMul(scaled, queries, true)] as const;
  return bias === undefined ? [loss, ...gradients] : [loss, ...gradients, tf.sum(slopes, 0)];
}
