import fc from 'fast-check';
import { describe, expect, expectTypeOf, it } from 'vitest';
import {
  averagePopularityAt,
  calibrationAt,
  countPlaces,
  describeMetric,
  diversityAt,
  gapMetrics,
  groupGap,
  itemSets,
  listMetrics,
  noveltyAt,
  parseMetric,
  popularityBias,
  popularityRanks,
  rankingMetrics,
  serendipityAt,
  tailItems,
  tailShareAt,
  userCoverageAt,
  type GapMetric,
  type ListMetric,
  type ListMetricName,
} from '../src/index.js';

const users = 6;

/** A catalogue with training users and tags, some lists of distinct items, histories and relevant items. */
const worlds = fc.integer({ min: 1, max: 12 }).chain((items) => {
  const distinct = fc.uniqueArray(fc.nat(items - 1), { maxLength: items });
  return fc.record({
    items: fc.constant(items),
    k: fc.integer({ min: 1, max: 15 }),
    owners: fc.array(fc.uniqueArray(fc.nat(users - 1)), { minLength: items, maxLength: items }),
    tags: fc.array(fc.uniqueArray(fc.constantFrom('a', 'b', 'c', 'd'), { maxLength: 3 }), {
      minLength: items,
      maxLength: items,
    }),
    lists: fc.array(distinct, { minLength: 1, maxLength: 6 }),
    history: distinct,
    relevant: distinct,
  });
});
type World = typeof worlds extends fc.Arbitrary<infer T> ? T : never;

const countsOf = ({ owners }: World): number[] => owners.map((own) => own.length);

/** The value of each metric that is a mean over users, of one list. */
const ofUser: Record<string, (world: World, k: number, list: readonly number[]) => number> = {
  'user-coverage': (_, k, list) => userCoverageAt(k, list),
  novelty: (world, k, list) => noveltyAt(k, list, countsOf(world), users),
  'average-popularity': (world, k, list) => averagePopularityAt(k, list, countsOf(world)),
  'tail-share': (world, k, list) => tailShareAt(k, list, tailItems(countsOf(world))),
  diversity: ({ tags }, k, list) => diversityAt(k, list, itemSets(tags)),
  serendipity: (world, k, list) =>
    serendipityAt(
      k,
      list,
      list.map((item) => (world.relevant.includes(item) ? 1 : 0)),
      popularityRanks(countsOf(world)),
    ),
  calibration: ({ tags, history }, k, list) => calibrationAt(k, list, history, itemSets(tags)),
};

function expectInRange(value: number, [lowest, highest]: readonly [number, number]): void {
  expect(value).toBeGreaterThanOrEqual(lowest);
  expect(value).toBeLessThanOrEqual(highest);
}

describe('metrics of one list', () => {
  const names = Object.values(listMetrics).flatMap(({ name, perUser }) => (perUser ? name : []));

  it('are all tested here', () => {
    expect(Object.keys(ofUser)).toEqual(names);
  });

  it.each(names)('%s stays in its range', (name) => {
    fc.assert(
      fc.property(worlds, (world) => {
        for (const list of world.lists) {
          expectInRange(ofUser[name]!(world, world.k, list), listMetrics[name].range);
        }
      }),
    );
  });

  it.each(names)('%s does not read beyond k', (name) => {
    fc.assert(
      fc.property(worlds, (world) => {
        for (const list of world.lists) {
          const cut = list.slice(0, world.k);
          const whole = ofUser[name]!(world, world.k, list);
          expect(ofUser[name]!(world, world.k, cut)).toBe(whole);
        }
      }),
    );
  });

  it.each(names.filter((name) => name !== 'serendipity'))(
    '%s does not depend on the order of the list',
    (name) => {
      fc.assert(
        fc.property(worlds, (world) => {
          for (const list of world.lists) {
            const reversed = list.toReversed();
            const value = ofUser[name]!(world, list.length + 1, list);
            expect(ofUser[name]!(world, list.length + 1, reversed)).toBeCloseTo(value, 12);
          }
        }),
      );
    },
  );

  it('serendipity never falls when a hit moves up one rank', () => {
    fc.assert(
      fc.property(worlds, fc.nat(), (world, choice) => {
        const [list] = world.lists;
        fc.pre(list!.length > 1);
        const position = 1 + (choice % (list!.length - 1));
        const relevant = [list![position]!];
        const better = list!.with(position, list![position - 1]!).with(position - 1, relevant[0]!);
        const value = (order: readonly number[]): number =>
          ofUser['serendipity']!({ ...world, relevant }, world.k, order);
        expect(value(better)).toBeGreaterThanOrEqual(value(list!));
      }),
    );
  });

  it('diversity is the mean over pairs, one by one', () => {
    fc.assert(
      fc.property(worlds, ({ k, owners, lists }) => {
        for (const list of lists) {
          const cut = list.slice(0, k);
          const distances = cut.flatMap((a, n) =>
            cut.slice(n + 1).map((b) => {
              const common = owners[a]!.filter((owner) => owners[b]!.includes(owner)).length;
              return common === 0
                ? 1
                : 1 - common / Math.sqrt(owners[a]!.length * owners[b]!.length);
            }),
          );
          const mean = distances.reduce((sum, x) => sum + x, 0) / Math.max(1, distances.length);
          expect(diversityAt(k, list, itemSets(owners))).toBeCloseTo(mean, 12);
        }
      }),
    );
  });

  it('calibration is 0 for a list that is the history', () => {
    fc.assert(
      fc.property(worlds, ({ history, tags }) => {
        expect(calibrationAt(history.length + 1, history, history, itemSets(tags))).toBeCloseTo(
          0,
          12,
        );
      }),
    );
  });
});

