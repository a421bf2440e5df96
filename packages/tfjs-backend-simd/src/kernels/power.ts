import { combineArrays, mapArray, type ResidentArray } from '@tensorec/kernels';
import type { TensorInfo } from '@tensorflow/tfjs-core';
import { areFloat, ownKernel, type OwnKernel } from '../kernel.js';

interface Inputs {
  readonly a: TensorInfo;
  readonly b: TensorInfo;
}

/** x times a function of x, in `result`. */
function multiply(x: ResidentArray, result: ResidentArray): void {
  combineArrays('product', { array: x }, { array: result }, result, 1, x.length);
}

/** Powers that gradients, optimizers and losses take, each correct within 2 units in the last place. */
const powers: ReadonlyMap<number, (x: ResidentArray, result: ResidentArray) => void> = new Map([
  [
    2,
    (x, result) => {
      mapArray('square', x, result);
    },
  ],
  [
    3,
    (x, result) => {
      mapArray('square', x, result);
      multiply(x, result);
    },
  ],
  [
    0.5,
    (x, result) => {
      mapArray('squareRoot', x, result);
    },
  ],
  [
    1.5,
    (x, result) => {
      mapArray('squareRoot', x, result);
      multiply(x, result);
    },
  ],
  [
    -1,
    (x, result) => {
      mapArray('reciprocal', x, result);
    },
  ],
]);

/** Powers with one of some exponents for all numbers; others are left to the backend `cpu`. */
export const powerKernel = (): OwnKernel =>
  ownKernel<Inputs>('Pow', ({ inputs: { a, b }, backend }) => {
    if (!areFloat(a, b) || b.shape.length > 0) return undefined;
    const exponent = backend.operandOf(b);
    const power = typeof exponent === 'number' ? powers.get(exponent) : undefined;
    if (power === undefined) return undefined;
    return backend.fill(a.shape, (result) => {
      power(backend.floatsOf(a), result);
    });
  });
