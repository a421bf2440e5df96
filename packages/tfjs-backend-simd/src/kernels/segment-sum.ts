import { sumSegments } from '@tensorec/kernels';
import type { TensorInfo } from '@tensorflow/tfjs-core';
import { areFloat, ownKernel, sizeOf, type OwnKernel } from '../kernel.js';

interface Inputs {
  readonly x: TensorInfo;
  readonly segmentIds: TensorInfo;
}

/** Sums of the rows of each segment: what the gradient of `gather` is made of. */
export const segmentSumKernel = (): OwnKernel =>
  ownKernel<Inputs, { readonly numSegments: number }>(
    'UnsortedSegmentSum',
    ({ inputs: { x, segmentIds }, attrs: { numSegments }, backend }) => {
      const rowShape = x.shape.slice(1);
      const columns = sizeOf(rowShape);
      if (!areFloat(x) || segmentIds.shape.length !== 1 || columns === 0) return undefined;
      return backend.fill([numSegments, ...rowShape], (result) => {
        sumSegments(backend.floatsOf(x), backend.integersOf(segmentIds), result, columns);
      });
    },
  );
