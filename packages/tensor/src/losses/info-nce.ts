import * as tf from '@tensorflow/tfjs';
import { requireShape, requireType } from '../check.js';
import { catalogueSoftmax } from './catalogue-softmax.js';

/** How scores of {@link infoNCE} are made. */
export interface InfoNceOptions {
  /** τ: what products are divided by, above 0; usual are 0.1 to 0.2 with rows of length 1. */
  readonly temperature: number;
  /** Whether rows are divided by their lengths first, so that products are cosines; default true. */
  readonly normalize?: boolean;
}

/** The square of the least length that rows are divided by: a row of zeros stays one. */
const LEAST = 1e-24;

/**
 * InfoNCE with the other rows of the batch as negatives (van den Oord et al., "Representation Learning with Contrastive
 * Predictive Coding", 2018, eq. 4; as in SGL, Wu et al., SIGIR 2021, eq. 10, and SimGCL, Yu et al., SIGIR 2022, eq. 2): the
 * mean over i of −ln(e^(aᵢ·bᵢ/τ) / Σⱼ e^(aᵢ·bⱼ/τ)). It is {@link catalogueSoftmax} with b for the table, at its cost: the
 * n × n scores are never stored.
 *
 * @param a - [n, d], `float32`
 * @param b - row i belongs to row i of a, [n, d], `float32`
 * @returns the mean; 0 of empty batches
 * @throws TensorecError `invalid-argument` unless shapes and types agree and the temperature is above 0.
 */
export function infoNCE(
  a: tf.Tensor2D,
  b: tf.Tensor2D,
  { temperature, normalize = true }: InfoNceOptions,
): tf.Scalar {
  requireType('a', a, 'float32');
  requireType('b', b, 'float32');
  requireShape('a', a, [undefined, undefined]);
  requireShape('b', b, a.shape);
  return tf.tidy(() => {
    const targets = tf.range(0, a.shape[0], 1, 'int32');
    const [left, right] = normalize ? [unitRows(a), unitRows(b)] : [a, b];
    return catalogueSoftmax(left, right, targets, { temperature });
  });
}

function unitRows(x: tf.Tensor2D): tf.Tensor2D {
  return tf.mul(x, tf.rsqrt(tf.maximum(tf.sum(tf.square(x), 1, true), LEAST)));
}
