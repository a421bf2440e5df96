import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import {
  classificationMetrics,
  gapMetrics,
  listMetrics,
  rankingMetrics,
  ratingMetrics,
  type MetricDescription,
} from '../src/index.js';

const page = readFileSync(new URL('../../../docs/metrics.md', import.meta.url), 'utf8');
const [definitions = '', libraries = '', fromRecBole = ''] = page
  .split(/^## /m)
  .slice(1)
  .map((section) => section.slice(section.indexOf('\n')));
const metrics: readonly MetricDescription[] = [
  ...Object.values(rankingMetrics),
  ...Object.values(listMetrics),
  ...Object.values(gapMetrics),
  ...Object.values(ratingMetrics),
  ...Object.values(classificationMetrics),
];

/** The first cells of the rows of all tables, without quotes. */
function firstCells(section: string): string[] {
  return [...section.matchAll(/^\| `([^`]+)` \|/gm)].map(([, cell]) => cell!);
}

function bound(value: number): string {
  if (value === listMetrics.calibration.range[1]) return 'ln 100';
  return String(value).replace('-', '−').replace('Infinity', '∞');
}

function row({ name, formula, source, higherIsBetter, range, perUser }: MetricDescription): string {
  const escape = (text: string): string => text.replaceAll('|', '\\|');
  const better = higherIsBetter === undefined ? 'closer to 0' : higherIsBetter ? 'higher' : 'lower';
  return [
    `| \`${name}\``,
    `\`${escape(formula)}\``,
    `${better}, ${bound(range[0])} to ${bound(range[1])}`,
    perUser ? 'yes' : 'no',
    `${escape(source)} |`,
  ].join(' | ');
}

describe('docs/metrics.md', () => {
  it('defines every metric of the registries, and no other', () => {
    expect(firstCells(definitions)).toEqual(metrics.map(({ name }) => name));
  });

  it.each(metrics)('gives formula, direction, range and source of $name', (metric) => {
    expect(definitions.split('\n')).toContain(row(metric));
    expect(metric.range[0]).toBeLessThan(metric.range[1]);
  });

  it('sets every metric beside other libraries', () => {
    const gaps = Object.keys(gapMetrics);
    const names = metrics.map(({ name }) => name).filter((name) => !gaps.includes(name));
    expect(firstCells(libraries)).toEqual(names);
  });

  it('has a counterpart for every metric of RecBole', () => {
    // recbole/evaluator/metrics.py of RecBole 1.2.1, every class
    const names =
      'AUC AveragePopularity GAUC GiniIndex Hit ItemCoverage LogLoss MAE MAP MRR NDCG Precision RMSE Recall ShannonEntropy TailPercentage';
    expect(firstCells(fromRecBole).sort()).toEqual(names.split(' '));
    const known = metrics.map(({ name }) => name);
    for (const [, own] of fromRecBole.matchAll(/^\| `[^`]+` \| `([^`]+)`/gm)) {
      expect(known).toContain(own);
    }
  });
});
