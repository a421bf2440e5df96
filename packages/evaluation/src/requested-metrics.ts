import { TensorecError } from '@tensorec/core';
import {
  gapMetrics,
  listMetrics,
  parseMetric,
  rankingMetrics,
  ratingMetrics,
  type ParsedMetric,
} from '@tensorec/metrics';
import type { EvaluationTask } from './options.js';
import type { Settings } from './settings.js';

/** Parsed metrics of one kind. */
export type MetricOfKind<Kind extends ParsedMetric['kind']> = Extract<ParsedMetric, { kind: Kind }>;

/** The metrics of lists that an evaluation was asked for. */
export interface RequestedMetrics {
  readonly ranking: readonly MetricOfKind<'ranking'>[];
  readonly lists: readonly MetricOfKind<'list'>[];
  readonly gaps: readonly MetricOfKind<'gap'>[];
  /** The cuts of all of them, ascending. */
  readonly cuts: readonly number[];
  /** The cuts across which a tie counts, ascending. */
  readonly tieCuts: readonly number[];
}

/**
 * Parses metrics of lists.
 *
 * @throws TensorecError `unknown-name` or `invalid-argument` for a name that is no metric, one that does not fit the task
 * or the candidates, or calibration without categories.
 */
export function parseListMetrics(settings: Settings): RequestedMetrics {
  const ranking: MetricOfKind<'ranking'>[] = [];
  const lists: MetricOfKind<'list'>[] = [];
  const gaps: MetricOfKind<'gap'>[] = [];
  for (const name of settings.metrics) {
    const metric = parseMetric(name);
    if (metric.kind === 'ranking') {
      ranking.push(metric);
      continue;
    }
    if (metric.kind !== 'list' && metric.kind !== 'gap') throw wrongKind(metric, settings.task);
    requireRankingOfAll(metric, settings);
    if (metric.kind === 'list') lists.push(metric);
    else gaps.push(metric);
  }
  const all = [...ranking, ...lists, ...gaps];
  const counted = new Set(settings.metrics.slice(0, settings.counted));
  return {
    ranking,
    lists,
    gaps,
    cuts: cutsOf(all),
    tieCuts: cutsOf(all.filter(({ label }) => counted.has(label))),
  };
}

function cutsOf(metrics: readonly { readonly k: number }[]): readonly number[] {
  return [...new Set(metrics.map(({ k }) => k))].sort((a, b) => a - b);
}

/** As {@link parseListMetrics}, for metrics of ratings. */
export function parseRatingMetrics(names: readonly string[]): readonly MetricOfKind<'rating'>[] {
  return names.map((name) => {
    const metric = parseMetric(name);
    if (metric.kind === 'rating') return metric;
    throw wrongKind(metric, 'rating');
  });
}

function requireRankingOfAll(
  { name, label }: MetricOfKind<'list' | 'gap'>,
  { candidates, itemFeatures }: Settings,
): void {
  if (candidates !== 'all') {
    throw new TensorecError(
      'invalid-argument',
      `The metric "${label}" is of lists that are ranked from all items, not from given or drawn candidates. ` +
        "Leave it out, or take candidates 'all'.",
    );
  }
  if (name === 'calibration' && itemFeatures === undefined) {
    throw new TensorecError(
      'invalid-argument',
      `The metric "${label}" compares the categories of items, and none were given. Pass itemFeatures: a feature ` +
        'table and the name of its column of categories or tags.',
    );
  }
}

function wrongKind(metric: ParsedMetric, task: EvaluationTask): TensorecError {
  const lists = "the tasks 'ranking' and 'next-item'";
  const fits = {
    ranking: lists,
    list: lists,
    gap: lists,
    rating: "the task 'rating'",
    classification:
      'no task of evaluate; call its function in @tensorec/metrics with predictions of your own',
  }[metric.kind];
  const own =
    task === 'rating'
      ? Object.keys(ratingMetrics)
      : [rankingMetrics, listMetrics, gapMetrics].flatMap(Object.keys).map((name) => `${name}@k`);
  return new TensorecError(
    'invalid-argument',
    `The metric "${metric.label}" fits ${fits}. The task is '${task}', whose metrics are ${own.join(', ')}.`,
  );
}
