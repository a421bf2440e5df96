import * as tf from '@tensorflow/tfjs';
import { expect, it } from 'vitest';
import { gelu } from '../src/index.js';
import { describeOnDevices } from './devices.js';

describeOnDevices('gelu', () => {
  it('is x times the normal distribution function', async () => {
    // scipy.stats.norm.cdf(x) * x
    const expected = [-0.15865526, 0, 0.34573123, 0.84134474, 1.95449974];
    const values = await gelu(tf.tensor1d([-1, 0, 0.5, 1, 2])).data();
    expected.forEach((value, i) => {
      expect(values[i]).toBeCloseTo(value, 6);
    });
  });
});
