import { describe, expect, it } from 'vitest';
import { escapeHtml, reportHtml, type Report } from '../src/index.js';

const hostile = '<script>alert(1)</script>&"\'';

const report: Report = {
  name: hostile,
  createdAt: '2026-01-02T03:04:05.000Z',
  experiment: {
    name: hostile,
    seed: 0,
    data: { format: 'adjacency', path: hostile },
    evaluation: {
      task: 'ranking',
      candidates: 'all',
      users: 'all',
      on: 'test',
      metrics: ['recall@2', 'hit@2'],
    },
    training: { refit: false },
    models: [{ model: 'popular', params: {} }],
  },
  versions: { tensorec: '1.2.3' },
  machine: { cores: 2, device: 'cpu', threads: 1 },
  data: { users: 3, items: 4, interactions: 5, density: 5 / 12, fingerprint: 'f' },
  protocol: {
    split: hostile,
    candidates: 'all items',
    excludeSeen: 'train',
    history: 'training history',
    filters: 'none',
    testUsers: 3,
    leftOut: 0,
    tieShare: 0.5,
    warnings: [],
    notes: [hostile],
  },
  models: [
    {
      model: 'popular',
      params: {},
      status: 'ok',
      metrics: { 'recall@2': 0.25, 'hit@2': 0.5 },
      runs: [],
      fitSeconds: 1,
      evaluateSeconds: 2,
    },
    {
      model: 'als',
      params: {},
      status: 'failed',
      error: hostile,
      metrics: {},
      runs: [],
      fitSeconds: 0,
      evaluateSeconds: 0,
    },
  ],
  comparisons: [],
  curves: [],
  segments: [],
  samples: [
    {
      user: hostile,
      history: [hostile],
      next: [hostile],
      lists: { popular: [{ title: hostile, hit: true }] },
    },
  ],
};

describe('reportHtml', () => {
  const html = reportHtml(report);

  it('escapes everything that came from data', () => {
    expect(html).not.toContain('<script');
    expect(html.match(/&#60;script&#62;alert\(1\)&#60;\/script&#62;/g)?.length).toBeGreaterThan(7);
  });

  it('shows figures, failures and ties', () => {
    expect(html).toContain('>0.2500<');
    expect(html).toContain('50.00 % of users');
    expect(html).toContain('class="bad" colspan="4"');
  });

  it('needs no network', () => {
    expect(html).not.toMatch(/https?:|src=|@import|url\(/);
  });
});

describe('escapeHtml', () => {
  it('is safe in elements and quoted attributes', () => {
    expect(escapeHtml('<a href="x">&\'')).toBe('&#60;a href=&#34;x&#34;&#62;&#38;&#39;');
  });
});
