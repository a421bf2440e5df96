import type { Interactions } from '@tensorec/core';

/** Which interactions are of the same user with the same item. */
export interface PairGroups {
  /** Number of distinct pairs. */
  readonly count: number;
  /** For each interaction its pair, 0 … count − 1. */
  readonly of: Int32Array;
}

/** Numbers the distinct (user, item) pairs, by user, then item. O(interactions + users + items). */
export function pairGroups(data: Interactions): PairGroups {
  const { size } = data;
  const byItem = sortBy(
    Int32Array.from(data.itemRows, (_, n) => n),
    data.itemRows,
    data.items.size,
  );
  const order = sortBy(byItem, data.userRows, data.users.size);
  const of = new Int32Array(size);
  let count = 0;
  for (let position = 0; position < size; position++) {
    const n = order[position]!;
    const previous = position === 0 ? n : order[position - 1]!;
    const same =
      data.userRows[n] === data.userRows[previous] && data.itemRows[n] === data.itemRows[previous];
    if (!same) count++;
    of[n] = count;
  }
  return { count: size === 0 ? 0 : count + 1, of };
}

/** A stable counting sort of positions by a key. */
export function sortBy(
  positions: Int32Array,
  keys: ArrayLike<number>,
  distinct: number,
): Int32Array<ArrayBuffer> {
  const next = new Int32Array(distinct + 1);
  for (const n of positions) next[keys[n]! + 1]!++;
  for (let key = 0; key < distinct; key++) next[key + 1]! += next[key]!;
  const sorted = new Int32Array(positions.length);
  for (const n of positions) sorted[next[keys[n]!]!++] = n;
  return sorted;
}

/** The last interaction of each pair by timestamp, then position (or the first), in the order of the data. */
export function lastOf(data: Interactions, groups: PairGroups, first: boolean): Int32Array {
  const chosen = new Int32Array(groups.count).fill(-1);
  const { timestamps } = data;
  for (let n = 0; n < data.size; n++) {
    const group = groups.of[n]!;
    const known = chosen[group]!;
    const earlier = known >= 0 && timestamps !== undefined && timestamps[n]! < timestamps[known]!;
    const later = known >= 0 && timestamps !== undefined && timestamps[n]! > timestamps[known]!;
    if (known < 0 || (first ? earlier : later || !earlier)) chosen[group] = n;
  }
  return chosen.sort();
}
