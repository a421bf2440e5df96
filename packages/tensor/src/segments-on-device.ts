import * as tf from '@tensorflow/tfjs';
import { hasSimdKernels, isReadAtOnce, keepsArrays } from './device-traits.js';
import { scanMaxima } from './segment-scan.js';
import { MAXIMA } from './kernels/segments.js';

/** What a segment holds before its first row, and how a number joins it. */
interface Fold {
  readonly start: number;
  readonly join: (sum: number, value: number) => number;
}

const addition: Fold = { start: 0, join: (sum, value) => sum + value };
// Math.max hands NaN on.
const maximum: Fold = { start: -Infinity, join: Math.max };

/**
 * Sums of the rows of each segment, without a gradient; 0 for a segment without rows. Backends that lack the kernel or
 * whose kernel compares each row with each segment get a loop over arrays.
 */
export function addRowsBySegment(
  x: tf.Tensor,
  segmentIds: tf.Tensor1D,
  segments: number,
): tf.Tensor {
  if (x.size === 0 || keepsArrays()) return foldOnArrays(x, segmentIds, segments, addition);
  return tf.unsortedSegmentSum(x, segmentIds, segments);
}

/** The greatest number of each segment and column, without a gradient; −∞ for a segment without rows. */
export function maximaBySegment(
  x: tf.Tensor,
  segmentIds: tf.Tensor1D,
  segments: number,
): tf.Tensor {
  if (x.size > 0 && hasSimdKernels()) {
    return tf.engine().runKernel<tf.Tensor>(MAXIMA, { x, segmentIds }, { segments });
  }
  if (x.size === 0 || isReadAtOnce()) return foldOnArrays(x, segmentIds, segments, maximum);
  return scanMaxima(x, segmentIds, segments);
}

function foldOnArrays(
  x: tf.Tensor,
  segmentIds: tf.Tensor1D,
  segments: number,
  { start, join }: Fold,
): tf.Tensor {
  const rowShape = x.shape.slice(1);
  const columns = rowShape.reduce((size, length) => size * length, 1);
  const folded = new Float32Array(segments * columns).fill(start);
  if (x.size > 0) {
    const rows = x.dataSync();
    segmentIds.dataSync().forEach((segment, row) => {
      const to = segment * columns;
      const from = row * columns;
      for (let column = 0; column < columns; column++) {
        folded[to + column] = join(folded[to + column]!, rows[from + column]!);
      }
    });
  }
  return tf.tensor(folded, [segments, ...rowShape]);
}
