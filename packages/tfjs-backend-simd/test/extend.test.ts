import { combineArrays } from '@tensorec/kernels';
import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import { ready, registerSimdKernel } from '../src/index.js';

beforeAll(async () => {
  await ready();
  await tf.setBackend('simd');
  registerSimdKernel<{ readonly a: tf.TensorInfo; readonly b: tf.TensorInfo }>(
    'TestDifference',
    ({ inputs: { a, b }, backend }) =>
      backend.fill(a.shape, (result) => {
        const operand = (info: tf.TensorInfo): { array: ReturnType<typeof backend.floatsOf> } => ({
          array: backend.floatsOf(info),
        });
        combineArrays('difference', operand(a), operand(b), result, 1, result.length);
      }),
  );
  registerSimdKernel<{ readonly x: tf.TensorInfo; readonly by: tf.TensorInfo }>(
    'TestAddInPlace',
    ({ inputs: { x, by }, backend }) => {
      const array = backend.writableFloatsOf(x);
      combineArrays('sum', { array }, { array: backend.floatsOf(by) }, array, 1, array.length);
      return [];
    },
  );
});

describe('registerSimdKernel', () => {
  it('adds a kernel that programs run by its name', () => {
    const [a, b] = [tf.tensor1d([5, 7, 9]), tf.tensor1d([1, 2, 3])];
    const result = tf.engine().runKernel<tf.Tensor>('TestDifference', { a, b });
    expect([...result.dataSync()]).toEqual([4, 5, 6]);
  });

  it('lets a kernel change a tensor in place, also after its numbers were read', () => {
    const x = tf.tensor1d([1, 2, 3]);
    const by = tf.tensor1d([10, 20, 30]);
    tf.engine().runKernel('TestAddInPlace', { x, by });
    expect([...x.dataSync()]).toEqual([11, 22, 33]);
    tf.engine().runKernel('TestAddInPlace', { x, by });
    expect([...x.dataSync()]).toEqual([21, 42, 63]);
  });

  it('refuses to change numbers that other tensors share, and other types', () => {
    const x = tf.tensor1d([1, 2]);
    const shared = x.reshape([2, 1]);
    const add = (target: tf.Tensor): unknown =>
      tf.engine().runKernel('TestAddInPlace', { x: target, by: x });
    expect(() => add(shared)).toThrow(/2 tensors share/);
    shared.dispose();
    expect(() => add(tf.tensor1d([1, 2], 'int32'))).toThrow(/int32/);
  });
});
