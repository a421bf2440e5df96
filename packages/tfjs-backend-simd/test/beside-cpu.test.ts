import { engineStatus, Random } from '@tensorec/kernels';
import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import { ready } from '../src/index.js';

/** Normally distributed numbers, the same in every call. */
function normal(shape: number[], seed: number): tf.Tensor {
  const numbers = new Float32Array(shape.reduce((size, length) => size * length, 1));
  new Random(seed).fillNormal(numbers, 0, 1);
  return tf.tensor(numbers, shape);
}

/** Expects both backends to compute the same numbers within 1e-5 of the greatest. */
async function expectSame(compute: () => tf.Tensor): Promise<void> {
  const results: { shape: number[]; numbers: Float32Array }[] = [];
  for (const backend of ['cpu', 'simd']) {
    await tf.setBackend(backend);
    const result = tf.tidy(compute);
    results.push({ shape: result.shape, numbers: Float32Array.from(result.dataSync()) });
    result.dispose();
  }
  const [expected, actual] = results;
  expect(actual!.shape).toEqual(expected!.shape);
  const size = expected!.numbers.reduce((most, x) => Math.max(most, Math.abs(x)), 0);
  expected!.numbers.forEach((value, i) => {
    expect(Math.abs(actual!.numbers[i]! - value)).toBeLessThanOrEqual(1e-5 * size);
  });
}

