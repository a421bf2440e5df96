import { parseMetric } from '@tensorec/metrics';
import type { ExperimentFile } from './schema.js';

/** Cuts of the curves, as far as the longest list goes. */
const curveCuts = [1, 2, 3, 5, 10, 20, 50, 100];

/** Metrics of all lists together that every report has. */
const profileNames = [
  'item-coverage',
  'gini',
  'entropy',
  'novelty',
  'average-popularity',
  'popularity-bias',
];

/** What is measured beyond the metrics that the experiment asks for. */
export interface MetricPlan {
  /** The longest cut asked for; 0 where no metric has one. */
  readonly longest: number;
  /** Metrics over the length of the list, by name without a cut. */
  readonly curves: readonly string[];
  /** Ascending; the last is the longest cut. */
  readonly cuts: readonly number[];
  /** Metrics of the longest lists, with their cut: `gini@20`. */
  readonly profile: readonly string[];
  /** All metrics to compute that were not asked for. */
  readonly further: readonly string[];
}

/** Plans curves for the ranking metrics asked for, and the profile where all items are ranked. */
export function planMetrics({ evaluation }: ExperimentFile): MetricPlan {
  const parsed = evaluation.metrics.map((label) => parseMetric(label));
  const longest = Math.max(0, ...parsed.map((metric) => ('k' in metric ? metric.k : 0)));
  if (evaluation.task === 'rating' || longest === 0) {
    return { longest: 0, curves: [], cuts: [], profile: [], further: [] };
  }
  const curves = [
    ...new Set(parsed.flatMap((metric) => (metric.kind === 'ranking' ? [metric.name] : []))),
  ];
  const cuts = [...curveCuts.filter((cut) => cut < longest), longest];
  const profile =
    evaluation.candidates === 'all' ? profileNames.map((name) => `${name}@${longest}`) : [];
  const all = [...curves.flatMap((name) => cuts.map((cut) => `${name}@${cut}`)), ...profile];
  const further = all.filter((label) => !evaluation.metrics.includes(label));
  return { longest, curves, cuts, profile, further };
}

/** The values of some metrics, in their order; those that are not there are left out. */
export function pick<Value>(
  values: Readonly<Record<string, Value>>,
  labels: readonly string[],
): Record<string, Value> {
  return Object.fromEntries(
    labels.flatMap((label) => {
      const value = values[label];
      return value === undefined ? [] : [[label, value]];
    }),
  );
}
