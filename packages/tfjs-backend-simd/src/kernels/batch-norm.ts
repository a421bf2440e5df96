import { combineArrays, mapArray, ResidentArray, type CombineOperation } from '@tensorec/kernels';
import type { TensorInfo } from '@tensorflow/tfjs-core';
import { areFloat, ownKernel, sizeOf, type OwnKernel } from '../kernel.js';

interface Inputs {
  readonly x: TensorInfo;
  readonly mean: TensorInfo;
  readonly variance: TensorInfo;
  readonly offset?: TensorInfo;
  readonly scale?: TensorInfo;
}

/** (x − mean) / √(variance + epsilon) · scale + offset; each of them for every number, or for every place of the last axis. */
export const batchNormKernel = (): OwnKernel =>
  ownKernel<Inputs, { readonly varianceEpsilon: number }>(
    'FusedBatchNorm',
    ({ inputs: { x, mean, variance, offset, scale }, attrs, backend }) => {
      const size = sizeOf(x.shape);
      const columns = x.shape.at(-1) ?? 1;
      const others = [mean, variance, ...(offset ? [offset] : []), ...(scale ? [scale] : [])];
      const fits = others.every(({ shape }) => [size, columns].includes(sizeOf(shape)));
      if (!areFloat(x, ...others) || size === 0 || !fits) return undefined;
      const epsilon = attrs.varianceEpsilon;
      return backend.fill(x.shape, (result) => {
        const change = (
          operation: CombineOperation,
          from: ResidentArray,
          by: ResidentArray,
        ): void => {
          const right = { array: by, rows: by.length === size };
          combineArrays(operation, { array: from }, right, result, size / columns, columns);
        };
        change('difference', backend.floatsOf(x), backend.floatsOf(mean));
        const spread = backend.floatsOf(variance);
        const factors = new ResidentArray(spread.length);
        try {
          combineArrays('sum', { array: spread }, { array: epsilon }, factors, 1, spread.length);
          mapArray('reciprocalSquareRoot', factors, factors);
          change('product', result, factors);
        } finally {
          factors.dispose();
        }
        if (scale) change('product', result, backend.floatsOf(scale));
        if (offset) change('sum', result, backend.floatsOf(offset));
      });
    },
  );
