import type { Command } from 'commander';
import { hasCapability, TensorecError } from '@tensorec/core';
import { openArtifact, openTitles, typedId, type ArtifactOptions } from '../artifacts.js';
import type { CommandContext, Console } from '../console.js';
import { models } from '../models.js';
import { formatTable, printable } from '../table.js';
import { itemIdOption, itemsOption, lengthOption, moduleOption, titleOption } from '../options.js';

/** Options of `tensorec similar`. */
interface SimilarOptions extends ArtifactOptions {
  readonly item: readonly string[];
  readonly k: number;
  readonly json?: boolean;
}

/** `tensorec similar ARTIFACT --item ID`. */
async function similarCommand(
  folder: string,
  options: SimilarOptions,
  console: Console,
): Promise<void> {
  const model = await openArtifact(folder, options);
  if (!hasCapability(model, 'finds-similar')) {
    const able = models.filter((known) => known.capabilities.includes('finds-similar'));
    throw new TensorecError(
      'invalid-argument',
      `A ${model.name} model does not find similar items; these do: ${able.map((known) => known.name).join(', ')}.`,
    );
  }
  const title = await openTitles(options);
  const items = options.item.map((item) => typedId(item, model.items, 'item'));
  const similar = await model.similar({ items, k: options.k, signal: console.signal });
  if (options.json === true) {
    const rows = [...similar].map(({ user: to, ...row }) => ({
      to,
      ...row,
      title: title(row.item),
    }));
    console.out(JSON.stringify(rows, null, 2));
    return;
  }
  for (const [position, item] of items.entries()) {
    console.out(`\nsimilar to ${printable(title(item))}:`);
    const rows = similar
      .list(position)
      .map((row) => [String(row.rank), title(row.item), row.score.toPrecision(4)]);
    console.out(rows.length === 0 ? 'nothing' : formatTable(['', 'item', 'similarity'], rows, [1]));
  }
}

/** Adds `tensorec similar` to the program. */
export function registerSimilar(program: Command, { console }: CommandContext): void {
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
}
