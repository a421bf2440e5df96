import * as tf from '@tensorflow/tfjs';

/**
 * The greatest number of each segment and column by operations alone, for devices whose numbers cannot be read at once: rows
 * are sorted by segment, maxima spread over doubling distances (Hillis and Steele, "Data parallel algorithms", 1986), and the
 * last row of each segment has its maximum. −∞ for a segment without rows. Time in the order of rows · log(rows).
 */
export function scanMaxima(x: tf.Tensor, segmentIds: tf.Tensor1D, segments: number): tf.Tensor {
  return tf.tidy(() => {
    const rows = x.shape[0];
    const flat = x.reshape([rows, -1]);
    const columns = flat.shape[1]!;
    // As real numbers: segments are told apart up to 2^24 of them.
    const { values, indices } = tf.topk(segmentIds.toFloat(), rows);
    let maxima = tf.gather(flat, indices) as tf.Tensor2D;
    for (let distance = 1; distance < rows; distance *= 2) {
      const earlier = tf.slice(values, 0, rows - distance);
      const same = tf.equal(tf.slice(values, distance), earlier).reshape([-1, 1]);
      const spread = tf.where(
        tf.tile(same, [1, columns]),
        tf.slice(maxima, [0, 0], [rows - distance, columns]),
        -Infinity,
      );
      maxima = tf.maximum(maxima, tf.concat([tf.fill([distance, columns], -Infinity), spread], 0));
    }
    const next = tf.concat([tf.slice(values, 1), tf.tensor1d([-1])]);
    const last = tf.tile(tf.notEqual(values, next).reshape([-1, 1]), [1, columns]);
    const sorted = values.toInt<tf.Tensor1D>();
    const found = tf.unsortedSegmentSum(
      tf.where(last, maxima, tf.zerosLike(maxima)),
      sorted,
      segments,
    );
    const filled = tf.unsortedSegmentSum(tf.onesLike(maxima), sorted, segments).greater(0);
    return tf.where(filled, found, -Infinity).reshape([segments, ...x.shape.slice(1)]);
  });
}
