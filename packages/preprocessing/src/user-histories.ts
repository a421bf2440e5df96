import type { Interactions } from '@tensorec/core';

/** Positions of interactions, grouped by user. */
export interface UserHistories {
  /** The positions of user row u are at `offsets[u]` to `offsets[u + 1]`. */
  readonly offsets: Int32Array;
  readonly positions: Int32Array;
}

/** The positions of each user's interactions in the order of the data. */
export function groupByUser(interactions: Interactions): UserHistories {
  return group(interactions.userRows, interactions.users.size);
}

/** The positions that each row occurs at, in the order of the data. */
export function group(rows: ArrayLike<number>, count: number): UserHistories {
  const offsets = new Int32Array(count + 1);
  for (let n = 0; n < rows.length; n++) offsets[rows[n]! + 1]!++;
  for (let row = 0; row < count; row++) offsets[row + 1]! += offsets[row]!;
  const next = offsets.slice();
  const positions = new Int32Array(rows.length);
  for (let n = 0; n < rows.length; n++) positions[next[rows[n]!]!++] = n;
  return { offsets, positions };
}

/** The positions of each user's interactions in the order of time; ties, and data without times, by position. */
export function userHistories(interactions: Interactions): UserHistories {
  const histories = groupByUser(interactions);
  const { timestamps } = interactions;
  if (timestamps === undefined) return histories;
  const { offsets, positions } = histories;
  for (let user = 0; user < interactions.users.size; user++) {
    const history = positions.subarray(offsets[user], offsets[user + 1]);
    let sorted = true;
    for (let n = 1; n < history.length && sorted; n++) {
      sorted = timestamps[history[n - 1]!]! <= timestamps[history[n]!]!;
    }
    if (!sorted) history.sort((a, b) => timestamps[a]! - timestamps[b]! || a - b);
  }
  return histories;
}
