import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import type { Report } from '@tensorec/experiment';
import { beforeAll, describe, expect, it } from 'vitest';
import { filesIn, temporaryFolder, writeFiles } from './folders.js';
import { experimentFile, shopExperiment, smallShop, tensorec } from './support.js';

const folder = temporaryFolder();
const path = (name: string): string => join(folder, name);
const artifact = (name: string, report = 'report'): string => path(`${report}/models/${name}`);
const sections = [{ model: 'popular' }, { model: 'item-knn' }, { model: 'ease' }];

let file: string;
let ran: Report;

async function runTo(out: string, name: string, changes: object): Promise<string> {
  const experiment = experimentFile(folder, shopExperiment(changes), name);
  const { exitCode } = await tensorec('run', experiment, '--out', path(out), '--quiet');
  expect(exitCode).toBe(0);
  return experiment;
}

beforeAll(async () => {
  await smallShop(folder);
  file = await runTo('report', 'experiment.json', { models: sections });
  ran = JSON.parse(readFileSync(path('report/report.json'), 'utf8')) as Report;
});

async function evaluated(...args: readonly string[]): Promise<Report> {
  const { exitCode, out, error } = await tensorec('evaluate', ...args, '--json');
  expect({ exitCode, error }).toEqual({ exitCode: 0, error: '' });
  return JSON.parse(out) as Report;
}

