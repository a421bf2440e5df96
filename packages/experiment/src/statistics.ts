import { partOf, type Steps } from '@tensorec/kernels';
import {
  bootstrap,
  holm,
  pairedEffectSize,
  pairedPermutationTest,
  wilcoxonSignedRank,
  type Bootstrap,
} from '@tensorec/metrics';
import type { ModelResult } from './model-results.js';
import type { Comparison, Interval } from './report.js';
import { columnsFor, commonUsers, type UserColumns } from './user-values.js';

/** Intervals by model and metric, and tests between the models. */
export interface Statistics {
  readonly intervals: ReadonlyMap<string, Readonly<Record<string, Interval>>>;
  readonly comparisons: readonly Comparison[];
}

/**
 * Bootstrap intervals of the means over users, and paired tests of every two models on every metric that users have
 * values of, corrected by Holm's method for all pairs of one test and one metric. All models are resampled together, so
 * that intervals of differences keep the pairing. Where models do not share their users (`users: 'known'`), they are
 * compared on those that all have, and each interval is over the model's own.
 *
 * @param seed - of the resampling
 */
export function* listStatistics(results: readonly ModelResult[], seed: number): Steps<Statistics> {
  const common = commonUsers(results.map(({ users }) => users));
  const labels = results[0]?.labels ?? [];
  if (labels.length === 0 || common.length === 0) {
    return { intervals: new Map(), comparisons: [] };
  }
  const columns = results.flatMap(({ users }) => columnsFor(users, common));
  const joint = yield* partOf(bootstrap(columns, { seed }), 0, 0.5);
  const intervals = new Map<string, Record<string, Interval>>();
  for (const [position, { name, users }] of results.entries()) {
    const shared = users.users.length === common.length;
    const own = shared ? joint : yield* ownBootstrap(users, seed);
    const from = shared ? position * labels.length : 0;
    intervals.set(
      name,
      Object.fromEntries(labels.map((label, n) => [label, own.meanInterval(from + n)])),
    );
  }
  const names = results.map(({ name }) => name);
  const comparisons = yield* partOf(compareColumns(names, labels, columns, joint, seed), 0.5, 1);
  return { intervals, comparisons };
}

/** The bootstrap of a model that has users of its own; its fractions are kept from the caller's progress. */
function* ownBootstrap({ columns }: UserColumns, seed: number): Steps<Bootstrap> {
  return yield* partOf(bootstrap(columns, { seed }), 0.5, 0.5);
}

/** Two models on a metric, by the positions of their columns. */
interface Pair {
  readonly a: string;
  readonly b: string;
  readonly metric: string;
  readonly columnA: number;
  readonly columnB: number;
  readonly differences: Float64Array;
}

/**
 * Paired tests of every two models on every metric, corrected within each test and metric.
 *
 * @param columns - for each model a column for each metric, a value a user; the users are the same in all
 * @param joint - the columns resampled together
 * @param seed - of the permutations
 */
export function* compareColumns(
  names: readonly string[],
  labels: readonly string[],
  columns: readonly Float64Array[],
  joint: Bootstrap,
  seed: number,
): Steps<readonly Comparison[]> {
  const pairs = labels.flatMap((metric, label) =>
    pairsOf(names.length).map(([first, second]): Pair => {
      const columnA = first * labels.length + label;
      const columnB = second * labels.length + label;
      const b = columns[columnB]!;
      const differences = columns[columnA]!.map((value, user) => value - b[user]!);
      return { a: names[first]!, b: names[second]!, metric, columnA, columnB, differences };
    }),
  );
  if (pairs.length === 0) return [];
  const testing = pairedPermutationTest(
    pairs.map(({ differences }) => differences),
    { seed },
  );
  const permutation = yield* partOf(testing, 0, 0.6);
  const tested: TestedPair[] = [];
  for (const [n, pair] of pairs.entries()) {
    tested.push({
      ...pair,
      interval: joint.interval((mean) => mean[pair.columnA]! - mean[pair.columnB]!),
      pValues: {
        permutation: permutation[n]!.pValue,
        wilcoxon: wilcoxonSignedRank(pair.differences).pValue,
      },
    });
    yield 0.6 + (0.4 * (n + 1)) / pairs.length;
  }
  return labels.flatMap((metric) => {
    const family = tested.filter((pair) => pair.metric === metric);
    return (['permutation', 'wilcoxon'] as const).flatMap((test) => describeFamily(test, family));
  });
}

interface TestedPair extends Pair {
  readonly interval: Interval;
  readonly pValues: Readonly<Record<Comparison['test'], number>>;
}

function describeFamily(
  test: Comparison['test'],
  pairs: readonly TestedPair[],
): readonly Comparison[] {
  const count = pairs.length;
  const adjusted = holm(pairs.map(({ pValues }) => pValues[test]));
  return pairs.map(({ a, b, metric, differences, interval, pValues }, n) => {
    const effectSize = pairedEffectSize(differences);
    return {
      a,
      b,
      metric,
      test,
      family: `${metric}, ${count} ${count === 1 ? 'pair' : 'pairs'} of models`,
      difference: differences.reduce((sum, value) => sum + value, 0) / differences.length,
      interval,
      ...(Number.isFinite(effectSize) ? { effectSize } : {}),
      pValue: pValues[test],
      adjustedPValue: adjusted[n]!,
    };
  });
}

function pairsOf(count: number): readonly (readonly [first: number, second: number])[] {
  const all = Array.from({ length: count }, (_, n) => n);
  return all.flatMap((first) => all.slice(first + 1).map((second) => [first, second] as const));
}
