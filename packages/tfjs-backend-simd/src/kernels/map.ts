import { mapArray, type MapOperation } from '@tensorec/kernels';
import type { TensorInfo } from '@tensorflow/tfjs-core';
import { areFloat, ownKernel, type OwnKernel } from '../kernel.js';

interface Input {
  readonly x: TensorInfo;
}

/** Attributes of the kernels that have some; each has its own. */
interface Attributes {
  readonly alpha: number;
  readonly clipValueMin: number;
  readonly clipValueMax: number;
}

/** A kernel that applies a function to each number. */
function mapKernel(
  name: string,
  operation: MapOperation,
  parameters: (attributes: Attributes) => readonly [p: number, q: number],
): OwnKernel {
  return ownKernel<Input, Attributes>(name, ({ inputs: { x }, attrs, backend }) => {
    if (!areFloat(x)) return undefined;
    const [p, q] = parameters(attrs);
    return backend.fill(x.shape, (result) => {
      mapArray(operation, backend.floatsOf(x), result, p, q);
    });
  });
}

const plain: readonly (readonly [name: string, operation: MapOperation])[] = [
  ['Neg', 'negative'],
  ['Abs', 'absolute'],
  ['Square', 'square'],
  ['Sqrt', 'squareRoot'],
  ['Rsqrt', 'reciprocalSquareRoot'],
  ['Reciprocal', 'reciprocal'],
  ['Exp', 'exponential'],
  ['Log', 'logarithm'],
  ['Log1p', 'logarithmOfOnePlus'],
  ['Sigmoid', 'sigmoid'],
  ['Tanh', 'tangent'],
  ['Softplus', 'softplus'],
  ['Relu', 'rectified'],
  ['Elu', 'elu'],
  ['Floor', 'floor'],
  ['Ceil', 'ceiling'],
  ['Round', 'nearest'],
  ['Sign', 'sign'],
];

/** Functions of each number. */
export const mapKernels = (): readonly OwnKernel[] => [
  ...plain.map(([name, operation]) => mapKernel(name, operation, () => [0, 0])),
  mapKernel('Relu6', 'clipped', () => [0, 6]),
  mapKernel('LeakyRelu', 'leaky', ({ alpha }) => [alpha, 0]),
  mapKernel('Step', 'step', ({ alpha }) => [alpha, 0]),
  mapKernel('ClipByValue', 'clipped', ({ clipValueMin, clipValueMax }) => [
    clipValueMin,
    clipValueMax,
  ]),
  ownKernel<Input>('LogicalNot', ({ inputs: { x }, backend }) =>
    backend.fill(
      x.shape,
      (result) => {
        mapArray('not', backend.floatsOf(x), result);
      },
      'bool',
    ),
  ),
];
