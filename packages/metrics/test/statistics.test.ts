import { readFileSync } from 'node:fs';
import { finish, Random, ready, type Steps } from '@tensorec/kernels';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import {
  bootstrap,
  holm,
  pairedEffectSize,
  pairedPermutationTest,
  wilcoxonSignedRank,
} from '../src/index.js';
import { twoSidedNormal } from '../src/statistics/normal.js';
import { errorOf } from './error-of.js';

/** Written by golden/statistics.py from scipy and statsmodels. */
interface Golden {
  readonly wilcoxon: readonly {
    readonly differences: readonly number[];
    readonly statistic: number;
    readonly pValue: number;
  }[];
  readonly permutation: readonly {
    readonly differences: readonly number[];
    readonly pValue: number;
  }[];
  readonly bootstrap: readonly {
    readonly values: readonly number[];
    readonly interval: readonly [number, number];
  }[];
  readonly holm: readonly {
    readonly pValues: readonly number[];
    readonly adjusted: readonly number[];
  }[];
  readonly normal: readonly (readonly [number, number])[];
}

const golden = JSON.parse(
  readFileSync(new URL('golden/statistics.json', import.meta.url), 'utf8'),
) as Golden;

beforeAll(() => ready());

function closeTo(found: number, wanted: number, relative: number): void {
  expect(Math.abs(found - wanted), `${found} against ${wanted}`).toBeLessThanOrEqual(
    relative * Math.abs(wanted),
  );
}

/** The results on one, two and three threads. */
async function onThreads<Result>(run: () => Steps<Result>): Promise<readonly Result[]> {
  const results: Result[] = [];
  try {
    for (const threads of [1, 2, 3]) {
      await ready({ threads });
      results.push(finish(run()));
    }
  } finally {
    await ready({ threads: 2 });
  }
  return results;
}

const finite = fc.double({ min: -1e6, max: 1e6, noNaN: true });
const columns = fc.array(finite, { minLength: 1, maxLength: 40 });

describe('wilcoxonSignedRank', () => {
  it.each(golden.wilcoxon)('agrees with scipy.stats.wilcoxon (statistic $statistic)', (wanted) => {
    const found = wilcoxonSignedRank(wanted.differences);
    expect(found.statistic).toBe(wanted.statistic);
    closeTo(found.pValue, wanted.pValue, 1e-11);
  });

  it('by hand: ranks 1 to 3, one of them negative', () => {
    // The sums 0 … 6 have the chances 1 1 1 2 1 1 1 of 8; at most 1 or at least 5: 4 of 8.
    expect(wilcoxonSignedRank([3, -2, 5])).toEqual({ statistic: 1, pValue: 0.5, pairs: 3 });
  });

  it('drops zeros, and has nothing to say when all are', () => {
    expect(wilcoxonSignedRank([0, 3, 0, -2, 5])).toEqual(wilcoxonSignedRank([3, -2, 5]));
    expect(wilcoxonSignedRank([0, 0])).toEqual({ statistic: 0, pValue: 1, pairs: 0 });
  });

  it('does not depend on order, sign or scale', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -50, max: 50 }), { minLength: 1 }), (differences) => {
        const found = wilcoxonSignedRank(differences);
        expect(found.pValue).toBeGreaterThan(0);
        expect(found.pValue).toBeLessThanOrEqual(1);
        expect(wilcoxonSignedRank([...differences].reverse())).toEqual(found);
        expect(wilcoxonSignedRank(differences.map((difference) => -4 * difference))).toEqual(found);
      }),
    );
  });

  it('refuses nothing and NaN', () => {
    expect(errorOf(() => wilcoxonSignedRank([])).message).toContain('at least one difference');
    expect(errorOf(() => wilcoxonSignedRank([1, NaN])).message).toContain('NaN at row 1');
  });
});

