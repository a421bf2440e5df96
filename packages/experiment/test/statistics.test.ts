import type { RatingSums } from '@tensorec/evaluation';
import { finish, ready } from '@tensorec/kernels';
import { describe, expect, it } from 'vitest';
import type { ModelResult } from '../src/model-results.js';
import { ratingStatistics } from '../src/rating-statistics.js';
import { listStatistics } from '../src/statistics.js';
import { finished, folds, resultOf, splitOf } from './support.js';

await ready();

const users = Array.from({ length: 40 }, (_, n) => `u${n}`);
const all = folds(
  splitOf(
    users.map((user) => `${user}: a`),
    users.map((user) => `${user}: b`),
  ),
);
const labels = ['recall@2', 'ndcg@2'];

/** A model with values of its users, by position. */
function model(
  name: string,
  value: (user: number, label: number) => number,
  userRows: Int32Array = Int32Array.from(users.keys()),
): ModelResult {
  const values = Object.fromEntries(
    labels.map((label, n) => [label, Float64Array.from(userRows, (row) => value(row, n))]),
  );
  return resultOf(name, all, labels, finished({ perUser: { userRows, values } }));
}

const base = (user: number): number => (user % 10) / 20;
const one = model('one', (user, label) => base(user) + 0.1 * label);
const better = model('better', (user) => base(user) + 0.2 + 0.01 * (user % 3));
const same = model('same', (user, label) => base(user) + 0.1 * label);

describe('statistics of lists', () => {
  const { intervals, comparisons } = finish(listStatistics([one, better, same], 3));

  it('have an interval around the mean of every model and metric', () => {
    // The mean of 0, 0.05 … 0.45 is 0.225, its standard error √(0.020625 / 40) = 0.0227.
    const [lower, upper] = intervals.get('one')!['recall@2']!;
    expect(lower).toBeGreaterThan(0.225 - 3 * 0.0227);
    expect(lower).toBeLessThan(0.225 - 0.0227);
    expect(upper).toBeGreaterThan(0.225 + 0.0227);
    expect(upper).toBeLessThan(0.225 + 3 * 0.0227);
    expect([...intervals.keys()]).toEqual(['one', 'better', 'same']);
    expect(intervals.get('same')).toEqual(intervals.get('one'));
  });

  it('compare every two models on every metric with both tests', () => {
    expect(comparisons).toHaveLength(3 * 2 * 2);
    const pairs = comparisons.map(({ a, b, metric, test }) => [a, b, metric, test].join(' '));
    expect(pairs.slice(0, 6)).toEqual([
      'one better recall@2 permutation',
      'one same recall@2 permutation',
      'better same recall@2 permutation',
      'one better recall@2 wilcoxon',
      'one same recall@2 wilcoxon',
      'better same recall@2 wilcoxon',
    ]);
    expect(new Set(pairs).size).toBe(12);
    expect(new Set(comparisons.map(({ family }) => family))).toEqual(
      new Set(['recall@2, 3 pairs of models', 'ndcg@2, 3 pairs of models']),
    );
  });

  it('resample the pairs together: a difference that hardly varies has a narrow interval', () => {
    const found = comparisons.find(({ a, b }) => a === 'one' && b === 'better')!;
    // Differences are −0.2, −0.21, −0.22 for 14, 13 and 13 users.
    expect(found.difference).toBeCloseTo(-(0.2 + (0.01 * 13 + 0.02 * 13) / 40), 12);
    const [lower, upper] = found.interval;
    expect(lower).toBeGreaterThan(-0.215);
    expect(upper).toBeLessThan(-0.205);
    expect(found.effectSize).toBeLessThan(-20);
    expect(found.pValue).toBeLessThan(0.001);
  });

  it('cannot tell equal models apart', () => {
    for (const found of comparisons.filter(({ a, b }) => a === 'one' && b === 'same')) {
      expect(found).toMatchObject({
        difference: 0,
        interval: [0, 0],
        effectSize: 0,
        pValue: 1,
        adjustedPValue: 1,
      });
    }
  });

  it('correct each test and metric over its pairs by Holm', () => {
    const family = comparisons.filter(
      ({ metric, test }) => metric === 'recall@2' && test === 'permutation',
    );
    const sorted = [...family].sort((x, y) => x.pValue - y.pValue);
    // Two pairs with the least possible p, and one with 1.
    expect(sorted[0]!.adjustedPValue).toBeCloseTo(3 * sorted[0]!.pValue, 12);
    expect(sorted[1]!.adjustedPValue).toBeCloseTo(
      Math.max(3 * sorted[0]!.pValue, 2 * sorted[1]!.pValue),
      12,
    );
    expect(sorted[2]!.adjustedPValue).toBe(1);
  });

  it('depend on the seed alone', () => {
    expect(finish(listStatistics([one, better, same], 3))).toEqual({ intervals, comparisons });
    expect(finish(listStatistics([one, better, same], 4)).intervals).not.toEqual(intervals);
  });

  it('compare on the users whom all models have, with intervals over those of each', () => {
    const few = model('few', () => 0.5, Int32Array.of(0, 1, 2));
    const found = finish(listStatistics([one, few], 3));
    expect(found.intervals.get('few')).toEqual({ 'recall@2': [0.5, 0.5], 'ndcg@2': [0.5, 0.5] });
    expect(found.intervals.get('one')!['recall@2']![1]).toBeGreaterThan(0.2);
    expect(found.comparisons[0]!.difference).toBeCloseTo(0.05 - 0.5, 12);
  });

  it('are none without models, and intervals alone for one', () => {
    expect(finish(listStatistics([], 3))).toEqual({ intervals: new Map(), comparisons: [] });
    const alone = finish(listStatistics([one], 3));
    expect(alone.comparisons).toEqual([]);
    expect(alone.intervals.size).toBe(1);
  });
});

describe('statistics of ratings', () => {
  const userRows = Int32Array.of(0, 1);
  const sums = (rows: number): RatingSums => ({
    userRows,
    rows: Float64Array.from(userRows, () => rows),
    squaredError: Float64Array.from(userRows, () => 2),
    absoluteError: Float64Array.from(userRows, () => 3),
    actual: Float64Array.from(userRows, () => 12),
    actualSquared: Float64Array.from(userRows, () => 40),
  });
  const metrics = ['rmse', 'mae', 'r2'];

  it('are the metrics of the sums of the users drawn', () => {
    const result = resultOf('one', all, metrics, finished({ ratingSums: sums(4) }));
    const { intervals, comparisons } = finish(ratingStatistics([result], all, metrics, 0));
    expect(comparisons).toEqual([]);
    // All users are alike, so every draw gives √(2 / 4), 3 / 4 and 1 − 2 / (40 − 12² / 4).
    const close = (value: number): object[] => [
      expect.closeTo(value, 12) as object,
      expect.closeTo(value, 12) as object,
    ];
    expect(intervals.get('one')).toEqual({
      rmse: close(Math.SQRT1_2),
      mae: close(0.75),
      r2: close(0.5),
    });
  });

  it('pool the runs of a user', () => {
    const runs = [sums(4), sums(12)].map((ratingSums) => finished({ ratingSums }));
    const result = resultOf('one', all, metrics, ...runs);
    const { intervals } = finish(ratingStatistics([result], all, metrics, 0));
    const [lower] = intervals.get('one')!['mae']!;
    expect(lower).toBeCloseTo(6 / 16, 12);
  });

  it('have no interval for a model without ratings', () => {
    const { intervals } = finish(
      ratingStatistics([resultOf('one', all, metrics, finished({}))], all, metrics, 0),
    );
    expect(intervals.size).toBe(0);
  });
});
