import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import type { Report } from '@tensorec/experiment';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { models } from '../src/index.js';
import { experimentFile, scratchFolder, shopExperiment, smallShop, tensorec } from './support.js';

const scratch = scratchFolder();
const folder = scratch.path;
const out = join(folder, 'report');

function report(path = out): Report {
  return JSON.parse(readFileSync(join(path, 'report.json'), 'utf8')) as Report;
}

beforeAll(async () => {
  await smallShop(folder);
});

afterAll(() => {
  scratch.dispose();
});

describe('run', () => {
  it('writes a report, a page, per-user metrics and the models', async () => {
    const file = experimentFile(
      folder,
      shopExperiment({
        models: [
          { model: 'popular' },
          { model: 'item-knn' },
          { model: 'als', params: { factors: 4, iterations: 3 } },
          { model: 'ease' },
        ],
      }),
    );
    const { exitCode, out: text, error } = await tensorec('run', file, '--out', out);
    expect(error).toBe('');
    expect(exitCode).toBe(0);
    expect(text).toContain('recall@10');
    expect(text).toContain(join(out, 'report.html'));

    const { models: runs, protocol, data, machine, versions, experiment } = report();
    expect(runs.map((run) => [run.model, run.status])).toEqual([
      ['popular', 'ok'],
      ['item-knn', 'ok'],
      ['als', 'ok'],
      ['ease', 'ok'],
    ]);
    expect(runs[2]?.params).toMatchObject({ factors: 4, iterations: 3, alpha: 0 });
    expect(runs[0]?.artifact).toBe('models/popular');
    expect(protocol.testUsers).toBeGreaterThan(30);
    expect(data.users).toBeLessThanOrEqual(60);
    expect(data.density).toBeCloseTo(data.interactions / (data.users * data.items), 12);
    expect(machine.device).toBe('simd');
    expect(machine.threads).toBeGreaterThan(0);
    expect(versions).toMatchObject({ node: process.versions.node });
    expect(experiment.evaluation.task).toBe('ranking');
    expect(readdirSync(out).sort()).toEqual([
      'models',
      'per-user.csv.gz',
      'report.html',
      'report.json',
    ]);
  });

  it('keeps per-user metrics whose mean is the figure', () => {
    const [head, ...lines] = gunzipSync(readFileSync(join(out, 'per-user.csv.gz')))
      .toString()
      .trim()
      .split('\n')
      .map((line) => line.split(','));
    expect(head).toEqual(['model', 'seed', 'fold', 'user', 'recall@10', 'ndcg@10']);
    const popular = lines.filter(([model]) => model === 'popular');
    const mean = popular.reduce((sum, line) => sum + Number(line[4]), 0) / popular.length;
    expect(mean).toBeCloseTo(report().models[0]?.metrics['recall@10'] ?? NaN, 10);
  });

  it('recommends from what it saved, with titles and reasons', async () => {
    const user = report().samples[0]?.user ?? '';
    const items = ['--items', join(folder, 'shop/items.csv')];
    const artifact = join(out, 'models/ease');
    const text = await tensorec('recommend', artifact, '--user', user, '--explain', ...items);
    expect(text.exitCode).toBe(0);
    expect(text.out).toContain('because of');
    expect(text.out).toContain(`ease recommends to ${user}`);
    const json = await tensorec('recommend', artifact, '--user', user, '--k', '3', '--json');
    const rows = JSON.parse(json.out) as { user: string; rank: number }[];
    expect(rows.map((row) => [row.user, row.rank])).toEqual([
      [user, 1],
      [user, 2],
      [user, 3],
    ]);
  });

  it('finds similar items, and says which models can', async () => {
    const similar = await tensorec('similar', join(out, 'models/als'), '--item', 'i0000001');
    expect(similar.exitCode).toBe(0);
    expect(similar.out).toContain('similarity');
    const cannot = await tensorec('similar', join(out, 'models/popular'), '--item', 'i0000001');
    expect(cannot.exitCode).toBe(1);
    expect(cannot.error).toContain('item-knn');
  });

  it('prints the report alone with --json and nothing with --quiet', async () => {
    const file = experimentFile(folder, shopExperiment());
    const json = await tensorec('run', file, '--out', join(folder, 'json'), '--json');
    expect((JSON.parse(json.out) as Report).name).toBe('small shop');
    const quiet = await tensorec('run', file, '--out', join(folder, 'quiet'), '--quiet');
    expect(quiet).toEqual({ exitCode: 0, out: '', error: '' });
    expect(existsSync(join(folder, 'quiet/report.json'))).toBe(true);
  });

  it('repeats its figures, and runs several seeds', async () => {
    const changes = { models: [{ model: 'random' }] };
    const file = experimentFile(folder, shopExperiment(changes));
    await tensorec('run', file, '--out', join(folder, 'a'));
    await tensorec('run', file, '--out', join(folder, 'b'));
    expect(report(join(folder, 'a')).models[0]?.metrics).toEqual(
      report(join(folder, 'b')).models[0]?.metrics,
    );
    const seeds = experimentFile(folder, shopExperiment({ ...changes, seeds: [1, 2, 3] }));
    await tensorec('run', seeds, '--out', join(folder, 'c'));
    const [model] = report(join(folder, 'c')).models;
    expect(model?.runs.map((run) => run.seed)).toEqual([1, 2, 3]);
    expect(model?.std?.['recall@10']).toBeGreaterThan(0);
  });

  it('gives the same figures for any number of threads, and says how many there were', async () => {
    const models = [{ model: 'als', params: { factors: 4, iterations: 3 } }, { model: 'ease' }];
    const file = experimentFile(folder, shopExperiment({ models }));
    const runs: Report[] = [];
    for (const threads of ['1', '2']) {
      const path = join(folder, `threads-${threads}`);
      const { exitCode } = await tensorec('run', file, '--out', path, '--threads', threads);
      expect(exitCode).toBe(0);
      runs.push(report(path));
    }
    expect(runs.map(({ machine }) => machine.threads)).toEqual([1, 2]);
    const [one, two] = runs.map((run) => run.models.map(({ metrics }) => metrics));
    expect(one).toEqual(two);
    const refused = await tensorec('run', file, '--threads', '0');
    expect(refused.exitCode).toBe(2);
  });

  it('predicts ratings over folds', async () => {
    const file = experimentFile(folder, {
      name: 'ratings',
      data: {
        format: 'delimited',
        path: 'shop/ratings.csv',
        header: true,
        columns: { user: 'user', item: 'item', value: 'rating' },
        scale: [1, 5],
      },
      filter: { duplicates: 'last' },
      split: { method: 'k-fold', folds: 3 },
      evaluation: { task: 'rating', metrics: ['rmse', 'mae'] },
      models: [{ model: 'bias' }, { model: 'user-knn' }, { model: 'popular' }],
    });
    const { exitCode, error } = await tensorec('run', file, '--out', join(folder, 'ratings'));
    const [bias, , popular] = report(join(folder, 'ratings')).models;
    expect(bias?.runs.map((run) => run.fold)).toEqual([1, 2, 3]);
    expect(bias?.metrics['rmse']).toBeLessThan(1.5);
    expect(popular).toMatchObject({ status: 'failed' });
    expect(error).toContain('popular does not predict');
    expect(exitCode).toBe(1);
  });

  it.each([
    ['validation', { evaluation: { metrics: ['recall@10'], on: 'validation' } }],
    ['refit', { training: { refit: true } }],
    ['next-item', { evaluation: { metrics: ['hit@10'], task: 'next-item' } }],
    [
      'sampled candidates',
      { evaluation: { metrics: ['hit@10'], candidates: { sampled: 9 }, users: { sample: 20 } } },
    ],
  ])('runs with %s', async (name, changes) => {
    const file = experimentFile(
      folder,
      shopExperiment({
        split: { method: 'leave-last-out', validation: 1 },
        models: [{ model: 'item-knn' }],
        ...changes,
      }),
    );
    const { exitCode } = await tensorec('run', file, '--out', join(folder, name));
    expect(exitCode).toBe(0);
    const value = Object.values(report(join(folder, name)).models[0]?.metrics ?? {})[0];
    expect(value).toBeGreaterThan(0);
    expect(value).toBeLessThanOrEqual(1);
  });
});

