import * as tf from '@tensorflow/tfjs';

/** Whether the current device lets a program read numbers at once; `webgpu` gives them later only. */
export function isReadAtOnce(): boolean {
  return tf.getBackend() !== 'webgpu';
}

/** Whether numbers lie in arrays of the program, so that a loop over them costs no copy worth mentioning. */
export function keepsArrays(): boolean {
  const device = tf.getBackend();
  return device === 'cpu' || device === 'wasm';
}

/** Whether the kernels of this package are there. */
export function hasSimdKernels(): boolean {
  return tf.getBackend() === 'simd';
}
