import { FactorIndex, type ReadonlyFloat32Array } from '@tensorec/kernels';
import type { HasFactors } from './capabilities.js';

/** Longest lists that are made from products block by block; longer ones are selected from all scores. */
export const longestFactorList = 1000;

const indexes = new WeakMap<object, FactorIndex>();

/**
 * The item factors of a model, made ready for products with factors of users once and kept until
 * {@link releaseFactorIndex} or until the model is collected.
 *
 * @throws TensorecError `numerical` for factors that are not finite, `not-ready` before `ready()` of the kernels.
 */
export function factorIndexOf(model: HasFactors): FactorIndex {
  let index = indexes.get(model);
  if (index === undefined) {
    index = new FactorIndex(model.itemFactors, model.factors);
    indexes.set(model, index);
  }
  return index;
}

/** Frees what {@link factorIndexOf} keeps for a model. */
export function releaseFactorIndex(model: object): void {
  indexes.get(model)?.dispose();
  indexes.delete(model);
}

/** The given rows of a row-major matrix, in that order. */
export function matrixRows(
  matrix: ReadonlyFloat32Array,
  width: number,
  rows: ArrayLike<number>,
): Float32Array<ArrayBuffer> {
  const selected = new Float32Array(rows.length * width);
  for (let n = 0; n < rows.length; n++) {
    const from = rows[n]! * width;
    for (let i = 0; i < width; i++) selected[n * width + i] = matrix[from + i]!;
  }
  return selected;
}
