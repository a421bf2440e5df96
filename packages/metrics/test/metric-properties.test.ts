import { isTensorecError } from '@tensorec/kernels';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import * as exported from '../src/index.js';
import { classificationMetrics, rankingMetrics, ratingMetrics } from '../src/index.js';

// Properties that hold for whatever the registries list, and plain references for what they are known to list.

/** A list, a cut and a number of relevant items that fit together. */
const rankedUser = fc
  .record({
    list: fc.array(fc.integer({ min: 0, max: 1 }), { maxLength: 40 }),
    k: fc.integer({ min: 1, max: 60 }),
    missed: fc.nat({ max: 30 }),
  })
  .map(({ list, k, missed }) => ({
    list,
    k,
    relevantCount: Math.max(1, list.filter((flag) => flag === 1).length + missed),
  }));

/** Any finite numbers, few different ones among them. */
const number = fc.oneof(
  fc.integer({ min: -3, max: 5 }),
  fc.double({ min: -1e6, max: 1e6, noNaN: true }),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
);
const rows = fc.array(
  fc.record({
    predicted: number,
    actual: number,
    probability: fc.double({ min: 0, max: 1, noNaN: true }),
    label: fc.constantFrom(0, 1),
    user: fc.integer({ min: -2, max: 3 }),
  }),
  { minLength: 1, maxLength: 30 },
);
/** Rows and an order of them. */
const shuffledRows = rows.chain((own) =>
  fc.tuple(fc.constant(own), fc.shuffledSubarray(own, { minLength: own.length })),
);

/** A value, or undefined where the metric refuses with a typed error. */
function valueOf(compute: () => number): number | undefined {
  try {
    return compute();
  } catch (error) {
    if (isTensorecError(error, 'invalid-argument') || isTensorecError(error, 'numerical')) {
      return undefined;
    }
    throw error;
  }
}

function expectNear(found: number | undefined, expected: number | undefined): void {
  if (found === undefined || expected === undefined) {
    expect(found).toBe(expected);
    return;
  }
  expect(Math.abs(found - expected)).toBeLessThanOrEqual(1e-9 * (1 + Math.abs(expected)));
}

it('all registries are looked at', () => {
  const registries = Object.keys(exported).filter((name) => name.endsWith('Metrics'));
  // list-properties.test.ts looks at those of the items in lists.
  expect(registries.sort()).toEqual([
    'classificationMetrics',
    'gapMetrics',
    'listMetrics',
    'rankingMetrics',
    'ratingMetrics',
  ]);
});

type Ranked = readonly [k: number, list: readonly number[], relevantCount: number];

const hitRanks = (k: number, list: readonly number[]): number[] =>
  list.slice(0, k).flatMap((flag, n) => (flag === 1 ? [n + 1] : []));
const gain = (ranks: readonly number[]): number =>
  ranks.reduce((sum, rank) => sum + 1 / Math.log2(rank + 1), 0);

/** The definitions of ranking metrics by the ranks of the hits. */
const rankingReferences: Readonly<Record<string, (...user: Ranked) => number>> = {
  recall: (k, list, relevant) => hitRanks(k, list).length / relevant,
  precision: (k, list) => hitRanks(k, list).length / k,
  f1: (k, list, relevant) => {
    const hits = hitRanks(k, list).length;
    return hits === 0 ? 0 : 2 / (k / hits + relevant / hits);
  },
  hit: (k, list) => Math.sign(hitRanks(k, list).length),
  ndcg: (k, list, relevant) =>
    gain(hitRanks(k, list)) / gain(Array.from({ length: Math.min(k, relevant) }, (_, n) => n + 1)),
  map: (k, list, relevant) =>
    hitRanks(k, list).reduce((sum, rank, n) => sum + (n + 1) / rank, 0) / Math.min(k, relevant),
  mrr: (k, list) => 1 / Math.min(Infinity, ...hitRanks(k, list)),
};

describe.each(Object.values(rankingMetrics))('$name', ({ name, compute, range }) => {
  it('is in its range, and reads the first k of any array', () => {
    fc.assert(
      fc.property(rankedUser, fc.nat(10), ({ k, list, relevantCount }, padding) => {
        const value = compute(k, list, relevantCount);
        expect(value).toBeGreaterThanOrEqual(range[0]);
        expect(value).toBeLessThanOrEqual(range[1]);
        const padded = [...list, ...new Array<number>(padding).fill(0)];
        expect(compute(k, Uint8Array.from(padded), relevantCount)).toBe(value);
        const beyond = [...list, ...new Array<number>(k).fill(0)].slice(0, k);
        expect(compute(k, [...beyond, 7], relevantCount)).toBe(value);
      }),
    );
  });

  it('never falls when a hit moves up, nor when one is added', () => {
    fc.assert(
      fc.property(rankedUser, fc.nat(), ({ k, list, relevantCount }, choice) => {
        const places = list.flatMap((flag, n) => (flag === 0 ? [n] : []));
        fc.pre(places.length > 0);
        const place = places[choice % places.length]!;
        const value = compute(k, list, relevantCount + 1);
        const better = list.with(place, 1);
        expect(compute(k, better, relevantCount + 1)).toBeGreaterThanOrEqual(value);
        if (list[place + 1] !== 1) return;
        const moved = better.with(place + 1, 0);
        expect(compute(k, moved, relevantCount + 1)).toBeGreaterThanOrEqual(value);
      }),
    );
  });

  const reference = rankingReferences[name];
  if (reference === undefined) return;
  it('is what its definition gives', () => {
    fc.assert(
      fc.property(rankedUser, ({ k, list, relevantCount }) => {
        expectNear(compute(k, list, relevantCount), reference(k, list, relevantCount));
      }),
    );
  });
});

