import { Interactions, type Id, type ModelDescriptor } from '@tensorec/core';
import { describe, expect, it } from 'vitest';
import type { Report } from '../src/report.js';
import { runExperiment, type ExperimentOptions } from '../src/run.js';
import { dataOf, experimentOf, MemoryStore, scripted, splitOf } from './support.js';

const machine = { cores: 1, device: 'cpu', threads: 1 };
const split = splitOf(
  ['u1: a b', 'u2: b c', 'u3: a c', 'u4: d a'],
  ['u1: c d', 'u2: a', 'u3: b', 'u4: b'],
);

/** a, then b, c, d for everyone. */
const alphabetic = (_: Id, item: Id): number => -String(item).charCodeAt(0);
const reverse = (_: Id, item: Id): number => String(item).charCodeAt(0);

function run(
  models: readonly ModelDescriptor[],
  changes: object = {},
  options: Partial<ExperimentOptions> = {},
): Promise<Report> {
  const experiment = experimentOf({
    models: models.map(({ name }) => ({ model: name })),
    ...changes,
  });
  return runExperiment(experiment, dataOf(split), { models, machine, ...options });
}

describe('what a model that trains in epochs gets', () => {
  const limits = { metric: 'hit@1', every: 2, patience: 3, maxMinutes: 4 };

  async function received(refit: boolean): Promise<object[]> {
    const fits: object[] = [];
    const model = scripted('forth', alphabetic, (_, { training, validation }) => {
      fits.push({ training, watched: validation !== undefined });
    });
    const validation = new Interactions({ ...split.test.columns(), role: 'validation' as const });
    const data = dataOf({ ...split, validation });
    const experiment = experimentOf({
      models: [{ model: 'forth' }],
      training: { ...limits, refit },
    });
    await runExperiment(experiment, data, { models: [model], machine });
    return fits;
  }

  it('are the limits of the file and the validation part', async () => {
    expect(await received(false)).toEqual([{ training: limits, watched: true }]);
  });

  it('is no validation part after a refit, which learns from it', async () => {
    expect(await received(true)).toEqual([{ training: limits, watched: false }]);
  });
});

describe('a report', () => {
  const both = [scripted('forth', alphabetic), scripted('back', reverse)];

  it('has curves up to the longest cut', async () => {
    const evaluation = { metrics: ['recall@2', 'hit@1'] };
    const { curves, models } = await run(both, { evaluation });
    // Unseen items of u1 to u4, in order: c d, a d, b d, b c. Tested: c d, a, b, b.
    expect(curves).toEqual([
      { model: 'forth', metric: 'recall', cuts: [1, 2], values: [0.875, 1] },
      { model: 'forth', metric: 'hit', cuts: [1, 2], values: [1, 1] },
      { model: 'back', metric: 'recall', cuts: [1, 2], values: [0.125, 1] },
      { model: 'back', metric: 'hit', cuts: [1, 2], values: [0.25, 1] },
    ]);
    expect(models.map(({ metrics }) => metrics)).toEqual([
      { 'recall@2': 1, 'hit@1': 1 },
      { 'recall@2': 1, 'hit@1': 0.25 },
    ]);
  });

  it('has the profile of the longest lists, whatever was asked for', async () => {
    const { models, popularity } = await run(both, { evaluation: { metrics: ['hit@1'] } });
    // Lists of one: c a b b, and d d d c.
    expect(models[0]?.profile?.['item-coverage@1']).toBe(3 / 4);
    expect(models[1]?.profile?.['item-coverage@1']).toBe(2 / 4);
    // By popularity a, b, c, d with 3, 2, 2, 1 of 8 events.
    expect(popularity?.groups.map(({ trainShare }) => trainShare)).toEqual([
      0.375, 0.25, 0.25, 0.125,
    ]);
    expect(popularity?.models).toEqual({
      forth: [0.25, 0.5, 0.25, 0],
      back: [0, 0, 0.25, 0.75],
    });
  });

  it('shows what the users did next, and which of it a model found', async () => {
    const { samples } = await run([both[0]!]);
    expect(samples[0]).toEqual({
      user: 'u1',
      history: ['a', 'b'],
      next: ['c', 'd'],
      lists: {
        forth: [
          { title: 'c', hit: true },
          { title: 'd', hit: true },
        ],
      },
    });
  });

  it('has what the first run of a model reported while it trained', async () => {
    const { models } = await run([both[0]!], { seeds: [3, 4] });
    expect(models[0]?.training).toEqual([
      { epoch: 1, values: { loss: 1 } },
      { epoch: 2, values: { loss: 0.5 } },
    ]);
  });

  it('has no lists, curves or segments for ratings that failed', async () => {
    const { models, ...report } = await run([both[0]!], {
      evaluation: { task: 'rating', metrics: ['rmse'] },
    });
    expect(models[0]?.status).toBe('failed');
    expect(report).toMatchObject({ curves: [], segments: [], samples: [], comparisons: [] });
    expect(report).not.toHaveProperty('popularity');
  });
});

