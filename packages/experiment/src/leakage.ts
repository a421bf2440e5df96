import type { Interactions } from '@tensorec/core';
import type { Fold } from './prepared-data.js';

/**
 * Distinct pairs of user and item that are tested, and how many of them were trained on, over all folds.
 * O(train + test).
 */
export function repeatedPairs(folds: readonly Fold[]): {
  readonly pairs: number;
  readonly repeated: number;
} {
  let pairs = 0;
  let repeated = 0;
  for (const { train, test } of folds) {
    const trained = itemsByUser(train, test);
    const tested = test.byUser();
    for (let user = 0; user < test.users.size; user++) {
      const own = new Set(tested.indices.subarray(tested.offsets[user], tested.offsets[user + 1]));
      if (own.size === 0) continue;
      pairs += own.size;
      for (const item of new Set(trained(user))) if (own.has(item)) repeated++;
    }
  }
  return { pairs, repeated };
}

/** The training items of a user of the test part, by rows of the test part's items. */
function itemsByUser(train: Interactions, test: Interactions): (user: number) => Iterable<number> {
  const { offsets, indices } = train.byUser();
  const sameUsers = train.users === test.users;
  const sameItems = train.items === test.items;
  return (user) => {
    const row = sameUsers ? user : train.users.row(test.users.id(user));
    if (row === undefined) return [];
    const own = indices.subarray(offsets[row], offsets[row + 1]);
    if (sameItems) return own;
    return Array.from(own, (item) => test.items.row(train.items.id(item)) ?? -1);
  };
}

/** Test users for whom training data are later than their first test event. */
export interface LaterEvents {
  readonly users: number;
  /** Users with such events of their own. */
  readonly own: number;
  /** Users for whom others have such events. */
  readonly others: number;
}

/** Looks for training events later than the test events of a user; undefined where a part has no timestamps. */
export function laterEvents(folds: readonly Fold[]): LaterEvents | undefined {
  let users = 0;
  let own = 0;
  let others = 0;
  for (const { train, test } of folds) {
    if (train.timestamps === undefined || test.timestamps === undefined) return undefined;
    const first = extremes(test.userRows, test.timestamps, test.users.size, Math.min, Infinity);
    const last = extremes(train.userRows, train.timestamps, train.users.size, Math.max, -Infinity);
    const [latest, second] = twoLatest(last);
    first.forEach((tested, user) => {
      if (tested === Infinity) return;
      const row = train.users === test.users ? user : train.users.row(test.users.id(user));
      const ownLast = row === undefined ? -Infinity : last[row]!;
      const othersLast = row === latest ? second : latest < 0 ? -Infinity : last[latest]!;
      users++;
      if (ownLast > tested) own++;
      if (othersLast > tested) others++;
    });
  }
  return { users, own, others };
}

/** The first or the last time of each user. */
function extremes(
  userRows: ArrayLike<number>,
  times: ArrayLike<number>,
  users: number,
  choose: (a: number, b: number) => number,
  none: number,
): Float64Array {
  const found = new Float64Array(users).fill(none);
  for (let n = 0; n < userRows.length; n++) {
    const user = userRows[n]!;
    found[user] = choose(found[user]!, times[n]!);
  }
  return found;
}

/** The user with the latest event, and the latest time among the other users. */
function twoLatest(last: Float64Array): readonly [user: number, otherTime: number] {
  let latest = -1;
  let second = -Infinity;
  last.forEach((time, user) => {
    if (latest < 0 || time > last[latest]!) {
      if (latest >= 0) second = last[latest]!;
      latest = user;
    } else if (time > second) second = time;
  });
  return [latest, second];
}
