import { existsSync, statSync } from 'node:fs';
import { basename, dirname, join, relative, resolve } from 'node:path';
import { runSteps, TensorecError, type CallOptions } from '@tensorec/core';
import {
  compareReports,
  type CompareOptions,
  type ReportComparison,
  type ReportInput,
} from '../compare-reports.js';
import { parseReport } from '../parse-report.js';
import { readText } from './output-folder.js';
import { readPerUser } from './read-per-user.js';

/** Options of {@link compareReportFiles}. */
export interface CompareFilesOptions extends CallOptions, Partial<CompareOptions> {}

/**
 * Compares reports that were written to files, with the values of users that lie beside them.
 *
 * @param paths - files `report.json`, or the folders that hold them; at least one
 * @throws TensorecError `file` when one cannot be read, `parse` when one is damaged, `invalid-argument` when one is given twice or
 * a metric is in none of them.
 */
export async function compareReportFiles(
  paths: readonly string[],
  { metrics, seed, ...options }: CompareFilesOptions,
): Promise<ReportComparison> {
  const files = paths.map((path) =>
    existsSync(path) && statSync(path).isDirectory() ? join(path, 'report.json') : path,
  );
  const labels = labelsOf(files);
  const inputs: ReportInput[] = [];
  for (const [position, file] of files.entries()) {
    const report = parseReport(await readText(file), file);
    const beside = join(dirname(file), 'per-user.csv.gz');
    const perUser = existsSync(beside) ? await readPerUser(beside) : undefined;
    inputs.push({ label: labels[position]!, report, perUser });
  }
  const known = inputs.flatMap(({ report }) => report.experiment.evaluation.metrics);
  const unknown = metrics?.find((metric) => !known.includes(metric));
  if (unknown !== undefined) {
    throw new TensorecError(
      'invalid-argument',
      `No report has the metric ${unknown}; they have ${[...new Set(known)].join(', ')}.`,
    );
  }
  const first = known.filter((metric) =>
    inputs.every(({ report }) => report.experiment.evaluation.metrics.includes(metric)),
  );
  const tested = metrics ?? first.slice(0, 1);
  return runSteps(compareReports(inputs, { metrics: tested, seed }), {
    ...options,
    stage: 'compare',
  });
}

/** Names of the folders; the paths where two have one name. */
function labelsOf(files: readonly string[]): readonly string[] {
  const folders = files.map((file) => basename(dirname(resolve(file))));
  if (new Set(folders).size === folders.length) return folders;
  const paths = files.map((file) => relative('.', file).replaceAll('\\', '/'));
  const repeated = paths.find((path, position) => paths.indexOf(path) < position);
  if (repeated === undefined) return paths;
  throw new TensorecError('invalid-argument', `${repeated} is given twice; give each report once.`);
}
