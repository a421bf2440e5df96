import * as tf from '@tensorflow/tfjs';
import { requireRowNumbers, requireShape, requireType } from './check.js';
import { withGradient } from './custom-gradient.js';
import { addRowsBySegment } from './segments-on-device.js';

/**
 * Rows of a table by their numbers: a shape of numbers becomes that shape of rows. The gradient adds the rows of the
 * result up in the rows of the table that they came from; it has the table's shape and exists on every device.
 *
 * Time in the order of what is read and written, backward also of the table.
 *
 * @param table - rows × columns, `float32`
 * @param indices - row numbers in any shape, `int32`; they may repeat
 * @returns `indices.shape` × columns
 * @throws TensorecError `invalid-argument` for a number that is no row of the table (not on `webgpu`, which cannot be
 * asked at once: rows of 0 there), or for other types.
 */
export function embedding(table: tf.Tensor2D, indices: tf.Scalar): tf.Tensor1D;
export function embedding(table: tf.Tensor2D, indices: tf.Tensor1D): tf.Tensor2D;
export function embedding(table: tf.Tensor2D, indices: tf.Tensor2D): tf.Tensor3D;
export function embedding(table: tf.Tensor2D, indices: tf.Tensor): tf.Tensor;
export function embedding(table: tf.Tensor2D, indices: tf.Tensor): tf.Tensor {
  requireShape('table', table, [undefined, undefined]);
  requireType('table', table, 'float32');
  const [rows, columns] = table.shape;
  requireRowNumbers('indices', indices, rows);
  const shape = [...indices.shape, columns];
  if (indices.size === 0 || columns === 0) return tf.zeros(shape);
  const flat = (numbers: tf.Tensor): tf.Tensor1D => numbers.reshape<tf.Tensor1D>([numbers.size]);
  return withGradient([table], {
    forward: (save) => {
      save([indices]);
      return tf.gather(table, flat(indices)).reshape(shape);
    },
    backward: (gradient, [numbers]) => [
      addRowsBySegment(gradient.reshape([-1, columns]), flat(numbers!), rows),
    ],
  });
}