describe('beside the backend cpu', () => {
  beforeAll(async () => {
    tf.env().set('IS_TEST', true);
    await ready();
  });

  it.each([
    ['repeated axes at both ends', [1, 7, 1], [5, 7, 9]],
    ['a repeated axis in the middle', [5, 1, 9], [5, 7, 9]],
    ['axes that repeat in turn', [3, 1, 4, 1, 2], [1, 5, 1, 6, 2]],
    ['a row and a column', [40, 1], [1, 50]],
  ])('combines %s', async (_, left, right) => {
    await expectSame(() => tf.sub(normal(left, 1), normal(right, 2)));
  });

  it.each([[[0]], [[1]], [[0, 2]], [[1, 3]], [[0, 1, 2, 3]]])(
    'reduces the axes %j',
    async (axes) => {
      await expectSame(() => tf.mean(normal([3, 40, 5, 60], 1), axes));
      await expectSame(() => tf.max(normal([3, 40, 5, 60], 1), axes, true));
    },
  );

  it.each([[[0, 2, 1, 3]], [[0, 1, 3, 2]], [[3, 2, 1, 0]], [[2, 3, 0, 1]]])(
    'permutes the axes to %j',
    async (permutation) => {
      await expectSame(() => tf.transpose(normal([3, 4, 5, 6], 1), permutation));
    },
  );

  it('multiplies batches with bias and activation', async () => {
    await expectSame(() => tf.matMul(normal([3, 17, 9], 1), normal([1, 5, 9], 2), false, true));
    await expectSame(() =>
      tf.fused.matMul({
        a: normal([70, 33], 1),
        b: normal([33, 21], 2),
        bias: normal([21], 3),
        activation: 'sigmoid',
      }),
    );
  });

  it.each<[string, () => tf.Tensor]>([
    ['floor', () => normal([70, 3], 1).mul(4).floor()],
    ['ceil', () => normal([70, 3], 1).mul(4).ceil()],
    ['round', () => tf.tensor1d([0.5, 1.5, 2.5, -0.5, -1.5, 0.49, 7]).round()],
    ['sign', () => tf.tensor1d([-3, 0, NaN, 2]).sign()],
    ['a relation with a number', () => normal([30, 5], 1).greaterEqual(0.25).toFloat()],
    [
      'a relation with rows',
      () =>
        normal([30, 5], 1)
          .less(normal([5], 2))
          .toFloat(),
    ],
    [
      'logic',
      () => {
        const [a, b] = [normal([40], 1).greater(0), normal([40], 2).greater(0)];
        return tf.stack([a.logicalAnd(b), a.logicalOr(b), a.logicalNot()]).toFloat();
      },
    ],
    ['where', () => tf.where(normal([9, 4], 1).greater(0), normal([9, 4], 2), normal([9, 4], 3))],
    [
      'where, broadcast',
      () => tf.where(tf.tensor2d([[1], [0]], [2, 1], 'bool'), normal([2, 4], 2), normal([4], 3)),
    ],
    ['relations of integers', () => tf.tensor1d([1, 2, 3], 'int32').notEqual(2).toFloat()],
    ['powers', () => tf.stack([2, 3, 0.5, 1.5, -1, 0.7].map((p) => normal([50], 1).abs().pow(p)))],
    ['fill', () => tf.fill([3, 4], 0.1)],
    ['zerosLike and onesLike', () => tf.zerosLike(normal([3], 1)).add(tf.onesLike(normal([3], 1)))],
    ['tile', () => normal([2, 1, 3], 1).tile([3, 2, 2])],
    ['tile of five axes', () => normal([2, 3, 2, 3, 2], 1).tile([2, 1, 2, 1, 2])],
    [
      'pad',
      () =>
        tf.pad(
          normal([3, 4], 1),
          [
            [1, 2],
            [0, 3],
          ],
          7,
        ),
    ],
    [
      'pad of nothing',
      () =>
        tf.pad(normal([0, 2], 1), [
          [1, 1],
          [0, 0],
        ]),
    ],
    ['split', () => tf.concat(tf.split(normal([4, 9, 3], 1), [2, 3, 4], 1).reverse(), 1)],
    ['stack', () => tf.stack([normal([3, 4], 1), normal([3, 4], 2)], -1)],
    ['unstack', () => tf.concat(tf.unstack(normal([3, 4, 2], 1), 1).reverse())],
    [
      'slice of five axes',
      () => normal([2, 3, 2, 3, 2], 1).slice([0, 1, 0, 1, 0], [2, 2, 1, 2, 1]),
    ],
    ['stridedSlice of steps of one', () => normal([7, 6], 1).stridedSlice([2, 0], [5, 6], [1, 1])],
    ['stridedSlice', () => normal([7, 6], 1).stridedSlice([6, 0], [0, 6], [-2, 3])],
    ['transpose of single places', () => normal([5, 1, 6], 1).transpose([1, 0, 2])],
    [
      'batchNorm by columns',
      () =>
        tf.batchNorm(
          normal([6, 5], 1),
          normal([5], 2),
          normal([5], 3).abs(),
          normal([5], 4),
          normal([5], 5),
        ),
    ],
    [
      'batchNorm of numbers of their own, without offset',
      () =>
        tf.batchNorm(
          normal([6, 5], 1),
          normal([6, 5], 2),
          normal([6, 5], 3).abs(),
          undefined,
          normal([6, 5], 4),
        ),
    ],
    [
      'sums of many',
      () => tf.addN([normal([9], 1), normal([9], 2), normal([9], 3), normal([9], 4)]),
    ],
    ['sums of everything', () => normal([5, 6], 1).sum()],
  ])('computes %s', async (_, compute) => {
    await expectSame(compute);
  });

  it('multiplies many small matrices, with the gradients of both', async () => {
    for (const [a, b] of [
      [
        [6, 2, 9, 7],
        [6, 2, 7, 5],
      ],
      [
        [12, 30, 8],
        [8, 6],
      ],
    ] as const) {
      const loss = (x: tf.Tensor, y: tf.Tensor): tf.Scalar => x.matMul(y).square().sum().asScalar();
      const [left, right] = [normal([...a], 1), normal([...b], 2)];
      if (a.length === b.length) {
        await expectSame(() => tf.grads(loss)([tf.clone(left), tf.clone(right)])[0]!);
        await expectSame(() => tf.grads(loss)([tf.clone(left), tf.clone(right)])[1]!);
      } else await expectSame(() => tf.matMul(left, right));
    }
  });

  it('gives the gradient of gathered rows, repeated ones too', async () => {
    await expectSame(() => {
      const rows = tf.tensor1d([3, 0, 3, 3, 29, 7], 'int32');
      const weights = normal([6, 8], 2);
      return tf.grad((table) => tf.gather(table, rows).mul(weights).sum())(normal([30, 8], 1));
    });
  });

  it('frees the memory of the kernels with the tensors', async () => {
    await tf.setBackend('simd');
    const before = engineStatus()!.usedBytes;
    const variable = tf.tidy(() => tf.variable(normal([50, 20], 1)));
    const optimizer = tf.train.adam(0.1);
    optimizer.minimize(() => variable.square().softmax().log().mean().asScalar());
    expect(engineStatus()!.usedBytes).toBeGreaterThan(before);
    optimizer.dispose();
    variable.dispose();
    expect(engineStatus()!.usedBytes).toBe(before);
  });
});
