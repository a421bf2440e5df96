import { Option, type Command } from 'commander';
import { resolve } from 'node:path';
import { writeShop } from '@tensorec/datasets/node';
import type { CommandContext, Console } from '../console.js';
import { ProgressDisplay } from '../progress.js';
import { positive, wholeNumber } from '../options.js';

/** Options of `tensorec generate`. */
interface GenerateOptions {
  readonly out: string;
  readonly users: number;
  readonly items: number;
  readonly seed: number;
}

/** `tensorec generate`. */
async function generateCommand(options: GenerateOptions, console: Console): Promise<void> {
  const { out, users, items, seed } = options;
  const progress = new ProgressDisplay(console);
  try {
    await writeShop(
      out,
      { users, items, seed },
      { signal: console.signal, onProgress: progress.report },
    );
  } finally {
    progress.stop();
  }
  console.out(`wrote a shop of ${users} users and ${items} items to ${resolve(out)}`);
}

/** Adds `tensorec generate` to the program. */
export function registerGenerate(program: Command, { console }: CommandContext): void {
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
}
