import type { ResidentArray } from '@tensorec/kernels';
import type { SimdBackend } from '@tensorec/tfjs-backend-simd';
import type { TensorInfo } from '@tensorflow/tfjs';

/** Tensors of the type `float32` whose numbers a function writes at once. */
export function fillAll(
  backend: SimdBackend,
  shapes: readonly (readonly number[])[],
  write: (results: readonly ResidentArray[]) => void,
): TensorInfo[] {
  return fillRest(backend, shapes, write, []);
}

function fillRest(
  backend: SimdBackend,
  shapes: readonly (readonly number[])[],
  write: (results: readonly ResidentArray[]) => void,
  earlier: readonly ResidentArray[],
): TensorInfo[] {
  const [shape, ...others] = shapes;
  if (shape === undefined) {
    write(earlier);
    return [];
  }
  let rest: TensorInfo[] = [];
  const first = backend.fill(shape, (result) => {
    rest = fillRest(backend, others, write, [...earlier, result]);
  });
  return [first, ...rest];
}
