import type * as tf from '@tensorflow/tfjs';
import { requireShape, requireType } from '../check.js';
import type { PositionOptions } from './pair-loss.js';
import { requireTemperature } from './sample.js';
import { lossOfSample } from './sampled-loss.js';

/** How scores of {@link sampledSoftmax} are made. */
export interface SampledSoftmaxOptions extends PositionOptions {
  /**
   * ln of the probability that each row of the table is drawn with (or of its expected count), [V], `float32`; it is taken
   * from the scores. Default: all the same.
   */
  readonly logQ?: tf.Tensor1D;
  /** What products are divided by, above 0; default 1. */
  readonly temperature?: number;
  /** Whether negatives that are the target of their position take no part; default true. */
  readonly removeAccidentalHits?: boolean;
}

/**
 * Softmax cross-entropy over the target and sampled negatives of each position, scores being products of queries and rows of
 * the table, divided by the temperature, less ln q of the row (Bengio and Senécal, "Adaptive Importance Sampling to
 * Accelerate Training of a Neural Probabilistic Language Model", 2008; Yi et al., "Sampling-Bias-Corrected Neural Modeling
 * for Large Corpus Item Recommendations", RecSys 2019, eq. 3).
 *
 * Rows are not gathered: on `simd` n × (1 + m) scores are stored, elsewhere rows of some positions at a time. Time in the
 * order of n · m · d, backward also of the table, whose gradient has its shape.
 *
 * @param queries - [n, d], `float32`
 * @param table - [V, d], `float32`
 * @param targets - the row that each position asks for, [n], `int32`; −1 where it takes no part
 * @param negatives - drawn rows, the same for all positions, [m], or for each, [n, m]; `int32`
 * @returns the mean; 0 where no position takes part
 * @throws TensorecError `invalid-argument` unless shapes and types agree, numbers are rows of the table and the temperature
 * is above 0.
 */
export function sampledSoftmax(
  queries: tf.Tensor2D,
  table: tf.Tensor2D,
  targets: tf.Tensor1D,
  negatives: tf.Tensor1D | tf.Tensor2D,
  options: SampledSoftmaxOptions = {},
): tf.Scalar {
  const { weights, logQ, temperature = 1, removeAccidentalHits: removeHits = true } = options;
  requireTemperature(temperature);
  if (logQ !== undefined) {
    requireShape('logQ', logQ, [table.shape[0]]);
    requireType('logQ', logQ, 'float32');
  }
  const sample = { queries, table, positives: targets, negatives, weights };
  return lossOfSample({ kind: 'softmax', temperature, removeHits }, sample, logQ);
}
