import { Option, type Command } from 'commander';
import { resolve } from 'node:path';
import { bestValue, summarize, type ModelReport, type Report } from '@tensorec/experiment';
import { runExperimentFile } from '@tensorec/experiment/node';
import type { CommandContext, Console } from '../console.js';
import { loadModules } from '../modules.js';
import { ProgressDisplay } from '../progress.js';
import { formatTable, printable } from '../table.js';
import { exitCodes } from '../exit-codes.js';
import { dataDirOption, moduleOption, skipBadLinesOption, threadsOption } from '../options.js';

/** Options of `tensorec run`. */
interface RunOptions {
  readonly out?: string;
  readonly dataDir?: string;
  readonly module?: readonly string[];
  readonly skipBadLines?: true | number;
  readonly threads?: number;
  readonly quiet?: boolean;
  readonly json?: boolean;
}

/**
 * `tensorec run FILE`.
 *
 * @returns whether every model ran.
 */
async function runCommand(file: string, options: RunOptions, console: Console): Promise<boolean> {
  const progress = new ProgressDisplay(console);
  try {
    const { report, folder } = await runExperimentFile(file, {
      models: await loadModules(options.module ?? []),
      out: options.out,
      dataFolder: options.dataDir,
      skipBadLines: options.skipBadLines,
      threads: options.threads,
      signal: console.signal,
      onProgress: options.quiet === true ? undefined : progress.report,
      onNotice:
        options.quiet === true
          ? undefined
          : (text) => {
              progress.stop();
              console.error(printable(text));
            },
    });
    progress.stop();
    return presentReport(report, folder, options, console);
  } finally {
    progress.stop();
  }
}

/**
 * Prints a report as a table or JSON, and the models that failed as errors.
 *
 * @returns whether none failed.
 */
export function presentReport(
  report: Report,
  folder: string | undefined,
  { json, quiet }: { readonly json?: boolean; readonly quiet?: boolean },
  console: Console,
): boolean {
  if (json === true) console.out(JSON.stringify(report, null, 2));
  else if (quiet !== true) showReport(report, folder, console);
  const failed = report.models.filter(({ status }) => status === 'failed');
  for (const { model, error = 'failed' } of failed) {
    console.error(`error: ${model}: ${printable(error)}`);
  }
  return failed.length === 0;
}

/** Shows a report, and where it lies if it was written. */
function showReport(report: Report, folder: string | undefined, console: Console): void {
  const { metrics } = report.experiment.evaluation;
  const { data, protocol } = report;
  console.out(
    `\n${report.name}: ${data.users} users, ${data.items} items, ${data.interactions} interactions; ${protocol.testUsers} test users`,
  );
  console.out(`${protocol.split}; ${protocol.candidates}`);
  for (const { text } of protocol.warnings) console.out(`warning: ${printable(text)}`);
  for (const note of protocol.notes) console.out(`note: ${printable(note)}`);
  const rows = report.models.map((model) => {
    if (model.status === 'failed') return [model.model, ...metrics.map(() => 'failed'), '', ''];
    const figures = metrics.map((metric) => showFigure(report, model, metric));
    return [model.model, ...figures, model.fitSeconds.toFixed(2), model.evaluateSeconds.toFixed(2)];
  });
  console.out('');
  console.out(
    formatTable(['model', ...metrics.map((metric) => `${metric}  `), 'fit s', 'evaluate s'], rows),
  );
  for (const line of legend(report)) console.out(line);
  const summary = summarize(report);
  if (summary.length > 0) console.out('');
  for (const sentence of summary) console.out(printable(sentence));
  if (folder === undefined) return;
  console.out(`\nreport: ${resolve(folder, 'report.html')}`);
  for (const model of report.models) {
    if (model.artifact !== undefined) console.out(`model:  ${resolve(folder, model.artifact)}`);
  }
}

/** A figure with its deviation over runs, its interval over users, and a mark where it is the best. */
function showFigure({ models }: Report, model: ModelReport, metric: string): string {
  const value = model.metrics[metric] ?? NaN;
  const all = models.flatMap((other) => other.metrics[metric] ?? []);
  const best = models.length > 1 && value === bestValue(metric, all);
  const deviation = model.std?.[metric];
  const interval = model.intervals?.[metric];
  return [
    value.toFixed(4),
    deviation === undefined ? '' : ` ± ${deviation.toFixed(4)}`,
    interval === undefined ? '' : ` [${interval.map(short).join(' ')}]`,
    best ? ' *' : '  ',
  ].join('');
}

/** Four decimals, without the zero before the point. */
function short(value: number): string {
  return value.toFixed(4).replace(/^(-?)0\./, '$1.');
}

/** What the signs in the table mean. */
function legend({ models }: Report): readonly string[] {
  const lines: string[] = [];
  if (models.some(({ std }) => std !== undefined)) lines.push('± standard deviation over the runs');
  if (models.some(({ intervals }) => intervals !== undefined)) {
    lines.push('[ ] 95 % bootstrap interval over users');
  }
  if (models.length > 1) lines.push('*   the best of its column');
  return lines;
}

/** Adds `tensorec run` to the program. */
export function registerRun(program: Command, { console, setExitCode }: CommandContext): void {
  program
    .command('run')
    .summary('run an experiment file: data, split, models, report')
    .description(
      'Runs an experiment file and writes report.json, report.html, per-user.csv.gz and the models.',
    )
    .argument('<file>', 'experiment file (JSON, comments allowed)')
    .option('--out <folder>', 'where the report goes (default: tensorec-output/NAME)')
    .addOption(dataDirOption())
    .addOption(moduleOption())
    .addOption(skipBadLinesOption())
    .addOption(threadsOption())
    .addOption(new Option('--quiet', 'print nothing but errors').conflicts('json'))
    .option('--json', 'print report.json on standard output, and nothing else there')
    .addHelpText(
      'after',
      `
Examples:
  $ tensorec run experiment.json
  $ tensorec run experiment.json --out report --skip-bad-lines=100
  $ tensorec run experiment.json --json > report.json
  $ tensorec run experiment.json --module ./my-models.js`,
    )
    .action(async (file: string, options: RunOptions) => {
      if (!(await runCommand(file, options, console))) setExitCode(exitCodes.failed);
    });
}
