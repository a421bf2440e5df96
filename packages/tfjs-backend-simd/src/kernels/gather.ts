import { gatherRows } from '@tensorec/kernels';
import { util, type TensorInfo } from '@tensorflow/tfjs-core';
import { areFloat, ownKernel, sizeOf, type OwnKernel } from '../kernel.js';

interface Inputs {
  readonly x: TensorInfo;
  readonly indices: TensorInfo;
}

/** Slices of a tensor along an axis, by their numbers. */
export const gatherKernel = (): OwnKernel =>
  ownKernel<Inputs, { readonly axis: number; readonly batchDims?: number }>(
    'GatherV2',
    ({ inputs: { x, indices }, attrs, backend }) => {
      const axis = util.parseAxisParam(attrs.axis, x.shape)[0]!;
      if (!areFloat(x) || (attrs.batchDims ?? 0) !== 0) return undefined;
      const rows = x.shape[axis]!;
      const numbers = backend.data.get(indices.dataId).values as Int32Array;
      // The kernel of the backend `cpu` says what is wrong.
      if (!areRows(numbers, rows)) return undefined;
      const before = x.shape.slice(0, axis);
      const after = x.shape.slice(axis + 1);
      return backend.fill([...before, ...indices.shape, ...after], (result) => {
        gatherRows(backend.floatsOf(x), backend.integersOf(indices), result, {
          outer: sizeOf(before),
          rows,
          columns: sizeOf(after),
        });
      });
    },
  );

function areRows(numbers: Int32Array, rows: number): boolean {
  for (let n = 0; n < numbers.length; n++) {
    const row = numbers[n]!;
    if (row < 0 || row >= rows) return false;
  }
  return true;
}
