import * as tf from '@tensorflow/tfjs';
import { expect, it } from 'vitest';
import { embedding } from '../src/index.js';
import { describeOnDevices } from './devices.js';
import { expectInvalid } from './errors.js';
import { expectGradients, normal } from './gradients.js';

describeOnDevices('embedding', () => {
  const table = (): tf.Tensor2D => tf.tensor2d([0, 1, 10, 11, 20, 21], [3, 2]);

  it('has the shape of the indices, with a row for each', () => {
    const rows = embedding(table(), tf.tensor2d([2, 0, 1, 2, 2, 0], [2, 3], 'int32'));
    expect(rows.shape).toEqual([2, 3, 2]);
    expect([...rows.dataSync()]).toEqual([20, 21, 0, 1, 10, 11, 20, 21, 20, 21, 0, 1]);
    const one = embedding(table(), tf.scalar(1, 'int32'));
    expect(one.shape).toEqual([2]);
    expect([...one.dataSync()]).toEqual([10, 11]);
  });

  it('adds up the gradients of a row that is taken several times', () => {
    const indices = tf.tensor1d([2, 0, 2], 'int32');
    const gradient = tf.grad((x) => embedding(x as tf.Tensor2D, indices))(
      table(),
      tf.tensor2d([1, 2, 3, 4, 5, 6], [3, 2]),
    );
    expect([...gradient.dataSync()]).toEqual([3, 4, 0, 0, 6, 8]);
  });

  it('has the gradient of differences', () => {
    const indices = tf.tensor2d([4, 0, 4, 4, 1, 0], [3, 2], 'int32');
    expectGradients((x) => embedding(x as tf.Tensor2D, indices), [normal([5, 3], 1)]);
  });

  it('gives nothing for no indices, and a gradient of 0', () => {
    const rows = embedding(table(), tf.tensor2d([], [0, 4], 'int32'));
    expect(rows.shape).toEqual([0, 4, 2]);
    const none = tf.tensor1d([], 'int32');
    const gradient = tf.grad((x) =>
      embedding(x as tf.Tensor2D, none)
        .sum()
        .add(x.sum().mul(0)),
    );
    expect([...gradient(table()).dataSync()]).toEqual([0, 0, 0, 0, 0, 0]);
  });

  it('refuses what is no row, other types and shapes', () => {
    for (const [wrong, place] of [
      [3, 1],
      [-1, 1],
    ] as const) {
      const indices = tf.tensor1d([0, wrong], 'int32');
      expectInvalid(() => embedding(table(), indices), 'indices', `${wrong} at place ${place}`);
    }
    expectInvalid(() => embedding(table(), tf.tensor1d([0])), 'indices', 'float32', 'int32');
    const cube = tf.zeros([1, 2, 3]) as unknown as tf.Tensor2D;
    expectInvalid(() => embedding(cube, tf.tensor1d([0], 'int32')), 'table', '[1, 2, 3]');
  });
});
