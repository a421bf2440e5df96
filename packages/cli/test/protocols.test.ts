import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Report } from '@tensorec/experiment';
import { describe, expect, it } from 'vitest';
import { parseReport } from '../../experiment/test/report-schema.js';
import { temporaryFolder, writeFiles } from './folders.js';
import { experimentFile, tensorec } from './support.js';

const folder = temporaryFolder();
let runs = 0;

/** Lines of a CSV file from `u1: a b` for u1 with a, then b. */
function csv(...users: readonly string[]): string {
  const lines = users.flatMap((line) => {
    const [user, items] = line.split(': ');
    return items!.split(' ').map((item) => `${user!},${item}\n`);
  });
  return `user,item\n${lines.join('')}`;
}

/** Runs the popular model on `data.csv`, with changes. */
async function run(changes: object): Promise<Report> {
  const content = {
    name: 'small',
    data: { format: 'delimited', path: 'data.csv', columns: { user: 'user', item: 'item' } },
    evaluation: { metrics: ['hit@1'] },
    models: [{ model: 'popular' }],
    ...changes,
  };
  const out = join(folder, `out-${++runs}`);
  const outcome = await tensorec('run', experimentFile(folder, content), '--out', out, '--quiet');
  expect(outcome).toEqual({ exitCode: 0, out: '', error: '' });
  return parseReport(readFileSync(join(out, 'report.json'), 'utf8'));
}

describe('several runs', () => {
  it('have the mean and the standard deviation over seeds', async () => {
    const users = Array.from({ length: 20 }, (_, n) => `u${n}: a h`);
    writeFiles(folder, { 'data.csv': csv(...users, 'u20: h b c d e f g') });
    const report = await run({
      seeds: [1, 2],
      split: { method: 'leave-last-out', minHistory: 2 },
      evaluation: { metrics: ['mrr@7'] },
      models: [{ model: 'random' }],
    });
    const { runs: ofSeeds, metrics, std } = report.models[0]!;
    expect(ofSeeds.map(({ seed, fold }) => [seed, fold])).toEqual([
      [1, 1],
      [2, 1],
    ]);
    const [first, second] = ofSeeds.map((one) => one.metrics['mrr@7']!);
    expect(first).not.toBe(second);
    expect(metrics['mrr@7']).toBeCloseTo((first! + second!) / 2, 12);
    expect(std?.['mrr@7']).toBeCloseTo(Math.abs(first! - second!) / Math.SQRT2, 12);
  });

  it('go over folds in files, with a header or without', async () => {
    writeFiles(folder, {
      'data.csv': csv('u1: a b', 'u2: a c', 'u3: a b', 'u4: c'),
      'fold-1.csv': csv('u1: b'),
      'fold-2.csv': 'u2,c\n',
    });
    const report = await run({
      split: { method: 'folds', files: ['fold-1.csv', 'fold-2.csv'] },
      evaluation: { metrics: ['hit@1', 'mrr@2'] },
    });
    const { runs: ofFolds, metrics, std } = report.models[0]!;
    // Users of b and c, without the fold: 1 and 2, then 2 and 1. Each fold misses the more popular one.
    expect(ofFolds.map(({ fold }) => fold)).toEqual([1, 2]);
    expect(metrics).toEqual({ 'hit@1': 0, 'mrr@2': 0.5 });
    expect(std).toEqual({ 'hit@1': 0, 'mrr@2': 0 });
  });

  it('differ over folds as a sample does', async () => {
    writeFiles(folder, {
      'data.csv': csv('u1: a b', 'u2: a c', 'u3: a b', 'u4: b'),
      'fold-1.csv': csv('u1: b'),
      'fold-2.csv': csv('u2: c'),
    });
    const {
      runs: ofFolds,
      metrics,
      std,
    } = (await run({ split: { method: 'folds', files: ['fold-1.csv', 'fold-2.csv'] } })).models[0]!;
    expect(ofFolds.map((one) => one.metrics)).toEqual([{ 'hit@1': 1 }, { 'hit@1': 0 }]);
    expect(metrics).toEqual({ 'hit@1': 0.5 });
    expect(std?.['hit@1']).toBeCloseTo(Math.SQRT1_2, 12);
  });
});

