import { show, TensorecError } from '@tensorec/core';
import { createFilter, type FilterStage } from './stage.js';

/**
 * Keeps the interactions whose value is at least `minimum`: ratings of 4 and more, say. The minimum is rounded to single
 * precision, as values are stored, so that a stored 4.1 is at least 4.1.
 *
 * @throws TensorecError `invalid-argument` when the minimum is not finite or the data has no values; `empty-data` when
 * nothing is left.
 */
export function minimumValue(minimum: number): FilterStage {
  if (!Number.isFinite(minimum)) {
    throw new TensorecError(
      'invalid-argument',
      `The minimum value is ${show(minimum)}; give a finite number.`,
    );
  }
  return createFilter('minimum-value', { minimum }, ({ values, size }) => {
    if (values === undefined) {
      throw new TensorecError(
        'invalid-argument',
        'The filter minimum-value needs values and the data has none; read a value column, or leave the filter out.',
      );
    }
    const least = Math.fround(minimum);
    const keep = new Uint8Array(size);
    for (let n = 0; n < size; n++) if (values[n]! >= least) keep[n] = 1;
    return keep;
  });
}
