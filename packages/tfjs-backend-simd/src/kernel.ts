import { getKernel, type KernelConfig, type TensorInfo } from '@tensorflow/tfjs-core';
import type { SimdBackend } from './backend.js';

/** What a kernel is called with. */
export interface KernelCall<Inputs, Attributes> {
  readonly inputs: Inputs;
  readonly attrs: Attributes;
  readonly backend: SimdBackend;
}

/** A kernel without the name of its backend. */
export type OwnKernel = Omit<KernelConfig, 'backendName'>;

/**
 * A kernel of this backend for what `compute` takes; where that returns undefined, the kernel of the backend `cpu` does
 * the work.
 */
export function ownKernel<Inputs, Attributes = unknown>(
  kernelName: string,
  compute: (call: KernelCall<Inputs, Attributes>) => TensorInfo | TensorInfo[] | undefined,
): OwnKernel {
  const borrowed = getKernel(kernelName, 'cpu').kernelFunc;
  return {
    kernelName,
    kernelFunc: (call) =>
      // The registry of tfjs forgets the types of inputs and attributes, which the kernel's name stands for.
      compute(call as unknown as KernelCall<Inputs, Attributes>) ?? borrowed(call),
  };
}

/** Whether all tensors are of the type `float32`. */
export function areFloat(...tensors: readonly TensorInfo[]): boolean {
  return tensors.every(({ dtype }) => dtype === 'float32');
}

/** Numbers of a tensor of a shape. */
export function sizeOf(shape: readonly number[]): number {
  let size = 1;
  for (const length of shape) size *= length;
  return size;
}
