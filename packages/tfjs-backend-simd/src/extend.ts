import { registerKernel, type TensorInfo } from '@tensorflow/tfjs-core';
import type { KernelCall } from './kernel.js';

/**
 * Adds a kernel to the backend `simd`, for operations that tfjs does not have: `tf.engine().runKernel(name, inputs, attrs)`
 * runs it. A kernel reads its inputs by `backend.floatsOf` and `backend.integersOf`, and makes its results by
 * `backend.fill`, all in the memory of `@tensorec/kernels`. tfjs warns when a name is registered twice.
 *
 * @param kernelName - how operations call it; take a prefix of your own
 * @param compute - the work
 */
export function registerSimdKernel<Inputs, Attributes = unknown>(
  kernelName: string,
  compute: (call: KernelCall<Inputs, Attributes>) => TensorInfo | TensorInfo[],
): void {
  registerKernel({
    kernelName,
    backendName: 'simd',
    // The registry of tfjs forgets the types of inputs and attributes, which the kernel's name stands for.
    kernelFunc: (call) => compute(call as unknown as KernelCall<Inputs, Attributes>),
  });
}
