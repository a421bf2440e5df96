import * as tf from '@tensorflow/tfjs';
import type { SparseSide } from './sparse-side.js';

/** Numbers that are gathered at a time, so that a buffer of a graphics device can hold them. */
const BLOCK = 8_388_608;

/** Sparse times dense by gathering rows and adding them up by segment: for devices whose numbers are not read at once. */
export function multiplyGathered(
  side: SparseSide,
  dense: tf.Tensor2D,
  values?: tf.Tensor1D,
): tf.Tensor2D {
  const { csr, places } = side;
  return tf.tidy(() => {
    let product = tf.zeros([csr.rows, dense.shape[1]]);
    for (const [from, to] of blocks(csr.indices.length, dense.shape[1])) {
      const gathered = tf.gather(dense, int32(csr.indices.slice(from, to)));
      const factors = valuesOf(from, to).reshape([to - from, 1]);
      const rows = int32(side.rowOfEntries.slice(from, to));
      product = product.add(tf.unsortedSegmentSum(gathered.mul(factors), rows, csr.rows));
    }
    return product as tf.Tensor2D;
  });

  function valuesOf(from: number, to: number): tf.Tensor {
    if (values === undefined) return tf.tensor1d(csr.values.slice(from, to));
    if (places === undefined) return tf.slice(values, from, to - from);
    return tf.gather(values, int32(places.slice(from, to)));
  }
}

/** For each entry the product of its row of `left` and its column's row of `right`. */
export function multiplyGatheredEntries(
  side: SparseSide,
  left: tf.Tensor2D,
  right: tf.Tensor2D,
): tf.Tensor1D {
  return tf.tidy(() => {
    const { indices } = side.csr;
    const parts = blocks(indices.length, left.shape[1]).map(([from, to]) => {
      const rows = tf.gather(left, int32(side.rowOfEntries.slice(from, to)));
      return tf.sum<tf.Tensor1D>(rows.mul(tf.gather(right, int32(indices.slice(from, to)))), 1);
    });
    return tf.concat(parts);
  });
}

function int32(numbers: Int32Array): tf.Tensor1D {
  return tf.tensor1d(numbers, 'int32');
}

/** Ranges of entries whose gathered rows make a block. */
function blocks(entries: number, width: number): (readonly [from: number, to: number])[] {
  const step = Math.max(1, Math.floor(BLOCK / width));
  return Array.from({ length: Math.ceil(entries / step) }, (_, block) => [
    block * step,
    Math.min(entries, (block + 1) * step),
  ]);
}
