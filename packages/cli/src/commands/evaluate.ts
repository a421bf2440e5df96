import type { Command } from 'commander';
import { evaluateArtifacts } from '@tensorec/experiment/node';
import type { CommandContext, Console } from '../console.js';
import { exitCodes } from '../exit-codes.js';
import { loadModules } from '../modules.js';
import { dataDirOption, moduleOption, skipBadLinesOption, threadsOption } from '../options.js';
import { ProgressDisplay } from '../progress.js';
import { presentReport } from './run.js';

/** Options of `tensorec evaluate`. */
interface EvaluateOptions {
  readonly experiment: string;
  readonly dataDir?: string;
  readonly out?: string;
  readonly module?: readonly string[];
  readonly skipBadLines?: true | number;
  readonly threads?: number;
  readonly json?: boolean;
}

/**
 * `tensorec evaluate ARTIFACT…`.
 *
 * @returns whether every model could be evaluated.
 */
async function evaluateCommand(
  folders: readonly string[],
  options: EvaluateOptions,
  console: Console,
): Promise<boolean> {
  const progress = new ProgressDisplay(console);
  try {
    const report = await evaluateArtifacts(folders, {
      models: await loadModules(options.module ?? []),
      experiment: options.experiment,
      out: options.out,
      dataFolder: options.dataDir,
      skipBadLines: options.skipBadLines,
      threads: options.threads,
      signal: console.signal,
      onProgress: progress.report,
    });
    progress.stop();
    return presentReport(report, options.out, options, console);
  } finally {
    progress.stop();
  }
}

/** Adds `tensorec evaluate` to the program. */
export function registerEvaluate(program: Command, { console, setExitCode }: CommandContext): void {
  program
    .command('evaluate')
    .summary('evaluate saved models on the test data of an experiment file')
    .description(
      'Evaluates saved models on the test part of the data of an experiment file, by its protocol, without fitting them again. ' +
        'The models must have learned from the training part of the same split.',
    )
    .argument('<artifact...>', 'folders of saved models')
    .requiredOption('--experiment <file>', 'says what data to test on, and how')
    .addOption(dataDirOption())
    .option('--out <folder>', 'write report.json, report.html and per-user.csv.gz there')
    .addOption(moduleOption())
    .addOption(skipBadLinesOption())
    .addOption(threadsOption())
    .option('--json', 'print the report as JSON on standard output, and nothing else there')
    .addHelpText(
      'after',
      `
Examples:
  $ tensorec evaluate report/models/als --experiment experiment.json
  $ tensorec evaluate old/models/als new/models/als --experiment experiment.json --out compared
  $ tensorec evaluate report/models/als --experiment by-hit-rate.json --json > figures.json`,
    )
    .action(async (artifacts: string[], options: EvaluateOptions) => {
      if (!(await evaluateCommand(artifacts, options, console))) setExitCode(exitCodes.failed);
    });
}
