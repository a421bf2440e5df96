import { copyLayout } from '@tensorec/kernels';
import { slice_util, type TensorInfo } from '@tensorflow/tfjs-core';
import { stridesOf } from '../broadcast.js';
import { areFloat, ownKernel, type OwnKernel } from '../kernel.js';

interface Input {
  readonly x: TensorInfo;
}

/** A part of a tensor. */
export const sliceKernel = (): OwnKernel =>
  ownKernel<Input, { readonly begin: number | number[]; readonly size: number | number[] }>(
    'Slice',
    ({ inputs: { x }, attrs, backend }) => {
      if (!areFloat(x) || x.shape.length > 4) return undefined;
      const [begin, size] = slice_util.parseSliceParams(x, attrs.begin, attrs.size);
      slice_util.assertParamsValid(x, begin!, size!);
      const strides = stridesOf(x.shape);
      const start = strides.reduce((at, stride, axis) => at + stride * begin![axis]!, 0);
      return backend.fill(size!, (array) => {
        const target = { array, strides: stridesOf(size!) };
        copyLayout({ array: backend.floatsOf(x), start, strides }, target, size!);
      });
    },
  );
