import type { Interactions, ReadonlyInt32Array } from '@tensorec/core';
import { requireInteger } from '../arguments.js';
import { groupByItem, groupByUser } from '../positions.js';
import { createFilter, type FilterStage } from './stage.js';

/**
 * Keeps the k-core: the greatest part in which every user and every item has at least `k` interactions (repeated pairs
 * count each; remove duplicates first where they should not). Seidman (1983), "Network structure and minimum degree";
 * found by a few passes and then by peeling (Matula & Beck 1983), in time linear in the number of interactions.
 *
 * @throws TensorecError `invalid-argument` unless `k` is a positive integer; `empty-data` when the core is empty.
 */
export function kCore(k: number): FilterStage {
  requireInteger('k of the k-core', k, 1);
  return createFilter('k-core', { k }, (data) => core(data, k));
}

/** Passes over all interactions before the order in which they go is followed instead. */
const SWEEPS = 6;

/** Marks the interactions of the k-core. */
function core(data: Interactions, k: number): Uint8Array {
  const keep = new Uint8Array(data.size).fill(1);
  const userDegrees = counts(data.userRows, data.users.size);
  const itemDegrees = counts(data.itemRows, data.items.size);
  for (let n = 0; n < SWEEPS; n++) {
    if (!sweep(data, k, keep, userDegrees, itemDegrees)) return keep;
  }
  peel(data, k, keep, userDegrees, itemDegrees);
  return keep;
}

function counts(rows: ReadonlyInt32Array, size: number): Int32Array {
  const count = new Int32Array(size);
  for (let n = 0; n < rows.length; n++) count[rows[n]!]!++;
  return count;
}

/**
 * Takes out, in one pass, every interaction of a user or item that has fewer than `k` by then; whether another has come
 * to have fewer by that. Few passes are enough for most data, and each is much faster than grouping by user and item.
 */
function sweep(
  { userRows, itemRows, size }: Interactions,
  k: number,
  keep: Uint8Array,
  userDegrees: Int32Array,
  itemDegrees: Int32Array,
): boolean {
  let again = false;
  for (let n = 0; n < size; n++) {
    if (keep[n] === 0) continue;
    const user = userRows[n]!;
    const item = itemRows[n]!;
    if (userDegrees[user]! >= k && itemDegrees[item]! >= k) continue;
    keep[n] = 0;
    if (userDegrees[user]!-- === k) again = true;
    if (itemDegrees[item]!-- === k) again = true;
  }
  return again;
}

/**
 * Takes out what is left to be taken out, user by user and item by item: linear time however long the chain. Node u is
 * user u, node `users + i` is item i.
 */
function peel(
  data: Interactions,
  k: number,
  keep: Uint8Array,
  userDegrees: Int32Array,
  itemDegrees: Int32Array,
): void {
  const { userRows, itemRows, users, items } = data;
  const byUser = groupByUser(data);
  const byItem = groupByItem(data);
  const nodes = users.size + items.size;
  const degrees = new Int32Array(nodes);
  degrees.set(userDegrees);
  degrees.set(itemDegrees, users.size);
  const removed = new Int32Array(nodes);
  let removedSize = 0;
  for (let node = 0; node < nodes; node++) if (degrees[node]! < k) removed[removedSize++] = node;
  for (let next = 0; next < removedSize; next++) {
    const node = removed[next]!;
    const isUser = node < users.size;
    const { offsets, positions } = isUser ? byUser : byItem;
    const row = isUser ? node : node - users.size;
    for (let n = offsets[row]!; n < offsets[row + 1]!; n++) {
      const position = positions[n]!;
      if (keep[position] === 0) continue;
      keep[position] = 0;
      const neighbor = isUser ? users.size + itemRows[position]! : userRows[position]!;
      if (degrees[neighbor]!-- === k) removed[removedSize++] = neighbor;
    }
  }
}
