import { TensorecError } from '@tensorec/kernels';
import { requireRows } from './checks.js';

/**
 * Root mean squared error, √(Σ (predicted − actual)² / n), pooled over all rows, in the unit of the ratings.
 *
 * Herlocker, Konstan, Terveen and Riedl (2004), Evaluating collaborative filtering recommender systems, section 5.1.
 *
 * @param predicted one prediction a row
 * @param actual the true value of the same row
 * @returns a number from 0 up; 0 when every prediction is right
 * @throws TensorecError `invalid-argument` for no rows, arrays of different lengths, or a value that is not finite;
 *   `numerical` where the squares overflow
 */
export function rmse(predicted: ArrayLike<number>, actual: ArrayLike<number>): number {
  requireRows('rmse', predicted, actual);
  return finiteResult('rmse', Math.sqrt(squaredErrors(predicted, actual) / predicted.length));
}

/**
 * Mean absolute error, Σ |predicted − actual| / n, pooled over all rows, in the unit of the ratings.
 *
 * Herlocker, Konstan, Terveen and Riedl (2004), Evaluating collaborative filtering recommender systems, section 5.1.
 *
 * @param predicted one prediction a row
 * @param actual the true value of the same row
 * @returns a number from 0 up; 0 when every prediction is right
 * @throws TensorecError `invalid-argument` for no rows, arrays of different lengths, or a value that is not finite;
 *   `numerical` where the sum overflows
 */
export function mae(predicted: ArrayLike<number>, actual: ArrayLike<number>): number {
  requireRows('mae', predicted, actual);
  let sum = 0;
  for (let row = 0; row < predicted.length; row++) sum += Math.abs(predicted[row]! - actual[row]!);
  return finiteResult('mae', sum / predicted.length);
}

/**
 * Coefficient of determination, 1 − Σ (predicted − actual)² / Σ (actual − mean of actual)², pooled over all rows:
 * the share of the variance that the predictions explain.
 *
 * Wright (1921), Correlation and causation.
 *
 * @param predicted one prediction a row
 * @param actual the true value of the same row
 * @returns a number up to 1; 0 for predicting the mean, negative for anything worse than that
 * @throws TensorecError `invalid-argument` for no rows, arrays of different lengths, a value that is not finite, or
 *   true values that are all equal (there is no variance to explain); `numerical` where the squares overflow or
 *   underflow
 */
export function r2(predicted: ArrayLike<number>, actual: ArrayLike<number>): number {
  requireRows('r2', predicted, actual);
  const rows = actual.length;
  const first = actual[0]!;
  let sum = 0;
  let varies = false;
  for (let row = 0; row < rows; row++) {
    sum += actual[row]!;
    varies ||= actual[row] !== first;
  }
  if (!varies) {
    throw new TensorecError(
      'invalid-argument',
      `r2 is undefined: the actual value of every row (${rows} in all) is ${first}, so there is no variance to ` +
        'explain. Use rmse or mae.',
    );
  }
  const mean = sum / rows;
  let variation = 0;
  for (let row = 0; row < rows; row++) {
    const deviation = actual[row]! - mean;
    variation += deviation * deviation;
  }
  return finiteResult('r2', 1 - squaredErrors(predicted, actual) / variation);
}

function squaredErrors(predicted: ArrayLike<number>, actual: ArrayLike<number>): number {
  let sum = 0;
  for (let row = 0; row < predicted.length; row++) {
    const error = predicted[row]! - actual[row]!;
    sum += error * error;
  }
  return sum;
}

function finiteResult(metric: string, value: number): number {
  if (Number.isFinite(value)) return value;
  throw new TensorecError(
    'numerical',
    `${metric} left the range of numbers and came out as ${value}: the values are too large or too small to square ` +
      'and add up. Rescale predicted and actual values by the same factor.',
  );
}
