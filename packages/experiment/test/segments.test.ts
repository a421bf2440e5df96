import { describe, expect, it } from 'vitest';
import { countItems } from '../src/item-counts.js';
import { planMetrics } from '../src/metric-plan.js';
import { popularityBias } from '../src/popularity.js';
import { itemSegments, userSegments } from '../src/segments.js';
import { experimentOf, finished, folds, resultOf, splitOf } from './support.js';

/** Events of a to e: 4, 3, 2, 1, 0. */
const split = splitOf(
  ['u1: a', 'u2: a b', 'u3: a b c', 'u4: a b c d'],
  ['u1: b', 'u2: c', 'u3: d', 'u4: e', 'u5: a'],
);
const all = folds(split);
const labels = ['recall@2'];
const plan = planMetrics(experimentOf());

const counts = {
  cut: 2,
  //                      a  b  c  d  e
  recommended: Int32Array.of(1, 4, 3, 2, 0),
  relevant: Int32Array.of(1, 1, 1, 1, 1),
  hits: Int32Array.of(1, 0, 1, 1, 0),
};
const run = finished({
  perUser: {
    userRows: Int32Array.of(0, 1, 2, 3, 4),
    values: { 'recall@2': Float64Array.of(0.1, 0.2, 0.4, 0.8, 1) },
  },
  perItem: counts,
});
const result = resultOf('one', all, labels, run);

describe('groups of users', () => {
  it('are those without history and thirds by training events', () => {
    expect(userSegments([result], all)).toEqual([
      group('new users', 'no training event', 1, 1),
      group('light users', '1 to 2 training events', 2, 0.15000000000000002),
      group('medium users', '3 training events', 1, 0.4),
      group('heavy users', '4 training events', 1, 0.8),
    ]);
  });

  it('never part users with as many events', () => {
    const equal = splitOf(['u1: a', 'u2: a', 'u3: a'], ['u1: b', 'u2: b', 'u3: b']);
    const values = { 'recall@2': Float64Array.of(0, 1, 0.5) };
    const perUser = { userRows: Int32Array.of(0, 1, 2), values };
    const found = userSegments(
      [resultOf('one', folds(equal), labels, finished({ perUser }))],
      folds(equal),
    );
    expect(found).toEqual([group('light users', '1 training event', 3, 0.5)]);
  });

  it('do not exist for ratings', () => {
    expect(userSegments([resultOf('one', all, ['rmse'], finished({}))], all)).toEqual([]);
  });

  function group(name: string, description: string, size: number, recall: number): object {
    return { of: 'users', name, description, size, metrics: { one: { 'recall@2': recall } } };
  }
});

describe('groups of items', () => {
  it('are the least popular ones with a fifth of the events, and the rest', () => {
    // Of 10 events c has 2, d 1 and e 0: d and e hold a tenth, with c it would be three tenths.
    expect(itemSegments([result], countItems(all)!, plan)).toEqual([
      {
        of: 'items',
        name: 'rare items',
        description: 'the 2 least popular items, with 10 % of the training events',
        size: 2,
        metrics: { one: { 'recall@2': 1 / 2 } },
      },
      {
        of: 'items',
        name: 'popular items',
        description: 'the other 3 items',
        size: 3,
        metrics: { one: { 'recall@2': 2 / 3 } },
      },
    ]);
  });

  it('pool the runs, and count the tests of one seed', () => {
    const more = finished(
      { perItem: { ...counts, hits: Int32Array.of(0, 0, 0, 0, 0) } },
      { seed: 1 },
    );
    const [rare, popular] = itemSegments(
      [resultOf('one', all, labels, run, more)],
      countItems(all)!,
      plan,
    );
    expect(rare).toMatchObject({ size: 2, metrics: { one: { 'recall@2': 1 / 4 } } });
    expect(popular).toMatchObject({ size: 3, metrics: { one: { 'recall@2': 2 / 6 } } });
  });

  it('need to know what became of each item', () => {
    const without = resultOf('one', all, labels, finished({}));
    expect(itemSegments([without], countItems(all)!, plan)).toEqual([]);
    expect(popularityBias([without], countItems(all)!)).toBeUndefined();
  });
});

describe('popularity', () => {
  it('gives the share of places of each tenth of the trained items', () => {
    const bias = popularityBias([result], countItems(all)!);
    // Four trained items make four groups of one each.
    expect(bias).toEqual({
      groups: [
        { items: 1, trainShare: 0.4, testShare: 0.2 },
        { items: 1, trainShare: 0.3, testShare: 0.2 },
        { items: 1, trainShare: 0.2, testShare: 0.2 },
        { items: 1, trainShare: 0.1, testShare: 0.2 },
      ],
      models: { one: [0.1, 0.4, 0.3, 0.2] },
    });
  });

  it('makes ten groups that differ by one item at most', () => {
    const names = Array.from({ length: 23 }, (_, n) => `i${n}`);
    const many = folds(splitOf([`u1: ${names.join(' ')}`], ['u1: i0']));
    const flat = Int32Array.from(names, () => 1);
    const perItem = { cut: 1, recommended: flat, relevant: flat, hits: flat };
    const bias = popularityBias(
      [resultOf('one', many, labels, finished({ perItem }))],
      countItems(many)!,
    );
    const sizes = bias!.groups.map(({ items }) => items);
    expect(sizes).toHaveLength(10);
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBe(23);
    expect(Math.max(...sizes) - Math.min(...sizes)).toBe(1);
    expect(bias!.models['one']!.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 12);
  });
});
