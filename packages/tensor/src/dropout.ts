import { requireArgument, type Random } from '@tensorec/kernels';
import * as tf from '@tensorflow/tfjs';
import { requireType } from './check.js';

/**
 * Sets each number to 0 with the probability `rate` and divides the others by 1 − rate, so that the expected number stays
 * (Srivastava et al., "Dropout: a simple way to prevent neural networks from overfitting", 2014, in the form that leaves
 * inference as it is). `tf.dropout` draws in JavaScript, with numbers that differ from engine to engine; here the same
 * numbers are dropped on every device.
 *
 * @param x - any shape, `float32`
 * @param rate - from 0, which drops nothing and draws nothing, to below 1
 * @param random - a number is drawn for each number of `x`, in their order
 * @throws TensorecError `invalid-argument` for another rate or type.
 */
export function dropout<T extends tf.Tensor>(x: T, rate: number, random: Random): T {
  requireType('x', x, 'float32');
  requireArgument(
    rate >= 0 && rate < 1,
    () => `The rate of dropout is ${rate}; give a number from 0 to below 1.`,
  );
  if (rate === 0) return x.clone();
  const drawn = new Float32Array(x.size);
  random.fillUniform(drawn);
  return tf.tidy(() => {
    const kept = tf.step(tf.tensor(drawn, x.shape).sub(rate));
    return tf.mul<T>(x, kept.mul(1 / (1 - rate)));
  });
}
