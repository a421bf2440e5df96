import { requireDifferences } from './differences.js';
import { twoSidedNormal } from './normal.js';

/** What {@link wilcoxonSignedRank} found. */
export interface SignedRankTest {
  /** The smaller of the two sums of ranks. */
  readonly statistic: number;
  /** Two-sided, above 0 and at most 1. */
  readonly pValue: number;
  /** Differences other than 0, which alone count. */
  readonly pairs: number;
}

/** The most pairs for which the distribution is counted out. */
const mostExact = 50;

/**
 * Wilcoxon's signed-rank test (Wilcoxon 1945, Individual comparisons by ranking methods): whether differences lie
 * symmetrically around 0. Differences of 0 are dropped; equal ones share the mean of their ranks. Exact for up to 50
 * pairs without ties, otherwise by the normal approximation with the variance corrected for ties, without a correction for
 * continuity: as `scipy.stats.wilcoxon(d, zero_method='wilcox', correction=False)`. O(n log n).
 *
 * @param differences - one a user
 * @returns p-value 1 where no difference is other than 0
 * @throws TensorecError `invalid-argument` for no differences, or one that is not a finite number.
 */
export function wilcoxonSignedRank(differences: ArrayLike<number>): SignedRankTest {
  requireDifferences('wilcoxonSignedRank', differences);
  const ordered = Float64Array.from(differences)
    .filter((difference) => difference !== 0)
    .sort((a, b) => Math.abs(a) - Math.abs(b));
  const pairs = ordered.length;
  if (pairs === 0) return { statistic: 0, pValue: 1, pairs };

  let positive = 0;
  let tieTerm = 0;
  for (let from = 0; from < pairs;) {
    let to = from + 1;
    while (to < pairs && Math.abs(ordered[to]!) === Math.abs(ordered[from]!)) to++;
    const rank = (from + 1 + to) / 2;
    for (let n = from; n < to; n++) if (ordered[n]! > 0) positive += rank;
    tieTerm += (to - from) ** 3 - (to - from);
    from = to;
  }
  const total = (pairs * (pairs + 1)) / 2;
  const statistic = Math.min(positive, total - positive);
  if (pairs <= mostExact && tieTerm === 0) {
    return { statistic, pValue: exactPValue(pairs, statistic), pairs };
  }
  const variance = (pairs * (pairs + 1) * (2 * pairs + 1)) / 24 - tieTerm / 48;
  const pValue = twoSidedNormal((statistic - total / 2) / Math.sqrt(variance));
  return { statistic, pValue: Math.max(pValue, Number.MIN_VALUE), pairs };
}

/** Twice the chance of a sum of ranks of at most `statistic`, when each rank is in the sum with probability ½. */
function exactPValue(pairs: number, statistic: number): number {
  const chances = new Float64Array((pairs * (pairs + 1)) / 2 + 1);
  chances[0] = 1;
  for (let rank = 1, largest = 0; rank <= pairs; rank++) {
    largest += rank;
    for (let sum = largest; sum >= 0; sum--) {
      chances[sum] = (chances[sum]! + (sum >= rank ? chances[sum - rank]! : 0)) / 2;
    }
  }
  let below = 0;
  for (let sum = 0; sum <= statistic; sum++) below += chances[sum]!;
  return Math.min(1, 2 * below);
}
