import { copyLayout } from '@tensorec/kernels';
import { backend_util, util, type TensorInfo } from '@tensorflow/tfjs-core';
import type { SimdBackend } from '../backend.js';
import { areFloat, ownKernel, sizeOf, type OwnKernel } from '../kernel.js';

/**
 * Tensors one after the other along an axis.
 *
 * @param shape - of the result
 */
function concat(
  backend: SimdBackend,
  inputs: readonly TensorInfo[],
  axis: number,
  shape: readonly number[],
): TensorInfo {
  const outer = sizeOf(shape.slice(0, axis));
  const width = sizeOf(shape.slice(axis));
  return backend.fill(shape, (array) => {
    let start = 0;
    for (const input of inputs) {
      const columns = sizeOf(input.shape.slice(axis));
      const source = { array: backend.floatsOf(input), strides: [columns, 1] };
      copyLayout(source, { array, start, strides: [width, 1] }, [outer, columns]);
      start += columns;
    }
  });
}

/** Tensors one after the other along an axis that they have, or along a new one. */
export const concatKernels = (): readonly OwnKernel[] => [
  ownKernel<readonly TensorInfo[], { readonly axis: number }>(
    'Concat',
    ({ inputs, attrs, backend }) => {
      if (inputs.length === 0 || !areFloat(...inputs)) return undefined;
      const shapes = inputs.map(({ shape }) => shape);
      const axis = util.parseAxisParam(attrs.axis, shapes[0]!)[0]!;
      backend_util.assertParamsConsistent(shapes, axis);
      return concat(backend, inputs, axis, backend_util.computeOutShape(shapes, axis));
    },
  ),
  ownKernel<readonly TensorInfo[], { readonly axis: number }>(
    'Pack',
    ({ inputs, attrs, backend }) => {
      const [first] = inputs;
      if (first === undefined || !areFloat(...inputs)) return undefined;
      if (inputs.some(({ shape }) => !util.arraysEqual(shape, first.shape))) return undefined;
      const axis = attrs.axis < 0 ? attrs.axis + first.shape.length + 1 : attrs.axis;
      const shape = [...first.shape.slice(0, axis), inputs.length, ...first.shape.slice(axis)];
      return concat(backend, inputs, axis, shape);
    },
  ),
];
