import { requireEngine } from './engine/engine.js';
import { requireLength } from './array-functions.js';
import { multiplyAt, packAt, packedBytes, type ProductShape } from './gemm.js';
import type { ResidentArray } from './resident-array.js';
import { finish } from './steps.js';

/** Products of matrices that lie one after the other in their arrays. */
export interface BatchShape extends ProductShape {
  /** How many products there are. */
  readonly batch: number;
  /** How many left matrices there are; product n takes matrix n modulo this. Default `batch`. */
  readonly leftBatch?: number;
  /** How many right matrices there are; default `batch`. */
  readonly rightBatch?: number;
}

/**
 * Writes the products of dense row-major matrices to `result`, batch × rows × columns. Numbers as of `matrixProduct`. At
 * once; time in the order of batch · rows · depth · columns.
 *
 * @throws TensorecError `invalid-argument` unless lengths and shape agree; `memory`.
 */
export function multiplyArrays(
  left: ResidentArray,
  right: ResidentArray,
  result: ResidentArray,
  shape: BatchShape,
): void {
  const { batch, rows, depth, columns, transposeLeft = false, transposeRight = false } = shape;
  const { leftBatch = batch, rightBatch = batch } = shape;
  requireLength(left, leftBatch * rows * depth, 'left');
  requireLength(right, rightBatch * depth * columns, 'right');
  requireLength(result, batch * rows * columns, 'result');
  const memory = requireEngine().open();
  try {
    const packed = memory.allocate(packedBytes(depth, columns));
    for (let n = 0; n < batch; n++) {
      const rightAt = {
        address: right.address + 4 * (n % rightBatch) * depth * columns,
        stride: 4 * (transposeRight ? depth : columns),
        transposed: transposeRight,
      };
      if (n === 0 || rightBatch > 1) finish(packAt(memory, rightAt, depth, columns, packed));
      const leftAt = {
        address: left.address + 4 * (n % leftBatch) * rows * depth,
        stride: 4 * (transposeLeft ? rows : depth),
        transposed: transposeLeft,
      };
      const resultAt = { address: result.address + 4 * n * rows * columns, stride: 4 * columns };
      finish(multiplyAt(memory, leftAt, rows, depth, packed, columns, resultAt));
    }
  } finally {
    memory.close();
  }
}
