import { gaussianUnits, gaussianUnitsBackward } from '@tensorec/kernels';
import { registerSimdKernel } from '@tensorec/tfjs-backend-simd';
import type { TensorInfo } from '@tensorflow/tfjs';

/** Gaussian error linear units. */
export const GELU = 'TensorecGelu';
/** Their gradient. */
export const GELU_GRADIENT = 'TensorecGeluGradient';

/** Kernels of Gaussian error linear units. */
export function registerGeluKernels(): void {
  registerSimdKernel<{ readonly x: TensorInfo }>(GELU, ({ inputs: { x }, backend }) =>
    backend.fill(x.shape, (result) => {
      gaussianUnits(backend.floatsOf(x), result);
    }),
  );
  registerSimdKernel<{ readonly x: TensorInfo; readonly gradient: TensorInfo }>(
    GELU_GRADIENT,
    ({ inputs: { x, gradient }, backend }) =>
      backend.fill(x.shape, (result) => {
        gaussianUnitsBackward(backend.floatsOf(x), backend.floatsOf(gradient), result);
      }),
  );
}
