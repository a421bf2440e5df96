import { log } from '@tensorec/kernels';
import { itemAt, type ItemList, lengthAt } from './lists.js';
import { type ItemSets, memberAt } from './item-sets.js';

/** How much of the history's distribution is mixed into that of the list, so that the divergence stays finite. */
const mixture = 0.01;
const largest = log(1 / mixture);

/**
 * Miscalibration: how far the categories of a list are from those of the user's history, as the Kullback–Leibler
 * divergence in nats, Σ p(c) · ln(p(c) / q̃(c)). Each item gives its categories equal parts of 1; p is the mean over the
 * history, q over the list, and q̃ = .99 q + .01 p. Items without a category do not count. 0 where list and history have
 * the same shares; ln 100 ≈ 4.605 where they have no category in common, as for an empty list. Without a history, or
 * without a category in it, there is nothing to match, and it is 0.
 *
 * Steck (2018), Calibrated recommendations, with equal weights of items and α = .01.
 *
 * @param k the cut, a positive whole number
 * @param list the user's list
 * @param history the items that the user had before, in any order
 * @param categories the categories of each item of the catalogue
 * @returns a number from 0 to ln 100
 * @throws TensorecError `invalid-argument` for a cut, item or category outside these ranges
 */
export function calibrationAt(
  k: number,
  list: ItemList,
  history: ItemList,
  categories: ItemSets,
): number {
  const wanted = distribution(history, history.length, categories);
  const found = distribution(list, lengthAt('calibration', k, list), categories);
  let divergence = 0;
  for (const [category, share] of wanted) {
    const mixed = (1 - mixture) * (found.get(category) ?? 0) + mixture * share;
    divergence += share * log(share / mixed);
  }
  return Math.min(largest, Math.max(0, divergence));
}

/** The share of each category in the first items of a list. */
function distribution(list: ItemList, length: number, categories: ItemSets): Map<number, number> {
  const shares = new Map<number, number>();
  const items = categories.offsets.length - 1;
  let categorized = 0;
  for (let position = 0; position < length; position++) {
    const item = itemAt('calibration', list, position, items);
    const start = categories.offsets[item]!;
    const end = categories.offsets[item + 1]!;
    if (end > start) categorized++;
    for (let entry = start; entry < end; entry++) {
      const category = memberAt('calibration', categories, entry);
      shares.set(category, (shares.get(category) ?? 0) + 1 / (end - start));
    }
  }
  for (const [category, sum] of shares) shares.set(category, sum / categorized);
  return shares;
}
