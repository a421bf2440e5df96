import { combineArrays, type CombineOperation, type ResidentArray } from '@tensorec/kernels';
import { broadcast_util, type TensorInfo } from '@tensorflow/tfjs-core';
import type { SimdBackend } from '../backend.js';
import { planOf, repeated } from '../broadcast.js';
import { areFloat, ownKernel, type OwnKernel } from '../kernel.js';

interface Inputs {
  readonly a: TensorInfo;
  readonly b: TensorInfo;
}

/** What a kernel does: the function of two numbers, and the types that it takes and gives. */
interface Combination {
  readonly operation: CombineOperation;
  readonly takes: 'float32' | 'bool';
  readonly gives: 'float32' | 'bool';
}

/** A function of two tensors that are repeated to one shape; undefined where that is left to the backend `cpu`. */
function combine(
  backend: SimdBackend,
  combination: Combination,
  a: TensorInfo,
  b: TensorInfo,
): TensorInfo | undefined {
  const { operation, takes, gives } = combination;
  if (a.dtype !== takes || b.dtype !== takes) return undefined;
  const shape =
    b.shape.length === 0 ? a.shape : broadcast_util.assertAndGetBroadcastShape(a.shape, b.shape);
  const plan = planOf(a.shape, b.shape, shape);
  if (plan === undefined) return combineRepeated(backend, combination, a, b, shape);
  const { left, right, rows, columns } = plan;
  return backend.fill(
    shape,
    (result) => {
      combineArrays(
        operation,
        { array: backend.operandOf(a), ...left },
        { array: backend.operandOf(b), ...right },
        result,
        rows,
        columns,
      );
    },
    gives,
  );
}

/** Copies the operands to the shape of the result first. */
function combineRepeated(
  backend: SimdBackend,
  { operation, gives }: Combination,
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
    return backend.fill(
      shape,
      (result) => {
        combineArrays(operation, { array: left! }, { array: right! }, result, 1, result.length);
      },
      gives,
    );
  } finally {
    for (const copy of copies) copy.dispose();
  }
}

type Named = readonly (readonly [name: string, operation: CombineOperation])[];

const arithmetic: Named = [
  ['Add', 'sum'],
  ['Sub', 'difference'],
  ['Multiply', 'product'],
  ['RealDiv', 'quotient'],
  ['Maximum', 'maximum'],
  ['Minimum', 'minimum'],
  ['SquaredDifference', 'squaredDifference'],
];

const relations: Named = [
  ['Equal', 'equal'],
  ['NotEqual', 'notEqual'],
  ['Less', 'less'],
  ['LessEqual', 'lessOrEqual'],
  ['Greater', 'greater'],
  ['GreaterEqual', 'greaterOrEqual'],
];

const logic: Named = [
  ['LogicalAnd', 'and'],
  ['LogicalOr', 'or'],
];

function kernelsOf(
  named: Named,
  takes: Combination['takes'],
  gives: Combination['gives'],
): readonly OwnKernel[] {
  return named.map(([name, operation]) =>
    ownKernel<Inputs>(name, ({ inputs: { a, b }, backend }) =>
      combine(backend, { operation, takes, gives }, a, b),
    ),
  );
}

/** Functions of two numbers. */
export const combineKernels = (): readonly OwnKernel[] => [
  ...kernelsOf(arithmetic, 'float32', 'float32'),
  ...kernelsOf(relations, 'float32', 'bool'),
  ...kernelsOf(logic, 'bool', 'bool'),
];

/** The sum of tensors of one shape. */
export const addManyKernel = (): OwnKernel =>
  ownKernel<readonly TensorInfo[]>('AddN', ({ inputs, backend }) => {
    const [first, second, ...others] = inputs;
    if (second === undefined || !areFloat(...inputs)) return undefined;
    return backend.fill(first!.shape, (result) => {
      const array = backend.floatsOf(second);
      combineArrays(
        'sum',
        { array: backend.floatsOf(first!) },
        { array },
        result,
        1,
        result.length,
      );
      for (const other of others) {
        const more = { array: backend.floatsOf(other) };
        combineArrays('sum', { array: result }, more, result, 1, result.length);
      }
    });
  });
