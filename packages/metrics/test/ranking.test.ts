import { isTensorecError } from '@tensorec/kernels';
import fc from 'fast-check';
import { describe, expect, expectTypeOf, it } from 'vitest';
import {
  f1At,
  hitAt,
  mapAt,
  mrrAt,
  ndcgAt,
  precisionAt,
  rankingMetrics,
  recallAt,
  type RankingMetric,
  type RankingMetricName,
} from '../src/index.js';
import { errorOf } from './error-of.js';

/** Hits at ranks 2 and 4; 3 relevant items, one of them not returned. */
const twoHits = Uint8Array.of(0, 1, 0, 1, 0);
/** A list of 3 with a hit at rank 1; 7 relevant items. */
const shortList = Uint8Array.of(1, 0, 0);

describe('values computed by hand', () => {
  it('recall = hits / |R|', () => {
    expect(recallAt(5, twoHits, 3)).toBe(2 / 3);
    expect(recallAt(3, twoHits, 3)).toBe(1 / 3);
    expect(recallAt(1, twoHits, 3)).toBe(0);
    expect(recallAt(5, shortList, 7)).toBe(1 / 7);
  });

  it('precision = hits / k, also for a list shorter than k', () => {
    expect(precisionAt(5, twoHits, 3)).toBe(2 / 5);
    expect(precisionAt(2, twoHits, 3)).toBe(1 / 2);
    expect(precisionAt(5, shortList, 7)).toBe(1 / 5);
  });

  it('f1 = harmonic mean of precision and recall', () => {
    // precision 2/5, recall 2/3: 2 · (4/15) / (16/15) = 1/2
    expect(f1At(5, twoHits, 3)).toBe(1 / 2);
    // precision 1/5, recall 1/7: 2 · (1/35) / (12/35) = 1/6
    expect(f1At(5, shortList, 7)).toBeCloseTo(1 / 6, 15);
    expect(f1At(1, twoHits, 3)).toBe(0);
  });

  it('hit = 1 from the first hit on', () => {
    expect(hitAt(1, twoHits, 3)).toBe(0);
    expect(hitAt(2, twoHits, 3)).toBe(1);
    expect(hitAt(5, shortList, 7)).toBe(1);
  });

  it('ndcg = gain over the gain of min(k, |R|) hits in front', () => {
    // k = 3: gain at rank 2 = 1/log2(3) = 0.6309297536; ideal of min(3, 3) = 1 + 0.6309297536 + 1/2 = 2.1309297536
    expect(ndcgAt(3, twoHits, 3)).toBeCloseTo(0.6309297535714575 / (1.5 + 0.6309297535714575), 14);
    // |R| = 1: ideal 1; hit at rank 3: 1/log2(4) = 1/2
    expect(ndcgAt(10, [0, 0, 1], 1)).toBeCloseTo(1 / 2, 15);
    // k = 1 < |R|: ideal over one rank only
    expect(ndcgAt(1, shortList, 7)).toBe(1);
    expect(ndcgAt(1, twoHits, 3)).toBe(0);
  });

  it('map = sum of precision at the hits / min(k, |R|)', () => {
    // precision at rank 2 = 1/2, at rank 4 = 2/4: (1/2 + 1/2) / min(5, 3) = 1/3
    expect(mapAt(5, twoHits, 3)).toBe(1 / 3);
    // (1/2) / min(2, 3) = 1/4
    expect(mapAt(2, twoHits, 3)).toBe(1 / 4);
    // (1/1) / min(5, 7) = 1/5
    expect(mapAt(5, shortList, 7)).toBe(1 / 5);
  });

  it('mrr = 1 / rank of the first hit within the cut', () => {
    expect(mrrAt(5, twoHits, 3)).toBe(1 / 2);
    expect(mrrAt(1, twoHits, 3)).toBe(0);
    expect(mrrAt(5, shortList, 7)).toBe(1);
    expect(mrrAt(5, [], 7)).toBe(0);
  });
});

