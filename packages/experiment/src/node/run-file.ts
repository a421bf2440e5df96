import { join, relative, resolve } from 'node:path';
import type { CallOptions, Model, ModelDescriptor } from '@tensorec/core';
import { save } from '@tensorec/core/node';
import { ready } from '@tensorec/kernels';
import type { Report } from '../report.js';
import { runExperiment, type PerUserResult } from '../run.js';
import { parseExperiment } from '../schema.js';
import { thisMachine } from './machine.js';
import { readText, requireWritable, writeReport } from './output-folder.js';
import { prepareData } from './prepare.js';
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
    machine: thisMachine(),
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
  await writeReport(folder, report, perUser);
  if (report.models.every(({ status }) => status === 'ok')) await store.remove();
  return { report, folder };
}

/** A name for a folder. */
export function folderName(name: string): string {
  return name.replace(/[^\p{L}\p{N}._-]+/gu, '-').replace(/^[.-]+|[.-]+$/g, '') || 'experiment';
}
