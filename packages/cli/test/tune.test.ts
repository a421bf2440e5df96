import { appendFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Report } from '@tensorec/experiment';
import { beforeAll, describe, expect, it } from 'vitest';
import { filesIn, temporaryFolder } from './folders.js';
import { experimentFile, shopExperiment, smallShop, tensorec, tensorecWith } from './support.js';

const folder = temporaryFolder();
const path = (name: string): string => join(folder, name);
let outs = 0;

const split = { method: 'leave-last-out', validation: 1 };
const models = [
  { model: 'popular' },
  { model: 'item-knn', params: { similarity: 'cosine' } },
  { model: 'ease' },
];

beforeAll(() => smallShop(folder));

interface TrialLine {
  readonly model: string;
  readonly trial: number;
  readonly params: Readonly<Record<string, unknown>>;
  readonly status: string;
  readonly error?: string;
  readonly metrics: Readonly<Record<string, number>>;
}

function trialsOf(out: string): readonly TrialLine[] {
  const lines = readFileSync(join(out, 'trials.jsonl'), 'utf8').trimEnd().split('\n');
  return lines.slice(1).map((line) => JSON.parse(line) as TrialLine);
}

/** What a trial found, without the seconds. */
function found({ model, trial, params, status, metrics }: TrialLine): unknown {
  return { model, trial, params, status, metrics };
}

async function tune(
  changes: object,
  ...options: readonly string[]
): Promise<{ exitCode: number; out: string; error: string; folder: string }> {
  const out = path(`tuned-${++outs}`);
  const file = experimentFile(
    folder,
    shopExperiment({ split, models, ...changes }),
    `tune-${outs}.json`,
  );
  return { ...(await tensorec('tune', file, '--out', out, ...options)), folder: out };
}

