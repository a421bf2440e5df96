import type { Id, Model, ReadonlyInt32Array, Recommendations } from '@tensorec/core';
import { check, sameNumbers } from '../assert.js';

/** Requires lists to be well made: descending finite scores, ties by item row, no item twice, ranks from 1. */
export function checkLists(lists: Recommendations, what: string): void {
  const { users, items, offsets, itemRows, scores } = lists;
  check(
    offsets.length === users.length + 1 && offsets[0] === 0 && offsets[users.length] === lists.size,
    `${what}: the offsets do not divide the ${lists.size} rows into ${users.length} lists`,
  );
  users.forEach((user, position) => {
    const where = `${what}, list of ${String(user)}`;
    const start = offsets[position]!;
    const end = offsets[position + 1]!;
    const seen = new Set<number>();
    for (let n = start; n < end; n++) {
      const [row, score] = [itemRows[n]!, scores[n]!];
      check(
        Number.isFinite(score),
        () => `${where}: the score at rank ${n - start + 1} is ${score}`,
      );
      check(row >= 0 && row < items.size, () => `${where}: there is no item row ${row}`);
      check(!seen.has(row), () => `${where}: item row ${row} appears twice`);
      seen.add(row);
      if (n === start) continue;
      const [rowBefore, before] = [itemRows[n - 1]!, scores[n - 1]!];
      check(before >= score, () => `${where}: the score ${score} comes after ${before}`);
      check(
        before > score || rowBefore < row,
        () => `${where}: item row ${row} comes after row ${rowBefore} of the same score`,
      );
    }
    lists.list(position).forEach((row, n) => {
      check(
        row.rank === n + 1 && row.user === user && items.row(row.item) === itemRows[start + n],
        () =>
          `${where}: row ${n} reads as rank ${row.rank}, user ${String(row.user)}, item ${String(row.item)}`,
      );
    });
  });
}

/** Requires two sets of lists to be the same, bit for bit. */
export function sameLists(actual: Recommendations, expected: Recommendations, what: string): void {
  sameNumbers(actual.offsets, expected.offsets, `${what}, list offsets`);
  sameNumbers(actual.itemRows, expected.itemRows, `${what}, item rows`);
  sameNumbers(actual.scores, expected.scores, `${what}, scores`);
}

/** Requires each list to hold exactly the given item rows, in any order. */
export function checkItems(
  lists: Recommendations,
  expected: (position: number) => ReadonlySet<number>,
  what: string,
): void {
  lists.users.forEach((user, position) => {
    const wanted = expected(position);
    const found = listRows(lists, position);
    const where = `${what}, list of ${String(user)}`;
    for (const row of found) {
      check(wanted.has(row), () => `${where}: ${String(lists.items.id(row))} must not appear`);
    }
    check(
      found.length === wanted.size,
      `${where}: ${found.length} items, but ${wanted.size} qualify`,
    );
  });
}

/** Requires items to be in no list. */
export function checkAbsent(lists: Recommendations, items: readonly Id[], what: string): void {
  for (const { user, item } of lists) {
    check(
      !items.includes(item),
      () => `${what}, list of ${String(user)}: ${String(item)} must not appear`,
    );
  }
}

/** Item rows of the list at a position, best first. */
export function listRows(lists: Recommendations, position: number): ReadonlyInt32Array {
  return lists.itemRows.subarray(lists.offsets[position], lists.offsets[position + 1]);
}

/** Rows of the items that have training events. */
export function trainedItems(model: Model): Set<number> {
  const rows = new Set<number>();
  for (let row = 0; row < model.items.size; row++) {
    if (model.training.itemCounts[row]! > 0) rows.add(row);
  }
  return rows;
}

/** Rows of the items of a user's training events. */
export function seenItems(model: Model, userRow: number): ReadonlyInt32Array {
  const { offsets, indices } = model.training.history;
  return indices.subarray(offsets[userRow], offsets[userRow + 1]);
}

/** Rows of the items that qualify for a user's list by default. */
export function qualifyingItems(model: Model, userRow: number): Set<number> {
  const rows = trainedItems(model);
  for (const row of seenItems(model, userRow)) rows.delete(row);
  return rows;
}

/** Users with training events, in the order of their rows. */
export function usersWithHistory<User extends Id>(model: Model<User>): User[] {
  return [...model.users].filter((_, row) => seenItems(model, row).length > 0);
}

/** Scores of all items for all users, row-major. */
export function allScores(model: Model): Float32Array {
  const scores = new Float32Array(model.users.size * model.items.size);
  model.scoreRows(
    Int32Array.from({ length: model.users.size }, (_, row) => row),
    scores,
  );
  return scores;
}

/** Requires scores to be numbers that can be ranked: −Infinity at the least, never NaN or +Infinity. */
export function checkScores(scores: Float32Array, what: string): void {
  const position = scores.findIndex((score) => !(score < Infinity));
  check(position === -1, () => `${what} ${position}: the score is ${scores[position]!}`);
}

/** Everything that a model answers for its users with a history, seen items included. */
export async function allLists<User extends Id, Item extends Id>(
  model: Model<User, Item>,
): Promise<Recommendations<User, Item>> {
  return model.recommend({ users: usersWithHistory(model), k: model.items.size, exclude: 'none' });
}
