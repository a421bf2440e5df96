import { softmaxOfRows } from '@tensorec/kernels';
import type { TensorInfo } from '@tensorflow/tfjs-core';
import { areFloat, ownKernel, sizeOf, type OwnKernel } from '../kernel.js';

interface Input {
  readonly logits: TensorInfo;
}

/** Softmax along the last axis. */
export const softmaxKernel = (): OwnKernel =>
  ownKernel<Input, { readonly dim: number }>(
    'Softmax',
    ({ inputs: { logits }, attrs: { dim }, backend }) => {
      const { shape } = logits;
      const columns = shape.at(-1);
      const isLast = dim === -1 || dim === shape.length - 1;
      if (!areFloat(logits) || !isLast || columns === undefined) return undefined;
      return backend.fill(shape, (result) => {
        softmaxOfRows(backend.floatsOf(logits), result, sizeOf(shape.slice(0, -1)), columns);
      });
    },
  );
