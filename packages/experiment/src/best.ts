import { describeMetric, parseMetric } from '@tensorec/metrics';

/** How good a value of a metric is: of two values the better one has the greater merit. */
export function merit(label: string, value: number): number {
  const { higherIsBetter } = describeMetric(parseMetric(label));
  if (higherIsBetter === undefined) return -Math.abs(value);
  return higherIsBetter ? value : -value;
}

/** The best of some values of a metric: the highest, the lowest, or the one closest to 0, as the metric wants it. */
export function bestValue(label: string, values: readonly number[]): number {
  const best = Math.max(...values.map((value) => merit(label, value)));
  return values.find((value) => merit(label, value) === best) ?? NaN;
}
