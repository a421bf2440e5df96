import { isTensorecError, version } from '@tensorec/core';
import { Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import { downloadCommand, type DownloadOptions } from './commands/download.js';
import { generateCommand, type GenerateOptions } from './commands/generate.js';
import { modelsCommand } from './commands/models.js';
import { recommendCommand, type RecommendOptions } from './commands/recommend.js';
import { runCommand, type RunOptions } from './commands/run.js';
import { similarCommand, type SimilarOptions } from './commands/similar.js';
import type { Console } from './console.js';
import { printable } from './table.js';

/** Exit codes of the command. */
export const exitCodes = { ok: 0, failed: 1, usage: 2, stopped: 130 } as const;

/**
 * Runs the command.
 *
 * @param args - what follows `tensorec`
 * @returns the exit code: 0 all went well, 1 something failed, 2 wrong use, 130 stopped by Ctrl-C
 */
export async function main(args: readonly string[], console: Console): Promise<number> {
  let exitCode: number = exitCodes.ok;
  const program = buildProgram(console, (code) => (exitCode = code));
  try {
    await program.parseAsync(args, { from: 'user' });
    return exitCode;
  } catch (error) {
    if (error instanceof CommanderError)
      return error.exitCode === 0 ? exitCodes.ok : exitCodes.usage;
    if (console.signal.aborted) {
      console.error('Stopped. What was finished is kept; nothing is half-written.');
      return exitCodes.stopped;
    }
    if (isTensorecError(error)) {
      console.error(`error: ${error.message.split('\n').map(printable).join('\n')}`);
      return exitCodes.failed;
    }
    const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
    console.error(`This is a fault of tensorec ${version}, please report it:\n${text}`);
    return exitCodes.failed;
  }
}

function buildProgram(console: Console, setExitCode: (code: number) => void): Command {
  const program = new Command('tensorec')
    .description('Trains, compares and serves recommenders.')
    .version(version)
    .exitOverride()
    .showHelpAfterError('(add --help for the options)')
    .configureOutput({
      writeOut: (text) => {
        console.out(text.trimEnd());
      },
      writeErr: (text) => {
        console.error(text.trimEnd());
      },
    })
    .addHelpText(
      'after',
      `
Exit codes: 0 all went well, 1 something failed, 2 wrong use, 130 stopped by Ctrl-C.

Examples:
  $ tensorec generate --out shop
  $ tensorec run experiment.json --out report
  $ tensorec recommend report/models/ease --user u000000042 --explain --items shop/items.csv
  $ tensorec models`,
    );

  program
    .command('run')
    .summary('run an experiment file: data, split, models, report')
    .description(
      'Runs an experiment file and writes report.json, report.html, per-user.csv.gz and the models.',
    )
    .argument('<file>', 'experiment file (JSON, comments allowed)')
    .option('--out <folder>', 'where the report goes (default: tensorec-output/NAME)')
    .option(
      '--data-dir <folder>',
      "relative data paths start here (then TENSOREC_DATA, then the file's folder)",
    )
    .addOption(moduleOption())
    .addOption(
      new Option('--skip-bad-lines [n]', 'skip lines that cannot be read, n at most').argParser(
        wholeNumber,
      ),
    )
    .addOption(
      new Option(
        '--threads <n>',
        'threads that compute (default: all cores, at most 8); results do not depend on it',
      ).argParser(positive),
    )
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

  program
    .command('recommend')
    .summary('recommend to users of a saved model')
    .argument('<artifact>', 'folder of a saved model')
    .requiredOption('--user <id...>', 'whom to recommend to')
    .addOption(lengthOption())
    .option('--explain', 'show what the user did, and why each item is recommended')
    .option('--json', 'print JSON')
    .addOption(moduleOption())
    .addOption(itemsOption())
    .addOption(itemIdOption())
    .addOption(titleOption())
    .addHelpText(
      'after',
      `
Example:
  $ tensorec recommend report/models/als --user u000000042 --items shop/items.csv --explain`,
    )
    .action((artifact: string, options: RecommendOptions) =>
      recommendCommand(artifact, options, console),
    );

  program
    .command('similar')
    .summary('find items similar to an item')
    .argument('<artifact>', 'folder of a saved model')
    .requiredOption('--item <id...>', 'the item to start from')
    .addOption(lengthOption())
    .option('--json', 'print JSON')
    .addOption(moduleOption())
    .addOption(itemsOption())
    .addOption(itemIdOption())
    .addOption(titleOption())
    .addHelpText(
      'after',
      `
Example:
  $ tensorec similar report/models/item-knn --item i0000007 --items shop/items.csv`,
    )
    .action((artifact: string, options: SimilarOptions) =>
      similarCommand(artifact, options, console),
    );

  program
    .command('models')
    .summary('list the models and their parameters')
    .option('--json', 'print JSON')
    .addOption(moduleOption())
    .action((options: { json?: boolean; module?: string[] }) => modelsCommand(options, console));

  program
    .command('generate')
    .summary('write the generated shop: interactions, items, users, friends')
    .requiredOption('--out <folder>', 'where the files go')
    .addOption(new Option('--users <n>', 'number of users').argParser(positive).default(2000))
    .addOption(new Option('--items <n>', 'number of items').argParser(positive).default(1000))
    .addOption(new Option('--seed <n>', 'same seed, same shop').argParser(wholeNumber).default(0))
    .addHelpText(
      'after',
      `
Examples:
  $ tensorec generate --out shop
  $ tensorec generate --out load --users 1e6 --items 50000`,
    )
    .action((options: GenerateOptions) => generateCommand(options, console));

  program
    .command('download')
    .summary('download a public data set: ml-100k, ml-1m, ml-20m')
    .argument('<name>', 'name of the data set')
    .option('--out <folder>', 'where the files go (default: the cache)')
    .option('--accept-license', 'the licence was read and is accepted')
    .addOption(new Option('--base-url <url>', 'another host of the same files'))
    .addHelpText(
      'after',
      `
Examples:
  $ tensorec download ml-100k                    shows the licence
  $ tensorec download ml-100k --accept-license`,
    )
    .action((name: string, options: DownloadOptions) => downloadCommand(name, options, console));

  return program;
}

function moduleOption(): Option {
  return new Option('--module <path...>', 'module with more models (it exports "models")');
}

function lengthOption(): Option {
  return new Option('--k <n>', 'length of the list').argParser(positive).default(10);
}

function itemsOption(): Option {
  return new Option('--items <file>', 'CSV file with the titles of the items');
}

function itemIdOption(): Option {
  return new Option('--item-id <column>', 'its column of item ids').default('item');
}

function titleOption(): Option {
  return new Option('--title <column>', 'its column of titles').default('title');
}

function wholeNumber(text: string): number {
  const value = Number(text);
  if (text.trim() === '' || !Number.isSafeInteger(value) || value < 0) {
    throw new InvalidArgumentError('Expected a whole number.');
  }
  return value;
}

function positive(text: string): number {
  const value = wholeNumber(text);
  if (value === 0) throw new InvalidArgumentError('Expected at least 1.');
  return value;
}
