import { existsSync } from 'node:fs';
import { Option, type Command } from 'commander';
import { TensorecError } from '@tensorec/core';
import { writeFileAtomic } from '@tensorec/core/node';
import type { CommandContext, Console } from '../console.js';
import { printable } from '../table.js';
import type { Task } from './init/choices.js';
import { planExperiment, type Plan } from './init/plan.js';
import { quoted } from './inspect/words.js';

/** Options of `tensorec init`. */
interface InitOptions {
  readonly test?: string;
  readonly validation?: string;
  readonly items?: string;
  readonly task?: Task;
  readonly out: string;
  readonly force?: boolean;
}

/** `tensorec init PATH`. */
async function initCommand(path: string, options: InitOptions, console: Console): Promise<void> {
  const { out, force = false } = options;
  if (!force && existsSync(out)) {
    throw new TensorecError(
      'file',
      `${out} is there already; give --force to replace it, or another path with --out.`,
    );
  }
  const plan = await planExperiment(path, options, console);
  await writeFileAtomic(out, plan.text);
  for (const line of plan.said) console.out(printable(line));
  for (const warning of plan.warnings) console.out(printable(`warning: ${warning}`));
  console.out(`\nwrote ${printable(out)}\nnext: ${printable(runCommand(out, plan))}`);
}

function runCommand(out: string, { hasBadLines }: Plan): string {
  return `tensorec run ${quoted(out)}${hasBadLines ? ' --skip-bad-lines' : ''}`;
}

/** Adds `tensorec init` to the program. */
export function registerInit(program: Command, { console }: CommandContext): void {
  program
    .command('init')
    .summary('write an experiment file for a file of interactions or a folder')
    .description(
      'Looks at a file of interactions, or picks the files of a folder, and writes a commented experiment file for tensorec run.',
    )
    .argument('<path>', 'file of interactions, or a folder')
    .option('--test <file>', 'test part, where the split is given')
    .option('--validation <file>', 'validation part')
    .option('--items <file>', 'file with the titles of the items')
    .addOption(
      new Option(
        '--task <task>',
        'what is evaluated (default: ranking; next-item for sessions)',
      ).choices(['ranking', 'rating', 'next-item']),
    )
    .option('--out <file>', 'experiment file to write', 'experiment.json')
    .option('--force', 'replace the file that is there')
    .addHelpText(
      'after',
      `
Examples:
  $ tensorec init ratings.csv
  $ tensorec init train.txt --test test.txt --out gowalla.json
  $ tensorec init ratings.csv --task rating --items movies.csv
  $ tensorec init data`,
    )
    .action((path: string, options: InitOptions) => initCommand(path, options, console));
}
