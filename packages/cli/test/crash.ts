import { existsSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { load } from '@tensorec/core/node';
import type { Report } from '@tensorec/experiment';
import { Random } from '@tensorec/kernels';
import { expect } from 'vitest';
import { parseReport } from '../../experiment/test/report-schema.js';
import { models } from '../src/index.js';
import { delay, startCommand, until } from './child-process.js';
import { filesIn, leftoversIn } from './folders.js';
import { experimentFile, shopExperiment, smallShop, tensorec } from './support.js';

/** What was seen over all kills. */
export interface Kills {
  /** Kills that met a living process. */
  readonly met: number;
  /** Runs of models that the process had finished and that were taken from it. */
  readonly resumed: number;
}

const experiment = shopExperiment({
  seeds: [1, 2],
  evaluation: { metrics: ['recall@10', 'ndcg@10'] },
  models: [
    { model: 'popular' },
    { model: 'als', params: { factors: 16, iterations: 60 } },
    { model: 'item-knn' },
    { model: 'als', params: { factors: 32, iterations: 60 } },
    { model: 'ease' },
  ],
});

/**
 * Runs an experiment as a process of its own and kills it, again and again, at moments spread over its work. After each
 * kill whatever lies in the output folder must be whole; the experiment, run again, must end with the figures of one that
 * nothing interrupted and leave nothing behind. Every other time the folder holds the report of an earlier run.
 */
export async function killAgainAndAgain(
  folder: string,
  kills: number,
  seed: number,
): Promise<Kills> {
  await smallShop(folder);
  const file = experimentFile(folder, experiment, 'crash.json');
  const whole = join(folder, 'whole');
  const work = await workTime(folder, file, whole);
  const expected = contentOf(whole);
  const random = new Random(seed);
  let met = 0;
  let resumed = 0;
  const out = join(folder, 'killed');
  for (let kill = 0; kill < kills; kill++) {
    if (kill % 2 === 0) rmSync(out, { recursive: true, force: true });
    const moment = (work * (kill + random.uniform())) / kills;
    if (await killAfter(folder, file, out, moment)) met++;
    await expectWhole(out);
    const written = artifactTimes(out);
    const { exitCode, error } = await tensorec('run', file, '--out', out);
    expect(exitCode, error).toBe(0);
    expect(contentOf(out)).toEqual(expected);
    expect(filesIn(out)).toEqual(filesIn(whole));
    expect(leftoversIn(out)).toEqual([]);
    const taken = resumedModels(out);
    for (const [model, runs] of taken) {
      resumed += runs;
      // Its model was not fitted and saved again.
      expect(artifactTimes(out).get(model)).toBe(written.get(model));
    }
  }
  return { met, resumed };
}

/** Milliseconds from the first sign of an uninterrupted run in its output folder to its end. */
async function workTime(folder: string, file: string, out: string): Promise<number> {
  const { child, ended } = startCommand(folder, 'run', file, '--out', out, '--quiet');
  await until(() => existsSync(out) || child.exitCode !== null);
  const start = performance.now();
  expect(await ended).toEqual({ code: 0, out: '', error: '' });
  return performance.now() - start;
}

/** Starts a run and kills it some milliseconds after its first sign of life in the output folder. */
async function killAfter(
  folder: string,
  file: string,
  out: string,
  milliseconds: number,
): Promise<boolean> {
  const before = namesIn(out);
  const { child, ended } = startCommand(folder, 'run', file, '--out', out, '--quiet');
  await until(() => namesIn(out) !== before || child.exitCode !== null);
  await delay(milliseconds);
  const alive = child.kill('SIGKILL');
  await ended;
  return alive;
}

function namesIn(folder: string): string {
  return existsSync(folder) ? readdirSync(folder).join() : '';
}

/** Whatever is there can be read, whole. */
async function expectWhole(out: string): Promise<void> {
  const path = (name: string): string => join(out, name);
  if (existsSync(path('report.json'))) parseReport(readFileSync(path('report.json'), 'utf8'));
  if (existsSync(path('report.html'))) {
    expect(readFileSync(path('report.html'), 'utf8')).toMatch(/<\/html>\n$/);
  }
  if (existsSync(path('per-user.csv.gz'))) gunzipSync(readFileSync(path('per-user.csv.gz')));
  for (const name of artifactTimes(out).keys()) {
    const model = await load(join(out, 'models', name), { models });
    expect(model.name).toBe(name.replace(/-2$/, ''));
    model.dispose();
  }
}

/** When each artifact was written; a folder without `model.json` is none. */
function artifactTimes(out: string): ReadonlyMap<string, number> {
  const folder = join(out, 'models');
  if (!existsSync(folder)) return new Map();
  return new Map(
    readdirSync(folder)
      .map((name) => [name, join(folder, name, 'model.json')] as const)
      .filter(([, path]) => existsSync(path))
      .map(([name, path]) => [name, statSync(path).mtimeMs]),
  );
}

function readReport(out: string): Report {
  return parseReport(readFileSync(join(out, 'report.json'), 'utf8'));
}

const resumption = /^(.+): (?:(\d+) of \d+ runs )?finished before the experiment was interrupted/;

/** The models whose runs were taken from an interrupted experiment, with the number of runs. */
function resumedModels(out: string): ReadonlyMap<string, number> {
  return new Map(
    readReport(out).protocol.notes.flatMap((note) => {
      const [, names = '', runs = '2'] = resumption.exec(note) ?? [];
      return names === '' ? [] : names.split(', ').map((name) => [name, Number(runs)] as const);
    }),
  );
}

/** All that must not depend on an interruption: the report without times and notes about it, and the users' metrics. */
function contentOf(out: string): object {
  const { createdAt, machine, models: all, protocol, ...rest } = readReport(out);
  expect(Date.parse(createdAt)).not.toBeNaN();
  expect(machine.cores).toBeGreaterThan(0);
  return {
    ...rest,
    protocol: {
      ...protocol,
      notes: protocol.notes.filter((note) => !resumption.test(note)),
    },
    models: all.map(({ fitSeconds, evaluateSeconds, peakRssMb, ...model }) => {
      expect(fitSeconds).toBeGreaterThanOrEqual(0);
      expect(evaluateSeconds).toBeGreaterThanOrEqual(0);
      expect(peakRssMb).toBeGreaterThan(0);
      return model;
    }),
    perUser: gunzipSync(readFileSync(join(out, 'per-user.csv.gz'))).toString(),
  };
}