describe('metrics of all lists', () => {
  it.each(['item-coverage', 'gini', 'entropy'] as const)(
    '%s stays in its range and does not depend on the order of users and items',
    (name) => {
      const { compute, range } = listMetrics[name];
      fc.assert(
        fc.property(worlds, ({ k, items, lists }) => {
          const value = compute(countPlaces(k, lists, items));
          expectInRange(value, range);
          const renamed = lists.toReversed().map((list) => list.map((item) => items - 1 - item));
          expect(compute(countPlaces(k, renamed, items))).toBeCloseTo(value, 12);
        }),
      );
    },
  );

  it('the Gini index is the mean difference of two items, by twice the mean', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(9), { minLength: 1, maxLength: 12 }), (places) => {
        const total = places.reduce((sum, count) => sum + count, 0);
        fc.pre(total > 0);
        const differences = places.flatMap((a) => places.map((b) => Math.abs(a - b)));
        const sum = differences.reduce((all, difference) => all + difference, 0);
        expect(listMetrics.gini.compute(places)).toBeCloseTo(sum / (2 * places.length * total), 12);
      }),
    );
  });

  it('the Gini index of a larger catalogue follows from that of a smaller one', () => {
    const counts = fc.array(fc.nat(9), { minLength: 1, maxLength: 12 });
    fc.assert(
      fc.property(counts, fc.integer({ min: 0, max: 9 }), (places, more) => {
        fc.pre(places.some((count) => count > 0));
        const { compute } = listMetrics.gini;
        const size = places.length + more;
        const larger = compute([...places, ...new Array<number>(more).fill(0)]);
        expect((larger * size - more) / places.length).toBeCloseTo(compute(places), 12);
      }),
    );
  });

  it('popularity bias stays in its range and does not depend on the unit of popularity', () => {
    const popularities = fc.array(
      fc.tuple(fc.integer({ min: 0, max: 50 }), fc.integer({ min: 1, max: 50 })),
      { minLength: 1 },
    );
    fc.assert(
      fc.property(popularities, (pairs) => {
        const [lists, histories] = [0, 1].map((n) => pairs.map((pair) => pair[n]!));
        const bias = popularityBias(lists!, histories!);
        expectInRange(bias, listMetrics['popularity-bias'].range);
        const halves = (values: readonly number[]): number[] => values.map((value) => value / 2);
        expect(popularityBias(halves(lists!), halves(histories!))).toBeCloseTo(bias, 12);
      }),
    );
  });
});

describe('gaps', () => {
  const grouped = fc.array(
    fc.tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.integer({ min: -1, max: 3 })),
    { minLength: 1 },
  );

  it('are at least 0, at most the range of values, and 0 where all are alike', () => {
    fc.assert(
      fc.property(grouped, (pairs) => {
        fc.pre(pairs.some(([, group]) => group >= 0));
        const values = pairs.map(([value]) => value);
        const groups = pairs.map(([, group]) => group);
        const gap = groupGap(values, groups);
        expect(gap).toBeGreaterThanOrEqual(0);
        expect(gap).toBeLessThanOrEqual(Math.max(...values) - Math.min(...values) + 1e-12);
        expect(
          groupGap(
            values.map(() => 1),
            groups,
          ),
        ).toBe(0);
      }),
    );
  });
});

describe('registries', () => {
  it('hold each metric under its own name', () => {
    expect(Object.keys(listMetrics)).toEqual(Object.values(listMetrics).map(({ name }) => name));
    expect(Object.keys(gapMetrics)).toEqual(Object.values(gapMetrics).map(({ name }) => name));
    expect(Object.values(gapMetrics).map(({ of }) => of)).toEqual(Object.keys(rankingMetrics));
  });

  it('are typed by name', () => {
    expectTypeOf<keyof typeof listMetrics>().toEqualTypeOf<ListMetricName>();
    expectTypeOf(listMetrics.novelty).toEqualTypeOf<ListMetric<'novelty'>>();
    expectTypeOf(listMetrics.diversity.compute).toEqualTypeOf(diversityAt);
    expectTypeOf(gapMetrics['ndcg-gap']).toEqualTypeOf<GapMetric>();
    // @ts-expect-error no metric of that name
    expect(listMetrics.recall).toBeUndefined();
  });

  it('describe parsed metrics', () => {
    for (const metric of [
      ...Object.values(rankingMetrics),
      ...Object.values(listMetrics),
      ...Object.values(gapMetrics),
    ]) {
      expect(describeMetric(parseMetric(`${metric.name}@7`))).toBe(metric);
    }
    expect(describeMetric(parseMetric('rmse')).higherIsBetter).toBe(false);
    expect(describeMetric(parseMetric('gauc')).perUser).toBe(true);
    expect(describeMetric(parseMetric('popularity-bias@5')).higherIsBetter).toBeUndefined();
  });
});
