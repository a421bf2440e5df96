import type { Interactions, ReadonlyFloat64Array, ReadonlyInt32Array } from '@tensorec/core';

/** Positions of interactions, grouped by the row of their user or item. */
export interface PositionGroups {
  /** The positions of row r are at `offsets[r]` to `offsets[r + 1]`. */
  readonly offsets: Int32Array;
  readonly positions: Int32Array;
}

/** The positions of each user's interactions, in the order of the data. */
export function groupByUser({ userRows, users }: Interactions): PositionGroups {
  return group(userRows, users.size);
}

/** The positions of each item's interactions, in the order of the data. */
export function groupByItem({ itemRows, items }: Interactions): PositionGroups {
  return group(itemRows, items.size);
}

/** Positions by the row that stands at each, in the order of the data. */
export function group(rows: ReadonlyInt32Array, count: number): PositionGroups {
  const offsets = new Int32Array(count + 1);
  for (let n = 0; n < rows.length; n++) offsets[rows[n]! + 1]!++;
  for (let row = 0; row < count; row++) offsets[row + 1]! += offsets[row]!;
  const next = offsets.slice();
  const positions = new Int32Array(rows.length);
  for (let n = 0; n < rows.length; n++) positions[next[rows[n]!]!++] = n;
  return { offsets, positions };
}

/** The positions of each user's interactions in the order of time; ties, and data without times, by position. */
export function userHistories(interactions: Interactions): PositionGroups {
  const groups = groupByUser(interactions);
  const { timestamps } = interactions;
  if (timestamps === undefined || isAscending(timestamps)) return groups;
  const { offsets, positions } = groups;
  const scratch = new Int32Array(positions.length);
  for (let user = 0; user < interactions.users.size; user++) {
    sortByTime(positions, offsets[user]!, offsets[user + 1]!, timestamps, scratch);
  }
  return groups;
}

function isAscending(times: ReadonlyFloat64Array): boolean {
  for (let n = 1; n < times.length; n++) if (times[n - 1]! > times[n]!) return false;
  return true;
}

/** Sorts a range of positions by time. A merge sort from the bottom up, so that ties stay in the order they are in. */
function sortByTime(
  positions: Int32Array,
  from: number,
  to: number,
  times: ReadonlyFloat64Array,
  scratch: Int32Array,
): void {
  let sorted = true;
  for (let n = from + 1; n < to && sorted; n++) {
    sorted = times[positions[n - 1]!]! <= times[positions[n]!]!;
  }
  if (sorted) return;
  for (let width = 1; width < to - from; width *= 2) {
    for (let n = from; n < to; n++) scratch[n] = positions[n]!;
    for (let start = from; start < to; start += 2 * width) {
      const middle = Math.min(start + width, to);
      const end = Math.min(start + 2 * width, to);
      let left = start;
      let right = middle;
      for (let n = start; n < end; n++) {
        const isLeft =
          left < middle && (right === end || times[scratch[left]!]! <= times[scratch[right]!]!);
        positions[n] = isLeft ? scratch[left++]! : scratch[right++]!;
      }
    }
  }
}
