import * as tf from '@tensorflow/tfjs';
import { expect, it } from 'vitest';
import { gelu } from '../src/index.js';
import { describeOnDevices } from './devices.js';
import { expectInvalid } from './errors.js';
import { expectGradients, normal } from './gradients.js';

describeOnDevices('gelu', () => {
  it('is x times the normal distribution function', async () => {
    // scipy.stats.norm.cdf(x) * x
    const expected = [
      ...[-2.8665157e-6, -0.0040496941, -0.15865525, -0.0487900789e-2, 0],
      ...[0.34573123, 0.84134475, 1.95449974, 6.99999999],
    ];
    const x = [-5, -3, -1, -0.0009765625, 0, 0.5, 1, 2, 7];
    const values = await gelu(tf.tensor1d(x)).data();
    expected.forEach((value, i) => {
      expect(Math.abs(values[i]! - value)).toBeLessThan(Math.max(4e-7 * Math.abs(x[i]!), 1e-7));
    });
  });

  it('has the gradient of differences, and the shape of its input', () => {
    expectGradients(gelu, [normal([3, 2, 4], 1, 2)]);
    expect(gelu(tf.zeros([0, 3])).shape).toEqual([0, 3]);
    expect([...gelu(tf.tensor1d([NaN, 1e30])).dataSync()]).toEqual([NaN, Math.fround(1e30)]);
  });

  it('refuses other types', () => {
    expectInvalid(() => gelu(tf.tensor1d([1], 'int32')), 'x', 'int32');
  });
});