describe('an experiment that was interrupted', () => {
  const seeds = [1, 2, 3];

  function counting(fits: string[], failAt?: string): readonly ModelDescriptor[] {
    return [['one', alphabetic] as const, ['two', reverse] as const].map(([name, scores]) =>
      scripted(name, scores, (seed) => {
        if (`${name} ${seed}` === failAt) throw new Error('no luck');
        fits.push(`${name} ${seed}`);
      }),
    );
  }

  /** What does not depend on the clock. */
  function content({ createdAt, models, protocol, ...rest }: Report): object {
    expect(createdAt).toMatch(/^\d{4}-/);
    return {
      ...rest,
      protocol: { ...protocol, notes: protocol.notes.filter((note) => !/interrupted/.test(note)) },
      models: models.map(({ fitSeconds, evaluateSeconds, ...model }) => {
        expect(fitSeconds + evaluateSeconds).toBeGreaterThanOrEqual(0);
        return model;
      }),
    };
  }

  it('takes finished runs from the store, says so, and gives the same report', async () => {
    const expected = content(await run(counting([]), { seeds }));
    const store = new MemoryStore();
    const controller = new AbortController();
    const stop = {
      store,
      signal: controller.signal,
      onPerUser: (result: { readonly name: string; readonly run: { readonly seed: number } }) => {
        if (result.name === 'two' && result.run.seed === 1) controller.abort();
        return Promise.resolve();
      },
    };
    await expect(run(counting([]), { seeds }, stop)).rejects.toThrow('abort');
    const fits: string[] = [];
    const notices: string[] = [];
    const onNotice = (text: string): void => void notices.push(text);
    const report = await run(counting(fits), { seeds }, { store, onNotice });
    expect(fits).toEqual(['two 2', 'two 3']);
    expect(notices).toEqual([
      'one: 3 of 3 runs taken from the interrupted experiment',
      'two: 1 of 3 runs taken from the interrupted experiment',
    ]);
    expect(report.protocol.notes.filter((note) => /interrupted/.test(note))).toEqual([
      expect.stringMatching(/^one: finished before the experiment was interrupted/),
      expect.stringMatching(/^two: 1 of 3 runs finished before the experiment was interrupted/),
    ]);
    expect(content(report)).toEqual(expected);
  });

  it('runs what failed again', async () => {
    const store = new MemoryStore();
    const failed = await run(counting([], 'two 2'), { seeds }, { store });
    expect(failed.models.map(({ status }) => status)).toEqual(['ok', 'failed']);
    const fits: string[] = [];
    const report = await run(counting(fits), { seeds }, { store });
    expect(report.models.map(({ status }) => status)).toEqual(['ok', 'ok']);
    expect(fits).toEqual(['two 2', 'two 3']);
  });

  it.each([
    ['a parameter', { models: [{ model: 'one', params: { factors: 2 } }] }, {}],
    ['a seed', { models: [{ model: 'one' }], seed: 9 }, {}],
    ['the evaluation', { evaluation: { metrics: ['recall@1'] } }, {}],
    ['the training', { training: { refit: true } }, {}],
    ['a version', {}, { versions: { node: '99' } }],
  ])('runs everything again when %s is another', async (_, changes, options) => {
    const store = new MemoryStore();
    const base = { models: [{ model: 'one' }] };
    await run(counting([]), base, { store });
    const fits: string[] = [];
    await run(counting(fits), { ...base, ...changes }, { store, ...options });
    expect(fits).toHaveLength(1);
    await run(counting(fits), base, { store });
    expect(fits).toHaveLength(1);
  });

  it('runs everything again when the data is other', async () => {
    const store = new MemoryStore();
    const fits: string[] = [];
    const experiment = experimentOf();
    const options = { models: counting(fits), machine, store };
    await runExperiment(experiment, dataOf(split), options);
    const other = splitOf(
      ['u1: a b', 'u2: b c', 'u3: a c', 'u4: d b'],
      ['u1: c d', 'u2: a', 'u3: b', 'u4: a'],
    );
    await runExperiment(experiment, dataOf(other), options);
    expect(fits).toHaveLength(2);
  });
});
