import * as tf from '@tensorflow/tfjs';
import { Random } from '@tensorec/kernels';
import { expect } from 'vitest';

/** How far the numbers are moved: in single precision the error of a difference grows as it shrinks. */
const STEP = 1 / 64;

/**
 * Expects the gradients of an operation to be those of central differences, of a weighted sum of its result, and nothing to
 * stay behind but what was there.
 *
 * @param compute - may be called often; its inputs are of the type `float32`
 * @param tolerance - of a difference, beside a gradient of about 1
 */
export function expectGradients(
  compute: (...inputs: tf.Tensor[]) => tf.Tensor,
  inputs: readonly tf.Tensor[],
  tolerance = 2e-3,
): void {
  const before = tf.memory().numTensors;
  const result = tf.tidy(() => compute(...inputs));
  const weights = new Float32Array(result.size);
  new Random(7).fillNormal(weights);
  const gradient = tf.tensor(weights, result.shape);
  result.dispose();
  const gradients = tf.grads(compute)([...inputs], gradient);
  gradients.forEach((actual, n) => {
    expect(actual.shape).toEqual(inputs[n]!.shape);
    const values = Float32Array.from(inputs[n]!.dataSync());
    const differences = values.map((value, i) => {
      const at = (moved: number): number => {
        const changed = Float32Array.from(values);
        changed[i] = moved;
        const sum = tf.tidy(() => {
          const others = [...inputs];
          others[n] = tf.tensor(changed, inputs[n]!.shape);
          const numbers = compute(...others).dataSync();
          return weights.reduce((total, weight, place) => total + weight * numbers[place]!, 0);
        });
        return sum;
      };
      const [up, down] = [Math.fround(value + STEP), Math.fround(value - STEP)];
      return (at(up) - at(down)) / (up - down);
    });
    actual.dataSync().forEach((value, i) => {
      const difference = differences[i]!;
      expect(
        Math.abs(value - difference),
        `gradient ${n} at ${i}: ${value}, by differences ${difference}`,
      ).toBeLessThanOrEqual(tolerance * Math.max(1, Math.abs(difference)));
    });
  });
  tf.dispose([...gradients, gradient]);
  expect(tf.memory().numTensors).toBe(before);
}

/** Normally distributed numbers in a tensor. */
export function normal<R extends tf.Rank>(
  shape: tf.ShapeMap[R],
  seed: number,
  scale = 1,
): tf.Tensor<R> {
  const values = new Float32Array(shape.reduce((size, length) => size * length, 1));
  new Random(seed).fillNormal(values, 0, scale);
  return tf.tensor(values, shape);
}
