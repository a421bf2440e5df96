import { TensorecError } from '@tensorec/core';
import { parseMetric, rankingMetrics, ratingMetrics, type ParsedMetric } from '@tensorec/metrics';
import type { EvaluationTask } from './options.js';

type MetricOfKind<Kind extends ParsedMetric['kind']> = Extract<ParsedMetric, { kind: Kind }>;

/**
 * Parses metrics of lists.
 *
 * @throws TensorecError `unknown-name` or `invalid-argument` for a name that is no metric, or one of another kind.
 */
export function parseRankingMetrics(
  names: readonly string[],
  task: EvaluationTask,
): readonly MetricOfKind<'ranking'>[] {
  return names.map((name) => {
    const metric = parseMetric(name);
    if (metric.kind === 'ranking') return metric;
    throw wrongKind(metric, task);
  });
}

/** As {@link parseRankingMetrics}, for metrics of ratings. */
export function parseRatingMetrics(names: readonly string[]): readonly MetricOfKind<'rating'>[] {
  return names.map((name) => {
    const metric = parseMetric(name);
    if (metric.kind === 'rating') return metric;
    throw wrongKind(metric, 'rating');
  });
}

function wrongKind(metric: ParsedMetric, task: EvaluationTask): TensorecError {
  const fits = {
    ranking: "the tasks 'ranking' and 'next-item'",
    rating: "the task 'rating'",
    classification:
      'no task of evaluate; call its function in @tensorec/metrics with predictions of your own',
  }[metric.kind];
  const own = Object.keys(task === 'rating' ? ratingMetrics : rankingMetrics)
    .map((name) => (task === 'rating' ? name : `${name}@k`))
    .join(', ');
  return new TensorecError(
    'invalid-argument',
    `The metric "${metric.label}" fits ${fits}. The task is '${task}', whose metrics are ${own}.`,
  );
}

/** Collects the metrics of users list by list. */
export class MetricTable {
  /** The cuts of the metrics, ascending. */
  readonly cuts: readonly number[];
  /** The greatest cut: no list need be longer. */
  readonly longest: number;
  readonly #metrics: readonly MetricOfKind<'ranking'>[];
  readonly #values: readonly Float64Array[];
  readonly #lists: Int32Array;
  readonly #tied: Uint8Array;

  constructor(metrics: readonly MetricOfKind<'ranking'>[], users: number) {
    this.cuts = [...new Set(metrics.map((metric) => metric.k))].sort((a, b) => a - b);
    this.longest = Math.max(...this.cuts);
    this.#metrics = metrics;
    this.#values = metrics.map(() => new Float64Array(users));
    this.#lists = new Int32Array(users);
    this.#tied = new Uint8Array(users);
  }

  /**
   * Adds a list of the user at a position.
   *
   * @param flags - 1 where the item at that rank is relevant, in the order of the list, which may end before `longest`
   * @param relevant - how many items are relevant, at least 1
   * @param tied - whether equal scores stand on both sides of a cut
   */
  record(position: number, flags: Uint8Array, relevant: number, tied: boolean): void {
    this.#metrics.forEach(({ name, k }, metric) => {
      this.#values[metric]![position]! += rankingMetrics[name].compute(k, flags, relevant);
    });
    this.#lists[position]!++;
    if (tied) this.#tied[position] = 1;
  }

  /** Share of the users with a tied list. */
  tieShare(): number {
    return this.#tied.reduce((count, tied) => count + tied, 0) / this.#tied.length;
  }

  /** For each metric the mean over the lists of each user; 0 for users without a list, as for an empty one. */
  values(): Record<string, Float64Array> {
    return Object.fromEntries(
      this.#metrics.map(({ label }, metric) => [
        label,
        this.#values[metric]!.map((sum, position) => sum / Math.max(1, this.#lists[position]!)),
      ]),
    );
  }
}
