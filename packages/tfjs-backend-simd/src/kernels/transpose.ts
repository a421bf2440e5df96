import { transposeArray } from '@tensorec/kernels';
import type { TensorInfo } from '@tensorflow/tfjs-core';
import { areFloat, ownKernel, sizeOf, type OwnKernel } from '../kernel.js';
import { copyAxes, joinAxes, MOST_AXES, stridesOf } from '../layout.js';

interface Input {
  readonly x: TensorInfo;
}

/** Permutes the axes of a tensor; where no number has to move, the result shares them. */
export const transposeKernel = (): OwnKernel =>
  ownKernel<Input, { readonly perm: readonly number[] }>(
    'Transpose',
    ({ inputs: { x }, attrs: { perm }, backend }) => {
      if (x.dtype === 'complex64') return undefined;
      const all = stridesOf(x.shape);
      const axes = joinAxes(perm.map((axis) => ({ size: x.shape[axis]!, stride: all[axis]! })));
      const shape = perm.map((axis) => x.shape[axis]!);
      if (axes.length <= 1 || sizeOf(shape) === 0) return backend.share(x, shape);
      if (!areFloat(x) || axes.length > MOST_AXES) return undefined;
      return backend.fill(shape, (result) => {
        const array = backend.floatsOf(x);
        const [rows, columns] = axes.slice(-2);
        // The last two axes change places, before them at most one that stays.
        const swaps = rows!.stride === 1 && columns!.stride === rows!.size;
        const stays =
          axes.length === 2 ? undefined : axes[0]!.stride === rows!.size * columns!.size;
        if (swaps && axes.length <= 3 && stays !== false) {
          const matrices = axes.length === 2 ? 1 : axes[0]!.size;
          transposeArray(array, result, matrices, columns!.size, rows!.size);
        } else copyAxes(array, 0, axes, result);
      });
    },
  );
