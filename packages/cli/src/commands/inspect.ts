import { stat } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Command } from 'commander';
import { modelFileName } from '@tensorec/core';
import { fileError } from '@tensorec/core/node';
import type { CommandContext, Console } from '../console.js';
import { exitCodes } from '../exit-codes.js';
import { moduleOption } from '../options.js';
import { printable } from '../table.js';
import { inspectArtifact, showArtifact } from './inspect/inspect-artifact.js';
import { inspectFile, nextCommand, showFile } from './inspect/inspect-file.js';
import { initCommand, inspectFolder, nothingIn, showFolder } from './inspect/inspect-folder.js';

/** Options of `tensorec inspect`. */
interface InspectOptions {
  readonly json?: boolean;
  readonly module?: readonly string[];
}

/**
 * `tensorec inspect PATH`.
 *
 * @returns whether what lies there is whole.
 */
async function inspectCommand(
  path: string,
  options: InspectOptions,
  console: Console,
): Promise<boolean> {
  const json = options.json === true;
  const print = (content: object): void => {
    console.out(JSON.stringify(content, null, 2));
  };
  if (!(await isFolder(path))) {
    const file = await inspectFile(path, console);
    if (json) print({ kind: 'interactions', ...file, next: nextCommand(file) });
    else showFile(file, console);
    return true;
  }
  if (existsSync(join(path, modelFileName))) {
    const artifact = await inspectArtifact(path, options.module ?? []);
    if (json) print({ kind: 'artifact', ...artifact });
    else showArtifact(artifact, console);
    if (artifact.damage !== undefined)
      console.error(`error: damaged: ${printable(artifact.damage)}`);
    return artifact.damage === undefined;
  }
  const folder = await inspectFolder(path, console.signal);
  if (folder.chosen === undefined) throw nothingIn(folder);
  if (json) print({ kind: 'folder', ...folder, next: initCommand(folder) });
  else showFolder(folder, console);
  return true;
}

/** Whether a path is a folder; a `file` error when there is nothing. */
export async function isFolder(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory();
  } catch (error) {
    throw fileError(error, 'read', path);
  }
}

/** Adds `tensorec inspect` to the program. */
export function registerInspect(program: Command, { console, setExitCode }: CommandContext): void {
  program
    .command('inspect')
    .summary('say what a file of interactions, a saved model or a folder holds')
    .description(
      'Says how a file of interactions is laid out and what it holds, whether a saved model is whole, or which files of a folder go together.',
    )
    .argument('<path>', 'file of interactions, folder of a saved model, or folder of files')
    .option('--json', 'print JSON')
    .addOption(moduleOption())
    .addHelpText(
      'after',
      `
Examples:
  $ tensorec inspect ratings.csv
  $ tensorec inspect report/models/als
  $ tensorec inspect data`,
    )
    .action(async (path: string, options: InspectOptions) => {
      if (!(await inspectCommand(path, options, console))) setExitCode(exitCodes.failed);
    });
}
