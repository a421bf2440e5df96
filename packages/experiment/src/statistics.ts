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
  const comparisons = yield* partOf(compare(names, labels, columns, joint, seed), 0.5, 1);
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

function* compare(
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
  const permutation = yield* pairedPermutationTest(
    pairs.map(({ differences }) => differences),
    { seed },
  );
  const wilcoxon = pairs.map(({ differences }) => wilcoxonSignedRank(differences));
  return labels.flatMap((metric) =>
    (['permutation', 'wilcoxon'] as const).flatMap((test) => {
      const results = test === 'permutation' ? permutation : wilcoxon;
      const family = pairs.flatMap((pair, n) =>
        pair.metric === metric ? [{ pair, pValue: results[n]!.pValue }] : [],
      );
      return describeFamily(metric, test, family, joint);
    }),
  );
}

function describeFamily(
  metric: string,
  test: Comparison['test'],
  members: readonly { readonly pair: Pair; readonly pValue: number }[],
  joint: Bootstrap,
): readonly Comparison[] {
  const count = members.length;
  const family = `${metric}, ${count} ${count === 1 ? 'pair' : 'pairs'} of models`;
  const adjusted = holm(members.map(({ pValue }) => pValue));
  return members.map(({ pair: { a, b, columnA, columnB, differences }, pValue }, n) => ({
    a,
    b,
    metric,
    test,
    family,
    difference: differences.reduce((sum, value) => sum + value, 0) / differences.length,
    interval: joint.interval((mean) => mean[columnA]! - mean[columnB]!),
    effectSize: pairedEffectSize(differences),
    pValue,
    adjustedPValue: adjusted[n]!,
  }));
}

function pairsOf(count: number): readonly (readonly [first: number, second: number])[] {
  const all = Array.from({ length: count }, (_, n) => n);
  return all.flatMap((first) => all.slice(first + 1).map((second) => [first, second] as const));
}
