import { describeStage, Interactions, type Id, type Role } from '@tensorec/core';
import { requireOneOf } from '../arguments.js';
import { userHistories, type UserHistories } from '../user-histories.js';
import { markedPositions, requireRemaining, type FilterStage } from './stage.js';

/** Which of a pair's interactions stays. */
export type DuplicateRule = 'first' | 'last' | 'sum';

/**
 * Keeps one interaction of each user and item: the first or the last by timestamp (by position where there are none, and
 * among equal ones). `'sum'` keeps the last with the sum of the pair's values; where data has no values, their count.
 *
 * @throws TensorecError `invalid-argument` for another rule; `empty-data` for data without interactions.
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
      const summed = rule === 'sum' ? withPairSums(data, histories) : data;
      const kept = summed.select(markedPositions(onePerPair(data, histories, rule === 'first')));
      return requireRemaining(name, parameters, data.size, kept);
    },
  );
}

/** Marks the first or the last interaction of each pair. */
function onePerPair(
  data: Interactions,
  { offsets, positions }: UserHistories,
  first: boolean,
): Uint8Array {
  const lastUser = new Int32Array(data.items.size).fill(-1);
  const keep = new Uint8Array(data.size);
  for (let user = 0; user < data.users.size; user++) {
    const start = offsets[user]!;
    const length = offsets[user + 1]! - start;
    for (let n = 0; n < length; n++) {
      const position = positions[start + (first ? n : length - 1 - n)]!;
      const item = data.itemRows[position]!;
      if (lastUser[item] === user) continue;
      lastUser[item] = user;
      keep[position] = 1;
    }
  }
  return keep;
}

/** The data with each value replaced by the sum of its pair's. */
function withPairSums<User extends Id, Item extends Id, R extends Role>(
  data: Interactions<User, Item, R>,
  { offsets, positions }: UserHistories,
): Interactions<User, Item, R> {
  const { itemRows } = data;
  const sums = new Float64Array(data.items.size);
  const values = new Float32Array(data.size);
  for (let user = 0; user < data.users.size; user++) {
    const history = positions.subarray(offsets[user], offsets[user + 1]);
    for (const position of history) sums[itemRows[position]!] = 0;
    for (const position of history) sums[itemRows[position]!]! += data.values?.[position] ?? 1;
    for (const position of history) values[position] = sums[itemRows[position]!]!;
  }
  return new Interactions({ ...data.columns(), values });
}
