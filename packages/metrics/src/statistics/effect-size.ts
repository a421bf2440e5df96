import { requireDifferences } from './differences.js';

/**
 * Cohen's d of paired differences: their mean by their sample standard deviation (Cohen 1988, Statistical power
 * analysis for the behavioral sciences, section 2.3.5: d_z). Some 0.2 is called small, 0.5 medium, 0.8 large. It does not grow with the number
 * of users, as the certainty of a difference does.
 *
 * @returns 0 where all differences are 0; Infinity with the sign of the mean where they are all the same and not 0, a
 * single one included
 * @throws TensorecError `invalid-argument` for no differences, or one that is not a finite number.
 */
export function pairedEffectSize(differences: ArrayLike<number>): number {
  requireDifferences('pairedEffectSize', differences);
  const { length } = differences;
  const first = differences[0]!;
  // Deviations from the first one, so that equal differences have a deviation of exactly 0.
  let shift = 0;
  let squares = 0;
  for (let row = 0; row < length; row++) {
    const deviation = differences[row]! - first;
    shift += deviation;
    squares += deviation ** 2;
  }
  const variance = Math.max(0, squares - shift ** 2 / length) / Math.max(1, length - 1);
  const mean = first + shift / length;
  return mean === 0 ? 0 : mean / Math.sqrt(variance);
}
