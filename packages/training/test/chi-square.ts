/** Pearson's statistic of counts. */
export function chiSquare(counts: readonly number[], expected: readonly number[]): number {
  return counts.reduce((sum, count, n) => sum + (count - expected[n]!) ** 2 / expected[n]!, 0);
}
