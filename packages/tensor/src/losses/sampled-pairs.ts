import type * as tf from '@tensorflow/tfjs';
import { positiveWeightOf, type Calibration } from './generalized-bce.js';
import type { PositionOptions } from './pair-loss.js';
import { lossOfSample } from './sampled-loss.js';

/**
 * Binary cross-entropy of one positive and m negative rows a position, scores being products of queries and rows of the
 * table (the loss of SASRec, Kang and McAuley, "Self-Attentive Sequential Recommendation", ICDM 2018, eq. 7): the mean over
 * positions of (−ln σ(p) − Σ ln(1 − σ(n))) / (m + 1).
 *
 * Rows are not gathered: on `simd` n × (1 + m) scores are stored, elsewhere rows of some positions at a time. Time in the
 * order of n · m · d, backward also of the table, whose gradient has its shape.
 *
 * @param queries - [n, d], `float32`
 * @param table - [V, d], `float32`
 * @param positives - the row that each position asks for, [n], `int32`; −1 where it takes no part
 * @param negatives - rows that it does not ask for, [n, m], or the same for all, [m]; `int32`
 * @returns the mean; 0 where no position takes part
 * @throws TensorecError `invalid-argument` unless shapes and types agree and numbers are rows of the table.
 */
export function sampledBce(
  queries: tf.Tensor2D,
  table: tf.Tensor2D,
  positives: tf.Tensor1D,
  negatives: tf.Tensor1D | tf.Tensor2D,
  { weights }: PositionOptions = {},
): tf.Scalar {
  const sample = { queries, table, positives, negatives, weights };
  return lossOfSample({ kind: 'binary-cross-entropy' }, sample);
}

/**
 * The loss of Bayesian personalised ranking ({@link bpr}) straight from queries and rows of the table. Arguments, cost and
 * errors as of {@link sampledBce}.
 */
export function sampledBpr(
  queries: tf.Tensor2D,
  table: tf.Tensor2D,
  positives: tf.Tensor1D,
  negatives: tf.Tensor1D | tf.Tensor2D,
  { weights }: PositionOptions = {},
): tf.Scalar {
  return lossOfSample({ kind: 'bpr' }, { queries, table, positives, negatives, weights });
}

/**
 * Generalised binary cross-entropy ({@link generalizedBce}) straight from queries and rows of the table. Arguments, cost and
 * errors as of {@link sampledBce}, and those of {@link Calibration}.
 */
export function sampledGeneralizedBce(
  queries: tf.Tensor2D,
  table: tf.Tensor2D,
  positives: tf.Tensor1D,
  negatives: tf.Tensor1D | tf.Tensor2D,
  { weights, ...calibration }: Calibration & PositionOptions,
): tf.Scalar {
  const positiveWeight = positiveWeightOf(negatives.shape.at(-1) ?? 0, calibration);
  const sample = { queries, table, positives, negatives, weights };
  return lossOfSample({ kind: 'binary-cross-entropy', positiveWeight }, sample);
}
