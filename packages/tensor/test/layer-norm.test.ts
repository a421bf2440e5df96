import * as tf from '@tensorflow/tfjs';
import { expect, it } from 'vitest';
import { layerNorm } from '../src/index.js';
import { describeOnDevices } from './devices.js';
import { expectInvalid } from './errors.js';
import { expectGradients, normal } from './gradients.js';

describeOnDevices('layerNorm', () => {
  it('normalizes rows, by hand', () => {
    // Means 3 and 5, variances 4 and 0; 1 / √(4 + 5) = 1/3.
    const x = tf.tensor2d([1, 5, 5, 1, 5, 5, 5, 5], [2, 4]);
    const gain = tf.tensor1d([3, 6, 9, 12]);
    const bias = tf.tensor1d([0, 1, 0, 1]);
    const result = layerNorm(x, gain, bias, 5);
    expect(result.shape).toEqual([2, 4]);
    const expected = [-2, 5, 6, -7, 0, 1, 0, 1];
    result.dataSync().forEach((value, i) => {
      expect(value).toBeCloseTo(expected[i]!, 5);
    });
  });

  it('has the gradients of differences, for any number of axes', () => {
    for (const shape of [[7], [3, 5], [2, 3, 4]]) {
      const columns = shape.at(-1)!;
      expectGradients(
        (x, gain, bias) => layerNorm(x, gain as tf.Tensor1D, bias as tf.Tensor1D, 0.1),
        [normal(shape, 1), normal([columns], 2), normal([columns], 3)],
      );
    }
  });

  it('takes rows of one number, and none', () => {
    const one = tf.ones<tf.Rank.R1>([1]);
    expect([...layerNorm(tf.tensor2d([4, 9], [2, 1]), one, one).dataSync()]).toEqual([1, 1]);
    expect(layerNorm(tf.zeros([0, 3]), tf.ones([3]), tf.ones([3])).shape).toEqual([0, 3]);
    expect(layerNorm(tf.zeros([2, 0]), tf.ones([0]), tf.ones([0])).shape).toEqual([2, 0]);
  });

  it('keeps NaN in its row', () => {
    const x = tf.tensor2d([1, NaN, 3, 3], [2, 2]);
    const result = layerNorm(x, tf.ones([2]), tf.tensor1d([7, 8]));
    expect([...result.dataSync()]).toEqual([NaN, NaN, 7, 8]);
  });

  it('refuses what does not fit', () => {
    const [x, three] = [tf.ones([2, 3]), tf.ones<tf.Rank.R1>([3])];
    expectInvalid(() => layerNorm(x, tf.ones([2]), three), 'gain', '[2]', '[3]');
    expectInvalid(() => layerNorm(x, three, tf.ones([1])), 'bias', '[1]', '[3]');
    expectInvalid(() => layerNorm(x.toInt(), three, three), 'x', 'int32');
    expectInvalid(() => layerNorm(tf.scalar(1), three, three), 'axis');
    for (const epsilon of [0, -1, NaN, Infinity]) {
      expectInvalid(() => layerNorm(x, three, three, epsilon), 'epsilon', String(epsilon));
    }
  });
});
