import { normalizeRows, normalizeRowsBackward } from '@tensorec/kernels';
import { registerSimdKernel } from '@tensorec/tfjs-backend-simd';
import type { TensorInfo } from '@tensorflow/tfjs';
import { fillAll } from './results.js';

/** Layer normalization: the result, and what its gradient takes. */
export const LAYER_NORM = 'TensorecLayerNorm';
/** Gradients of x, gain and bias. */
export const LAYER_NORM_GRADIENT = 'TensorecLayerNormGradient';

/** Kernels of layer normalization. */
export function registerLayerNormKernels(): void {
  registerSimdKernel<
    { readonly x: TensorInfo; readonly gain: TensorInfo; readonly bias: TensorInfo },
    { readonly epsilon: number }
  >(LAYER_NORM, ({ inputs, attrs: { epsilon }, backend }) => {
    const { x, gain, bias } = inputs;
    const operands = {
      ...{ x: backend.floatsOf(x), gain: backend.floatsOf(gain), bias: backend.floatsOf(bias) },
    };
    const rows = operands.x.length / operands.gain.length;
    return fillAll(backend, [x.shape, [2 * rows]], ([result, statistics]) => {
      normalizeRows(operands, result!, statistics!, epsilon);
    });
  });
  registerSimdKernel<Readonly<Record<'x' | 'gain' | 'statistics' | 'gradient', TensorInfo>>>(
    LAYER_NORM_GRADIENT,
    ({ inputs: { x, gain, statistics, gradient }, backend }) =>
      fillAll(backend, [x.shape, gain.shape, gain.shape], ([ofX, ofGain, ofBias]) => {
        normalizeRowsBackward(
          { x: backend.floatsOf(x), gain: backend.floatsOf(gain) },
          backend.floatsOf(statistics),
          backend.floatsOf(gradient),
          { x: ofX!, gain: ofGain!, bias: ofBias! },
        );
      }),
  );
}
