import type { PerItem } from '@tensorec/evaluation';
import type { ModelResult } from './model-results.js';
import type { Fold } from './prepared-data.js';

/** Events of each item, by row, over all folds. */
export interface ItemCounts {
  readonly train: Float64Array;
  readonly test: Float64Array;
  /** Rows, the most popular in train first, ties by row. */
  readonly byPopularity: readonly number[];
}

/** Counts the events of items; undefined where the folds do not share their vocabulary of items. */
export function countItems(folds: readonly Fold[]): ItemCounts | undefined {
  const items = folds[0]?.test.items;
  const shared = folds.every((fold) => fold.test.items === items && fold.train.items === items);
  if (items === undefined || !shared) return undefined;
  const train = new Float64Array(items.size);
  const test = new Float64Array(items.size);
  for (const fold of folds) {
    for (const row of fold.train.itemRows) train[row]!++;
    for (const row of fold.test.itemRows) test[row]!++;
  }
  const byPopularity = [...train.keys()].sort((a, b) => train[b]! - train[a]! || a - b);
  return { train, test, byPopularity };
}

/** Sum of a column of what became of the items, over some items and all runs; undefined where it is not known. */
export function sumOverItems(
  { outcome }: ModelResult,
  column: 'recommended' | 'relevant' | 'hits',
  rows: readonly number[],
): number | undefined {
  const perItem = outcome.runs.map(({ evaluation }): PerItem | undefined => evaluation.perItem);
  if (perItem.length === 0 || perItem.includes(undefined)) return undefined;
  return perItem.reduce(
    (total, counts) => total + rows.reduce((sum, row) => sum + (counts?.[column][row] ?? 0), 0),
    0,
  );
}