describe('tasks', () => {
  it('rates as bias does by hand, clipped to the scale', async () => {
    writeFiles(folder, {
      'train.csv': 'u1,a,5\nu2,a,5\nu2,b,1\nu1,b,1\n',
      'test.csv': 'u3,a,4\nu3,b,2\n',
    });
    const report = await run({
      data: {
        format: 'delimited',
        path: 'train.csv',
        test: 'test.csv',
        columns: { user: 0, item: 1, value: 2 },
        scale: [2, 4],
      },
      evaluation: { task: 'rating', metrics: ['rmse', 'mae'] },
      models: [
        { model: 'bias', params: { userRegularization: 0, itemRegularization: 0 } },
        { model: 'bias', params: { userRegularization: 0, itemRegularization: 2 } },
      ],
    });
    // Mean 3, items ±2 or, with λ = 2 = n, ±1: predictions 5 and 1, clipped to 4 and 2, or 4 and 2.
    expect(report.models.map((model) => model.model)).toEqual(['bias', 'bias-2']);
    for (const { metrics } of report.models) {
      expect(metrics['rmse']).toBeCloseTo(0, 6);
      expect(metrics['mae']).toBeCloseTo(0, 6);
    }
  });

  it('ranks given candidates', async () => {
    writeFiles(folder, {
      'train.txt': 'u1 a b\nu2 a c\nu3 b c d\nu4 a\n',
      'test.txt': 'u4\tb\td e\nu1\td\tc e\n',
    });
    const report = await run({
      data: { format: 'adjacency', path: 'train.txt', test: 'test.txt', testFormat: 'candidates' },
      evaluation: { candidates: 'given', metrics: ['hit@1', 'mrr@2', 'ndcg@2'] },
    });
    // Users of a to e: 3, 2, 2, 1, 0. Hence u4 gets b, d, e and u1 gets c, d, e.
    const { metrics } = report.models[0]!;
    expect(metrics['hit@1']).toBe(0.5);
    expect(metrics['mrr@2']).toBe(0.75);
    expect(metrics['ndcg@2']).toBeCloseTo((1 + 1 / Math.log2(3)) / 2, 12);
  });

  it('finds the next item of sessions, also one that was seen', async () => {
    writeFiles(folder, {
      'sessions.txt': 'a b\na c\na b\n',
      'sessions-test.txt': 'a\tb\nb\ta\n',
    });
    const report = await run({
      data: { format: 'sessions', path: 'sessions.txt', test: 'sessions-test.txt' },
      evaluation: { task: 'next-item', metrics: ['hit@1', 'mrr@3'] },
    });
    // Everyone gets a, b, c.
    expect(report.models[0]?.metrics).toEqual({ 'hit@1': 0.5, 'mrr@3': 0.75 });
    expect(report.protocol.excludeSeen).toBe('false');
  });
});

describe('the validation part', () => {
  const split = { method: 'leave-last-out', validation: 1 };

  it('can be evaluated on', async () => {
    writeFiles(folder, {
      'data.csv': csv('u1: a b c', 'u2: a b c', 'u3: b', 'u4: b', 'u5: c'),
    });
    const onTest = await run({ split });
    expect(onTest.models[0]?.metrics).toEqual({ 'hit@1': 0 });
    const onValidation = await run({
      split,
      evaluation: { metrics: ['hit@1'], on: 'validation' },
    });
    expect(onValidation.models[0]?.metrics).toEqual({ 'hit@1': 1 });
  });

  it('is fitted too with training.refit', async () => {
    writeFiles(folder, {
      'data.csv': csv('u1: x c y', 'u2: x c y', 'u3: x c y', 'u4: x z c', 'u5: d', 'u6: d'),
    });
    expect((await run({ split })).models[0]?.metrics).toEqual({ 'hit@1': 0 });
    // With the validation part, c has three users and d two, so that u4 gets c.
    const refitted = await run({ split, training: { refit: true } });
    expect(refitted.models[0]?.metrics).toEqual({ 'hit@1': 0.25 });
  });
});

describe('nothing to recommend', () => {
  it('is an empty list, which scores 0', async () => {
    writeFiles(folder, { 'data.csv': csv('u1: a b a', 'u2: b a b') });
    const report = await run({ split: { method: 'leave-last-out' } });
    expect(report.models[0]?.metrics).toEqual({ 'hit@1': 0 });
    expect(report.samples[0]).toEqual({
      user: 'u1',
      history: ['a', 'b'],
      next: ['a'],
      lists: { popular: [] },
    });
    const artifact = join(folder, `out-${runs}`, 'models/popular');
    const shown = await tensorec('recommend', artifact, '--user', 'u1');
    expect(shown.out).toBe('\npopular recommends to u1:\nnothing');
    expect(shown.exitCode).toBe(0);
  });
});
