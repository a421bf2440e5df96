import type { Comparison, ModelReport, Report } from '../src/index.js';

const cuts = [1, 2, 5, 10];

function modelReport(model: string, value: number): ModelReport {
  return {
    model,
    params: { factors: 8 },
    status: 'ok',
    metrics: { 'recall@10': value, 'ndcg@10': value / 2 },
    intervals: { 'recall@10': [value - 0.02, value + 0.03] },
    profile: { 'item-coverage@10': value, 'gini@10': 0.8 },
    training: [1, 2, 3].map((epoch) => ({ epoch, values: { objective: 30_000 / epoch } })),
    runs: [{ seed: 0, fold: 1, metrics: {} }],
    fitSeconds: 1.25,
    evaluateSeconds: 12,
  };
}

function comparison(a: string, b: string, test: Comparison['test']): Comparison {
  return {
    a,
    b,
    metric: 'recall@10',
    test,
    family: 'recall@10, 1 pair of models',
    difference: -0.1,
    interval: [-0.13, -0.07],
    effectSize: -0.4,
    pValue: 0.001,
    adjustedPValue: 0.001,
  };
}

/** A report of rankings with everything in it; all names and texts are the given one and a number. */
export function rankingReport(text: string, models = 3): Report {
  const names = Array.from({ length: models }, (_, n) => `${text}${n}`);
  const [first = '', second = ''] = names;
  return {
    name: text,
    createdAt: '2026-01-02T03:04:05.000Z',
    experiment: {
      name: text,
      seed: 0,
      data: { format: 'adjacency', path: text },
      evaluation: {
        task: 'ranking',
        candidates: 'all',
        users: 'all',
        on: 'test',
        metrics: ['recall@10', 'ndcg@10'],
      },
      training: { refit: false },
      models: names.map((model) => ({ model, params: {} })),
    },
    versions: { [text]: text },
    machine: { cores: 2, device: text, threads: 1 },
    data: { users: 3000, items: 4, interactions: 5, density: 5 / 12, fingerprint: text },
    protocol: {
      split: text,
      candidates: text,
      excludeSeen: text,
      history: text,
      filters: text,
      testUsers: 3,
      leftOut: 0,
      tieShare: 0.5,
      warnings: [{ kind: 'leakage', text }],
      notes: [text],
    },
    models: [
      ...names.map((name, n) => modelReport(name, 0.2 + 0.1 * n)),
      {
        model: `${text} failed`,
        params: {},
        status: 'failed',
        error: text,
        metrics: {},
        runs: [],
        fitSeconds: 0,
        evaluateSeconds: 0,
      },
    ],
    comparisons: [comparison(first, second, 'permutation'), comparison(first, second, 'wilcoxon')],
    curves: names.map((model) => ({ model, metric: 'recall', cuts, values: cuts })),
    segments: (['users', 'items'] as const).map((of) => ({
      of,
      name: `${text} ${of}`,
      description: text,
      size: 7,
      metrics: Object.fromEntries(names.map((model) => [model, { 'recall@10': 0.3 }])),
    })),
    popularity: {
      groups: Array.from({ length: 10 }, () => ({ items: 1, trainShare: 0.1, testShare: 0.1 })),
      models: Object.fromEntries(names.map((model) => [model, new Array<number>(10).fill(0.1)])),
    },
    samples: [
      {
        user: text,
        history: [text],
        next: [text],
        lists: { [text]: [{ title: text, hit: true }] },
      },
    ],
  };
}

/** A report of ratings: one model, no lists. */
export function ratingReport(): Report {
  const { popularity, ...report } = rankingReport('bias', 1);
  const [model] = report.models;
  if (model === undefined || popularity === undefined) throw new Error('The report is not whole.');
  const { profile, training, intervals, ...rest } = model;
  if (profile === undefined || training === undefined || intervals === undefined) {
    throw new Error('The model is not whole.');
  }
  return {
    ...report,
    experiment: {
      ...report.experiment,
      evaluation: { ...report.experiment.evaluation, task: 'rating', metrics: ['rmse'] },
    },
    models: [{ ...rest, metrics: { rmse: 0.94 } }],
    comparisons: [],
    curves: [],
    segments: [],
    samples: [],
  };
}
