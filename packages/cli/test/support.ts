import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeShop } from '@tensorec/datasets/node';
import { main, type Console } from '../src/index.js';

/** What one run of the command printed and returned. */
export interface Outcome {
  readonly exitCode: number;
  readonly out: string;
  readonly error: string;
}

/** Runs the command in this process. */
export function tensorec(...args: readonly string[]): Promise<Outcome> {
  return tensorecWith({}, ...args);
}

/** Runs the command in this process with standard input or a signal of its own. */
export async function tensorecWith(
  surroundings: Partial<Pick<Console, 'input' | 'signal'>>,
  ...args: readonly string[]
): Promise<Outcome> {
  const out: string[] = [];
  const error: string[] = [];
  const exitCode = await main(args, {
    out: (text) => out.push(text),
    error: (text) => error.push(text),
    isTerminal: false,
    signal: new AbortController().signal,
    ...surroundings,
  });
  return { exitCode, out: out.join('\n'), error: error.join('\n') };
}

/** A folder of its own, removed by `dispose`. */
export function scratchFolder(): { readonly path: string; dispose(): void } {
  const path = mkdtempSync(join(tmpdir(), 'tensorec-cli-'));
  return {
    path,
    dispose() {
      rmSync(path, { recursive: true, force: true });
    },
  };
}

/** A small shop in `folder/shop`. */
export async function smallShop(folder: string): Promise<void> {
  await writeShop(join(folder, 'shop'), { users: 60, items: 40, seed: 3 });
}

/** An experiment on the small shop, with changes. */
export function shopExperiment(changes: object = {}): object {
  return {
    name: 'small shop',
    data: {
      format: 'delimited',
      path: 'shop/interactions.csv',
      header: true,
      columns: { user: 'user', item: 'item', value: 'weight', timestamp: 'timestamp' },
      items: { path: 'shop/items.csv', id: 'item', title: 'title' },
    },
    filter: { duplicates: 'sum' },
    split: { method: 'leave-last-out' },
    evaluation: { metrics: ['recall@10', 'ndcg@10'] },
    models: [{ model: 'popular' }],
    ...changes,
  };
}

/** Writes an experiment file; its path. */
export function experimentFile(folder: string, content: object, name = 'experiment.json'): string {
  const path = join(folder, name);
  writeFileSync(path, JSON.stringify(content));
  return path;
}
