import { describeStage, Interactions, type Id, type Role } from '@tensorec/core';
import { requireOneOf } from '../arguments.js';
import { userHistories, type PositionGroups } from '../positions.js';
import { markedInteractions, requireRemaining, type FilterStage } from './stage.js';

/** Which of a pair's interactions stays. */
export type DuplicateRule = 'first' | 'last' | 'sum';

/**
 * Keeps one interaction of each user and item: the first or the last by timestamp (by position where there are none, and
 * among equal ones). `'sum'` keeps the last with the sum of the pair's values; where data has no values, their count.
 *
 * @throws TensorecError `invalid-argument` for another rule or, when called, for a sum too great for 32 bits; `empty-data`
 * for data without interactions.
 */
export function removeDuplicates(rule: DuplicateRule): FilterStage {
  requireOneOf('The rule for duplicates', rule, ['first', 'last', 'sum']);
  const name = 'remove-duplicates';
  const parameters = { keep: rule };
  return describeStage(
    { name, parameters },
    <User extends Id, Item extends Id, R extends Role>(
      data: Interactions<User, Item, R>,
    ): Interactions<User, Item, R> => {
      const histories = userHistories(data);
      const kept = onePerPair(data, histories, rule === 'first');
      const summed =
        rule === 'sum'
          ? new Interactions({ ...data.columns(), values: pairSums(data, histories) })
          : data;
      return requireRemaining(name, parameters, data.size, markedInteractions(summed, kept));
    },
  );
}

/** Marks the first or the last interaction of each pair. */
function onePerPair(
  { itemRows, users, items, size }: Interactions,
  { offsets, positions }: PositionGroups,
  first: boolean,
): Uint8Array {
  const lastUser = new Int32Array(items.size).fill(-1);
  const keep = new Uint8Array(size);
  for (let user = 0; user < users.size; user++) {
    const start = offsets[user]!;
    const length = offsets[user + 1]! - start;
    for (let n = 0; n < length; n++) {
      const position = positions[start + (first ? n : length - 1 - n)]!;
      const item = itemRows[position]!;
      if (lastUser[item] === user) continue;
      lastUser[item] = user;
      keep[position] = 1;
    }
  }
  return keep;
}

/** Of each interaction, the sum of the values of its pair. */
function pairSums(
  { itemRows, values, users, items, size }: Interactions,
  { offsets, positions }: PositionGroups,
): Float32Array {
  const sumOfItem = new Float64Array(items.size);
  const sums = new Float32Array(size);
  for (let user = 0; user < users.size; user++) {
    const start = offsets[user]!;
    const end = offsets[user + 1]!;
    for (let n = start; n < end; n++) sumOfItem[itemRows[positions[n]!]!] = 0;
    for (let n = start; n < end; n++) {
      const position = positions[n]!;
      sumOfItem[itemRows[position]!]! += values === undefined ? 1 : values[position]!;
    }
    for (let n = start; n < end; n++) {
      const position = positions[n]!;
      sums[position] = sumOfItem[itemRows[position]!]!;
    }
  }
  return sums;
}
