import {
  describeStage,
  Interactions,
  TensorecError,
  type DescribedStage,
  type Id,
  type Role,
} from '@tensorec/core';
import { requireArgument } from '@tensorec/kernels';
import { lastOf, pairGroups } from './pairs.js';

/** A stage that keeps some interactions; ids that no longer occur leave the vocabularies. */
export type Filter = (<User extends Id, Item extends Id, R extends Role>(
  data: Interactions<User, Item, R>,
) => Interactions<User, Item, R>) &
  DescribedStage;

/**
 * Keeps the interactions with a value of at least `minimum`.
 *
 * @throws TensorecError (the stage) `invalid-argument` for data without values, `empty-data` when nothing is left.
 */
export function minimumValue(minimum: number): Filter {
  requireArgument(
    Number.isFinite(minimum),
    () => `The minimum value is ${minimum}; give a finite number.`,
  );
  return describeStage({ name: 'minimum-value', parameters: { minimum } }, (data) => {
    const { values } = data;
    if (values === undefined) {
      throw new TensorecError(
        'invalid-argument',
        'minimumValue needs values, and the data has none; read the value column, or leave the filter out.',
      );
    }
    return keep(data, (n) => values[n]! >= minimum, `a value of at least ${minimum}`);
  });
}

/**
 * Makes one interaction of repeated pairs: the `first` or the `last` by timestamp (by position where there are none or
 * they are equal), or the last with the `sum` of the values (1 each where there are none).
 */
export function removeDuplicates(which: 'first' | 'last' | 'sum'): Filter {
  return describeStage({ name: 'remove-duplicates', parameters: { which } }, (data) => {
    const groups = pairGroups(data);
    const kept = lastOf(data, groups, which === 'first');
    const selected = data.select(kept);
    if (which !== 'sum') return selected;
    const sums = new Float32Array(kept.length);
    const groupPosition = new Int32Array(groups.count);
    kept.forEach((n, position) => (groupPosition[groups.of[n]!] = position));
    for (let n = 0; n < data.size; n++) {
      sums[groupPosition[groups.of[n]!]!]! += data.values?.[n] ?? 1;
    }
    return new Interactions({ ...selected.columns(), values: sums });
  });
}

/**
 * Keeps users with at least `minimum` interactions.
 *
 * @throws TensorecError (the stage) `empty-data` when nobody is left.
 */
export function minimumUserInteractions(minimum: number): Filter {
  requireCount(minimum);
  return describeStage({ name: 'minimum-user-interactions', parameters: { minimum } }, (data) => {
    const counts = countRows(data.userRows, data.users.size);
    const what = `users with at least ${minimum} interactions`;
    return keep(data, (n) => counts[data.userRows[n]!]! >= minimum, what);
  });
}

/** As {@link minimumUserInteractions}, for items. */
export function minimumItemInteractions(minimum: number): Filter {
  requireCount(minimum);
  return describeStage({ name: 'minimum-item-interactions', parameters: { minimum } }, (data) => {
    const counts = countRows(data.itemRows, data.items.size);
    const what = `items with at least ${minimum} interactions`;
    return keep(data, (n) => counts[data.itemRows[n]!]! >= minimum, what);
  });
}

/**
 * Keeps the largest part in which every user and every item has at least `minimum` interactions: the fixpoint of
 * removing those with fewer. Linear in interactions.
 *
 * @throws TensorecError (the stage) `empty-data` when there is no such part.
 */
export function kCore(minimum: number): Filter {
  requireCount(minimum);
  return describeStage({ name: 'k-core', parameters: { minimum } }, (data) => {
    const users = countRows(data.userRows, data.users.size);
    const items = countRows(data.itemRows, data.items.size);
    const byUser = positionsByRow(data.userRows, users);
    const byItem = positionsByRow(data.itemRows, items);
    const removed = new Uint8Array(data.size);
    // Rows to remove: users as they are, items after all users.
    const queue: number[] = [];
    users.forEach((count, row) => {
      if (count > 0 && count < minimum) queue.push(row);
    });
    items.forEach((count, row) => {
      if (count > 0 && count < minimum) queue.push(users.length + row);
    });
    for (let row = queue.pop(); row !== undefined; row = queue.pop()) {
      const isUser = row < users.length;
      const own = isUser ? row : row - users.length;
      const { offsets, positions } = isUser ? byUser : byItem;
      const others = isUser ? items : users;
      const otherRows = isUser ? data.itemRows : data.userRows;
      for (let p = offsets[own]!; p < offsets[own + 1]!; p++) {
        const n = positions[p]!;
        if (removed[n] === 1) continue;
        removed[n] = 1;
        const other = otherRows[n]!;
        // Exactly at the step below the minimum, so that each row is queued once.
        if (others[other]!-- === minimum) queue.push(isUser ? users.length + other : other);
      }
    }
    return keep(data, (n) => removed[n] === 0, `a ${minimum}-core`);
  });
}

function keep<User extends Id, Item extends Id, R extends Role>(
  data: Interactions<User, Item, R>,
  condition: (position: number) => boolean,
  what: string,
): Interactions<User, Item, R> {
  const kept = Int32Array.from(data.userRows, (_, n) => n).filter(condition);
  if (kept.length === 0) {
    throw new TensorecError(
      'empty-data',
      `None of the ${data.size} interactions is left after keeping ${what}; loosen that filter.`,
    );
  }
  return data.select(kept).compact();
}

function countRows(rows: ArrayLike<number>, size: number): Int32Array {
  const counts = new Int32Array(size);
  for (let n = 0; n < rows.length; n++) counts[rows[n]!]!++;
  return counts;
}

function positionsByRow(
  rows: ArrayLike<number>,
  counts: Int32Array,
): { offsets: Int32Array; positions: Int32Array } {
  const offsets = new Int32Array(counts.length + 1);
  counts.forEach((count, row) => (offsets[row + 1] = offsets[row]! + count));
  const next = offsets.slice();
  const positions = new Int32Array(rows.length);
  for (let n = 0; n < rows.length; n++) positions[next[rows[n]!]!++] = n;
  return { offsets, positions };
}

function requireCount(minimum: number): void {
  requireArgument(
    Number.isSafeInteger(minimum) && minimum >= 1,
    () => `The minimum is ${minimum}; it must be a whole number of at least 1.`,
  );
}
