import { copyLayout } from '@tensorec/kernels';
import { backend_util, util, type TensorInfo } from '@tensorflow/tfjs-core';
import { areFloat, ownKernel, sizeOf, type OwnKernel } from '../kernel.js';

/** Tensors one after the other along an axis. */
export const concatKernel = (): OwnKernel =>
  ownKernel<readonly TensorInfo[], { readonly axis: number }>(
    'Concat',
    ({ inputs, attrs, backend }) => {
      if (inputs.length === 0 || !areFloat(...inputs)) return undefined;
      const shapes = inputs.map(({ shape }) => shape);
      const axis = util.parseAxisParam(attrs.axis, shapes[0]!)[0]!;
      backend_util.assertParamsConsistent(shapes, axis);
      const shape = backend_util.computeOutShape(shapes, axis);
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
    },
  );
