import { longestProductList, type FactorProducts } from '@tensorec/core';
import { partOf, TopK, type ReadonlyInt32Array, type Steps } from '@tensorec/kernels';
import type { Scorer } from './scorer.js';

/** Users whose lists are made together, where scores are products of factors. */
const batchUsers = 8000;

/** The best items of one user. */
export interface UserList {
  /** The model's rows, best first, ties by row; what lies beyond `length` is another user's. */
  readonly items: ReadonlyInt32Array;
  readonly scores: ArrayLike<number>;
  readonly length: number;
  /** Whether an item that was left out scores as much as the last one of a full list. */
  readonly tied: boolean;
}

/**
 * The k best items of each user whom the model answers, among those with a training event.
 *
 * @param excluded - the model's rows, in lists, that may not appear for a user
 * @param visit - called with the position in `users` and the list, which is good until it returns
 * @throws TensorecError `numerical` for a score that is NaN.
 */
export function userLists(
  scorer: Scorer,
  users: Int32Array,
  k: number,
  excluded: (user: number) => readonly ReadonlyInt32Array[],
  visit: (position: number, list: UserList) => void,
): Steps {
  const { products } = scorer;
  return products === undefined || k > longestProductList
    ? selected(scorer, users, k, excluded, visit)
    : multiplied(scorer, products, users, k, excluded, visit);
}

/** Lists selected from the scores of all items. */
function* selected(
  scorer: Scorer,
  users: Int32Array,
  k: number,
  excluded: (user: number) => readonly ReadonlyInt32Array[],
  visit: (position: number, list: UserList) => void,
): Steps {
  const top = new TopK(k);
  yield* scorer.scoreAll(users, (position, scores) => {
    for (const rows of excluded(users[position]!)) for (const row of rows) scores[row] = -Infinity;
    const length = top.select(scores, 0, scores.length);
    visit(position, { items: top.indices, scores: top.scores, length, tied: top.tiedAtCut });
  });
}

/** Lists of the greatest products of factors. */
function* multiplied(
  scorer: Scorer,
  products: FactorProducts,
  users: Int32Array,
  k: number,
  excluded: (user: number) => readonly ReadonlyInt32Array[],
  visit: (position: number, list: UserList) => void,
): Steps {
  const index = products.index();
  const eligible = Uint8Array.from({ length: index.size }, (_, item) =>
    scorer.isTrained(item) ? 1 : 0,
  );
  const positions = Int32Array.from(users.keys()).filter((position) =>
    scorer.answers(users[position]!),
  );
  for (let from = 0; from < positions.length; from += batchUsers) {
    const batch = positions.subarray(from, from + batchUsers);
    const rows = batch.map((position) => scorer.rowOf(users[position]!));
    const lists = index.topK(products.queriesOf(rows), k, {
      eligible,
      excluded: ascending(Array.from(batch, (position) => excluded(users[position]!))),
    });
    const to = from + batch.length;
    const found = yield* partOf(lists, from / positions.length, to / positions.length);
    for (let n = 0; n < batch.length; n++) {
      const start = n * found.k;
      visit(batch[n]!, {
        items: found.items.subarray(start, start + found.k),
        scores: found.scores.subarray(start, start + found.k),
        length: found.lengths[n]!,
        tied: found.tied[n] === 1,
      });
    }
  }
}

/** Lists of rows, several a user, as the rows of a sparse matrix with ascending columns. */
function ascending(lists: readonly (readonly ReadonlyInt32Array[])[]): {
  readonly offsets: Int32Array;
  readonly indices: Int32Array;
} {
  const offsets = new Int32Array(lists.length + 1);
  lists.forEach((own, n) => {
    offsets[n + 1] = own.reduce((sum, rows) => sum + rows.length, offsets[n]!);
  });
  const indices = new Int32Array(offsets[lists.length]!);
  lists.forEach((own, n) => {
    let at = offsets[n]!;
    for (const rows of own) {
      indices.set(rows, at);
      at += rows.length;
    }
    indices.subarray(offsets[n], at).sort();
  });
  return { offsets, indices };
}
