import * as tf from '@tensorflow/tfjs';
import { requireShape, requireType } from '../check.js';
import { hasSimdKernels } from '../device-traits.js';
import { maskedBy, sigmoid, softplus } from './elementary.js';
import { lossWithGradients, runKernel } from './loss.js';

/**
 * Binary cross-entropy of scores that are log-odds: the mean of log(1 + eˣ) − x · label, which is finite for every finite
 * x. On `simd` value and gradient are one pass.
 *
 * @param logits - x, any shape, `float32`
 * @param labels - 0 or 1 for each, or probabilities; no gradient
 * @param options - `weights`: of each score, 0 or more; the mean is Σ weight · loss / Σ weight. Default: all the same. What
 * weighs 0 takes no part, even where it is NaN.
 * @returns the mean; 0 where there is no weight at all
 * @throws TensorecError `invalid-argument` unless all have the same shape.
 */
export function binaryCrossEntropy(
  logits: tf.Tensor,
  labels: tf.Tensor,
  options: { readonly weights?: tf.Tensor } = {},
): tf.Scalar {
  const { weights } = options;
  requireType('logits', logits, 'float32');
  requireShape('labels', labels, logits.shape);
  if (weights !== undefined) requireShape('weights', weights, logits.shape);
  return lossWithGradients([logits], (withGradients) =>
    hasSimdKernels()
      ? runKernel('TensorecBinaryCrossEntropy', { logits, labels, weights }, { withGradients })
      : composed(logits, labels, weights),
  );
}

function composed(
  logits: tf.Tensor,
  labels: tf.Tensor,
  weights: tf.Tensor = tf.onesLike(logits),
): readonly tf.Tensor[] {
  const losses = tf.sub(softplus(logits), tf.mul(logits, labels));
  const shares = tf.divNoNan(weights, tf.sum(weights));
  return [
    tf.sum(tf.mul(shares, maskedBy(weights, losses))),
    tf.mul(shares, maskedBy(weights, tf.sub(sigmoid(logits), labels))),
  ];
}
