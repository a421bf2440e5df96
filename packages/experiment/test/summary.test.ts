import { describe, expect, it } from 'vitest';
import type { Comparison, ModelReport, Report } from '../src/report.js';
import { summarize } from '../src/summary.js';
import { experimentOf } from './support.js';

function model(name: string, metrics: Record<string, number>, changes: object = {}): ModelReport {
  return {
    model: name,
    params: {},
    status: 'ok',
    metrics,
    runs: [],
    fitSeconds: 1,
    evaluateSeconds: 1,
    ...changes,
  };
}

function comparison(a: string, b: string, changes: Partial<Comparison> = {}): Comparison {
  return {
    a,
    b,
    metric: 'ndcg@20',
    test: 'permutation',
    family: 'ndcg@20, 3 pairs of models',
    difference: 0.012,
    interval: [0.008, 0.016],
    effectSize: 0.3,
    pValue: 0.0001,
    adjustedPValue: 0.0002,
    ...changes,
  };
}

function report(
  models: readonly ModelReport[],
  comparisons: readonly Comparison[] = [],
  metric = 'ndcg@20',
): Report {
  const task = metric === 'rmse' ? 'rating' : 'ranking';
  return {
    name: 'by hand',
    createdAt: '2026-01-02T03:04:05.000Z',
    experiment: experimentOf({ evaluation: { metrics: [metric], task } }),
    versions: {},
    machine: { cores: 1, device: 'cpu', threads: 1 },
    data: { users: 1, items: 1, interactions: 1, density: 1, fingerprint: 'f' },
    protocol: {
      split: '',
      candidates: '',
      excludeSeen: '',
      history: '',
      filters: '',
      testUsers: 1,
      leftOut: 0,
      tieShare: 0,
      warnings: [],
      notes: [],
    },
    models,
    comparisons,
    curves: [],
    segments: [],
    samples: [],
  };
}

const als = model('als', { 'ndcg@20': 0.1 });
const ease = model('ease', { 'ndcg@20': 0.112 });

describe('summarize', () => {
  it('says which model is ahead, by how much, and how sure that is', () => {
    const ahead =
      'ease is ahead of als by 0.0120 ndcg@20 (95 % interval 0.0080 to 0.0160; permutation test, Holm-adjusted p = 0.0002).';
    expect(summarize(report([als, ease], [comparison('ease', 'als')]))).toEqual([ahead]);
    const turned = comparison('als', 'ease', { difference: -0.012, interval: [-0.016, -0.008] });
    const rank = comparison('ease', 'als', { test: 'wilcoxon', adjustedPValue: 1 });
    const other = comparison('ease', 'als', { metric: 'hit@20', adjustedPValue: 1 });
    expect(summarize(report([als, ease], [rank, other, turned]))).toEqual([ahead]);
  });

  it('says where two models cannot be told apart, and names the others alike', () => {
    const unsure = {
      difference: 0.00012,
      interval: [-0.001, 0.0012],
      adjustedPValue: 0.31,
    } as const;
    const comparisons = [
      comparison('ease', 'als', unsure),
      comparison('ease', 'knn', { ...unsure, adjustedPValue: 0.05 }),
      comparison('ease', 'popular'),
    ];
    const models = [
      als,
      ease,
      model('knn', { 'ndcg@20': 0.09 }),
      model('popular', { 'ndcg@20': 0.01 }),
    ];
    expect(summarize(report(models, comparisons))).toEqual([
      'ease has the best ndcg@20 but cannot be told apart from als (difference 0.00012 ndcg@20, 95 % interval −0.00100 to 0.00120; permutation test, Holm-adjusted p = 0.31).',
      'knn cannot be told apart from ease either.',
    ]);
  });

  it('has words for one model, for ratings, and for none', () => {
    const failed = model('svd', {}, { status: 'failed', error: 'no luck' });
    const one = model('ease', { 'ndcg@20': 0.112 }, { intervals: { 'ndcg@20': [0.1, 0.125] } });
    expect(summarize(report([one, failed]))).toEqual([
      'ease reaches ndcg@20 0.1120 (95 % interval 0.1000 to 0.1250).',
    ]);
    const rated = [model('bias', { rmse: 0.95 }), model('svd', { rmse: 0.9 })];
    expect(summarize(report(rated, [], 'rmse'))).toEqual([
      'svd is best with rmse 0.9000; bias follows with rmse 0.9500.',
    ]);
    expect(summarize(report([failed]))).toEqual([]);
  });

  it('turns differences round where lower is better', () => {
    const metric = 'average-popularity@20';
    const models = [model('als', { [metric]: 80 }), model('ease', { [metric]: 85 })];
    const found = comparison('als', 'ease', { metric, difference: -5, interval: [-6, -4] });
    expect(summarize(report(models, [found], metric))[0]).toMatch(
      /^als is ahead of ease by 5\.0000 average-popularity@20 \(95 % interval 4\.0000 to 6\.0000;/,
    );
  });
});
