import { parseMetric, type RatingMetricName } from '@tensorec/metrics';
import type { ReadonlyFloat64Array, Steps } from '@tensorec/kernels';
import { bootstrap } from '@tensorec/metrics';
import type { ModelResult } from './model-results.js';
import type { Fold } from './prepared-data.js';
import type { Interval } from './report.js';
import type { Statistics } from './statistics.js';
import { overRuns, type UserColumns } from './user-values.js';

/** Columns of a model's sums, in this order. */
const sumNames = ['rows', 'squaredError', 'absoluteError', 'actual', 'actualSquared'] as const;

/**
 * Bootstrap intervals of `rmse`, `mae` and `r2`: users are drawn with all their rows, and the metric is that of the sums
 * drawn. With several runs the rows of all of them are pooled.
 *
 * @param seed - of the resampling
 */
export function* ratingStatistics(
  results: readonly ModelResult[],
  folds: readonly Fold[],
  metrics: readonly string[],
  seed: number,
): Steps<Statistics> {
  const intervals = new Map<string, Record<string, Interval>>();
  for (const result of results) {
    const sums = sumsOf(result, folds);
    if (sums.users.length === 0) continue;
    const resampled = yield* bootstrap(sums.columns, { seed });
    const entries = metrics.flatMap((label) => {
      const metric = parseMetric(label);
      if (metric.kind !== 'rating') return [];
      return [[label, resampled.interval(statistics[metric.name])] as const];
    });
    intervals.set(result.name, Object.fromEntries(entries));
  }
  return { intervals, comparisons: [] };
}

function sumsOf({ outcome }: ModelResult, folds: readonly Fold[]): UserColumns {
  const runs = outcome.runs.flatMap(({ run, evaluation: { ratingSums } }) =>
    ratingSums === undefined
      ? []
      : [
          {
            test: folds[run.fold - 1]!.test,
            userRows: ratingSums.userRows,
            columns: sumNames.map((name) => ratingSums[name]),
          },
        ],
  );
  return overRuns(runs, 'sum');
}

/** The metrics of the means of the sums over users; the number of users cancels. */
const statistics: Readonly<Record<RatingMetricName, (means: ReadonlyFloat64Array) => number>> = {
  rmse: ([rows = 0, squaredError = 0]) => Math.sqrt(squaredError / rows),
  mae: ([rows = 0, , absoluteError = 0]) => absoluteError / rows,
  r2: ([rows = 0, squaredError = 0, , actual = 0, actualSquared = 0]) =>
    1 - squaredError / (actualSquared - actual ** 2 / rows),
};
