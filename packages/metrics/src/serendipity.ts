import { TensorecError } from '@tensorec/kernels';
import { countAt, itemAt, lengthAt, type ItemList } from './lists.js';
import type { RelevanceFlags } from './ranking.js';

/**
 * Ranks items by popularity: 1 for the most popular, equally popular ones share a rank and the next rank follows without
 * a gap. Time O(items log items).
 *
 * @param itemUsers for each item of the catalogue the number of training users who have it
 * @returns for each item its rank; 0 where nobody has it
 * @throws TensorecError `invalid-argument` for a count that is negative or not finite
 */
export function popularityRanks(itemUsers: ArrayLike<number>): Int32Array {
  const counts = new Set<number>();
  for (let item = 0; item < itemUsers.length; item++) {
    const count = countAt('popularityRanks', itemUsers, item);
    if (count > 0) counts.add(count);
  }
  const descending = [...counts].sort((a, b) => b - a);
  const rankOf = new Map(descending.map((count, position) => [count, position + 1]));
  return Int32Array.from(itemUsers, (count) => rankOf.get(count) ?? 0);
}

/**
 * Serendipity: how far the relevant items of a list stand above the place that their popularity would give them,
 * max(0, popularity rank − rank) / items, summed over the hits and divided by `k`. An item that nobody has in training
 * has the popularity rank items + 1.
 *
 * The idea is that of Ge, Delgado-Battenfeld and Jannach (2010), Beyond accuracy: evaluating recommender systems by
 * coverage and serendipity; the measure is the one that RecTools documents.
 *
 * @param k the cut, a positive whole number
 * @param list the user's list
 * @param flags for each item of the list 1 where it is relevant, else 0, see {@link RelevanceFlags}
 * @param ranks the popularity rank of each item of the catalogue, as {@link popularityRanks} gives them
 * @param items how many items can be recommended, at least 1; the size of the catalogue if left out
 * @returns a number from 0 to 1; 0 for an empty list
 * @throws TensorecError `invalid-argument` for a cut, item, flag or number of items outside these ranges
 */
export function serendipityAt(
  k: number,
  list: ItemList,
  flags: RelevanceFlags,
  ranks: ArrayLike<number>,
  items: number = ranks.length,
): number {
  if (!Number.isSafeInteger(items) || items < 1) {
    throw new TensorecError(
      'invalid-argument',
      `serendipity got items = ${items}: pass how many items can be recommended, a whole number from 1 up.`,
    );
  }
  const length = lengthAt('serendipity', k, list);
  let sum = 0;
  for (let position = 0; position < length; position++) {
    const item = itemAt('serendipity', list, position, ranks.length);
    const flag = flags[position];
    if (flag !== 0 && flag !== 1) {
      throw new TensorecError(
        'invalid-argument',
        `serendipity found the flag ${String(flag)} at rank ${position + 1}: pass 1 for a relevant item, 0 for another.`,
      );
    }
    if (flag === 0) continue;
    const rank = ranks[item]! > 0 ? Math.min(ranks[item]!, items + 1) : items + 1;
    sum += Math.max(0, rank - (position + 1)) / items;
  }
  return sum / k;
}
