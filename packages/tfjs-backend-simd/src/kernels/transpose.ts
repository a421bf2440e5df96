import { copyLayout, transposeArray } from '@tensorec/kernels';
import type { TensorInfo } from '@tensorflow/tfjs-core';
import { stridesOf } from '../broadcast.js';
import { areFloat, ownKernel, type OwnKernel } from '../kernel.js';

interface Input {
  readonly x: TensorInfo;
}

/** An axis of the result: its size and how far its places lie apart in the input. */
interface Axis {
  size: number;
  stride: number;
}

/** The axes of the result, without those of one place; axes that stay neighbours become one. */
function axesOf(shape: readonly number[], permutation: readonly number[]): readonly Axis[] {
  const strides = stridesOf(shape);
  const axes: Axis[] = [];
  for (const axis of permutation) {
    const next = { size: shape[axis]!, stride: strides[axis]! };
    const last = axes.at(-1);
    if (next.size === 1) continue;
    if (last?.stride === next.stride * next.size) {
      last.size *= next.size;
      last.stride = next.stride;
    } else axes.push(next);
  }
  return axes;
}

/** Permutes the axes of a tensor. */
export const transposeKernel = (): OwnKernel =>
  ownKernel<Input, { readonly perm: readonly number[] }>(
    'Transpose',
    ({ inputs: { x }, attrs: { perm }, backend }) => {
      const axes = axesOf(x.shape, perm);
      if (!areFloat(x) || axes.length > 4) return undefined;
      const shape = perm.map((axis) => x.shape[axis]!);
      return backend.fill(shape, (result) => {
        const array = backend.floatsOf(x);
        const sizes = axes.map(({ size }) => size);
        const strides = axes.map(({ stride }) => stride);
        const [rows, columns] = axes.slice(-2);
        // The last two axes change places, before them at most one that stays.
        const swaps = rows?.stride === 1 && columns?.stride === rows.size;
        if (
          swaps &&
          (axes.length === 2 || (axes.length === 3 && strides[0] === rows.size * columns.size))
        ) {
          const matrices = axes.length === 2 ? 1 : sizes[0]!;
          transposeArray(array, result, matrices, columns.size, rows.size);
        } else copyLayout({ array, strides }, { array: result, strides: stridesOf(sizes) }, sizes);
      });
    },
  );