describe('values of other libraries', () => {
  // pip install scikit-learn==1.9.1 pytrec-eval-terrier==0.5.11
  const flags = [0, 1, 1, 0, 1, 0, 0, 1, 0, 0];

  it('ndcg_score of scikit-learn', () => {
    // ndcg_score([[0,1,1,0,1,0,0,1,0,0]], [[10,9,8,7,6,5,4,3,2,1]], k=3 | 5 | 10)
    expect(ndcgAt(3, flags, 4)).toBeCloseTo(0.5307212739772436, 14);
    expect(ndcgAt(5, flags, 4)).toBeCloseTo(0.5925120319645861, 14);
    expect(ndcgAt(10, flags, 4)).toBeCloseTo(0.7156632263349512, 14);
  });

  it('average_precision_score of scikit-learn, over the whole list', () => {
    // average_precision_score([0,1,1,0,1,0,0,1,0,0], [10,9,8,7,6,5,4,3,2,1])
    expect(mapAt(10, flags, 4)).toBeCloseTo(0.5666666666666667, 14);
  });

  it('trec_eval', () => {
    // pytrec_eval.RelevanceEvaluator({'u': {'d1': 1, 'd2': 1, 'd4': 1, 'd7': 1}}, {'P.5,3', 'recall.5,3',
    //   'ndcg_cut.3,5,10', 'map_cut.3,5,10', 'recip_rank', 'success.1,5'})
    //   .evaluate({'u': {'d0': 10., 'd1': 9., …, 'd9': 1.}})
    expect(precisionAt(3, flags, 4)).toBeCloseTo(0.6666666666666666, 14);
    expect(precisionAt(5, flags, 4)).toBeCloseTo(0.6, 14);
    expect(recallAt(3, flags, 4)).toBeCloseTo(0.5, 14);
    expect(recallAt(5, flags, 4)).toBeCloseTo(0.75, 14);
    expect(ndcgAt(3, flags, 4)).toBeCloseTo(0.5307212739772434, 14);
    expect(ndcgAt(5, flags, 4)).toBeCloseTo(0.592512031964586, 14);
    expect(ndcgAt(10, flags, 4)).toBeCloseTo(0.715663226334951, 14);
    expect(mapAt(5, flags, 4)).toBeCloseTo(0.44166666666666665, 14);
    expect(mapAt(10, flags, 4)).toBeCloseTo(0.5666666666666667, 14);
    expect(mrrAt(10, flags, 4)).toBeCloseTo(0.5, 14);
    expect(hitAt(1, flags, 4)).toBe(0);
    expect(hitAt(5, flags, 4)).toBe(1);
  });

  it('trec_eval, with relevant items that were not returned', () => {
    // qrels {'u': {'d1': 1, 'd4': 1, 'x1': 1, 'x2': 1}}, run {'u': {'d0': 10., …, 'd5': 5.}}
    const short = [0, 1, 0, 0, 1, 0];
    expect(precisionAt(10, short, 4)).toBeCloseTo(0.2, 14);
    expect(recallAt(10, short, 4)).toBeCloseTo(0.5, 14);
    expect(ndcgAt(5, short, 4)).toBeCloseTo(0.3973220069685352, 14);
    expect(ndcgAt(10, short, 4)).toBeCloseTo(0.3973220069685352, 14);
    expect(mapAt(5, short, 4)).toBeCloseTo(0.225, 14);
  });

  it('trec_eval, RecTools and irspack divide map by |R| where ours divides by min(k, |R|)', () => {
    // qrels {'u': {'d1': 1, 'd2': 1, 'd4': 1, 'd7': 1}}: map_cut_3 = 0.29166666666666663 over |R| = 4, k = 3
    expect(mapAt(3, flags, 4)).toBeCloseTo((0.29166666666666663 * 4) / 3, 14);
    // RecTools 0.19.0 MAP(5), irspack 0.3.1 map@5, trec_eval map_cut_5 on the short list: 0.14285714285714285 = 1/7
    expect(mapAt(5, shortList, 7)).toBeCloseTo((0.14285714285714285 * 7) / 5, 14);
  });

  it('irspack and RecTools', () => {
    // irspack.evaluation._core.EvaluatorCore(truth, []).get_metrics_f64(scores, 5 | 2, 0, 1, False).as_dict()['ndcg'];
    // rectools.metrics.NDCG(5, divide_by_achievable=True).calc_per_user(…)
    expect(ndcgAt(5, twoHits, 3)).toBeCloseTo(0.49818925746641285, 14);
    expect(ndcgAt(2, twoHits, 3)).toBeCloseTo(0.38685280723454163, 14);
    expect(ndcgAt(5, shortList, 7)).toBeCloseTo(0.3391602052736161, 14);
    expect(ndcgAt(2, shortList, 7)).toBeCloseTo(0.6131471927654584, 14);
    // rectools.metrics.F1Beta(5).calc_per_user(…)
    expect(f1At(5, shortList, 7)).toBeCloseTo(0.16666666666666666, 14);
  });
});

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

