import { Random } from '@tensorec/kernels';
import * as tf from '@tensorflow/tfjs';
import { expect, it } from 'vitest';
import { scaledDotProductAttention, type AttentionOptions } from '../src/index.js';
import { describeOnDevices } from './devices.js';
import { expectInvalid } from './errors.js';
import { expectGradients, normal } from './gradients.js';
import golden from './reference/attention.json' with { type: 'json' };

/** The first numbers of a deterministic sequence that the script of the golden values makes too. */
function wave<R extends tf.Rank>(shape: tf.ShapeMap[R], offset: number): tf.Tensor<R> {
  const size = shape.reduce((product, length) => product * length, 1);
  const values = Float32Array.from({ length: size }, (_, n) => Math.sin(0.7 * n + offset) * 1.5);
  return tf.tensor(values, shape);
}

function expectNear(actual: tf.Tensor, expected: readonly number[]): void {
  expect(actual.size).toBe(expected.length);
  actual.dataSync().forEach((value, i) => {
    expect(Math.abs(value - expected[i]!)).toBeLessThan(1e-5);
  });
}

describeOnDevices('scaledDotProductAttention', () => {
  it('is the weighted mean of values, by hand', () => {
    // Scores 0 and ln 3, so weights 1/4 and 3/4.
    const query = tf.tensor3d([Math.log(3), 5], [1, 1, 2]);
    const key = tf.tensor3d([0, 0, 1, 0], [1, 2, 2]);
    const value = tf.tensor3d([4, 8, 0, 16, -4, 0], [1, 2, 3]);
    const result = scaledDotProductAttention(query, key, value, { scale: 1 });
    expect(result.shape).toEqual([1, 1, 3]);
    expectNear(result, [13, -1, 0]);
  });

  it.each(golden)(
    'gives what torch gives: $name',
    ({ causal, masked, biased, result, gradients }) => {
      const shape: [number, number, number, number] = [2, 2, 5, 3];
      const [query, key, value] = [
        wave<tf.Rank.R4>(shape, 0),
        wave<tf.Rank.R4>(shape, 1),
        wave<tf.Rank.R4>(shape, 2),
      ];
      const mask = tf.tensor2d([0, 1, 1, 0, 1, 1, 1, 1, 1, 0], [2, 5], 'bool');
      const compute = (q: tf.Tensor, k: tf.Tensor, v: tf.Tensor, bias?: tf.Tensor): tf.Tensor4D =>
        scaledDotProductAttention(q as tf.Tensor4D, k as tf.Tensor4D, v as tf.Tensor4D, {
          causal,
          mask: masked ? mask : undefined,
          bias: biased ? bias : undefined,
        });
      const inputs = [query, key, value, ...(biased ? [wave([2, 5, 5], 3)] : [])];
      expectNear(compute(...(inputs as [tf.Tensor, tf.Tensor, tf.Tensor])), result);
      tf.grads(compute)(inputs, wave(shape, 4)).forEach((gradient, n) => {
        expectNear(gradient, gradients[n]!);
      });
    },
  );

  it.each<readonly [string, () => AttentionOptions, boolean]>([
    ['plain', () => ({}), false],
    [
      'causal, masked',
      () => ({ causal: true, mask: tf.tensor2d([0, 0, 1, 1, 1, 1], [2, 3]) }),
      false,
    ],
    ['with a bias of heads', () => ({ scale: 0.3 }), true],
  ])('has the gradients of differences: %s', (_, optionsOf, biased) => {
    const options = optionsOf();
    const inputs = [1, 2, 3].map((seed) => normal([2, 2, 3, 4], seed));
    if (biased) inputs.push(normal([2, 3, 3], 4));
    expectGradients(
      (query, key, value, bias) =>
        scaledDotProductAttention(query as tf.Tensor4D, key as tf.Tensor4D, value as tf.Tensor4D, {
          ...options,
          bias,
        }),
      inputs,
      4e-3,
    );
  });

  it('gives 0, and no gradient, to a query that sees no key', () => {
    const [query, key, value] = [1, 2, 3].map((seed) => normal<tf.Rank.R3>([2, 3, 4], seed));
    const mask = tf.tensor2d([0, 0, 1, 0, 0, 0], [2, 3], 'int32');
    const attend = (q: tf.Tensor): tf.Tensor3D =>
      scaledDotProductAttention(q as tf.Tensor3D, key!, value!, { causal: true, mask });
    const result = attend(query!).dataSync();
    const last = value!.dataSync().slice(8, 12);
    [...result].forEach((number, i) => {
      expect(number).toBeCloseTo(i >= 8 && i < 12 ? last[i - 8]! : 0, 6);
    });
    for (const number of tf.grad(attend)(query!).dataSync()) expect(Math.abs(number)).toBe(0);
  });

  it('drops the same weights on every device, by the seed', () => {
    const size = 200;
    const zeros = tf.zeros<tf.Rank.R3>([1, size, 1]);
    // Equal weights 1/200 of the values 1: the sum of a row is its share of weights that stay, / 0.75.
    const drop = (): Float32Array =>
      scaledDotProductAttention(zeros, zeros, tf.ones([1, size, 1]), {
        dropout: { rate: 0.25, random: new Random(5) },
      }).dataSync<'float32'>();
    const sums = drop();
    expect(drop()).toEqual(sums);
    const uniform = new Float32Array((size / 8) * size * 8);
    new Random(new Random(5).integer(Number.MAX_SAFE_INTEGER)).fillUniform(uniform);
    sums.forEach((sum, query) => {
      let kept = 0;
      for (let key = 0; key < size; key++) {
        const place = (Math.floor(query / 8) * size + key) * 8 + (query % 8);
        if (uniform[place]! >= 0.25) kept++;
      }
      expect(sum).toBeCloseTo(kept / 0.75 / size, 5);
    });
  });

  it('has the gradients of differences with dropout', () => {
    const inputs = [1, 2, 3].map((seed) => normal([1, 2, 9, 3], seed));
    expectGradients(
      (query, key, value) =>
        scaledDotProductAttention(query as tf.Tensor4D, key as tf.Tensor4D, value as tf.Tensor4D, {
          causal: true,
          dropout: { rate: 0.4, random: new Random(3) },
        }),
      inputs,
      4e-3,
    );
  });

  it('takes no queries, no keys and no examples', () => {
    const attend = (queries: number, keys: number, batch = 2): tf.Tensor3D =>
      scaledDotProductAttention<tf.Tensor3D>(
        tf.ones([batch, queries, 3]),
        tf.ones([batch, keys, 3]),
        tf.ones([batch, keys, 2]),
      );
    expect(attend(0, 4).shape).toEqual([2, 0, 2]);
    expect([...attend(1, 0).dataSync()]).toEqual([0, 0, 0, 0]);
    expect(attend(1, 1, 0).shape).toEqual([0, 1, 2]);
  });

  it('refuses what does not fit', () => {
    const x = tf.ones<tf.Rank.R3>([2, 3, 4]);
    const with3 = (options: AttentionOptions) => (): unknown =>
      scaledDotProductAttention(x, x, x, options);
    expectInvalid(() => scaledDotProductAttention(x, tf.ones([2, 3, 5]), x), 'key', '[2, any, 4]');
    expectInvalid(
      () => scaledDotProductAttention(x, x, tf.ones([2, 2, 4])),
      'value',
      '[2, 3, any]',
    );
    expectInvalid(() => scaledDotProductAttention(x, x, x.toInt()), 'value', 'int32');
    const flat = tf.ones([2, 3]) as unknown as tf.Tensor3D;
    expectInvalid(() => scaledDotProductAttention(flat, flat, flat), 'query', '[2, 3]');
    expectInvalid(with3({ mask: tf.ones([3, 2]) }), 'mask', '[3, 2]', '[2, 3]');
    expectInvalid(with3({ bias: tf.ones([3, 2]) }), 'bias', '[3, 2]', '[2, 3, 3]');
    expectInvalid(with3({ bias: tf.ones([3, 3, 3]) }), 'bias', '[3, 3, 3]');
    expectInvalid(with3({ scale: NaN }), 'scale');
    expectInvalid(with3({ dropout: { rate: 1, random: new Random(1) } }), 'rate');
    const longer = tf.ones<tf.Rank.R3>([2, 4, 4]);
    expectInvalid(
      () => scaledDotProductAttention(x, longer, longer, { causal: true }),
      '3 queries and 4 keys',
    );
  });
});
