import {
  classificationMetrics,
  parseMetric,
  rankingMetrics,
  ratingMetrics,
} from '@tensorec/metrics';

/** Whether a higher value of a metric, by its name in experiment files, is a better one. */
export function higherIsBetter(label: string): boolean {
  const metric = parseMetric(label);
  const description =
    metric.kind === 'ranking'
      ? rankingMetrics[metric.name]
      : metric.kind === 'rating'
        ? ratingMetrics[metric.name]
        : classificationMetrics[metric.name];
  return description.higherIsBetter;
}

/** The best of some values of a metric: the highest, or the lowest where lower is better. */
export function bestValue(label: string, values: readonly number[]): number {
  return higherIsBetter(label) ? Math.max(...values) : Math.min(...values);
}
