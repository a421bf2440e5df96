import { describeMetric, parseMetric } from '@tensorec/metrics';

/** The best of some values of a metric: the highest, the lowest, or the one closest to 0, as the metric wants it. */
export function bestValue(label: string, values: readonly number[]): number {
  const { higherIsBetter } = describeMetric(parseMetric(label));
  if (higherIsBetter !== undefined) {
    return higherIsBetter ? Math.max(...values) : Math.min(...values);
  }
  return values.reduce(
    (best, value) => (Math.abs(value) < Math.abs(best) ? value : best),
    Infinity,
  );
}