describe('pairedPermutationTest', () => {
  it.each(golden.permutation)(
    'is exact for few pairs, as scipy.stats.permutation_test',
    (wanted) => {
      const [found] = finish(pairedPermutationTest([wanted.differences]));
      closeTo(found!.pValue, wanted.pValue, 1e-12);
    },
  );

  it('comes near the exact test where it draws', () => {
    const { differences, pValue } = golden.permutation[4]!;
    const [found] = finish(pairedPermutationTest([differences], { resamples: 4000 }));
    const deviation = Math.sqrt((pValue * (1 - pValue)) / 4000);
    expect(Math.abs(found!.pValue - pValue)).toBeLessThan(4 * deviation + 1 / 4000);
  });

  it('has p-value 1 for zeros, and the least one for a difference that no signs reach', () => {
    const tests = finish(
      pairedPermutationTest([new Float64Array(100), new Float64Array(100).fill(0.5)], {
        resamples: 999,
      }),
    );
    expect(tests).toEqual([
      { difference: 0, pValue: 1 },
      { difference: 0.5, pValue: 0.001 },
    ]);
  });

  it('counts means that are equal but for rounding', () => {
    const differences = Array.from({ length: 30 }, (_, n) => (n % 2 === 0 ? 1 / 3 : -1 / 3));
    const [found] = finish(pairedPermutationTest([differences]));
    expect(found!.pValue).toBe(1);
  });

  it('rejects a true hypothesis as often as it says', () => {
    const random = new Random(3);
    const trials = Array.from({ length: 400 }, () =>
      Float64Array.from({ length: 40 }, () => random.normal()),
    );
    // Different columns share their signs, so they are tested one by one.
    const rejected = trials.filter((trial, seed) => {
      const [found] = finish(pairedPermutationTest([trial], { resamples: 1000, seed }));
      return found!.pValue <= 0.1;
    }).length;
    // 40 are expected, with a standard deviation of 6.
    expect(Math.abs(rejected - 40)).toBeLessThan(4 * 6);
  });

  it('gives the same bits for any number of threads', async () => {
    const random = new Random(9);
    const differences = Array.from({ length: 5 }, () =>
      Float64Array.from({ length: 333 }, () => random.normal()),
    );
    const [one, ...others] = await onThreads(() => pairedPermutationTest(differences));
    for (const other of others) expect(other).toEqual(one);
  });

  it('gives p-values above 0 and at most 1', () => {
    fc.assert(
      fc.property(columns, (differences) => {
        const [found] = finish(pairedPermutationTest([differences], { resamples: 200 }));
        expect(found!.pValue).toBeGreaterThan(0);
        expect(found!.pValue).toBeLessThanOrEqual(1);
      }),
    );
  });

  it('refuses what it cannot test', () => {
    const test = (differences: number[][], resamples?: number): string =>
      errorOf(() => finish(pairedPermutationTest(differences, { resamples }))).message;
    expect(test([])).toContain('no column');
    expect(test([[]])).toContain('at least one difference');
    expect(test([[1, NaN]])).toContain('NaN at row 1');
    expect(test([[1], [1, 2]], 1)).toContain('equal length');
    expect(test([[1]], 0)).toContain('resamples is 0');
  });
});

