import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import type { Report, ReportComparison } from '@tensorec/experiment';
import { beforeAll, describe, expect, it } from 'vitest';
import { temporaryFolder } from './folders.js';
import { experimentFile, shopExperiment, smallShop, tensorec } from './support.js';

const folder = temporaryFolder();
const path = (name: string): string => join(folder, name);

async function runTo(out: string, changes: object): Promise<void> {
  const experiment = experimentFile(folder, shopExperiment(changes), `${out}.json`);
  expect(await tensorec('run', experiment, '--out', path(out), '--quiet')).toMatchObject({
    exitCode: 0,
  });
}

beforeAll(async () => {
  await smallShop(folder);
  await runTo('together', {
    models: [{ model: 'popular' }, { model: 'ease' }, { model: 'random' }],
  });
  await runTo('first', { models: [{ model: 'popular' }, { model: 'ease' }] });
  await runTo('second', { models: [{ model: 'random' }] });
});

async function compared(...args: readonly string[]): Promise<ReportComparison> {
  const { exitCode, out, error } = await tensorec('compare', ...args, '--json');
  expect({ exitCode, error }).toEqual({ exitCode: 0, error: '' });
  return JSON.parse(out) as ReportComparison;
}

describe('compare', () => {
  it('tests models of two reports as one report tests them', async () => {
    const metrics = ['recall@10', 'ndcg@10'];
    const args = [path('first'), path('second/report.json'), '--metric', ...metrics];
    const { models, differences, comparisons, notes } = await compared(...args);
    const together = JSON.parse(readFileSync(path('together/report.json'), 'utf8')) as Report;
    expect({ differences, notes }).toEqual({ differences: [], notes: [] });
    expect(models.map(({ name, report }) => [name, report])).toEqual([
      ['popular', 'first'],
      ['ease', 'first'],
      ['random', 'second'],
    ]);
    const plain = ({
      a,
      b,
      metric,
      test,
      family,
      difference,
      effectSize,
    }: Report['comparisons'][number]): unknown => ({
      a,
      b,
      metric,
      test,
      family,
      difference: difference.toFixed(12),
      effectSize: effectSize?.toFixed(9),
    });
    const order = (all: readonly Report['comparisons'][number][]): readonly unknown[] =>
      metrics.flatMap((metric) => all.filter((one) => one.metric === metric)).map(plain);
    expect(order(comparisons)).toEqual(order(together.comparisons));
    for (const one of comparisons) {
      const same = together.comparisons.find(
        ({ a, b, metric, test }) =>
          a === one.a && b === one.b && metric === one.metric && test === one.test,
      )!;
      // Signs and resamples are drawn anew.
      const tolerance = one.test === 'wilcoxon' ? 1e-12 : 0.03;
      expect(Math.abs(one.pValue - same.pValue)).toBeLessThan(tolerance);
      expect(Math.abs(one.interval[0] - same.interval[0])).toBeLessThan(0.02);
    }
  });

  it('shows a table, and the best model against each other one', async () => {
    const { out, exitCode } = await tensorec('compare', path('first'), path('second'));
    expect(exitCode).toBe(0);
    expect(out).toMatch(/^ease +first +0\.\d{4} /m);
    expect(out).toMatch(/^random +second +0\.\d{4} /m);
    expect(out).toMatch(/^(popular|ease) against the others on recall@10:$/m);
    expect(out).toContain("p-values after Holm's correction (recall@10, 3 pairs of models)");
    expect(out).not.toContain('not the same:');
  });

  it('calls models of one name by their reports', async () => {
    const { models } = await compared(path('first'), path('together'));
    expect(models.map(({ name }) => name)).toEqual([
      'popular (first)',
      'ease (first)',
      'popular (together)',
      'ease (together)',
      'random',
    ]);
  });

  it('gives equal models no difference and the p-value 1', async () => {
    const { comparisons } = await compared(path('first'), path('together'));
    const same = comparisons.filter(({ a, b }) => a === 'ease (first)' && b === 'ease (together)');
    expect(same.map(({ difference, pValue }) => [difference, pValue])).toEqual([
      [0, 1],
      [0, 1],
    ]);
  });

  it.each([
    ['split', { split: { method: 'random' } }, 'not the same: split: '],
    ['filters', { filter: { duplicates: 'last', minUser: 12 } }, 'not the same: filters: '],
    [
      'candidates',
      { evaluation: { metrics: ['recall@10'], candidates: { sampled: 9 } } },
      'not the same: candidates: all items | ',
    ],
    [
      'excluded items',
      { evaluation: { metrics: ['recall@10'], excludeSeen: false } },
      'not the same: excluded items: train | false',
    ],
  ])(
    'says that the %s differ, shows the figures and tests nothing',
    async (_, changes, expected) => {
      await runTo('other', changes);
      const { exitCode, out } = await tensorec('compare', path('first'), path('other'));
      expect(exitCode).toBe(0);
      expect(out).toContain(expected);
      expect(out).toMatch(/^popular \(other\) +other +[01]\.\d{4}/m);
      expect(out).toContain('nothing was tested');
      expect(out).not.toContain('against the others');
      expect(out).not.toContain(' *');
      expect((await compared(path('first'), path('other'))).comparisons).toEqual([]);
    },
  );

  it('tells random splits of another seed apart', async () => {
    await runTo('seed-1', { split: { method: 'random' }, seed: 1 });
    await runTo('seed-2', { split: { method: 'random' }, seed: 2 });
    const { differences, comparisons } = await compared(path('seed-1'), path('seed-2'));
    expect(differences).toEqual(
      expect.arrayContaining([{ what: 'seed of the split', found: ['1', '2'] }]),
    );
    expect(comparisons).toEqual([]);
  });

  it('averages the values of users over seeds', async () => {
    await runTo('seeds', { models: [{ model: 'random' }], seeds: [5, 6] });
    const { comparisons, models } = await compared(path('first'), path('seeds'));
    const one = comparisons.find(
      ({ a, b, test }) => a === 'ease' && b === 'random' && test === 'permutation',
    )!;
    const value = (name: string): number =>
      models.find((model) => model.name === name)!.result.metrics['recall@10']!;
    expect(one.difference).toBeCloseTo(value('ease') - value('random'), 10);
  });

  it('leaves out users whom not all have, and says so', async () => {
    cpSync(path('second'), path('fewer'), { recursive: true });
    const file = path('fewer/per-user.csv.gz');
    const lines = gunzipSync(readFileSync(file)).toString().trimEnd().split('\n');
    writeFileSync(file, gzipSync(lines.slice(0, -2).join('\n')));
    const { notes } = await compared(path('first'), path('fewer'));
    expect(notes).toEqual([
      `The tests are over the ${lines.length - 3} users whom all models have; 2 others are left out.`,
    ]);
  });

  it('shows the figures where there are no values of users', async () => {
    cpSync(path('second'), path('bare'), { recursive: true });
    rmSync(path('bare/per-user.csv.gz'));
    const { out, exitCode } = await tensorec('compare', path('first'), path('bare'));
    expect(exitCode).toBe(0);
    expect(out).toContain(
      'note: Nothing was tested: there are no values of users (per-user.csv.gz) in bare.',
    );
    expect(out).toMatch(/^random +bare +0\.\d{4}/m);
  });

  it('reads reports that lack what later versions have', async () => {
    cpSync(path('first'), path('old'), { recursive: true });
    const report = JSON.parse(readFileSync(path('old/report.json'), 'utf8')) as Record<
      string,
      unknown
    >;
    const later = ['createdAt', 'comparisons', 'curves', 'segments', 'popularity', 'samples'];
    const earlier = Object.entries(report).filter(([name]) => !later.includes(name));
    writeFileSync(path('old/report.json'), JSON.stringify(Object.fromEntries(earlier)));
    expect((await compared(path('old'), path('second'))).comparisons).toHaveLength(6);
  });

  it.each<[string, string, string | Uint8Array, RegExp]>([
    ['a report that is not JSON', 'report.json', '{"name": ', /report\.json is not JSON \(/],
    [
      'a report that is something else',
      'report.json',
      '{"name": 3}',
      /report\.json, name: .*found 3/,
    ],
    [
      'damaged gzip',
      'per-user.csv.gz',
      gzipSync('model,seed,fold,user'.repeat(9)).subarray(0, 30),
      /per-user\.csv\.gz: its gzip data ends too early/,
    ],
    [
      'another table',
      'per-user.csv.gz',
      'a,b\n1,2\n',
      /per-user\.csv\.gz: found the columns a, b, expected model, seed, fold, user/,
    ],
    [
      'a short line',
      'per-user.csv.gz',
      'model,seed,fold,user,recall@10\nrandom,0,1,u\n',
      /record 2 is damaged/,
    ],
    [
      'no number',
      'per-user.csv.gz',
      'model,seed,fold,user,recall@10\n"random",0,1,"u,""1",x\n',
      /record 2 is damaged .*u,\\"1,x/,
    ],
  ])('refuses %s', async (_, name, content, expected) => {
    cpSync(path('second'), path('damaged'), { recursive: true });
    writeFileSync(path(`damaged/${name}`), content);
    const { exitCode, out, error } = await tensorec('compare', path('first'), path('damaged'));
    expect({ exitCode, out }).toEqual({ exitCode: 1, out: '' });
    expect(error).toMatch(/^error: /);
    expect(error).toMatch(expected);
  });

  it('refuses what is not there, the same report twice and unknown metrics', async () => {
    const none = await tensorec('compare', path('first'), path('none'));
    expect(none.error).toContain('there is no such file');
    const empty = await tensorec('compare', path('shop'));
    expect(empty.error).toContain(join('shop', 'report.json'));
    const twice = await tensorec('compare', path('first'), path('first/report.json'));
    expect(twice.error).toContain('is given twice');
    const metric = await tensorec('compare', path('first'), '--metric', 'hit@3');
    expect(metric.error).toContain('No report has the metric hit@3; they have recall@10, ndcg@10.');
    expect(await tensorec('compare')).toMatchObject({ exitCode: 2, out: '' });
  });
});