describe('models', () => {
  it('lists every model with its parameters', async () => {
    const { out: text } = await tensorec('models', '--json');
    const listed = JSON.parse(text) as { name: string; parameters: { name: string }[] }[];
    expect(listed.map((model) => model.name)).toEqual(models.map((model) => model.name));
    const als = listed.find((model) => model.name === 'als');
    expect(als?.parameters.map((parameter) => parameter.name)).toContain('unobservedWeight');
    expect((await tensorec('models')).out).toContain('item-knn: ');
  });
});

describe('generate and download', () => {
  it('writes the same shop for the same seed', async () => {
    const [one, two] = [join(folder, 'g1'), join(folder, 'g2')];
    const options = ['--users', '1e1', '--items', '20', '--seed', '5'];
    expect((await tensorec('generate', '--out', one, ...options)).exitCode).toBe(0);
    await tensorec('generate', '--out', two, ...options);
    expect(readFileSync(join(one, 'interactions.csv'))).toEqual(
      readFileSync(join(two, 'interactions.csv')),
    );
  });

  it('shows the licence before it downloads', async () => {
    const { exitCode, error } = await tensorec('download', 'ml-100k', '--out', folder);
    expect(exitCode).toBe(1);
    expect(error).toMatch(/licen[cs]e/i);
    const unknown = await tensorec('download', 'ml-100');
    expect(unknown.error).toContain('ml-100k');
  });
});