describe('bootstrap', () => {
  it.each(golden.bootstrap)('agrees with scipy.stats.bootstrap but for chance', (wanted) => {
    const found = finish(bootstrap([wanted.values], { resamples: 100_000 })).meanInterval(0);
    const [low, high] = wanted.interval;
    expect(Math.abs(found[0] - low)).toBeLessThan(0.02 * (high - low));
    expect(Math.abs(found[1] - high)).toBeLessThan(0.02 * (high - low));
  });

  it('covers the mean of the population as often as it says', () => {
    const random = new Random(5);
    const samples = Array.from({ length: 400 }, () =>
      Float64Array.from({ length: 100 }, () => random.normal()),
    );
    const resampled = finish(bootstrap(samples, { resamples: 1000 }));
    const covered = samples.filter((_, n) => {
      const [low, high] = resampled.meanInterval(n);
      return low <= 0 && high >= 0;
    }).length;
    // 380 are expected, with a standard deviation of 4.4; percentile intervals of 100 values are a little narrow.
    expect(covered).toBeGreaterThan(360);
    expect(covered).toBeLessThan(395);
  });

  it('resamples all columns together', () => {
    const random = new Random(6);
    const first = Float64Array.from({ length: 200 }, () => random.normal());
    const second = first.map((value) => value + 0.25);
    const found = finish(bootstrap([first, second])).interval((means) => means[1]! - means[0]!);
    expect(found[0]).toBeCloseTo(0.25, 12);
    expect(found[1]).toBeCloseTo(0.25, 12);
  });

  it('is the value itself for one user, or for users that are alike', () => {
    expect(finish(bootstrap([[0.3]])).meanInterval(0)).toEqual([0.3, 0.3]);
    const alike = finish(bootstrap([new Float64Array(50).fill(0.5)])).meanInterval(0);
    expect(alike).toEqual([0.5, 0.5]);
  });

  it('gives the same bits for any number of threads, and for columns alone or together', async () => {
    const random = new Random(8);
    const values = Array.from({ length: 6 }, () =>
      Float64Array.from({ length: 501 }, () => random.uniform()),
    );
    const [one, ...others] = await onThreads(() => bootstrap(values, { resamples: 333 }));
    for (let column = 0; column < values.length; column++) {
      const wanted = one!.meanInterval(column);
      for (const other of others) expect(other.meanInterval(column)).toEqual(wanted);
    }
    const alone = finish(bootstrap([values[5]!], { resamples: 333 }));
    expect(alone.meanInterval(0)).toEqual(one!.meanInterval(5));
  });

  it('lies within the values, and wider levels hold narrower ones', () => {
    fc.assert(
      fc.property(columns, fc.nat(1000), (values, seed) => {
        const at = (level: number): readonly [number, number] =>
          finish(bootstrap([values], { resamples: 200, seed, level })).meanInterval(0);
        const [low, high] = at(0.95);
        const narrow = at(0.5);
        const slack = 1e-9 * Math.max(1, ...values.map(Math.abs));
        expect(low).toBeGreaterThanOrEqual(Math.min(...values) - slack);
        expect(high).toBeLessThanOrEqual(Math.max(...values) + slack);
        expect(narrow[0]).toBeGreaterThanOrEqual(low);
        expect(narrow[1]).toBeLessThanOrEqual(high);
      }),
    );
  });

  it('refuses what it cannot resample', () => {
    const message = (call: () => unknown): string => errorOf(call).message;
    expect(message(() => finish(bootstrap([])))).toContain('no column');
    expect(message(() => finish(bootstrap([[]])))).toContain('0 rows');
    expect(message(() => finish(bootstrap([[1, Infinity]])))).toContain('Infinity in row 1');
    expect(message(() => finish(bootstrap([[1], [1, 2]])))).toContain('Column 1');
    expect(message(() => finish(bootstrap([[1]], { level: 1 })))).toContain('level is 1');
    expect(message(() => finish(bootstrap([[1]], { resamples: 0.5 })))).toContain('0.5');
    expect(message(() => finish(bootstrap([[1]])).meanInterval(1))).toContain('column 1');
    expect(message(() => finish(bootstrap([[1]])).interval(() => NaN))).toContain('NaN');
  });
});

describe('holm', () => {
  it.each(golden.holm)('agrees with statsmodels ($adjusted)', ({ pValues, adjusted }) => {
    holm(pValues).forEach((found, n) => {
      closeTo(found, adjusted[n]!, 1e-14);
    });
  });

  it('by hand (Holm 1979): 4 · 0.005, 3 · 0.01, 2 · 0.03, and no less for 0.04', () => {
    expect(holm([0.01, 0.04, 0.03, 0.005])).toEqual([0.03, 0.06, 0.06, 0.02]);
    expect(holm([])).toEqual([]);
  });

  it('never lowers a p-value and keeps their order', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0, max: 1, noNaN: true })), (pValues) => {
        const adjusted = holm(pValues);
        pValues.forEach((pValue, a) => {
          expect(adjusted[a]).toBeGreaterThanOrEqual(pValue);
          expect(adjusted[a]).toBeLessThanOrEqual(1);
          pValues.forEach((other, b) => {
            if (pValue < other) expect(adjusted[a]).toBeLessThanOrEqual(adjusted[b]!);
          });
        });
      }),
    );
  });

  it('refuses what is no p-value', () => {
    expect(errorOf(() => holm([0.5, 1.5])).message).toContain('1.5 at position 1');
    expect(errorOf(() => holm([NaN])).message).toContain('NaN');
  });
});

describe('pairedEffectSize', () => {
  it('by hand: mean 2, deviation 1', () => {
    expect(pairedEffectSize([1, 2, 3])).toBe(2);
    expect(pairedEffectSize([-1, -2, -3])).toBe(-2);
  });

  it('is 0 without differences and infinite without deviation', () => {
    expect(pairedEffectSize([0, 0, 0])).toBe(0);
    expect(pairedEffectSize([0.1, 0.1, 0.1])).toBe(Infinity);
    expect(pairedEffectSize([-0.1])).toBe(-Infinity);
  });

  it('does not depend on the scale', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -99, max: 99 }), { minLength: 2 }), (differences) => {
        const found = pairedEffectSize(differences);
        expect(pairedEffectSize(differences.map((value) => value * 8))).toBe(found);
        expect(Number.isNaN(found)).toBe(false);
      }),
    );
  });
});

it.each(golden.normal)('the normal distribution beyond ± %d', (z, pValue) => {
  closeTo(twoSidedNormal(z), pValue, 2e-14 * Math.max(1, z * z));
});
