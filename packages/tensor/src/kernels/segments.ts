import { maximaOfSegments } from '@tensorec/kernels';
import { registerSimdKernel } from '@tensorec/tfjs-backend-simd';
import type { TensorInfo } from '@tensorflow/tfjs';

/** The greatest numbers of segments. */
export const MAXIMA = 'TensorecSegmentMaxima';

/** Kernels of operations on segments. */
export function registerSegmentKernels(): void {
  registerSimdKernel<
    { readonly x: TensorInfo; readonly segmentIds: TensorInfo },
    { readonly segments: number }
  >(MAXIMA, ({ inputs: { x, segmentIds }, attrs: { segments }, backend }) => {
    const rowShape = x.shape.slice(1);
    const columns = rowShape.reduce((size, length) => size * length, 1);
    return backend.fill([segments, ...rowShape], (result) => {
      maximaOfSegments(backend.floatsOf(x), backend.integersOf(segmentIds), result, columns);
    });
  });
}
