import * as tf from '@tensorflow/tfjs';

/**
 * The Gaussian error linear unit x · Φ(x), Φ the normal distribution function: exact, by the error function (Hendrycks and
 * Gimpel, "Gaussian Error Linear Units", 2016, eq. 1).
 *
 * @param x - any shape, `float32`
 */
export function gelu<T extends tf.Tensor>(x: T): T {
  return tf.tidy(() => {
    const distribution = tf.erf(tf.mul(x, Math.SQRT1_2)).add(1).mul(0.5);
    return tf.mul<T>(x, distribution);
  });
}
