import { TensorecError } from '@tensorec/kernels';

/**
 * The items of one user's ranked list, best first, as rows of the catalogue: whole numbers from 0, none of them twice. A
 * list may be longer than the cut (the rest is not read) or shorter.
 */
export type ItemList = ArrayLike<number>;

/** How many items of a list stand before the cut. */
export function lengthAt(metric: string, k: number, list: ItemList): number {
  if (!Number.isSafeInteger(k) || k < 1) {
    throw new TensorecError(
      'invalid-argument',
      `${metric} got the cut k = ${k}: pass a positive whole number.`,
    );
  }
  return Math.min(k, list.length);
}

/** The item at a position of a list, which must be one of `items` rows. */
export function itemAt(metric: string, list: ItemList, position: number, items: number): number {
  const item = list[position]!;
  if (Number.isSafeInteger(item) && item >= 0 && item < items) return item;
  throw new TensorecError(
    'invalid-argument',
    `${metric} found the item ${String(item)} at position ${position} (counted from 0): an item is a row of the ` +
      `catalogue, a whole number from 0 to ${items - 1}.`,
  );
}

/** The count at a row, a finite number of at least 0. */
export function countAt(metric: string, counts: ArrayLike<number>, row: number): number {
  const count = counts[row]!;
  if (Number.isFinite(count) && count >= 0) return count;
  throw new TensorecError(
    'invalid-argument',
    `${metric} found the count ${String(count)} at row ${row} (counted from 0): pass a finite number of at least 0.`,
  );
}