const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

/** The definitions of rating metrics; NaN or ±Infinity where they have no value. */
const ratingReferences: Readonly<
  Record<string, (predicted: readonly number[], actual: readonly number[]) => number>
> = {
  rmse: (predicted, actual) => Math.sqrt(mean(predicted.map((p, n) => (p - actual[n]!) ** 2))),
  mae: (predicted, actual) => mean(predicted.map((p, n) => Math.abs(p - actual[n]!))),
  r2: (predicted, actual) => {
    if (new Set(actual).size === 1) return NaN;
    const middle = mean(actual);
    const unexplained = mean(predicted.map((p, n) => (p - actual[n]!) ** 2));
    return 1 - unexplained / mean(actual.map((value) => (value - middle) ** 2));
  },
};

describe.each(Object.values(ratingMetrics))('$name', ({ name, compute, range, higherIsBetter }) => {
  it('is in its range or refused, and best for the truth', () => {
    fc.assert(
      fc.property(rows, (own) => {
        const actual = own.map((row) => row.actual);
        const predicted = own.map((row) => row.predicted);
        const value = valueOf(() => compute(predicted, actual));
        const best = valueOf(() => compute(actual, actual));
        if (best !== undefined) expect(best).toBe(higherIsBetter ? range[1] : range[0]);
        if (value === undefined) return;
        expect(value).toBeGreaterThanOrEqual(range[0]);
        expect(value).toBeLessThanOrEqual(range[1]);
      }),
    );
  });

  const reference = ratingReferences[name];
  if (reference === undefined) return;
  it('is what its definition gives, in any order of rows', () => {
    fc.assert(
      fc.property(shuffledRows, (orders) => {
        // The plain sums of the reference hold for numbers of about one size.
        const usual = orders.map((own) => own.filter(isUsual));
        fc.pre(usual[0]!.length > 0);
        const [found, shuffled] = usual.map((own) => {
          const [predicted, actual] = [
            own.map((row) => row.predicted),
            own.map((row) => row.actual),
          ];
          return valueOf(() => compute(predicted, actual));
        });
        const expected = reference(
          usual[0]!.map((row) => row.predicted),
          usual[0]!.map((row) => row.actual),
        );
        expectNear(found, Number.isFinite(expected) ? expected : undefined);
        expectNear(shuffled, found);
      }),
    );
  });
});

function isUsual({ predicted, actual }: { predicted: number; actual: number }): boolean {
  return [predicted, actual].every((value) => Number.isInteger(value) && Math.abs(value) < 1e3);
}

type Labelled = readonly {
  readonly probability: number;
  readonly label: number;
  readonly user: number;
}[];

function pairShare(own: Labelled): number | undefined {
  const of = (label: number): number[] =>
    own.filter((row) => row.label === label).map((row) => row.probability);
  const [positives, negatives] = [of(1), of(0)];
  if (positives.length === 0 || negatives.length === 0) return undefined;
  const shares = positives.flatMap((p) => negatives.map((n) => (p > n ? 1 : p === n ? 0.5 : 0)));
  return mean(shares);
}

/** The definitions of classification metrics; undefined where they have no value. */
const classificationReferences: Readonly<Record<string, (own: Labelled) => number | undefined>> = {
  logloss: (own) =>
    mean(
      own.map(({ probability, label }) => {
        const clipped = Math.min(Math.max(probability, 1e-15), 1 - 1e-15);
        return -Math.log(label === 1 ? clipped : 1 - clipped);
      }),
    ),
  auc: pairShare,
  gauc: (own) => {
    let [sum, weights] = [0, 0];
    for (const user of new Set(own.map((row) => row.user))) {
      const rowsOfUser = own.filter((row) => row.user === user);
      const share = pairShare(rowsOfUser);
      if (share === undefined) continue;
      const positives = rowsOfUser.filter((row) => row.label === 1).length;
      sum += positives * share;
      weights += positives;
    }
    return weights === 0 ? undefined : sum / weights;
  },
};

describe.each(Object.values(classificationMetrics))('$name', (metric) => {
  const compute = (own: Labelled): number | undefined =>
    valueOf(() => {
      const predicted = own.map((row) => row.probability);
      const actual = own.map((row) => row.label);
      return metric.perUser
        ? metric.compute(
            predicted,
            actual,
            own.map((row) => row.user),
          ).value
        : metric.compute(predicted, actual);
    });

  it('is in its range or refused, in any order of rows', () => {
    fc.assert(
      fc.property(shuffledRows, ([own, shuffled]) => {
        const value = compute(own);
        expectNear(compute(shuffled), value);
        if (value === undefined) return;
        expect(value).toBeGreaterThanOrEqual(metric.range[0]);
        expect(value).toBeLessThanOrEqual(metric.range[1]);
      }),
    );
  });

  const reference = classificationReferences[metric.name];
  if (reference === undefined) return;
  it('is what its definition gives', () => {
    fc.assert(
      fc.property(rows, (own) => {
        // Few different scores, so that ties are common.
        const tied = own.map((row) => ({
          ...row,
          probability: Math.round(4 * row.probability) / 4,
        }));
        for (const labelled of [own, tied]) expectNear(compute(labelled), reference(labelled));
      }),
    );
  });
});
