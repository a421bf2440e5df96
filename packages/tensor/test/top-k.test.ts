import * as tf from '@tensorflow/tfjs';
import { expect, it } from 'vitest';
import { topK, type TopK, type TopKOptions } from '../src/index.js';
import { selectByOperations } from '../src/top-k.js';
import { describeOnDevices } from './devices.js';
import { expectInvalid } from './errors.js';

const scores = (): tf.Tensor2D =>
  tf.tensor2d([3, 1, 3, NaN, 2, -1, -Infinity, -5, -1, -7, 0, 0, 0, 0, 0], [3, 5]);
const exclude = { offsets: Int32Array.of(0, 1, 1, 4), indices: Int32Array.of(2, 0, 3, 4) };

function listsOf({ values, indices }: TopK): readonly [number[], number[]] {
  expect(indices.dtype).toBe('int32');
  expect(indices.shape).toEqual(values.shape);
  return [[...values.dataSync()], [...indices.dataSync()]];
}

describeOnDevices('topK', () => {
  // The operations that other devices take; tfjs' own kernels for them say which of two equal scores comes first.
  const ways = [
    topK,
    (s: tf.Tensor2D, k: number, o: TopKOptions = {}) => selectByOperations(s, k, o.exclude),
  ];

  it.each(ways)('gives the greatest first, equal ones by column', (select) => {
    const before = tf.memory().numTensors;
    const x = scores();
    const result = select(x, 3);
    expect(listsOf(result)).toEqual([
      [3, 3, 2, -1, -1, -5, 0, 0, 0],
      [0, 2, 4, 0, 3, 2, 0, 1, 2],
    ]);
    tf.dispose([x, result.values, result.indices]);
    expect(tf.memory().numTensors).toBe(before);
  });

  it.each(ways)('leaves out what is excluded, −∞ and NaN', (select) => {
    const inf = -Infinity;
    expect(listsOf(select(scores(), 6, { exclude }))).toEqual([
      [3, 2, 1, inf, inf, inf, -1, -1, -5, -7, inf, inf, 0, 0, inf, inf, inf, inf],
      [0, 4, 1, -1, -1, -1, 0, 3, 2, 4, -1, -1, 1, 2, -1, -1, -1, -1],
    ]);
  });

  it('takes no rows and no columns', () => {
    expect(topK(tf.zeros([0, 3]), 2).values.shape).toEqual([0, 2]);
    expect(listsOf(topK(tf.zeros([1, 0]), 2))).toEqual([
      [-Infinity, -Infinity],
      [-1, -1],
    ]);
  });

  it('refuses what does not fit', () => {
    for (const k of [0, -1, 1.5, NaN]) expectInvalid(() => topK(scores(), k), 'k is', String(k));
    expectInvalid(() => topK(scores().toInt(), 1), 'scores', 'int32');
    const refused = (offsets: number[], indices: number[], piece: string): void => {
      const wrong = { offsets: Int32Array.from(offsets), indices: Int32Array.from(indices) };
      expectInvalid(() => topK(scores(), 1, { exclude: wrong }), 'exclude', piece);
    };
    refused([0, 1, 1], [2], '3 offsets');
    refused([0, 1, 1, 2], [2], '1 columns');
    refused([0, 2, 1, 1], [2], 'offsets[1] is 2');
    refused([0, 1, 0, 1], [2], 'offsets[2] is 0');
    refused([0, 0, 0, 1], [5], 'column 5');
    refused([0, 2, 2, 2], [3, 3], 'column 3 after 3');
    refused([0, 1, 1, 1], [-1], 'column -1');
  });
});
