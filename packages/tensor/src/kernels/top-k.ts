import { topKOfRows, type Csr } from '@tensorec/kernels';
import { registerSimdKernel } from '@tensorec/tfjs-backend-simd';
import type { TensorInfo } from '@tensorflow/tfjs';
import { fillAll } from './results.js';

/** The greatest numbers of rows, and their columns in single precision. */
export const TOP_K = 'TensorecTopK';

/** Kernels of selections. */
export function registerTopKKernels(): void {
  registerSimdKernel<
    { readonly scores: TensorInfo },
    { readonly k: number; readonly exclude: Pick<Csr, 'offsets' | 'indices'> | undefined }
  >(TOP_K, ({ inputs: { scores }, attrs: { k, exclude }, backend }) => {
    const rows = scores.shape[0]!;
    const shape = [rows, k];
    return fillAll(backend, [shape, shape], ([values, columns]) => {
      topKOfRows(backend.floatsOf(scores), values!, columns!, { rows, k }, exclude);
    });
  });
}
