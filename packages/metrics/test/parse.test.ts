import { isTensorecError } from '@tensorec/kernels';
import fc from 'fast-check';
import { describe, expect, expectTypeOf, it } from 'vitest';
import {
  classificationMetrics,
  parseMetric,
  rankingMetrics,
  ratingMetrics,
  type ParsedMetric,
  type RankingMetricName,
} from '../src/index.js';
import { errorOf } from './error-of.js';

describe('parseMetric', () => {
  it('reads ranking metrics with their cut', () => {
    expect(parseMetric('ndcg@10')).toEqual({
      kind: 'ranking',
      name: 'ndcg',
      k: 10,
      label: 'ndcg@10',
    });
    expect(parseMetric('f1@1')).toEqual({ kind: 'ranking', name: 'f1', k: 1, label: 'f1@1' });
    fc.assert(
      fc.property(
        fc.constantFrom(...Object.values(rankingMetrics)),
        fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }),
        ({ name }, k) => {
          const label = `${name}@${k}`;
          expect(parseMetric(label)).toEqual({ kind: 'ranking', name, k, label });
        },
      ),
    );
  });

  it('reads metrics of the items in lists, and gaps, with their cut', () => {
    expect(parseMetric('item-coverage@20')).toEqual({
      kind: 'list',
      name: 'item-coverage',
      k: 20,
      label: 'item-coverage@20',
    });
    expect(parseMetric('ndcg-gap@10')).toEqual({
      kind: 'gap',
      name: 'ndcg-gap',
      k: 10,
      label: 'ndcg-gap@10',
    });
  });

  it('reads the others without one', () => {
    for (const name of Object.keys(ratingMetrics)) {
      expect(parseMetric(name)).toEqual({ kind: 'rating', name, label: name });
    }
    for (const name of Object.keys(classificationMetrics)) {
      expect(parseMetric(name)).toEqual({ kind: 'classification', name, label: name });
    }
  });

  it.each([
    ['ndgc@10', 'ndcg'],
    ['novelti@10', 'novelty'],
    ['recall_gap@10', 'recall-gap'],
    ['NDCG@10', 'ndcg'],
    ['recal', 'recall'],
    ['precison@5', 'precision'],
    ['rsme', 'rmse'],
    ['log-loss', 'logloss'],
    [' auc', 'auc'],
  ])('suggests the nearest name for %s', (text, nearest) => {
    const error = errorOf(() => parseMetric(text));
    expect(isTensorecError(error, 'unknown-name')).toBe(true);
    expect(error.message).toContain(JSON.stringify(text));
    expect(error.message).toContain(`nearest name is "${nearest}"`);
    expect(error.message).toContain('recall@k, precision@k, f1@k');
  });

  it.each(['', '@', '@10', 'constructor@10', '__proto__', 'toString'])(
    'does not know "%s"',
    (text) => {
      expect(
        isTensorecError(
          errorOf(() => parseMetric(text)),
          'unknown-name',
        ),
      ).toBe(true);
    },
  );

  it('asks for the cut of a metric of lists', () => {
    expect(() => parseMetric('gini')).toThrow('write "gini@10"');
    expect(() => parseMetric('map-gap')).toThrow('write "map-gap@10"');
    const error = errorOf(() => parseMetric('recall'));
    expect(isTensorecError(error, 'invalid-argument')).toBe(true);
    expect(error.message).toContain('write "recall@10"');
  });

  it.each(['rmse@10', 'auc@5', 'gauc@', 'logloss@x'])('refuses the cut of %s', (text) => {
    const error = errorOf(() => parseMetric(text));
    expect(isTensorecError(error, 'invalid-argument')).toBe(true);
    expect(error.message).toContain(`write "${text.slice(0, text.indexOf('@'))}"`);
  });

  it.each([
    '',
    '0',
    '-1',
    '+1',
    '1.5',
    '1e2',
    '010',
    ' 10',
    '10@10',
    'ten',
    'NaN',
    '0x10',
    '9007199254740992',
  ])('refuses the cut "%s"', (cut) => {
    const error = errorOf(() => parseMetric(`ndcg@${cut}`));
    expect(isTensorecError(error, 'invalid-argument')).toBe(true);
    expect(error.message).toContain(JSON.stringify(cut));
    expect(error.message).toContain('ndcg@10');
  });

  it('narrows by kind', () => {
    const metric: ParsedMetric = parseMetric('hit@3');
    if (metric.kind === 'ranking') {
      expectTypeOf(metric.name).toEqualTypeOf<RankingMetricName>();
      expect(rankingMetrics[metric.name].compute(metric.k, [0, 0, 1], 1)).toBe(1);
    }
    // @ts-expect-error only ranking metrics have a cut
    expect(parseMetric('rmse').k).toBeUndefined();
    expect.assertions(2);
  });
});
