import { combineArrays, type CombineOperation, type ResidentArray } from '@tensorec/kernels';
import { broadcast_util, type TensorInfo } from '@tensorflow/tfjs-core';
import type { SimdBackend } from '../backend.js';
import { planOf, repeated } from '../broadcast.js';
import { areFloat, ownKernel, type OwnKernel } from '../kernel.js';

interface Inputs {
  readonly a: TensorInfo;
  readonly b: TensorInfo;
}

/** A function of two tensors that are repeated to one shape; undefined where that is left to the backend `cpu`. */
function combine(
  backend: SimdBackend,
  operation: CombineOperation,
  a: TensorInfo,
  b: TensorInfo,
): TensorInfo | undefined {
  if (!areFloat(a, b)) return undefined;
  const shape = broadcast_util.assertAndGetBroadcastShape(a.shape, b.shape);
  const plan = planOf(a.shape, b.shape, shape);
  if (plan === undefined) return combineRepeated(backend, operation, a, b, shape);
  const { left, right, rows, columns } = plan;
  return backend.fill(shape, (result) => {
    combineArrays(
      operation,
      { array: backend.floatsOf(a), ...left },
      { array: backend.floatsOf(b), ...right },
      result,
      rows,
      columns,
    );
  });
}

/** Copies the operands to the shape of the result first. */
function combineRepeated(
  backend: SimdBackend,
  operation: CombineOperation,
  a: TensorInfo,
  b: TensorInfo,
  shape: readonly number[],
): TensorInfo | undefined {
  const copies: ResidentArray[] = [];
  try {
    for (const tensor of [a, b]) {
      const copy = repeated(backend.floatsOf(tensor), tensor.shape, shape);
      if (copy === undefined) return undefined;
      copies.push(copy);
    }
    const [left, right] = copies;
    return backend.fill(shape, (result) => {
      combineArrays(operation, { array: left! }, { array: right! }, result, 1, result.length);
    });
  } finally {
    for (const copy of copies) copy.dispose();
  }
}

const operations: readonly (readonly [name: string, operation: CombineOperation])[] = [
  ['Add', 'sum'],
  ['Sub', 'difference'],
  ['Multiply', 'product'],
  ['RealDiv', 'quotient'],
  ['Maximum', 'maximum'],
  ['Minimum', 'minimum'],
  ['SquaredDifference', 'squaredDifference'],
];

/** Functions of two numbers. */
export const combineKernels = (): readonly OwnKernel[] =>
  operations.map(([name, operation]) =>
    ownKernel<Inputs>(name, ({ inputs: { a, b }, backend }) => combine(backend, operation, a, b)),
  );
