import { Random } from '@tensorec/kernels';
import * as tf from '@tensorflow/tfjs';
import { expect, it } from 'vitest';
import { dropout } from '../src/index.js';
import { describeOnDevices } from './devices.js';

describeOnDevices('dropout', () => {
  it('keeps numbers times 1 / (1 − rate), about as many as it should', async () => {
    const count = 20_000;
    const result = dropout(tf.ones([100, 200]), 0.2, new Random(1));
    expect(result.shape).toEqual([100, 200]);
    const values = await result.data();
    expect(new Set(values)).toEqual(new Set([0, 1.25]));
    const kept = values.filter((value) => value > 0).length;
    // Six standard deviations of a binomial distribution.
    expect(Math.abs(kept - 0.8 * count)).toBeLessThan(6 * Math.sqrt(count * 0.8 * 0.2));
  });

  it('drops what the stream says, whatever the device', async () => {
    const drawn = new Float32Array(50);
    new Random(3).fillUniform(drawn);
    const values = await dropout(tf.ones([50]), 0.5, new Random(3)).data();
    expect([...values]).toEqual(Array.from(drawn, (number) => (number > 0.5 ? 2 : 0)));
  });

  it('hands the gradient of what was kept on', async () => {
    const x = tf.range(1, 31);
    const [value, gradient] = tf.tidy(() => {
      const { value, grad } = tf.valueAndGrad((t: tf.Tensor) =>
        dropout(t, 0.3, new Random(5)).sum(),
      )(x);
      return [value, grad];
    });
    const kept = await gradient.data();
    const sum = Array.from(await x.data(), (number, n) => number * kept[n]!).reduce(
      (a, b) => a + b,
    );
    expect((await value.data())[0]! / sum).toBeCloseTo(1, 5);
    expect(new Set(Array.from(kept, (number) => Number(number.toFixed(4))))).toEqual(
      new Set([0, 1.4286]),
    );
  });

  it('with rate 0 draws nothing, and leaves no tensors behind', () => {
    const x = tf.tensor1d([1, 2]);
    const before = tf.memory().numTensors;
    const random = new Random(1);
    dropout(x, 0, random).dispose();
    dropout(x, 0.5, new Random(1)).dispose();
    expect(random.integer(1000)).toBe(new Random(1).integer(1000));
    expect(tf.memory().numTensors).toBe(before);
  });

  it.each([-0.1, 1, NaN])('refuses the rate %d', (rate) => {
    expect(() => dropout(tf.ones([2]), rate, new Random(1))).toThrow(/from 0 to below 1/);
  });
});
