import * as tf from '@tensorflow/tfjs';
import { expect, it } from 'vitest';
import { segmentMax, segmentMean, segmentSoftmax, segmentSum } from '../src/index.js';
import { scanMaxima } from '../src/segment-scan.js';
import { describeOnDevices } from './devices.js';
import { expectInvalid } from './errors.js';
import { expectGradients, normal } from './gradients.js';

const operations = { segmentSum, segmentMean, segmentMax, segmentSoftmax };

describeOnDevices('segments', () => {
  const x = (): tf.Tensor2D => tf.tensor2d([1, -2, 3, -4, 5, -6, 7, -8], [4, 2]);
  /** Segment 1 has no row. */
  const ids = (): tf.Tensor1D => tf.tensor1d([2, 0, 2, 2], 'int32');

  it.each([
    ['segmentSum', [3, -4, 0, 0, 13, -16]],
    ['segmentMean', [3, -4, 0, 0, 13 / 3, -16 / 3]],
    ['segmentMax', [3, -4, 0, 0, 7, -2]],
  ] as const)('%s', (name, expected) => {
    const result = operations[name](x(), ids(), 3);
    expect(result.shape).toEqual([3, 2]);
    result.dataSync().forEach((value, i) => {
      expect(value).toBeCloseTo(expected[i]!, 5);
    });
  });

  it('segmentSoftmax', () => {
    // e^-6, e^-2 and 1 for the rows 0, 2, 3 of the first column; 1, e^-4 and e^-6 of the second
    const [a, b, c] = [1, Math.exp(-2), Math.exp(-6)];
    const second = 1 + Math.exp(-4) + Math.exp(-6);
    const expected = [
      ...[c / (a + b + c), 1 / second, 1, 1],
      ...[b / (a + b + c), Math.exp(-4) / second, a / (a + b + c), Math.exp(-6) / second],
    ];
    segmentSoftmax(x(), ids(), 3)
      .dataSync()
      .forEach((value, i) => {
        expect(value).toBeCloseTo(expected[i]!, 6);
      });
  });

  it.each(Object.keys(operations) as (keyof typeof operations)[])(
    '%s has the gradient of differences',
    (name) => {
      const numbers = tf.tensor1d([3, 0, 3, 1, 3, 0], 'int32');
      for (const shape of [[6], [6, 5], [6, 2, 3]]) {
        // No two numbers are so near that the greatest changes.
        const size = shape.reduce((product, length) => product * length, 1);
        const spaced = Float32Array.from({ length: size }, (_, i) => ((i * 17) % 37) / 10);
        expectGradients((rows) => operations[name](rows, numbers, 5), [tf.tensor(spaced, shape)]);
      }
    },
  );

  it('segmentMax gives equal numbers equal parts of the gradient', () => {
    const gradient = tf.grad((rows) => segmentMax(rows, tf.tensor1d([0, 0, 0], 'int32'), 1));
    const parts = gradient(tf.tensor1d([5, 1, 5]), tf.tensor1d([3]));
    expect([...parts.dataSync()]).toEqual([1.5, 0, 1.5]);
  });

  it('take no rows, no segments, rows of one number', () => {
    const none = tf.tensor1d([], 'int32');
    for (const operation of [segmentSum, segmentMean, segmentMax]) {
      const result = operation(tf.tensor2d([], [0, 2]), none, 2);
      expect([...result.dataSync()]).toEqual([0, 0, 0, 0]);
      expect(operation(tf.tensor2d([], [0, 2]), none, 0).shape).toEqual([0, 2]);
      expect([...operation(tf.tensor1d([4]), tf.tensor1d([0], 'int32'), 1).dataSync()]).toEqual([
        4,
      ]);
    }
    expect(segmentSoftmax(tf.tensor2d([], [0, 2]), none, 2).shape).toEqual([0, 2]);
  });

  it('segmentSoftmax gives 0 to −∞, and NaN stays in its segment', () => {
    const row = tf.tensor1d([-Infinity, -Infinity, 1, -Infinity, NaN, 2]);
    const result = segmentSoftmax(row, tf.tensor1d([0, 0, 1, 1, 2, 2], 'int32'), 3).dataSync();
    expect([...result]).toEqual([0, 0, 1, 0, NaN, NaN]);
    expect([...segmentMax(row, tf.tensor1d([0, 0, 1, 1, 2, 2], 'int32'), 3).dataSync()]).toEqual([
      -Infinity,
      1,
      NaN,
    ]);
  });

  it('refuse segments that there are not, and other shapes', () => {
    for (const operation of Object.values(operations)) {
      expectInvalid(() => operation(x(), ids(), 2), 'segmentIds', '2 at place 0', 'from 0 to 1');
      expectInvalid(() => operation(x(), ids(), 2.5), 'segments', '2.5');
      const short = tf.tensor1d([0], 'int32');
      expectInvalid(() => operation(x(), short, 2), '[4, 2]', '[1]');
      expectInvalid(() => operation(x(), tf.tensor1d([0, 0, 0, 0]), 2), 'segmentIds', 'float32');
      expectInvalid(() => operation(x().toInt(), ids(), 3), 'x', 'int32');
    }
  });
});

describeOnDevices('scanMaxima', (device) => {
  it('gives the maxima of segments in any order', (context) => {
    context.skip(device === 'wasm', 'wasm has no sums of segments: it takes a loop over arrays');
    const rows = normal<tf.Rank.R2>([37, 3], 5);
    const numbers = Int32Array.from({ length: 37 }, (_, n) => (n * n) % 11);
    const expected = new Float32Array(12 * 3).fill(-Infinity);
    rows.dataSync().forEach((value, i) => {
      const place = 3 * numbers[Math.floor(i / 3)]! + (i % 3);
      expected[place] = Math.max(expected[place]!, value);
    });
    expect(scanMaxima(rows, tf.tensor1d(numbers), 12).dataSync()).toEqual(expected);
  });
});
