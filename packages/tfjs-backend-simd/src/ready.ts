import { ready as startKernels } from '@tensorec/kernels';
import { engine, registerBackend, registerKernel } from '@tensorflow/tfjs-core';
import { SimdBackend } from './backend.js';
import { kernelConfigs } from './kernel-configs.js';

/** What programs pass to `tf.setBackend`. */
const NAME = 'simd';
/** That of tfjs' own WebAssembly backend: before `cpu` (1), after `webgpu` (3). */
const PRIORITY = 2;

/**
 * Starts the kernels of `@tensorec/kernels` and registers the TensorFlow.js backend `simd`. Importing the package does
 * neither. The backend is used after `tf.setBackend('simd')`. A second call is free, or changes the number of threads.
 *
 * @param options - `threads`: how many take part, the calling one included; default all that the machine has, at most
 * 8. Results are the same bits for any number.
 * @throws TensorecError `unsupported` where WebAssembly with SIMD does not run, `invalid-argument` for threads that are
 * no integer from 1 to 64.
 */
export async function ready(
  options: { readonly threads?: number | undefined } = {},
): Promise<void> {
  await startKernels(options);
  if (NAME in engine().registryFactory) return;
  for (const config of kernelConfigs(NAME)) registerKernel(config);
  registerBackend(NAME, () => new SimdBackend(), PRIORITY);
}
