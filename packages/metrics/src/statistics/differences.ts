import { TensorecError } from '@tensorec/kernels';

/** @throws TensorecError `invalid-argument` when there is no difference, or one that is not a finite number. */
export function requireDifferences(test: string, differences: ArrayLike<number>): void {
  if (differences.length === 0) {
    throw new TensorecError(
      'invalid-argument',
      `${test} needs at least one difference; pass the values of one model minus those of the other, user by user.`,
    );
  }
  for (let row = 0; row < differences.length; row++) {
    if (Number.isFinite(differences[row])) continue;
    throw new TensorecError(
      'invalid-argument',
      `${test} found ${String(differences[row])} at row ${row} (counted from 0); every difference must be a finite number.`,
    );
  }
}