const metrics = Object.values(rankingMetrics);

describe('properties', () => {
  it.each(metrics)('$name stays in its range', ({ compute, range: [lowest, highest] }) => {
    fc.assert(
      fc.property(rankedUser, ({ k, list, relevantCount }) => {
        const value = compute(k, list, relevantCount);
        expect(value).toBeGreaterThanOrEqual(lowest);
        expect(value).toBeLessThanOrEqual(highest);
      }),
    );
  });

  it.each(metrics)('$name reads the same from any array, padded or not', ({ compute }) => {
    fc.assert(
      fc.property(rankedUser, fc.nat({ max: 10 }), ({ k, list, relevantCount }, padding) => {
        const padded = Uint8Array.from([...list, ...new Array<number>(padding).fill(0)]);
        expect(compute(k, padded, relevantCount)).toBe(compute(k, list, relevantCount));
      }),
    );
  });

  it.each(metrics)('$name does not read beyond k', ({ compute }) => {
    fc.assert(
      fc.property(rankedUser, ({ k, list, relevantCount }) => {
        const firstK = [...list, ...new Array<number>(k).fill(0)].slice(0, k);
        expect(compute(k, [...firstK, 7], relevantCount)).toBe(compute(k, list, relevantCount));
      }),
    );
  });

  it.each(metrics)('$name never falls when a hit moves up one rank', ({ compute }) => {
    fc.assert(
      fc.property(rankedUser, fc.nat(), ({ k, list, relevantCount }, choice) => {
        const movable = list.flatMap((flag, position) =>
          flag === 1 && list[position - 1] === 0 ? [position] : [],
        );
        fc.pre(movable.length > 0);
        const position = movable[choice % movable.length]!;
        const better = list.slice();
        better[position - 1] = 1;
        better[position] = 0;
        expect(compute(k, better, relevantCount)).toBeGreaterThanOrEqual(
          compute(k, list, relevantCount),
        );
      }),
    );
  });

  it('recall and hit never fall as k grows', () => {
    fc.assert(
      fc.property(rankedUser, ({ k, list, relevantCount }) => {
        for (const metric of [recallAt, hitAt]) {
          expect(metric(k + 1, list, relevantCount)).toBeGreaterThanOrEqual(
            metric(k, list, relevantCount),
          );
        }
      }),
    );
  });

  it.each([rankingMetrics.ndcg, rankingMetrics.map])(
    '$name is 1 for an ideal list and for no other',
    ({ compute }) => {
      fc.assert(
        fc.property(rankedUser, ({ k, list, relevantCount }) => {
          const best = Math.min(k, relevantCount);
          const ideal = list.length >= best && list.slice(0, best).every((flag) => flag === 1);
          expect(compute(k, list, relevantCount) === 1).toBe(ideal);
          const sorted = new Array<number>(best).fill(1);
          expect(compute(k, sorted, relevantCount)).toBe(1);
        }),
      );
    },
  );

  it('f1 is the harmonic mean of precision and recall', () => {
    fc.assert(
      fc.property(rankedUser, ({ k, list, relevantCount }) => {
        const precision = precisionAt(k, list, relevantCount);
        const recall = recallAt(k, list, relevantCount);
        const mean = recall === 0 ? 0 : (2 * precision * recall) / (precision + recall);
        expect(f1At(k, list, relevantCount)).toBeCloseTo(mean, 14);
      }),
    );
  });

  it('ndcg agrees with the formula written out with Math.log2', () => {
    fc.assert(
      fc.property(rankedUser, ({ k, list, relevantCount }) => {
        const gains = (flags: readonly number[]): number =>
          flags
            .slice(0, k)
            .reduce((sum, flag, position) => sum + flag / Math.log2(position + 2), 0);
        const ideal = new Array<number>(Math.min(k, relevantCount)).fill(1);
        expect(ndcgAt(k, list, relevantCount)).toBeCloseTo(gains(list) / gains(ideal), 13);
      }),
    );
  });
});

