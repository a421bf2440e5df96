import type { ResidentArray } from '@tensorec/kernels';
import type { SimdBackend } from '@tensorec/tfjs-backend-simd';
import type * as tf from '@tensorflow/tfjs';

/** Tensors of the type `float32` whose numbers a function writes together. */
export function fillAll(
  backend: SimdBackend,
  shapes: readonly (readonly number[])[],
  write: (results: readonly ResidentArray[]) => void,
): tf.TensorInfo[] {
  const tensors: tf.TensorInfo[] = [];
  // One within the other, so that those that are there are freed when the next one or the work fails.
  const next = (results: readonly ResidentArray[]): void => {
    const shape = shapes[results.length];
    if (shape === undefined) write(results);
    else {
      tensors[results.length] = backend.fill(shape, (result) => {
        next([...results, result]);
      });
    }
  };
  next([]);
  return tensors;
}
