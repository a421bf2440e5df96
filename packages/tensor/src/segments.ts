import { requireArgument } from '@tensorec/kernels';
import * as tf from '@tensorflow/tfjs';
import { describeShape, requireInteger, requireRowNumbers, requireType } from './check.js';
import { withGradient } from './custom-gradient.js';
import { addRowsBySegment, maximaBySegment } from './segments-on-device.js';

/** Below every finite number: what takes the place of −∞ where differences are made. */
const LOWEST = -3.4028234663852886e38;

function requireSegments(x: tf.Tensor, segmentIds: tf.Tensor1D, segments: number): void {
  requireType('x', x, 'float32');
  requireInteger('segments', segments, 0);
  requireArgument(
    x.rank >= 1 && segmentIds.rank === 1 && segmentIds.size === x.shape[0],
    () =>
      `x has the shape ${describeShape(x.shape)} and segmentIds ${describeShape(segmentIds.shape)}; give a number of a segment for each row of x.`,
  );
  requireRowNumbers('segmentIds', segmentIds, segments);
}

/** What each row's segment holds. */
function spread(bySegment: tf.Tensor, segmentIds: tf.Tensor1D): tf.Tensor {
  return tf.gather(bySegment, segmentIds);
}

/** How many rows each segment has, as a column beside rows of x. */
function countRows(x: tf.Tensor, segmentIds: tf.Tensor1D, segments: number): tf.Tensor {
  const shape = x.shape.map((size, axis) => (axis === 0 ? size : 1));
  return addRowsBySegment(tf.ones(shape), segmentIds, segments);
}

/**
 * The sum of the rows of each segment; 0 for a segment without rows. Time in the order of the length.
 *
 * @param x - rows of any shape, `float32`
 * @param segmentIds - for each row an integer from 0 to `segments` − 1, in any order, `int32`
 * @param segments - how many there are
 * @returns segments × the shape of a row
 * @throws TensorecError `invalid-argument` for a segment that there is not (not on `webgpu`), or shapes that do not fit.
 */
export function segmentSum<T extends tf.Tensor>(
  x: T,
  segmentIds: tf.Tensor1D,
  segments: number,
): T {
  requireSegments(x, segmentIds, segments);
  return withGradient([x], {
    forward: (save) => {
      save([segmentIds]);
      return addRowsBySegment(x, segmentIds, segments) as T;
    },
    backward: (gradient, [ids]) => [spread(gradient, ids as tf.Tensor1D)],
  });
}

/**
 * The mean of the rows of each segment; 0 for a segment without rows. Arguments, errors and cost as of {@link segmentSum}.
 */
export function segmentMean<T extends tf.Tensor>(
  x: T,
  segmentIds: tf.Tensor1D,
  segments: number,
): T {
  requireSegments(x, segmentIds, segments);
  return tf.tidy(() => {
    const counts = countRows(x, segmentIds, segments).maximum(1);
    return segmentSum(x, segmentIds, segments).div<T>(counts);
  });
}

/**
 * The greatest number of each segment, column by column; 0 for a segment without rows, NaN where a row has one. The gradient
 * goes to the greatest numbers, in equal parts where several are equal. Arguments, errors and cost as of {@link segmentSum}.
 */
export function segmentMax<T extends tf.Tensor>(
  x: T,
  segmentIds: tf.Tensor1D,
  segments: number,
): T {
  requireSegments(x, segmentIds, segments);
  return withGradient([x], {
    forward: (save) => {
      save([x, segmentIds]);
      const greatest = maximaBySegment(x, segmentIds, segments);
      const filled = countRows(x, segmentIds, segments).greater(0);
      return tf.where(filled.broadcastTo(greatest.shape), greatest, tf.zerosLike(greatest)) as T;
    },
    backward: (gradient, saved) => {
      const [values, ids] = saved as [tf.Tensor, tf.Tensor1D];
      const greatest = spread(maximaBySegment(values, ids, segments), ids);
      const isGreatest = tf.equal(values, greatest).toFloat();
      const ties = addRowsBySegment(isGreatest, ids, segments).maximum(1);
      return [isGreatest.mul(spread(gradient.div(ties), ids))];
    },
  });
}

/**
 * Softmax over the rows of each segment, column by column: what attention over the edges of a graph takes (Veličković et al.,
 * "Graph attention networks", 2018, eq. 2). Rows of −∞ get 0, also where a whole segment has no others; NaN and ∞ give NaN in
 * their segment. Arguments, errors and cost as of {@link segmentSum}.
 *
 * @returns the shape of `x`
 */
export function segmentSoftmax<T extends tf.Tensor>(
  x: T,
  segmentIds: tf.Tensor1D,
  segments: number,
): T {
  requireSegments(x, segmentIds, segments);
  return withGradient([x], {
    forward: (save) => {
      const greatest = maximaBySegment(x, segmentIds, segments).maximum(LOWEST);
      const powers = tf.exp(x.sub(spread(greatest, segmentIds)));
      // A segment with a finite number has e^0 in its sum.
      const sums = addRowsBySegment(powers, segmentIds, segments).maximum(1);
      const result = powers.div<T>(spread(sums, segmentIds));
      save([result, segmentIds]);
      return result;
    },
    backward: (gradient, saved) => {
      const [result, ids] = saved as [tf.Tensor, tf.Tensor1D];
      const weighted = result.mul(gradient);
      const sums = spread(addRowsBySegment(weighted, ids, segments), ids);
      return [weighted.sub(result.mul(sums))];
    },
  });
}
