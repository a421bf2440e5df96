import type { ReadonlyInt32Array } from '@tensorec/core';
import { requireInteger } from '../arguments.js';
import { createFilter, type FilterStage } from './stage.js';

/**
 * Keeps the users with at least `minimum` interactions (repeated pairs count each), in one pass.
 *
 * @throws TensorecError `invalid-argument` unless the minimum is a positive integer; `empty-data` when nothing is left.
 */
export function minimumUserInteractions(minimum: number): FilterStage {
  requireInteger('The minimum of interactions a user', minimum, 1);
  return createFilter('minimum-user-interactions', { minimum }, ({ userRows, users }) =>
    frequent(userRows, users.size, minimum),
  );
}

/**
 * Keeps the items with at least `minimum` interactions (repeated pairs count each), in one pass.
 *
 * @throws TensorecError `invalid-argument` unless the minimum is a positive integer; `empty-data` when nothing is left.
 */
export function minimumItemInteractions(minimum: number): FilterStage {
  requireInteger('The minimum of interactions an item', minimum, 1);
  return createFilter('minimum-item-interactions', { minimum }, ({ itemRows, items }) =>
    frequent(itemRows, items.size, minimum),
  );
}

/** Marks the positions whose row occurs at least `minimum` times. */
function frequent(rows: ReadonlyInt32Array, size: number, minimum: number): Uint8Array {
  const counts = new Int32Array(size);
  for (let n = 0; n < rows.length; n++) counts[rows[n]!]!++;
  const keep = new Uint8Array(rows.length);
  for (let n = 0; n < rows.length; n++) if (counts[rows[n]!]! >= minimum) keep[n] = 1;
  return keep;
}
