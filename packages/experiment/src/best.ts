import {
  classificationMetrics,
  parseMetric,
  rankingMetrics,
  ratingMetrics,
} from '@tensorec/metrics';

/** The best of some values of a metric: the highest, or the lowest where lower is better. */
export function bestValue(label: string, values: readonly number[]): number {
  const metric = parseMetric(label);
  const description =
    metric.kind === 'ranking'
      ? rankingMetrics[metric.name]
      : metric.kind === 'rating'
        ? ratingMetrics[metric.name]
        : classificationMetrics[metric.name];
  return description.higherIsBetter ? Math.max(...values) : Math.min(...values);
}
