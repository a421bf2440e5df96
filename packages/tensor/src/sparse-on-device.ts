import * as tf from '@tensorflow/tfjs';
import { hasSimdKernels, isReadAtOnce } from './device-traits.js';
import { multiplyGathered, multiplyGatheredEntries } from './sparse-gathered.js';
import type { SparseSide } from './sparse-side.js';
import { ENTRIES, PRODUCT } from './kernels/sparse.js';

/** Sparse times dense without a gradient, with other values than the matrix' own where they are given. */
export function multiplySide(
  side: SparseSide,
  dense: tf.Tensor2D,
  values?: tf.Tensor1D,
): tf.Tensor2D {
  const { rows } = side.csr;
  const columns = dense.shape[1];
  if (rows === 0 || columns === 0 || side.csr.indices.length === 0) {
    return tf.zeros([rows, columns]);
  }
  if (hasSimdKernels()) {
    const inputs = values === undefined ? { dense } : { dense, values };
    return tf.engine().runKernel<tf.Tensor2D>(PRODUCT, inputs, attributes(side));
  }
  if (!isReadAtOnce()) return multiplyGathered(side, dense, values);
  const product = multiplyArrays(side, dense.dataSync(), columns, values?.dataSync());
  return tf.tensor2d(product, [rows, columns]);
}

/** For each entry the product of its row of `left` and its column's row of `right`, without a gradient. */
export function multiplySideEntries(
  side: SparseSide,
  left: tf.Tensor2D,
  right: tf.Tensor2D,
): tf.Tensor1D {
  const columns = left.shape[1];
  const entries = side.csr.indices.length;
  if (entries === 0 || columns === 0) return tf.zeros([entries]);
  if (hasSimdKernels()) {
    return tf.engine().runKernel<tf.Tensor1D>(ENTRIES, { left, right }, attributes(side));
  }
  if (!isReadAtOnce()) return multiplyGatheredEntries(side, left, right);
  return tf.tensor1d(multiplyArrayEntries(side, left.dataSync(), right.dataSync(), columns));
}

/** The matrix as an attribute of a kernel: tfjs hands attributes on as they are, but its type knows plain values alone. */
function attributes({ operator }: SparseSide): tf.NamedAttrMap {
  return { operator } as unknown as tf.NamedAttrMap;
}

function multiplyArrays(
  { csr, places }: SparseSide,
  dense: ArrayLike<number>,
  width: number,
  values: ArrayLike<number> | undefined,
): Float32Array {
  const product = new Float32Array(csr.rows * width);
  for (let row = 0; row < csr.rows; row++) {
    const to = row * width;
    const end = csr.offsets[row + 1]!;
    for (let entry = csr.offsets[row]!; entry < end; entry++) {
      const value = values ? values[places?.[entry] ?? entry]! : csr.values[entry]!;
      const from = csr.indices[entry]! * width;
      for (let column = 0; column < width; column++) {
        product[to + column]! += value * dense[from + column]!;
      }
    }
  }
  return product;
}

function multiplyArrayEntries(
  { csr }: SparseSide,
  left: ArrayLike<number>,
  right: ArrayLike<number>,
  width: number,
): Float32Array {
  const products = new Float32Array(csr.indices.length);
  for (let row = 0; row < csr.rows; row++) {
    const end = csr.offsets[row + 1]!;
    for (let entry = csr.offsets[row]!; entry < end; entry++) {
      const from = csr.indices[entry]! * width;
      let sum = 0;
      for (let column = 0; column < width; column++) {
        sum += left[row * width + column]! * right[from + column]!;
      }
      products[entry] = sum;
    }
  }
  return products;
}