describe('tune', () => {
  it('tries the parameters of the file, then others; the best are fitted again and tested', async () => {
    const tuned = await tune({}, '--trials', '4');
    expect(tuned.exitCode).toBe(0);
    const trials = trialsOf(tuned.folder);
    expect(trials.map(({ model, trial }) => [trial, model])).toEqual([
      [0, 'popular'],
      [0, 'item-knn'],
      [0, 'ease'],
      ...[1, 2, 3].flatMap((trial) => [
        [trial, 'item-knn'],
        [trial, 'ease'],
      ]),
    ]);
    const knn = trials.filter(({ model }) => model === 'item-knn');
    expect(knn[0]!.params).toEqual({ similarity: 'cosine' });
    for (const { params } of knn) expect(params['similarity']).toBe('cosine');
    expect(new Set(knn.map(({ params }) => params['neighbors'])).size).toBe(4);
    const { out } = tuned;
    expect(out).toContain('given by the file, and not tuned: similarity');
    expect(out).toContain('popular: 1 trials on the validation part\nthere is nothing to tune');

    const best = JSON.parse(readFileSync(join(tuned.folder, 'best.json'), 'utf8')) as {
      models: { model: string; params: object }[];
      training: { refit: boolean };
    };
    const bestEase = trials
      .filter(({ model }) => model === 'ease')
      .sort((a, b) => b.metrics['recall@10']! - a.metrics['recall@10']! || a.trial - b.trial)[0]!;
    expect(best.models.find(({ model }) => model === 'ease')!.params).toEqual(bestEase.params);
    expect(best.training.refit).toBe(true);
    const report = JSON.parse(readFileSync(join(tuned.folder, 'report.json'), 'utf8')) as Report;
    expect(report.experiment.evaluation.on).toBe('test');

    const again = path('again');
    const ran = await tensorec('run', join(tuned.folder, 'best.json'), '--out', again, '--json');
    expect({ exitCode: ran.exitCode, error: ran.error }).toEqual({ exitCode: 0, error: '' });
    const rerun = JSON.parse(ran.out) as Report;
    expect(rerun.models.map(({ model, metrics }) => [model, metrics])).toEqual(
      report.models.map(({ model, metrics }) => [model, metrics]),
    );
    expect(filesIn(tuned.folder)).toEqual(
      expect.arrayContaining([
        'best.json',
        'per-user.csv.gz',
        'report.html',
        'report.json',
        'trials.jsonl',
      ]),
    );
  });

  it('scores trials as a run on the validation part does', async () => {
    const evaluation = { metrics: ['ndcg@10', 'recall@10'] };
    const ease = [{ model: 'ease', params: { regularization: 30 } }];
    const tuned = await tune({ models: ease, evaluation });
    const [trial, ...others] = trialsOf(tuned.folder);
    expect(others).toEqual([]);
    const on = experimentFile(
      folder,
      shopExperiment({ split, models: ease, evaluation: { ...evaluation, on: 'validation' } }),
      'on-validation.json',
    );
    const ran = await tensorec('run', on, '--out', path('on-validation'), '--json');
    expect(trial!.metrics).toEqual((JSON.parse(ran.out) as Report).models[0]!.metrics);
  });

  it('goes on where it was, drops a torn line, and finds the same', async () => {
    const whole = await tune({}, '--trials', '4');
    const part = await tune({}, '--trials', '2');
    const file = join(part.folder, 'trials.jsonl');
    appendFileSync(file, '{"model":"ease","trial":2,"para');
    const args = ['tune', path(`tune-${outs}.json`), '--out', part.folder, '--trials', '4'];
    const resumed = await tensorec(...args);
    expect(resumed.exitCode).toBe(0);
    expect(resumed.error).toMatch(/^going on after 5 trials$/m);
    expect(trialsOf(part.folder).map(found)).toEqual(trialsOf(whole.folder).map(found));
    const before = readFileSync(file, 'utf8');
    const finished = await tensorec(...args);
    expect(finished).toMatchObject({ exitCode: 0, error: 'going on after 9 trials' });
    expect(readFileSync(file, 'utf8')).toBe(before);
    const report = JSON.parse(readFileSync(join(part.folder, 'report.json'), 'utf8')) as Report;
    const other = JSON.parse(readFileSync(join(whole.folder, 'report.json'), 'utf8')) as Report;
    expect(report.models.map(({ metrics }) => metrics)).toEqual(
      other.models.map(({ metrics }) => metrics),
    );
  });

  it('keeps what is done when it is stopped', async () => {
    const out = path('stopped');
    const file = experimentFile(folder, shopExperiment({ split, models }), 'stopped.json');
    const controller = new AbortController();
    const args = ['tune', file, '--out', out, '--trials', '500'];
    setTimeout(() => {
      controller.abort();
    }, 700);
    const { exitCode, error } = await tensorecWith({ signal: controller.signal }, ...args);
    expect(exitCode).toBe(130);
    expect(error).toContain('Stopped.');
    expect(existsSync(join(out, 'best.json'))).toBe(false);
    const trials = trialsOf(out);
    expect(trials.length).toBeGreaterThan(0);
    for (const { status } of trials) expect(status).toBe('ok');
  });

  it('draws others with another seed, which wants a folder of its own', async () => {
    const one = await tune({ models: [{ model: 'ease' }] }, '--trials', '3', '--seed', '1');
    const two = await tune({ models: [{ model: 'ease' }] }, '--trials', '3', '--seed', '2');
    const params = (out: string): unknown =>
      trialsOf(out)
        .slice(1)
        .map((trial) => trial.params);
    expect(params(one.folder)).not.toEqual(params(two.folder));
    const mixed = await tensorec(
      'tune',
      path(`tune-${outs}.json`),
      '--out',
      one.folder,
      '--seed',
      '2',
    );
    expect(mixed).toMatchObject({ exitCode: 1, out: '' });
    expect(mixed.error).toContain('holds the trials of the seed 1; give another --out');
    const metric = ['--metric', 'ndcg@10', '--seed', '1'];
    const other = await tensorec('tune', path(`tune-${outs}.json`), '--out', one.folder, ...metric);
    expect(other.error).toContain('holds the trials of another experiment, metric or data');
  });

  it('tunes the models that it is told to, by the metric that it is told', async () => {
    const tuned = await tune({}, '--trials', '2', '--model', 'ease', '--metric', 'ndcg@5');
    expect(tuned.exitCode).toBe(0);
    const trials = trialsOf(tuned.folder);
    expect(trials.map(({ model }) => model)).toEqual(['ease', 'ease']);
    expect(Object.keys(trials[0]!.metrics)[0]).toBe('ndcg@5');
    const all = await tune({}, '--trials', '2');
    expect(trials[1]!.params).toEqual(
      trialsOf(all.folder).find(({ model, trial }) => model === 'ease' && trial === 1)!.params,
    );
    const unknown = await tune({}, '--model', 'als');
    expect(unknown.error).toContain('has no model "als"; it has popular, item-knn, ease');
  });

  it('stops a trial that takes longer than the file allows', async () => {
    const slow = { model: 'als', params: { factors: 64, iterations: 100_000 } };
    const tuned = await tune(
      { models: [slow, { model: 'popular' }], training: { maxMinutes: 0.003 } },
      ...['--trials', '1'],
    );
    expect(tuned.exitCode).toBe(1);
    const [als, popular] = trialsOf(tuned.folder);
    expect(als).toMatchObject({ status: 'stopped', metrics: {} });
    expect(als!.error).toContain('training.maxMinutes');
    expect(popular!.status).toBe('ok');
  });

  it('ends when the time is over, and keeps no half trial', async () => {
    const slow = { model: 'als', params: { factors: 64, iterations: 100_000 } };
    const tuned = await tune({ models: [{ model: 'popular' }, slow] }, '--minutes', '0.01');
    expect(tuned.out).toContain('The time was over before all trials were made');
    expect(trialsOf(tuned.folder).map(({ model }) => model)).toEqual(['popular']);
    expect(tuned.exitCode).toBe(1);
  });

  it('records a trial that fails', async () => {
    const pearson = { model: 'item-knn', params: { similarity: 'pearson' } };
    const columns = { user: 'user', item: 'item', timestamp: 'timestamp' };
    const data = { format: 'delimited', path: 'shop/interactions.csv', columns };
    const tuned = await tune(
      { data, filter: undefined, models: [pearson, { model: 'popular' }] },
      ...['--trials', '1'],
    );
    expect(tuned.exitCode).toBe(1);
    expect(trialsOf(tuned.folder)[0]).toMatchObject({ status: 'failed' });
    expect(trialsOf(tuned.folder)[0]!.error).toContain('compares ratings');
    expect(tuned.out).toContain('1 of them failed or were stopped');
    const alone = await tune({ data, filter: undefined, models: [pearson] }, '--trials', '1');
    expect(alone).toMatchObject({ exitCode: 1, out: '' });
    expect(alone.error).toContain('No trial succeeded: ');
  });

  it.each([
    [{ method: 'leave-last-out' }, 'add "validation": 1 to the section split'],
    [{ method: 'leave-one-out' }, 'add "validation": true to the section split'],
    [{ method: 'random' }, 'add "validation": 0.1 to the section split'],
    [{ method: 'k-fold', folds: 2 }, 'take a split that can make one'],
  ])('says how to make a validation part with %j', async (without, expected) => {
    const { exitCode, out, error } = await tune({ split: without });
    expect({ exitCode, out }).toEqual({ exitCode: 1, out: '' });
    expect(error).toContain('Trials are scored on a validation part');
    expect(error).toContain(expected);
  });

  it('refuses a damaged file of trials, and names the line', async () => {
    const tuned = await tune({ models: [{ model: 'popular' }] });
    const file = join(tuned.folder, 'trials.jsonl');
    const [head] = readFileSync(file, 'utf8').split('\n');
    const args = ['tune', path(`tune-${outs}.json`), '--out', tuned.folder];
    for (const [line, expected] of [
      ['not json', ':2: not JSON; remove the line'],
      ['{"model":"popular"}', ':2, trial:'],
    ] as const) {
      writeFileSync(file, `${head!}\n${line}\n`);
      const { exitCode, error } = await tensorec(...args);
      expect(exitCode).toBe(1);
      expect(error).toContain(`trials.jsonl${expected}`);
    }
  });

  it.each([
    [['--trials', '0'], /Expected at least 1/],
    [['--minutes', '0'], /Expected a number above 0/],
    [['--minutes', 'x'], /Expected a number above 0/],
  ])('%j is wrong use', async (options, expected) => {
    const { exitCode, error } = await tensorec('tune', 'a.json', ...options);
    expect(exitCode).toBe(2);
    expect(error).toMatch(expected);
  });
});
