import { TensorecError } from '@tensorec/kernels';

/**
 * Checks the rows of a rating or classification metric: as many predictions as true values, at least one of each,
 * all of them finite.
 *
 * @throws TensorecError `invalid-argument`, naming the first row at fault
 */
export function requireRows(
  metric: string,
  predicted: ArrayLike<number>,
  actual: ArrayLike<number>,
): void {
  requireSameLength(metric, predicted, 'actual values', actual);
  if (predicted.length === 0) {
    throw new TensorecError(
      'invalid-argument',
      `${metric} is undefined without rows: pass at least one prediction and its true value.`,
    );
  }
  requireFinite(metric, 'predicted', predicted);
  requireFinite(metric, 'actual', actual);
}

/** Checks that there is one entry of `other` for each prediction. */
export function requireSameLength(
  metric: string,
  predicted: ArrayLike<number>,
  otherName: string,
  other: ArrayLike<number>,
): void {
  if (predicted.length === other.length) return;
  const firstUnpaired = Math.min(predicted.length, other.length);
  throw new TensorecError(
    'invalid-argument',
    `${metric} got ${predicted.length} predictions and ${other.length} ${otherName}: row ${firstUnpaired} ` +
      '(counted from 0) has no partner. Pass arrays of equal length, one entry a row.',
  );
}

/** Checks that every true value is 0 or 1, and returns how many are 1. */
export function countPositives(metric: string, actual: ArrayLike<number>): number {
  let positives = 0;
  for (let row = 0; row < actual.length; row++) {
    const value = actual[row]!;
    if (value !== 0 && value !== 1) {
      throw new TensorecError(
        'invalid-argument',
        `${metric} found the actual value ${value} at row ${row} (counted from 0): a class is 0 or 1. ` +
          'Turn ratings into classes first, for instance 1 from 4 stars up.',
      );
    }
    positives += value;
  }
  return positives;
}

function requireFinite(metric: string, which: string, values: ArrayLike<number>): void {
  for (let row = 0; row < values.length; row++) {
    if (Number.isFinite(values[row])) continue;
    throw new TensorecError(
      'invalid-argument',
      `${metric} found ${String(values[row])} as the ${which} value of row ${row} (counted from 0): ` +
        'every value must be a finite number. Repair or leave out that row.',
    );
  }
}
