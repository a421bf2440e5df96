import type { Command } from 'commander';
import { hasCapability, type Id, type Model } from '@tensorec/core';
import {
  openArtifact,
  openTitles,
  typedId,
  type ArtifactOptions,
  type Titles,
} from '../artifacts.js';
import type { CommandContext, Console } from '../console.js';
import { formatTable, printable } from '../table.js';
import { itemIdOption, itemsOption, lengthOption, moduleOption, titleOption } from '../options.js';

/** Options of `tensorec recommend`. */
export interface RecommendOptions extends ArtifactOptions {
  readonly user: readonly string[];
  readonly k: number;
  readonly explain?: boolean;
  readonly json?: boolean;
}

/** Most items shown of what a user did. */
const historyShown = 8;
/** Reasons shown for each recommendation. */
const reasonsShown = 3;

/** `tensorec recommend ARTIFACT --user ID`. */
export async function recommendCommand(
  folder: string,
  options: RecommendOptions,
  console: Console,
): Promise<void> {
  const model = await openArtifact(folder, options);
  const title = await openTitles(options);
  const users = options.user.map((user) => typedId(user, model.users, 'user'));
  const recommendations = await model.recommend({ users, k: options.k, signal: console.signal });
  if (options.json === true) {
    const rows = await Promise.all(
      [...recommendations].map(async (row) => ({
        ...row,
        title: title(row.item),
        ...(options.explain === true ? { because: await reasons(model, row.user, row.item) } : {}),
      })),
    );
    console.out(JSON.stringify(rows, null, 2));
    return;
  }
  for (const [position, user] of users.entries()) {
    if (options.explain === true) showHistory(model, user, title, console);
    console.out(`\n${model.name} recommends to ${printable(String(user))}:`);
    const rows = await Promise.all(
      recommendations.list(position).map(async ({ item, score, rank }) => {
        const cells = [String(rank), title(item), score.toPrecision(4)];
        if (options.explain !== true) return cells;
        const because = await reasons(model, user, item);
        return [...cells, because.map((reason) => title(reason.item)).join('; ')];
      }),
    );
    const head = ['', 'item', 'score', ...(options.explain === true ? ['because of'] : [])];
    console.out(rows.length === 0 ? 'nothing' : formatTable(head, rows, [1, 3]));
  }
}

function showHistory(model: Model, user: Id, title: Titles, console: Console): void {
  const row = model.users.row(user);
  if (row === undefined) return;
  const { offsets, indices, values } = model.training.history;
  const entries = Array.from(
    { length: offsets[row + 1]! - offsets[row]! },
    (_, n) => offsets[row]! + n,
  ).sort((a, b) => values[b]! - values[a]!);
  console.out(`${printable(String(user))} knows ${entries.length} items; the strongest signals:`);
  for (const entry of entries.slice(0, historyShown)) {
    console.out(`  ${printable(title(model.items.id(indices[entry]!)))}`);
  }
}

async function reasons(
  model: Model,
  user: Id,
  item: Id,
): Promise<readonly { readonly item: Id; readonly contribution: number }[]> {
  if (!hasCapability(model, 'explains')) return [];
  return model.explain({ user, item, k: reasonsShown });
}

/** Adds `tensorec recommend` to the program. */
export function registerRecommend(program: Command, { console }: CommandContext): void {
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
}
