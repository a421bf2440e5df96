import { InvalidArgumentError, Option, type Command } from 'commander';
import { resolve } from 'node:path';
import type { Trial, TunedResult } from '@tensorec/experiment';
import { tuneExperimentFile, type TunedFile } from '@tensorec/experiment/node';
import type { CommandContext, Console } from '../console.js';
import { exitCodes } from '../exit-codes.js';
import { loadModules } from '../modules.js';
import {
  dataDirOption,
  moduleOption,
  positive,
  skipBadLinesOption,
  threadsOption,
  wholeNumber,
} from '../options.js';
import { ProgressDisplay } from '../progress.js';
import { formatTable, printable } from '../table.js';

/** Options of `tensorec tune`. */
interface TuneOptions {
  readonly trials: number;
  readonly minutes?: number;
  readonly model?: readonly string[];
  readonly metric?: string;
  readonly seed?: number;
  readonly out?: string;
  readonly dataDir?: string;
  readonly module?: readonly string[];
  readonly skipBadLines?: true | number;
  readonly threads?: number;
  readonly json?: boolean;
}

/** Trials of each model that are shown. */
const shown = 5;

/**
 * `tensorec tune FILE`.
 *
 * @returns whether every model has a best trial that could be fitted again.
 */
async function tuneCommand(file: string, options: TuneOptions, console: Console): Promise<boolean> {
  const progress = new ProgressDisplay(console);
  const say = (text: string): void => {
    progress.stop();
    console.error(printable(text));
  };
  try {
    const tuned = await tuneExperimentFile(file, {
      models: await loadModules(options.module ?? []),
      trials: options.trials,
      minutes: options.minutes,
      only: options.model,
      metric: options.metric,
      seed: options.seed,
      out: options.out,
      dataFolder: options.dataDir,
      skipBadLines: options.skipBadLines,
      threads: options.threads,
      signal: console.signal,
      onProgress: progress.report,
      onResume: (trials) => {
        say(`going on after ${trials} trials`);
      },
      onTrial: (trial) => {
        say(describeTrial(trial, options.metric));
      },
    });
    progress.stop();
    if (options.json === true) {
      const { result, report } = tuned;
      console.out(JSON.stringify({ ...result, report }, null, 2));
    } else showTuned(tuned, console);
    const { result, report } = tuned;
    return (
      result.models.every(({ best }) => best !== undefined) &&
      report.models.every(({ status }) => status === 'ok')
    );
  } finally {
    progress.stop();
  }
}

function describeTrial(
  { model, trial, params, status, error, metrics, fitSeconds }: Trial,
  metric = Object.keys(metrics)[0] ?? '',
): string {
  const outcome =
    status === 'ok'
      ? `${metric} ${(metrics[metric] ?? NaN).toFixed(4)}, ${fitSeconds.toFixed(1)} s`
      : `${status}: ${error ?? ''}`;
  return `${model} ${trial}: ${outcome}, ${JSON.stringify(params)}`;
}

function showTuned({ result, report, folder }: TunedFile, console: Console): void {
  const { metric, models, complete } = result;
  for (const model of models) showModel(model, metric, console);
  if (!complete) {
    console.out(
      'The time was over before all trials were made; the same command goes on with them.',
    );
  }
  const rows = report.models.map((model) => [
    model.model,
    model.status === 'failed'
      ? 'failed'
      : (model.metrics[metric] ?? figure(model.metrics)).toFixed(4),
  ]);
  const label = report.models.some(({ metrics }) => metric in metrics)
    ? metric
    : (report.experiment.evaluation.metrics[0] ?? '');
  console.out('\nThe best of each model, fitted on train and validation, on the test part:');
  console.out(formatTable(['model', label], rows));
  console.out(`\nexperiment: ${resolve(folder, 'best.json')}`);
  console.out(`report:     ${resolve(folder, 'report.html')}`);
}

function figure(metrics: Readonly<Record<string, number>>): number {
  return Object.values(metrics)[0] ?? NaN;
}

function showModel(
  { model, trials, drawn, fixed }: TunedResult,
  metric: string,
  console: Console,
): void {
  const failed = trials.filter(({ status }) => status !== 'ok').length;
  console.out(
    `\n${model}: ${trials.length} trials on the validation part${failed === 0 ? '' : `, ${failed} of them failed or were stopped`}`,
  );
  if (fixed.length > 0) console.out(`given by the file, and not tuned: ${fixed.join(', ')}`);
  if (drawn.length === 0) console.out('there is nothing to tune');
  const rows = trials
    .filter(({ status }) => status === 'ok')
    .slice(0, shown)
    .map(({ trial, params, metrics, fitSeconds }) => [
      (metrics[metric] ?? NaN).toFixed(4),
      ...drawn.map((name) => (name in params ? String(params[name]) : 'default')),
      fitSeconds.toFixed(2),
      String(trial),
    ]);
  if (rows.length > 0) console.out(formatTable([metric, ...drawn, 'fit s', 'trial'], rows, []));
}

function minutes(text: string): number {
  const value = Number(text);
  if (text.trim() === '' || !Number.isFinite(value) || value <= 0) {
    throw new InvalidArgumentError('Expected a number above 0.');
  }
  return value;
}

/** Adds `tensorec tune` to the program. */
export function registerTune(program: Command, { console, setExitCode }: CommandContext): void {
  program
    .command('tune')
    .summary('find good parameters for the models of an experiment file')
    .description(
      'Draws parameters at random from what each model names as worth trying (tensorec models shows it), and scores them on the validation part. ' +
        'Parameters that the file gives stay as they are; trial 0 has the defaults. Writes trials.jsonl, from which the same command goes on after an interruption, ' +
        'best.json, which tensorec run accepts, and a report of the best of each model, fitted on train and validation and tested once. ' +
        'A trial that takes longer than training.maxMinutes of the file is stopped.',
    )
    .argument('<file>', 'experiment file (JSON, comments allowed), with a validation part')
    .addOption(new Option('--trials <n>', 'trials of each model').argParser(positive).default(20))
    .addOption(
      new Option('--minutes <m>', 'time for all trials together (default: no limit)').argParser(
        minutes,
      ),
    )
    .option('--model <name...>', 'models to tune (default: all of the file)')
    .option(
      '--metric <name>',
      'what the best is best in (default: training.metric, else the first metric of the file)',
    )
    .addOption(
      new Option('--seed <n>', 'of the draws (default: that of the file)').argParser(wholeNumber),
    )
    .option('--out <folder>', 'where the results go (default: tensorec-output/NAME-tuned)')
    .addOption(dataDirOption())
    .addOption(moduleOption())
    .addOption(skipBadLinesOption())
    .addOption(threadsOption())
    .option('--json', 'print trials and report as JSON on standard output')
    .addHelpText(
      'after',
      `
Examples:
  $ tensorec tune experiment.json
  $ tensorec tune experiment.json --trials 50 --minutes 30 --out tuned
  $ tensorec tune experiment.json --model als ease --metric ndcg@20
  $ tensorec run tuned/best.json --out report`,
    )
    .action(async (file: string, options: TuneOptions) => {
      if (!(await tuneCommand(file, options, console))) setExitCode(exitCodes.failed);
    });
}
