import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { load } from '@tensorec/core/node';
import { summarize, type Report } from '@tensorec/experiment';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { parseReport } from '../../experiment/test/report-schema.js';
import { models } from '../src/index.js';
import { filesIn, temporaryFolder, writeFiles } from './folders.js';
import { experimentFile, shopExperiment, smallShop, tensorec, type Outcome } from './support.js';

const folder = temporaryFolder();
const out = join(folder, 'report');
const names = ['popular', 'item-knn', 'als', 'ease'];
let file: string;
let outcome: Outcome;
let report: Report;

beforeAll(async () => {
  await smallShop(folder);
  const sections = names.map((model) =>
    model === 'als' ? { model, params: { factors: 4, iterations: 3 } } : { model },
  );
  file = experimentFile(folder, shopExperiment({ models: sections }));
  outcome = await tensorec('run', file, '--out', out);
  report = parseReport(readFileSync(join(out, 'report.json'), 'utf8'));
});

describe('a finished run', () => {
  it('shows the figures of the report', () => {
    expect(outcome).toMatchObject({ exitCode: 0, error: '' });
    for (const { model, metrics } of report.models) {
      const row = outcome.out.split('\n').find((line) => line.startsWith(`${model} `));
      expect(row).toContain(metrics['recall@10']!.toFixed(4));
      expect(row).toContain(metrics['ndcg@10']!.toFixed(4));
    }
    for (const note of report.protocol.notes) expect(outcome.out).toContain(`note: ${note}`);
    for (const { text } of report.protocol.warnings) {
      expect(outcome.out).toContain(`warning: ${text}`);
    }
  });

  it('shows intervals, and says which model is best and how sure that is', () => {
    const [lower, upper] = report.models[0]!.intervals!['recall@10']!;
    expect(outcome.out).toContain(
      `[${lower.toFixed(4).replace(/^0/, '')} ${upper.toFixed(4).replace(/^0/, '')}]`,
    );
    const sentences = summarize(report);
    expect(sentences[0]).toMatch(/95 % interval .*; permutation test, Holm-adjusted p/);
    expect(outcome.out).toContain(sentences.join('\n'));
  });

  it('leaves the report, the page, the users and an artifact a model', () => {
    const files = filesIn(out);
    expect(files.filter((path) => !path.includes('tensors-'))).toEqual([
      ...[...names].sort().map((name) => `models/${name}/model.json`),
      'per-user.csv.gz',
      'report.html',
      'report.json',
    ]);
    expect(files).toHaveLength(3 + 2 * names.length);
    expect(readFileSync(join(out, 'report.html'), 'utf8')).toMatch(
      /^<!doctype html>[^]*<\/html>\n$/,
    );
  });

  it('shows titles instead of ids in its examples', () => {
    const titles = new Set(
      readFileSync(join(folder, 'shop/items.csv'), 'utf8')
        .split('\n')
        .map((line) => line.split(',')[1]),
    );
    expect(report.samples).toHaveLength(3);
    for (const { history, next, lists } of report.samples) {
      expect(Object.keys(lists)).toEqual(names);
      const listed = Object.values(lists).flat();
      for (const title of [...history, ...next, ...listed.map((item) => item.title)]) {
        expect(titles).toContain(title);
      }
    }
  });

  it('has per-user metrics whose mean is the figure, for each model and metric', () => {
    const bytes = readFileSync(join(out, 'per-user.csv.gz'));
    const [head, ...rows] = gunzipSync(bytes).toString().trim().split('\n');
    expect(head).toBe('model,seed,fold,user,recall@10,ndcg@10');
    expect(rows).toHaveLength(names.length * report.protocol.testUsers);
    for (const { model, metrics } of report.models) {
      const cells = rows.map((row) => row.split(',')).filter(([name]) => name === model);
      expect(new Set(cells.map((row) => row[3])).size).toBe(report.protocol.testUsers);
      for (const [position, metric] of ['recall@10', 'ndcg@10'].entries()) {
        const sum = cells.reduce((total, row) => total + Number(row[4 + position]), 0);
        expect(sum / cells.length).toBeCloseTo(metrics[metric]!, 10);
      }
    }
  });

  it('has artifacts that load and recommend', async () => {
    for (const { artifact } of report.models) {
      const model = await load(join(out, artifact!), { models });
      expect(model.name).toBe(basename(artifact!));
      expect(model.items.size).toBe(report.data.items);
      const { user } = report.samples[0]!;
      expect([...(await model.recommend({ users: [user], k: 3 }))]).toHaveLength(3);
    }
  });

  it('prints with --json what it writes, which is the same another time', async () => {
    const again = await tensorec('run', file, '--out', join(folder, 'json'), '--json');
    const printed = parseReport(again.out);
    expect(printed).toEqual(parseReport(readFileSync(join(folder, 'json/report.json'), 'utf8')));
    const { models: before, createdAt, ...rest } = report;
    expect(printed.createdAt > createdAt).toBe(true);
    expect(printed).toMatchObject(rest);
    expect(printed.models.map((model) => model.runs)).toEqual(before.map((model) => model.runs));
  });
});

describe('data paths', () => {
  it('start at --data-dir, then at TENSOREC_DATA, then at the folder of the file', async () => {
    writeFiles(folder, { 'elsewhere/shop.json': JSON.stringify(shopExperiment()) });
    const args = ['run', join(folder, 'elsewhere/shop.json'), '--out', join(folder, 'moved')];
    vi.stubEnv('TENSOREC_DATA', undefined);
    try {
      const lost = await tensorec(...args);
      expect(lost.exitCode).toBe(1);
      expect(lost.error).toContain(
        `looked at ${join(folder, 'elsewhere/shop/items.csv')}. Relative paths start at --data-dir`,
      );
      expect(filesIn(join(folder, 'moved'))).toEqual([]);
      expect((await tensorec(...args, '--data-dir', folder)).exitCode).toBe(0);
      vi.stubEnv('TENSOREC_DATA', folder);
      expect((await tensorec(...args)).exitCode).toBe(0);
      expect((await tensorec(...args, '--data-dir', join(folder, 'nowhere'))).exitCode).toBe(0);
    } finally {
      vi.unstubAllEnvs();
    }
  });
});