describe('bad input', () => {
  it.each(metrics)('$name refuses a user without relevant items', ({ name, compute }) => {
    for (const relevantCount of [0, -1, 1.5, NaN, Infinity]) {
      const error = errorOf(() => compute(5, [0, 0], relevantCount));
      expect(isTensorecError(error, 'invalid-argument')).toBe(true);
      expect(error.message).toContain(name);
      expect(error.message).toContain('leave such users out');
    }
  });

  it.each(metrics)('$name refuses a cut that is not a positive whole number', ({ compute }) => {
    for (const k of [0, -1, 2.5, NaN, Infinity, 2 ** 53]) {
      const error = errorOf(() => compute(k, [0, 1], 1));
      expect(isTensorecError(error, 'invalid-argument')).toBe(true);
      expect(error.message).toContain(`k = ${k}`);
    }
  });

  it.each(metrics)('$name refuses flags that are not 0 or 1, naming the rank', ({ compute }) => {
    for (const flag of [2, -1, 0.5, NaN, Infinity]) {
      const error = errorOf(() => compute(5, [1, 0, flag], 9));
      expect(isTensorecError(error, 'invalid-argument')).toBe(true);
      expect(error.message).toContain(`flag ${flag} at rank 3`);
    }
  });

  it.each(metrics)('$name refuses more hits than relevant items', ({ compute }) => {
    const error = errorOf(() => compute(5, [1, 0, 1], 1));
    expect(isTensorecError(error, 'invalid-argument')).toBe(true);
    expect(error.message).toContain('2 hits for relevantCount = 1');
  });
});

describe('registry', () => {
  it('holds each metric under its own name', () => {
    expect(Object.keys(rankingMetrics)).toEqual(metrics.map(({ name }) => name));
    expect(rankingMetrics.ndcg.compute).toBe(ndcgAt);
    expect(rankingMetrics.map.compute).toBe(mapAt);
  });

  it('is typed by name', () => {
    expectTypeOf(rankingMetrics).toEqualTypeOf<
      Readonly<Record<RankingMetricName, RankingMetric>>
    >();
    expectTypeOf(rankingMetrics.mrr.higherIsBetter).toEqualTypeOf<true>();
    // @ts-expect-error no metric of that name
    expect(rankingMetrics.rmse).toBeUndefined();
    // @ts-expect-error a registry is not written to
    const write = (): void => void (rankingMetrics.recall = rankingMetrics.ndcg);
    expect(write).toBeTypeOf('function');
    // @ts-expect-error flags are numbers
    expect(() => recallAt(1, [true], 1)).toThrow('flag true at rank 1');
  });
});
