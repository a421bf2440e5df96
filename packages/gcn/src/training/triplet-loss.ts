import { exp, log, type ReadonlyFloat32Array, type Steps } from '@tensorec/kernels';
import type { TripletBatch } from './fit-to-triplets.js';

/** Triplets between two yields. */
const triplets = 4096;

/** Tables of nodes: `factors` numbers a node, users before items. */
export interface NodeLayout {
  readonly users: number;
  readonly factors: number;
}

/**
 * The mean of softplus(z_u · z_j − z_u · z_i) over the triplets (u, i, j) of a batch (Rendle et al. 2009), and its gradient
 * by z.
 *
 * @param gradient - what the gradient is added to
 */
export function* rankingLoss(
  embeddings: ReadonlyFloat32Array,
  { size, userRows, itemRows, negatives }: TripletBatch,
  { users, factors }: NodeLayout,
  gradient: Float32Array,
): Steps<number> {
  const perPair = negatives.length / size;
  let loss = 0;
  for (let term = 0; term < negatives.length; term++) {
    const pair = Math.floor(term / perPair);
    const user = userRows[pair]! * factors;
    const positive = (users + itemRows[pair]!) * factors;
    const negative = (users + negatives[term]!) * factors;
    let difference = 0;
    for (let i = 0; i < factors; i++) {
      difference += embeddings[user + i]! * (embeddings[negative + i]! - embeddings[positive + i]!);
    }
    const decay = exp(-Math.abs(difference));
    loss += Math.max(difference, 0) + log(1 + decay);
    const slope = (difference > 0 ? 1 : decay) / (1 + decay) / negatives.length;
    for (let i = 0; i < factors; i++) {
      const own = embeddings[user + i]!;
      gradient[user + i]! += slope * (embeddings[negative + i]! - embeddings[positive + i]!);
      gradient[positive + i]! -= slope * own;
      gradient[negative + i]! += slope * own;
    }
    if (term % triplets === triplets - 1) yield term / negatives.length;
  }
  return loss / negatives.length;
}

/**
 * λ / 2 · Σ ‖x⁰‖² / pairs over the user, the item and each negative of every pair of a batch, and its gradient by x⁰.
 *
 * @param gradient - what the gradient is added to
 */
export function batchPenalty(
  start: ReadonlyFloat32Array,
  { size, userRows, itemRows, negatives }: TripletBatch,
  { users, factors }: NodeLayout,
  regularization: number,
  gradient: Float32Array,
): number {
  const weight = regularization / size;
  let squares = 0;
  const add = (rows: Int32Array, first: number): void => {
    for (const row of rows) {
      const from = (first + row) * factors;
      for (let i = from; i < from + factors; i++) {
        const value = start[i]!;
        squares += value * value;
        gradient[i]! += weight * value;
      }
    }
  };
  add(userRows, 0);
  add(itemRows, users);
  add(negatives, users);
  return (weight / 2) * squares;
}
