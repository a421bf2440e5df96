import type * as tf from '@tensorflow/tfjs';
import { lossOfScores, type PositionOptions } from './pair-loss.js';

/**
 * The loss of Bayesian personalised ranking (Rendle et al., "BPR: Bayesian Personalized Ranking from Implicit Feedback",
 * UAI 2009, section 4): the mean of −ln σ(p − n) over the negatives of each position, then over positions. On `simd` value and
 * gradient are one pass.
 *
 * @param positiveScores - p, [n], `float32`
 * @param negativeScores - [n, m], m of 1 or more, `float32`
 * @returns the mean; 0 without positions or without weight
 * @throws TensorecError `invalid-argument` unless the shapes agree.
 */
export function bpr(
  positiveScores: tf.Tensor1D,
  negativeScores: tf.Tensor2D,
  options: PositionOptions = {},
): tf.Scalar {
  return lossOfScores({ kind: 'bpr' }, positiveScores, negativeScores, options);
}