describe('evaluate', () => {
  it('gives the figures that the run gave, to the bit', async () => {
    const names = ['ease', 'popular'];
    const report = await evaluated(...names.map((name) => artifact(name)), '--experiment', file);
    expect(report.models.map(({ model }) => model)).toEqual(names);
    for (const { model, metrics, runs, params, profile } of report.models) {
      const before = ran.models.find((one) => one.model === model)!;
      expect({ metrics, runs, params, profile }).toEqual({
        metrics: before.metrics,
        runs: before.runs,
        params: before.params,
        profile: before.profile,
      });
    }
    expect(report.data).toEqual(ran.data);
    expect(report.protocol.split).toBe(ran.protocol.split);
    expect(report.protocol.notes.join()).toContain('were read from artifacts');
    expect(report.samples.map(({ user }) => user)).toEqual(ran.samples.map(({ user }) => user));
    const pairs = report.comparisons.map(({ a, b, metric }) => [a, b, metric]);
    const before = ran.comparisons.filter(({ a, b }) => a === 'popular' && b === 'ease');
    expect(pairs).toHaveLength(before.length);
  });

  it('evaluates by another protocol than that of the run', async () => {
    const evaluation = { metrics: ['hit@5'], candidates: { sampled: 9 } };
    const other = experimentFile(folder, shopExperiment({ evaluation }), 'other.json');
    const report = await evaluated(artifact('ease'), '--experiment', other);
    expect(Object.keys(report.models[0]!.metrics)).toEqual(['hit@5']);
    expect(report.protocol.candidates).toContain('9');
  });

  it('shows a table, and writes a report when told where', async () => {
    const before = filesIn(folder);
    const shown = await tensorec(
      'evaluate',
      artifact('ease'),
      artifact('popular'),
      '--experiment',
      file,
    );
    expect(shown).toMatchObject({ exitCode: 0, error: '' });
    expect(shown.out).toMatch(/^ease +0\.\d{4}/m);
    expect(shown.out).not.toContain('report:');
    expect(filesIn(folder)).toEqual(before);
    const out = path('evaluated');
    const args = [artifact('ease'), '--experiment', file, '--out', out];
    const written = await tensorec('evaluate', ...args);
    expect(written.out).toContain('report: ');
    expect(filesIn(out)).toEqual(['per-user.csv.gz', 'report.html', 'report.json']);
    const perUser = gunzipSync(readFileSync(join(out, 'per-user.csv.gz'))).toString();
    const all = gunzipSync(readFileSync(path('report/per-user.csv.gz')))
      .toString()
      .split('\n');
    expect(perUser.trimEnd().split('\n').slice(1)).toEqual(
      all.filter((line) => line.startsWith('ease,')),
    );
    const report = JSON.parse(readFileSync(join(out, 'report.json'), 'utf8')) as Report;
    expect(report.models[0]!.artifact).toBe('../report/models/ease');
  });

  it('calls models of one name by their paths', async () => {
    await runTo('again', 'again.json', {
      models: [{ model: 'ease', params: { regularization: 9 } }],
    });
    const folders = [artifact('ease'), artifact('ease', 'again')];
    const report = await evaluated(...folders, '--experiment', file);
    const [first, second] = report.models.map(({ model }) => model);
    expect(first).toMatch(/report\/models\/ease$/);
    expect(second).toMatch(/again\/models\/ease$/);
    const twice = await tensorec('evaluate', folders[0]!, folders[0]!, '--experiment', file);
    expect(twice).toMatchObject({ exitCode: 1, out: '' });
    expect(twice.error).toContain('is given twice');
  });

  it('takes the fold that the model learned from', async () => {
    const split = { method: 'k-fold', folds: 3 };
    const folds = await runTo('folds', 'folds.json', { models: [{ model: 'ease' }], split });
    const before = JSON.parse(readFileSync(path('folds/report.json'), 'utf8')) as Report;
    const report = await evaluated(artifact('ease', 'folds'), '--experiment', folds);
    expect(before.models[0]!.runs).toHaveLength(3);
    expect(report.models[0]!.metrics).toEqual(before.models[0]!.runs[0]!.metrics);
  });

  it.each([
    ['another split', { split: { method: 'random', test: 0.3 } }],
    ['other filters', { filter: { duplicates: 'sum', minUser: 12 } }],
    ['another seed', { split: { method: 'random' }, seed: 2 }],
  ])('refuses a model of %s, and says why', async (_, changes) => {
    const other = experimentFile(folder, shopExperiment(changes), 'other.json');
    const { exitCode, out, error } = await tensorec(
      ...['evaluate', artifact('ease'), '--experiment', other],
    );
    expect({ exitCode, out }).toEqual({ exitCode: 1, out: '' });
    expect(error).toContain('learned from the split');
    expect(error).toContain('with the experiment file that the model was made with');
  });

  it('refuses what is no artifact, no experiment, or no folder', async () => {
    const none = await tensorec('evaluate', folder, '--experiment', file);
    expect(none.error).toContain('An artifact is a folder with model.json in it.');
    const missing = await tensorec('evaluate', artifact('ease'), '--experiment', path('none.json'));
    expect(missing).toMatchObject({ exitCode: 1, out: '' });
    mkdirSync(path('a-folder'), { recursive: true });
    const aFolder = await tensorec('evaluate', artifact('ease'), '--experiment', path('a-folder'));
    expect(aFolder.error).toContain('it is a folder; give a file');
    writeFiles(folder, { 'a-file': 'kept' });
    const args = ['evaluate', artifact('ease'), '--experiment', file, '--out', path('a-file')];
    expect((await tensorec(...args)).error).toContain('Cannot write');
    expect(readFileSync(path('a-file'), 'utf8')).toBe('kept');
    const needed = await tensorec('evaluate', artifact('ease'));
    expect(needed).toMatchObject({ exitCode: 2, out: '' });
  });

  it('records a model that cannot be evaluated, and exits with 1', async () => {
    const evaluation = { metrics: ['rmse'], task: 'rating' };
    const ratings = experimentFile(folder, shopExperiment({ evaluation }), 'ratings.json');
    const { exitCode, out, error } = await tensorec(
      ...['evaluate', artifact('ease'), artifact('item-knn'), '--experiment', ratings],
    );
    expect(exitCode).toBe(1);
    expect(error).toMatch(/^error: ease: /);
    expect(out).toMatch(/^ease +failed/m);
    expect(out).toMatch(/^item-knn +\d/m);
  });
});
