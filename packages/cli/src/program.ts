import { isTensorecError, version } from '@tensorec/core';
import { Command, CommanderError } from 'commander';
import { registerCompare } from './commands/compare.js';
import { registerDoctor } from './commands/doctor.js';
import { registerDownload } from './commands/download.js';
import { registerEvaluate } from './commands/evaluate.js';
import { registerGenerate } from './commands/generate.js';
import { registerInit } from './commands/init.js';
import { registerInspect } from './commands/inspect.js';
import { registerModels } from './commands/models.js';
import { registerRecommend } from './commands/recommend.js';
import { registerRun } from './commands/run.js';
import { registerSimilar } from './commands/similar.js';
import { registerTune } from './commands/tune.js';
import type { CommandContext, Console } from './console.js';
import { exitCodes } from './exit-codes.js';
import { printable } from './table.js';

/** What each command adds itself with, in the order of the help. */
const commands: readonly ((program: Command, context: CommandContext) => void)[] = [
  registerInspect,
  registerInit,
  registerRun,
  registerTune,
  registerEvaluate,
  registerCompare,
  registerRecommend,
  registerSimilar,
  registerModels,
  registerGenerate,
  registerDownload,
  registerDoctor,
];

const exitCodeHelp = `
Exit codes: 0 all went well, 1 something failed, 2 wrong use, 130 stopped by Ctrl-C.`;

/**
 * Runs the command.
 *
 * @param args - what follows `tensorec`
 * @returns the exit code: 0 all went well, 1 something failed, 2 wrong use, 130 stopped by Ctrl-C
 */
export async function main(args: readonly string[], console: Console): Promise<number> {
  let exitCode: number = exitCodes.ok;
  const program = buildProgram({ console, setExitCode: (code) => (exitCode = code) });
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

function buildProgram(context: CommandContext): Command {
  const { console } = context;
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
Examples:
  $ tensorec generate --out shop
  $ tensorec run experiment.json --out report
  $ tensorec tune experiment.json --minutes 10 --out tuned
  $ tensorec evaluate report/models/als tuned/models/als --experiment experiment.json
  $ tensorec compare report other-report
  $ tensorec recommend report/models/ease --user u000000042 --explain --items shop/items.csv
  $ tensorec recommend report/models/ease --all-users --out lists.csv.gz`,
    );

  for (const register of commands) register(program, context);
  for (const command of [program, ...program.commands]) command.addHelpText('after', exitCodeHelp);
  return program;
}
