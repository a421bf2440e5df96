import type { SparseOperator } from '@tensorec/kernels';
import { registerSimdKernel } from '@tensorec/tfjs-backend-simd';
import type { TensorInfo } from '@tensorflow/tfjs';

/** Sparse times dense. */
export const PRODUCT = 'TensorecSparseProduct';
/** Products of two dense rows for each entry. */
export const ENTRIES = 'TensorecSparseEntries';

interface Attributes {
  readonly operator: SparseOperator;
}

/** Kernels of sparse matrices. */
export function registerSparseKernels(): void {
  registerSimdKernel<{ readonly dense: TensorInfo; readonly values?: TensorInfo }, Attributes>(
    PRODUCT,
    ({ inputs: { dense, values }, attrs: { operator }, backend }) => {
      const columns = dense.shape[1]!;
      return backend.fill([operator.rows, columns], (result) => {
        const others = values && backend.floatsOf(values);
        operator.multiplyArray(backend.floatsOf(dense), result, columns, others);
      });
    },
  );
  registerSimdKernel<{ readonly left: TensorInfo; readonly right: TensorInfo }, Attributes>(
    ENTRIES,
    ({ inputs: { left, right }, attrs: { operator }, backend }) =>
      backend.fill([operator.entries], (result) => {
        const operands = [backend.floatsOf(left), backend.floatsOf(right)] as const;
        operator.multiplyEntries(...operands, result, left.shape[1]!);
      }),
  );
}
