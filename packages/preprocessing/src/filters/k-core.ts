import type { Interactions } from '@tensorec/core';
import { requireInteger } from '../arguments.js';
import { groupByItem, groupByUser } from '../positions.js';
import { createFilter, type FilterStage } from './stage.js';

/**
 * Keeps the k-core: the greatest part in which every user and every item has at least `k` interactions (repeated pairs
 * count each; remove duplicates first where they should not). Seidman (1983), "Network structure and minimum degree";
 * found by peeling (Matula & Beck 1983) in time linear in the number of interactions.
 *
 * @throws TensorecError `invalid-argument` unless `k` is a positive integer; `empty-data` when the core is empty.
 */
export function kCore(k: number): FilterStage {
  requireInteger('k of the k-core', k, 1);
  return createFilter('k-core', { k }, (data) => peel(data, k));
}

/** Marks the interactions of the k-core. Node u is user u, node `users + i` is item i. */
function peel(data: Interactions, k: number): Uint8Array {
  const { userRows, itemRows, users, items, size } = data;
  const byUser = groupByUser(data);
  const byItem = groupByItem(data);
  const nodes = users.size + items.size;
  const degrees = new Int32Array(nodes);
  const removed = new Int32Array(nodes);
  let removedSize = 0;
  for (let node = 0; node < nodes; node++) {
    const isUser = node < users.size;
    const { offsets } = isUser ? byUser : byItem;
    const row = isUser ? node : node - users.size;
    degrees[node] = offsets[row + 1]! - offsets[row]!;
    if (degrees[node]! < k) removed[removedSize++] = node;
  }
  const keep = new Uint8Array(size).fill(1);
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
  return keep;
}
