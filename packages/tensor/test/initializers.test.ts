import { Random } from '@tensorec/kernels';
import type * as tf from '@tensorflow/tfjs';
import { expect, expectTypeOf, it } from 'vitest';
import { initializers, type Initializer } from '../src/index.js';
import { describeOnDevices } from './devices.js';
import { expectError, numbersOf } from './support.js';

const {
  fansOf,
  glorotNormal,
  glorotUniform,
  heNormal,
  heUniform,
  normal,
  truncatedNormal,
  uniform,
  zeros,
} = initializers;

function moments(numbers: Float32Array): { mean: number; deviation: number; greatest: number } {
  const mean = numbers.reduce((sum, x) => sum + x, 0) / numbers.length;
  const variance = numbers.reduce((sum, x) => sum + (x - mean) ** 2, 0) / numbers.length;
  return { mean, deviation: Math.sqrt(variance), greatest: Math.max(...numbers.map(Math.abs)) };
}

let bitsOfFirstDevice: Float32Array[] | undefined;

describeOnDevices('initializers', () => {
  const drawn = async (
    initializer: Initializer,
    shape: number[],
    seed = 1,
  ): Promise<Float32Array> => numbersOf(initializer(shape, new Random(seed)));

  // Of 40,000 numbers the mean has a standard error of deviation / 200, the deviation one of at most deviation / 283.
  it.each<[string, Initializer, number, number]>([
    ['normal', normal({ mean: 3, standardDeviation: 2 }), 3, 2],
    // The standard deviation of a standard normal distribution cut at ±2: scipy.stats.truncnorm(-2, 2).std()
    ['truncatedNormal', truncatedNormal({ mean: -1, standardDeviation: 2 }), -1, 2 * 0.87962566],
    ['uniform', uniform({ least: 1, most: 4 }), 2.5, 3 / Math.sqrt(12)],
    ['glorotUniform', glorotUniform(), 0, Math.sqrt(2 / 500)],
    ['glorotNormal', glorotNormal(), 0, Math.sqrt(2 / 500)],
    ['heUniform', heUniform(), 0, Math.sqrt(2 / 100)],
    ['heNormal', heNormal(), 0, Math.sqrt(2 / 100)],
  ])('%s has the mean and deviation it promises', async (_, initializer, mean, deviation) => {
    const actual = moments(await drawn(initializer, [100, 400]));
    expect(Math.abs(actual.mean - mean)).toBeLessThan((5 * deviation) / 200);
    expect(Math.abs(actual.deviation - deviation)).toBeLessThan((5 * deviation) / 283);
  });

  it('keeps within the bounds', async () => {
    expect(
      moments(await drawn(truncatedNormal({ standardDeviation: 1 }), [40_000])).greatest,
    ).toBeLessThanOrEqual(2);
    const numbers = await drawn(uniform({ least: -2, most: 5 }), [40_000]);
    expect(Math.min(...numbers)).toBeGreaterThanOrEqual(-2);
    expect(Math.max(...numbers)).toBeLessThanOrEqual(5);
    const glorot = await drawn(glorotUniform(), [100, 400]);
    expect(moments(glorot).greatest).toBeLessThanOrEqual(Math.fround(Math.sqrt(6 / 500)));
  });

  it('gives the same bits for the same seed, on every device', async () => {
    const all = [normal(), truncatedNormal(), uniform(), glorotUniform(), heNormal()];
    const arrays = await Promise.all(all.map((initializer) => drawn(initializer, [70, 50], 7)));
    bitsOfFirstDevice ??= arrays;
    expect(arrays).toEqual(bitsOfFirstDevice);
    expect(await drawn(normal(), [70, 50], 8)).not.toEqual(arrays[0]);
  });

  it('draws nothing for zeros, and goes on in the stream otherwise', async () => {
    const random = new Random(3);
    expect([...(await numbersOf(zeros()([2, 2], random)))]).toEqual([0, 0, 0, 0]);
    const expected = new Float32Array(6);
    new Random(3).fillNormal(expected, 0, 0.01);
    const parts = [normal()([4], random), normal()([2], random)];
    expect([...(await numbersOf(parts[0]!)), ...(await numbersOf(parts[1]!))]).toEqual([
      ...expected,
    ]);
  });

  it('takes every shape', async () => {
    for (const shape of [[], [1], [0], [3, 0], [2, 3, 4]]) {
      const tensor = glorotNormal()(shape, new Random(1));
      expect(tensor.shape).toEqual(shape);
      expect((await numbersOf(tensor)).every(Number.isFinite)).toBe(true);
    }
    for (const shape of [[-1], [1.5], [NaN]]) {
      expectError(() => normal()(shape, new Random(1)), 'invalid-argument', String(shape[0]));
    }
  });

  it('computes fans as Keras does', () => {
    expect(fansOf([5, 7])).toEqual({ fanIn: 5, fanOut: 7 });
    expect(fansOf([3, 3, 5, 7])).toEqual({ fanIn: 45, fanOut: 63 });
    expect(fansOf([4])).toEqual({ fanIn: 4, fanOut: 4 });
    expect(fansOf([])).toEqual({ fanIn: 1, fanOut: 1 });
  });

  it('refuses settings out of their ranges', () => {
    expectError(() => normal({ standardDeviation: -1 }), 'invalid-argument', '-1');
    expectError(() => truncatedNormal({ mean: NaN }), 'invalid-argument', 'NaN');
    expectError(() => uniform({ least: 1, most: 0 }), 'invalid-argument', '1 to 0');
  });

  it('knows ranks', () => {
    expectTypeOf(zeros()<tf.Rank.R2>([1, 2], new Random(1))).toEqualTypeOf<tf.Tensor2D>();
  });
});
