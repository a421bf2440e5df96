import { resolve } from 'node:path';
import { writeShop } from '@tensorec/datasets/node';
import type { Console } from '../console.js';
import { ProgressDisplay } from '../progress.js';

/** Options of `tensorec generate`. */
export interface GenerateOptions {
  readonly out: string;
  readonly users: number;
  readonly items: number;
  readonly seed: number;
}

/** `tensorec generate`. */
export async function generateCommand(options: GenerateOptions, console: Console): Promise<void> {
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
