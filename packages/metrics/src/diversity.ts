import { itemAt, lengthAt, type ItemList } from './lists.js';
import { accumulators, memberAt, type ItemSets } from './item-sets.js';

/**
 * Diversity within a list: the mean distance of its pairs of items, one minus the cosine of their sets,
 * |S ∩ T| / √(|S| · |T|). Where sets are categories, it says how different the topics of a list are; where they are the
 * training users who have the item, how seldom the same people have its items. An item with an empty set is at distance
 * 1 from every other. Time O(Σ |S| over the list), not quadratic in its length.
 *
 * Ziegler, McNee, Konstan and Lausen (2005), Improving recommendation lists through topic diversification, whose
 * intra-list similarity is a sum; as a mean distance it is of Smyth and McClave (2001), Similarity vs. diversity.
 *
 * @param k the cut, a positive whole number
 * @param list the user's list
 * @param sets a set for each item of the catalogue
 * @returns a number from 0 to 1; 0 for a list of fewer than two items
 * @throws TensorecError `invalid-argument` for a cut, item or member outside these ranges
 */
export function diversityAt(k: number, list: ItemList, sets: ItemSets): number {
  const length = lengthAt('diversity', k, list);
  const items = sets.offsets.length - 1;
  const sums = accumulators(sets.columns);
  let similarity = 0;
  try {
    for (let position = 0; position < length; position++) {
      const item = itemAt('diversity', list, position, items);
      const end = sets.offsets[item + 1]!;
      const weight = 1 / Math.sqrt(end - sets.offsets[item]!);
      for (let entry = sets.offsets[item]!; entry < end; entry++) {
        const member = memberAt('diversity', sets, entry);
        similarity += weight * sums[member]!;
        sums[member]! += weight;
      }
    }
  } finally {
    clear(sums, length, list, sets);
  }
  return length < 2 ? 0 : Math.max(0, 1 - similarity / ((length * (length - 1)) / 2));
}

function clear(sums: Float64Array, length: number, list: ItemList, sets: ItemSets): void {
  for (let position = 0; position < length; position++) {
    const end = sets.offsets[list[position]! + 1]!;
    for (let entry = sets.offsets[list[position]!]!; entry < end; entry++) {
      sums[sets.indices[entry]!] = 0;
    }
  }
}
