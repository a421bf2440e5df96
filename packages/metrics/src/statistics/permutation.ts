import { Random, requireArgument, signFlipMeans, type Steps } from '@tensorec/kernels';
import { requireDifferences } from './differences.js';

/** What a paired test found. */
export interface PairedTest {
  /** Mean of the differences. */
  readonly difference: number;
  /** Two-sided, above 0 and at most 1. */
  readonly pValue: number;
}

/** Options of {@link pairedPermutationTest}. */
export interface PermutationOptions {
  /** How many assignments of signs are drawn, at least 1; default 10,000. */
  readonly resamples?: number | undefined;
  /** A safe integer ≥ 0, default 0. The same values and seed give the same bits. */
  readonly seed?: number | undefined;
}

/** Means that differ by less than this share of the mean absolute difference are equal but for rounding. */
const rounding = 1e-12;

/**
 * Paired permutation tests (Fisher 1935; Smucker, Allan and Carterette 2007, A comparison of statistical significance tests for
 * information retrieval evaluation): how often the mean of the differences would be as far from 0 if which of two models got
 * which value were a matter of chance, that is under random signs. Two-sided.
 *
 * Where there are at most `resamples` assignments of signs, all of them are looked at, and the p-value is exact. Otherwise
 * it is (1 + those as far from 0) / (1 + resamples), which is never 0 (Phipson and Smyth 2010). Columns of zeros have the p-value 1.
 *
 * Needs `await ready()` of `@tensorec/kernels`. Time in the order of resamples · rows · columns.
 *
 * @param differences - one array a comparison, a difference a user in each; all of the same length
 * @throws TensorecError `invalid-argument` for no comparison, no rows, arrays of different lengths, a difference that is
 * not a finite number, or resamples below 1; `not-ready` before `ready()`.
 */
export function* pairedPermutationTest(
  differences: readonly ArrayLike<number>[],
  { resamples = 10_000, seed = 0 }: PermutationOptions = {},
): Steps<readonly PairedTest[]> {
  for (const column of differences) requireDifferences('pairedPermutationTest', column);
  requireArgument(
    Number.isSafeInteger(resamples) && resamples >= 1,
    () => `resamples is ${resamples}; give an integer of at least 1.`,
  );
  const rows = differences[0]?.length ?? 0;
  if (rows > 0 && 2 ** rows <= resamples) return differences.map(exactTest);
  const means = yield* signFlipMeans(differences, resamples, new Random(seed));
  const width = differences.length;
  return differences.map((column, n) => {
    const { difference, farthest } = observed(column);
    let asFar = 0;
    for (let at = n; at < means.length; at += width) {
      if (Math.abs(means[at]!) >= farthest) asFar++;
    }
    return { difference, pValue: (1 + asFar) / (1 + resamples) };
  });
}

/** The mean, and from where on another mean is as far from 0. */
function observed(column: ArrayLike<number>): { difference: number; farthest: number } {
  let sum = 0;
  let absolute = 0;
  for (let row = 0; row < column.length; row++) {
    sum += column[row]!;
    absolute += Math.abs(column[row]!);
  }
  const difference = sum / column.length;
  return { difference, farthest: Math.abs(difference) - (rounding * absolute) / column.length };
}

function exactTest(column: ArrayLike<number>): PairedTest {
  const { difference, farthest } = observed(column);
  const assignments = 2 ** column.length;
  let asFar = 0;
  for (let signs = 0; signs < assignments; signs++) {
    let sum = 0;
    for (let row = 0; row < column.length; row++) {
      sum += (signs >>> row) & 1 ? -column[row]! : column[row]!;
    }
    if (Math.abs(sum / column.length) >= farthest) asFar++;
  }
  return { difference, pValue: asFar / assignments };
}
