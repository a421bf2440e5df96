import {
  requireArgument,
  TensorecError,
  TopK,
  type FactorIndex,
  type ReadonlyInt32Array,
  type Steps,
} from '@tensorec/kernels';
import type { Model } from './recommender.js';
import { hasCapability } from './capabilities.js';
import { matrixRows } from './matrix-rows.js';
import { show } from './nearest.js';
import { Recommendations } from './recommendations.js';
import type { Id, Vocabulary } from './vocabulary.js';

/** Scores in one block, at most; a block takes a few milliseconds. */
const blockScores = 1 << 18;

/** Longest lists that are made from products block by block; longer ones are selected from all scores. */
export const longestProductList = 1000;

/** Scores that are products of factors of queries and items. */
export interface FactorProducts {
  /** The factors of the items, whose products are the scores to the bit. */
  readonly index: () => FactorIndex;
  /** Factors of the given rows, row-major. */
  readonly queriesOf: (rows: ReadonlyInt32Array) => Float32Array;
}

/** The products that the scores of a model's users are, where the model offers them. */
export function productsOf(model: Model): FactorProducts | undefined {
  if (!hasCapability(model, 'has-factors') || model.factorIndex === undefined) return undefined;
  const { factors, userFactors } = model;
  return {
    index: () => model.factorIndex!(),
    queriesOf: (rows) => matrixRows(userFactors, factors, rows),
  };
}

/** Lists to make: a query is a user, a history or an item. */
export interface RankingJob<Label extends Id, Item extends Id> {
  readonly labels: readonly Label[];
  readonly items: Vocabulary<Item>;
  readonly k: number;
  /** The scorer's row of each query; −1 where the scorer does not know it. */
  readonly rows: ReadonlyInt32Array;
  /** Scores of all items for a block of rows, at least one. */
  readonly scoreRows: (rows: ReadonlyInt32Array, scores: Float32Array) => void;
  /** Where the scores are products: what makes the lists from them; its rows are those of `rows`. */
  readonly products?: FactorProducts | undefined;
  /** Scores of all items for queries that the scorer does not know; without it their lists are empty. */
  readonly unknownScores?: Float32Array | undefined;
  /** 1 for items that may appear. */
  readonly eligible: Uint8Array;
  /** Items that may not appear in the list of a row. */
  readonly excluded: (row: number) => ReadonlyInt32Array;
}

/**
 * Makes the lists of a job, block by block.
 *
 * @throws TensorecError `numerical` for a score of NaN or +Infinity, which values near the greatest number can give.
 */
export function* rank<Label extends Id, Item extends Id>(
  job: RankingJob<Label, Item>,
): Steps<Recommendations<Label, Item>> {
  const { labels, items, rows, unknownScores, eligible } = job;
  const queries = labels.length;
  const itemCount = items.size;
  const longest = Math.min(
    job.k,
    eligible.reduce((count, flag) => count + flag, 0),
  );
  if (job.products !== undefined && unknownScores === undefined && longest <= longestProductList) {
    return yield* rankByProducts(job, job.products, longest);
  }
  const top = new TopK(Math.max(1, longest));
  const blockRows = Math.max(1, Math.floor(blockScores / Math.max(1, itemCount)));
  const scores = new Float32Array(Math.min(blockRows, queries) * itemCount);
  const offsets = new Int32Array(queries + 1);
  const itemRows = new Int32Array(queries * longest);
  const bestScores = new Float32Array(queries * longest);
  let size = 0;

  for (let from = 0; from < queries; from += blockRows) {
    const to = Math.min(from + blockRows, queries);
    const known = Int32Array.from(rows.subarray(from, to)).filter((row) => row >= 0);
    if (known.length > 0) job.scoreRows(known, scores.subarray(0, known.length * itemCount));
    let block = 0;
    for (let query = from; query < to; query++) {
      const row = rows[query]!;
      const own =
        row >= 0 ? scores.subarray(block * itemCount, ++block * itemCount) : unknownScores?.slice();
      if (own !== undefined) {
        for (let item = 0; item < itemCount; item++) {
          if (eligible[item] === 0) own[item] = -Infinity;
          else if (own[item] === Infinity) throw overflow(labels[query]!, items.id(item));
        }
        if (row >= 0) for (const item of job.excluded(row)) own[item] = -Infinity;
        const found = top.select(own, 0, itemCount);
        for (let n = 0; n < found; n++) {
          itemRows[size] = top.indices[n]!;
          bestScores[size] = top.scores[n]!;
          size++;
        }
      }
      offsets[query + 1] = size;
    }
    yield to / queries;
  }
  return new Recommendations({
    users: labels,
    items,
    offsets,
    itemRows: itemRows.slice(0, size),
    scores: bestScores.slice(0, size),
  });
}

function overflow(label: Id, item: Id): TensorecError {
  return new TensorecError(
    'numerical',
    `The score of the item ${show(item)} for ${show(label)} leaves the range of numbers of single precision; divide the values of the history, or of the training data, by a common factor.`,
  );
}

/** The same lists, without all scores of a query in memory at once; a query that is not known gets an empty list. */
function* rankByProducts<Label extends Id, Item extends Id>(
  { labels, items, rows, eligible, excluded }: RankingJob<Label, Item>,
  { index, queriesOf }: FactorProducts,
  longest: number,
): Steps<Recommendations<Label, Item>> {
  const known = Int32Array.from(rows).filter((row) => row >= 0);
  const offsets = new Int32Array(labels.length + 1);
  if (known.length === 0 || longest === 0) return empty(labels, items, offsets);
  const lists = yield* index().topK(queriesOf(known), longest, {
    eligible,
    excluded: concatenated(Array.from(known, (row) => excluded(row))),
  });
  const itemRows = new Int32Array(known.length * lists.k);
  const scores = new Float32Array(known.length * lists.k);
  let size = 0;
  let list = 0;
  for (let query = 0; query < labels.length; query++) {
    if (rows[query]! >= 0) {
      const start = list * lists.k;
      const length = lists.lengths[list++]!;
      itemRows.set(lists.items.subarray(start, start + length), size);
      scores.set(lists.scores.subarray(start, start + length), size);
      size += length;
    }
    offsets[query + 1] = size;
  }
  return new Recommendations({
    users: labels,
    items,
    offsets,
    itemRows: itemRows.slice(0, size),
    scores: scores.slice(0, size),
  });
}

function empty<Label extends Id, Item extends Id>(
  users: readonly Label[],
  items: Vocabulary<Item>,
  offsets: Int32Array,
): Recommendations<Label, Item> {
  return new Recommendations({
    users,
    items,
    offsets,
    itemRows: new Int32Array(0),
    scores: new Float32Array(0),
  });
}

/** Lists as the rows of a sparse matrix. */
function concatenated(lists: readonly ReadonlyInt32Array[]): {
  readonly offsets: Int32Array;
  readonly indices: Int32Array;
} {
  const offsets = new Int32Array(lists.length + 1);
  lists.forEach((list, n) => (offsets[n + 1] = offsets[n]! + list.length));
  const indices = new Int32Array(offsets[lists.length]!);
  lists.forEach((list, n) => {
    indices.set(list, offsets[n]);
  });
  return { offsets, indices };
}

/** The list length asked for, checked; default 10. */
export function listLength(k = 10): number {
  requireArgument(
    Number.isSafeInteger(k) && k >= 1,
    () => `k is ${k}; it must be a whole number of at least 1.`,
  );
  return k;
}
