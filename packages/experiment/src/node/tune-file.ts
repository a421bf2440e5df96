import { dirname, join, resolve } from 'node:path';
import { TensorecError, version, type CallOptions, type ModelDescriptor } from '@tensorec/core';
import { save, writeFileAtomic } from '@tensorec/core/node';
import { fingerprint, ready } from '@tensorec/kernels';
import { parseMetric } from '@tensorec/metrics';
import type { PreparedData } from '../prepared-data.js';
import type { Report } from '../report.js';
import { runExperiment, type PerUserResult } from '../run.js';
import { parseExperiment, type ExperimentFile } from '../schema.js';
import type { Trial } from '../trial.js';
import { bestExperiment, tuneExperiment, type TuneResult } from '../tune.js';
import { thisMachine } from './machine.js';
import { movedExperiment } from './moved-experiment.js';
import { readText, requireWritable, writeReport } from './output-folder.js';
import { prepareData } from './prepare.js';
import { folderName } from './run-file.js';
import { TrialFile } from './trial-file.js';

/** Options of {@link tuneExperimentFile}. */
export interface TuneFileOptions extends CallOptions {
  /** The models that the file may name. */
  readonly models: readonly ModelDescriptor[];
  /** Trials of each model; default 20. */
  readonly trials?: number | undefined;
  /** Minutes that all trials together may take, from now on; default without limit. */
  readonly minutes?: number | undefined;
  /** Names of the models to tune; default all of the file. */
  readonly only?: readonly string[] | undefined;
  /** What the best trial is best in; default `training.metric` of the file, else the first metric that it evaluates. */
  readonly metric?: string | undefined;
  /** Of the draws; default the seed of the file. */
  readonly seed?: number | undefined;
  /** Folder of the results; default `tensorec-output/NAME-tuned`. */
  readonly out?: string | undefined;
  /** Where relative data paths start; default the environment variable `TENSOREC_DATA`, then the file's folder. */
  readonly dataFolder?: string | undefined;
  /** Whether lines that cannot be read are left out, or how many at most; default none. */
  readonly skipBadLines?: boolean | number | undefined;
  /** Threads that compute, from 1; default all cores, at most 8. Results do not depend on it. */
  readonly threads?: number | undefined;
  /** Called once with how many trials an earlier search left. */
  readonly onResume?: ((trials: number) => void) | undefined;
  /** Called after each trial that was made now. */
  readonly onTrial?: ((trial: Trial) => void) | undefined;
}

/** What tuning an experiment file gave. */
export interface TunedFile {
  readonly result: TuneResult;
  /** The best of each model, fitted on train and validation and evaluated on the test part. */
  readonly report: Report;
  readonly folder: string;
}

/**
 * Tunes the models of an experiment file as `tuneExperiment` does. Writes each trial to `trials.jsonl`, from which a search that was
 * interrupted goes on; the best parameters to `best.json`, an experiment file; and the report of that experiment, with the
 * models, as a run does: the test part is looked at for the best of each model alone.
 *
 * @throws TensorecError as `tuneExperiment`, `prepareData` and `runExperiment`; `experiment` when the folder holds trials of another
 * search, or no trial succeeded; `file` when something cannot be read or written.
 */
export async function tuneExperimentFile(
  file: string,
  options: TuneFileOptions,
): Promise<TunedFile> {
  const experiment = parseExperiment(await readText(file), file);
  const { trials = 20, seed = experiment.seed } = options;
  const folder = options.out ?? join('tensorec-output', `${folderName(experiment.name)}-tuned`);
  const metric = metricOf(experiment, options.metric);
  await requireWritable(folder);
  await ready({ threads: options.threads });
  const data = await prepareData(experiment, dirname(resolve(file)), options);
  const search = searchKey(experiment, data, metric);
  const store = await TrialFile.open(join(folder, 'trials.jsonl'), search, seed);
  if (store.trials.length > 0) options.onResume?.(store.trials.length);
  const { models, minutes, only, signal, onProgress, onTrial } = options;
  const machine = thisMachine();
  const common = { models, machine, signal, onProgress };
  const result = await tuneExperiment(experiment, data, {
    ...common,
    trials,
    minutes,
    only,
    metric,
    seed,
    store,
    onTrial,
  });
  const best = bestExperiment(experiment, result);
  if (best.models.length === 0) {
    const reasons = result.models.flatMap(({ trials: made }) =>
      made.flatMap(({ error }) => error ?? []),
    );
    throw new TensorecError(
      'experiment',
      `No trial succeeded: ${reasons[0] ?? 'there was no time for one; give more --minutes'}`,
    );
  }
  const moved = movedExperiment(best, dirname(resolve(file)), resolve(folder), options.dataFolder);
  await writeFileAtomic(join(folder, 'best.json'), `${JSON.stringify(moved, null, 2)}\n`);
  const perUser: PerUserResult[] = [];
  const report = await runExperiment(best, data, {
    ...common,
    versions: { node: process.versions.node },
    residentMemory: () => process.memoryUsage.rss(),
    async onModel(model, name) {
      await save(model, join(folder, 'models', name));
      return `models/${name}`;
    },
    onPerUser(one) {
      perUser.push(one);
      return Promise.resolve();
    },
  });
  await writeReport(folder, report, perUser);
  return { result, report, folder };
}

function metricOf({ training, evaluation }: ExperimentFile, wanted: string | undefined): string {
  const metric = wanted ?? training.metric ?? evaluation.metrics[0]!;
  parseMetric(metric);
  return metric;
}

/** What the figures of trials depend on beside the seed of the draws and the trial's own parameters. */
function searchKey(experiment: ExperimentFile, data: PreparedData, metric: string): string {
  const { data: section, filter, split, seed, evaluation, training, models } = experiment;
  const parts = data.splits.map(({ splitId }) => splitId);
  return fingerprint([
    version,
    metric,
    data.whole.fingerprint,
    ...parts,
    JSON.stringify({ scale: section.scale, filter, split, seed, evaluation, training, models }),
  ]);
}
