import { availableParallelism } from 'node:os';
import { join, relative, resolve } from 'node:path';
import { readdir, readFile, rm } from 'node:fs/promises';
import type { CallOptions, Model, ModelDescriptor } from '@tensorec/core';
import { fileError, isLeftover, save, writeFileAtomic } from '@tensorec/core/node';
import { engineStatus, ready } from '@tensorec/kernels';
import { reportHtml } from '../html.js';
import type { Report } from '../report.js';
import { runExperiment, type PerUserResult } from '../run.js';
import { parseExperiment } from '../schema.js';
import { prepareData } from './prepare.js';
import { perUserCsv } from './per-user.js';
import { UnfinishedRuns } from './unfinished.js';

/** Options of {@link runExperimentFile}. */
export interface RunFileOptions extends CallOptions {
  /** The models that the file may name. */
  readonly models: readonly ModelDescriptor[];
  /** Folder of the report; default `tensorec-output/NAME`. */
  readonly out?: string | undefined;
  /** Where relative data paths start; default the environment variable `TENSOREC_DATA`, then the file's folder. */
  readonly dataFolder?: string | undefined;
  /** Whether lines that cannot be read are left out, or how many at most; default none. */
  readonly skipBadLines?: boolean | number | undefined;
  /** Threads that compute, from 1; default all cores, at most 8. Results do not depend on it. */
  readonly threads?: number | undefined;
  /** Called with what a person who waits should know: models that an interrupted run had finished. */
  readonly onNotice?: ((text: string) => void) | undefined;
}

/** A report, and the folder that it was written to. */
export interface WrittenReport {
  readonly report: Report;
  readonly folder: string;
}

/**
 * Runs an experiment file: reads, filters and splits the data, fits and evaluates the models, and writes `report.json`,
 * `report.html`, `per-user.csv.gz` and a folder `models/NAME` a model.
 *
 * Each finished run of a model is kept in `.unfinished` in the output folder until the experiment has ended with every
 * model. Run again after an interruption, the same experiment into the same folder takes finished runs from there, says so
 * in the notes of the report, and gives the same figures; models that failed are run again. Runs of other data, settings or
 * versions are not used.
 *
 * @throws TensorecError `experiment` for a file that is wrong, `file` when something cannot be read or written (the
 * output folder is tried before anything runs), `parse` for a bad line in the data.
 */
export async function runExperimentFile(
  file: string,
  options: RunFileOptions,
): Promise<WrittenReport> {
  const experiment = parseExperiment(await readText(file), file);
  const folder = options.out ?? join('tensorec-output', folderName(experiment.name));
  await requireWritable(folder);
  await ready({ threads: options.threads });
  const data = await prepareData(experiment, resolve(file, '..'), options);
  const store = await UnfinishedRuns.open(folder, options.models);
  const perUser: PerUserResult[] = [];
  const report = await runExperiment(experiment, data, {
    models: options.models,
    machine: {
      cores: availableParallelism(),
      device: 'simd',
      threads: engineStatus()?.threads ?? 1,
    },
    versions: { node: process.versions.node },
    signal: options.signal,
    onProgress: options.onProgress,
    onNotice: options.onNotice,
    residentMemory: () => process.memoryUsage.rss(),
    store,
    async onModel(model: Model, name: string) {
      const artifact = join(folder, 'models', name);
      await save(model, artifact);
      return relative(folder, artifact).replaceAll('\\', '/');
    },
    onPerUser(result) {
      perUser.push(result);
      return Promise.resolve();
    },
  });
  await writeFileAtomic(join(folder, 'per-user.csv.gz'), perUserCsv(perUser));
  await writeFileAtomic(join(folder, 'report.html'), reportHtml(report));
  await writeFileAtomic(join(folder, 'report.json'), `${JSON.stringify(report, null, 2)}\n`);
  if (report.models.every(({ status }) => status === 'ok')) await store.remove();
  return { report, folder };
}

async function readText(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    throw fileError(error, 'read', file);
  }
}

const probe = '.writable';

/** Fails before hours of training rather than after, and removes what a killed run left. */
async function requireWritable(folder: string): Promise<void> {
  await writeFileAtomic(join(folder, probe), '');
  for (const name of await readdir(folder)) {
    if (name === probe || isLeftover(name)) await rm(join(folder, name), { force: true });
  }
}

function folderName(name: string): string {
  return name.replace(/[^\p{L}\p{N}._-]+/gu, '-').replace(/^[.-]+|[.-]+$/g, '') || 'experiment';
}
