import { basename, dirname, relative, resolve } from 'node:path';
import { TensorecError, type CallOptions, type ModelDescriptor } from '@tensorec/core';
import { load } from '@tensorec/core/node';
import { ready } from '@tensorec/kernels';
import { evaluateModels } from '../evaluate-models.js';
import type { Report } from '../report.js';
import type { PerUserResult } from '../run.js';
import { parseExperiment } from '../schema.js';
import { thisMachine } from './machine.js';
import { readText, requireWritable, writeReport } from './output-folder.js';
import { prepareData } from './prepare.js';

/** Options of {@link evaluateArtifacts}. */
export interface EvaluateArtifactsOptions extends CallOptions {
  /** The models that an artifact may hold. */
  readonly models: readonly ModelDescriptor[];
  /** The experiment file that says what data to test on and how. */
  readonly experiment: string;
  /** Folder of the report; by default none is written. */
  readonly out?: string | undefined;
  /** Where relative data paths start; default the environment variable `TENSOREC_DATA`, then the file's folder. */
  readonly dataFolder?: string | undefined;
  /** Whether lines that cannot be read are left out, or how many at most; default none. */
  readonly skipBadLines?: boolean | number | undefined;
  /** Threads that compute, from 1; default all cores, at most 8. Results do not depend on it. */
  readonly threads?: number | undefined;
}

/**
 * Evaluates saved models on the test part of an experiment's data, by its protocol, without fitting anything. With `out`
 * it writes `report.json`, `report.html` and `per-user.csv.gz`, as a run does.
 *
 * @param folders - one a model, at least one; a model is called by the name of its folder, or by the path where names repeat
 * @throws TensorecError as `evaluateModels`, `load` and `prepareData`; `file` when something cannot be read or written.
 */
export async function evaluateArtifacts(
  folders: readonly string[],
  options: EvaluateArtifactsOptions,
): Promise<Report> {
  const { experiment: file, out, models, signal, onProgress } = options;
  const experiment = parseExperiment(await readText(file), file);
  if (out !== undefined) await requireWritable(out);
  await ready({ threads: options.threads });
  const data = await prepareData(experiment, dirname(resolve(file)), options);
  const names = namesOf(folders);
  const perUser: PerUserResult[] = [];
  const report = await evaluateModels(
    experiment,
    data,
    folders.map((folder, position) => ({
      name: names[position]!,
      artifact: (out === undefined ? folder : relative(out, folder)).replaceAll('\\', '/'),
      open: () => load(folder, { models }),
    })),
    {
      models,
      machine: thisMachine(),
      versions: { node: process.versions.node },
      signal,
      onProgress,
      residentMemory: () => process.memoryUsage.rss(),
      onPerUser(result) {
        perUser.push(result);
        return Promise.resolve();
      },
    },
  );
  if (out !== undefined) await writeReport(out, report, perUser);
  return report;
}

/** The names of the folders, or their paths where two have one name. */
function namesOf(folders: readonly string[]): readonly string[] {
  const names = folders.map((folder) => basename(resolve(folder)));
  if (new Set(names).size === names.length) return names;
  const paths = folders.map((folder) => relative('.', folder).replaceAll('\\', '/'));
  const repeated = paths.find((path, position) => paths.indexOf(path) < position);
  if (repeated === undefined) return paths;
  throw new TensorecError(
    'invalid-argument',
    `The artifact ${repeated} is given twice; give each once.`,
  );
}
