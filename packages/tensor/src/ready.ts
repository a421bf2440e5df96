import { ready as startBackend } from '@tensorec/tfjs-backend-simd';
import { registerKernels } from './kernels/index.js';

/**
 * Starts the backend `simd` and adds the kernels of this package to it. Importing the package does neither. A second call is
 * free, or changes the number of threads.
 *
 * @param options - `threads`: how many take part, the calling one included; default all that the machine has, at most 8.
 * @throws TensorecError `unsupported` where WebAssembly with SIMD does not run, `invalid-argument` for threads that are
 * no integer from 1 to 64.
 */
export async function ready(
  options: { readonly threads?: number | undefined } = {},
): Promise<void> {
  await startBackend(options);
  registerKernels();
}
