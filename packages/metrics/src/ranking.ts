import { log, TensorecError } from '@tensorec/kernels';

/**
 * One user's ranked list, best first: entry `r` (counted from 0) is 1 when the item at rank `r + 1` is relevant and 0
 * when it is not.
 *
 * A list may be longer than `k` (the rest is not read) or shorter: what was not returned is not a hit. So one
 * `Uint8Array` of length `k`, filled with 0 after the end of a short list, serves a loop over all users without an
 * allocation.
 */
export type RelevanceFlags = ArrayLike<number>;

/**
 * Recall: the share of the relevant items that are among the first `k`, hits / |R|.
 *
 * Manning, Raghavan and Schütze (2008), Introduction to Information Retrieval, eq. 8.2.
 *
 * @param k the cut, a positive whole number
 * @param list 0/1 flags in rank order, see {@link RelevanceFlags}
 * @param relevantCount |R|, how many items are relevant to the user, in the list or not; at least the number of hits
 * @returns a number from 0 to 1; a user with more than `k` relevant items cannot reach 1
 * @throws TensorecError `invalid-argument` for a `k`, flag or count outside these ranges
 */
export function recallAt(k: number, list: RelevanceFlags, relevantCount: number): number {
  return countHits('recall', k, list, relevantCount) / relevantCount;
}

/**
 * Precision: the share of the `k` places that hold a relevant item, hits / k. The divisor is `k` even where the list
 * is shorter, so that returning fewer items never raises it.
 *
 * Manning, Raghavan and Schütze (2008), Introduction to Information Retrieval, section 8.4.
 *
 * @param k the cut, a positive whole number
 * @param list 0/1 flags in rank order, see {@link RelevanceFlags}
 * @param relevantCount |R|, how many items are relevant to the user, in the list or not; at least the number of hits
 * @returns a number from 0 to 1; a user with fewer than `k` relevant items cannot reach 1
 * @throws TensorecError `invalid-argument` for a `k`, flag or count outside these ranges
 */
export function precisionAt(k: number, list: RelevanceFlags, relevantCount: number): number {
  return countHits('precision', k, list, relevantCount) / k;
}

/**
 * F1: the harmonic mean of one user's precision and recall at `k`, which is 2 · hits / (k + |R|); 0 without a hit.
 * The mean over users is a mean of F1 values, not the F1 of mean precision and mean recall.
 *
 * Van Rijsbergen (1979), Information Retrieval, chapter 7.
 *
 * @param k the cut, a positive whole number
 * @param list 0/1 flags in rank order, see {@link RelevanceFlags}
 * @param relevantCount |R|, how many items are relevant to the user, in the list or not; at least the number of hits
 * @returns a number from 0 to 1
 * @throws TensorecError `invalid-argument` for a `k`, flag or count outside these ranges
 */
export function f1At(k: number, list: RelevanceFlags, relevantCount: number): number {
  return (2 * countHits('f1', k, list, relevantCount)) / (k + relevantCount);
}

/**
 * Hit rate: 1 when at least one of the first `k` items is relevant, else 0. With one relevant item a user it equals
 * recall.
 *
 * Deshpande and Karypis (2004), Item-based top-N recommendation algorithms, section 6.
 *
 * @param k the cut, a positive whole number
 * @param list 0/1 flags in rank order, see {@link RelevanceFlags}
 * @param relevantCount |R|, how many items are relevant to the user, in the list or not; at least the number of hits
 * @returns 0 or 1
 * @throws TensorecError `invalid-argument` for a `k`, flag or count outside these ranges
 */
export function hitAt(k: number, list: RelevanceFlags, relevantCount: number): number {
  return countHits('hit', k, list, relevantCount) > 0 ? 1 : 0;
}

/**
 * Normalized discounted cumulative gain: Σ 1 / log2(rank + 1) over the hits among the first `k`, divided by the same
 * sum over ranks 1 to min(k, |R|), the best that any list can do. Ranks count from 1. It is exactly 1 for a list that
 * begins with min(k, |R|) hits, and for no other.
 *
 * Järvelin and Kekäläinen (2002), Cumulated gain-based evaluation of IR techniques, with the discount of Burges et al.
 * (2005), Learning to rank using gradient descent; the gain of a relevant item is 1.
 *
 * @param k the cut, a positive whole number
 * @param list 0/1 flags in rank order, see {@link RelevanceFlags}
 * @param relevantCount |R|, how many items are relevant to the user, in the list or not; at least the number of hits
 * @returns a number from 0 to 1
 * @throws TensorecError `invalid-argument` for a `k`, flag or count outside these ranges
 */
export function ndcgAt(k: number, list: RelevanceFlags, relevantCount: number): number {
  const hits = countHits('ndcg', k, list, relevantCount);
  const length = Math.min(k, list.length);
  const idealLength = Math.min(k, relevantCount);
  growDiscounts(Math.max(length, idealLength));
  let gain = 0;
  for (let rank = 1, found = 0; found < hits; rank++) {
    if (list[rank - 1] === 0) continue;
    gain += discounts[rank]!;
    found++;
  }
  return gain / idealGains[idealLength]!;
}

/**
 * Average precision: Σ precision@rank over the hits among the first `k`, divided by min(k, |R|). Its mean over users
 * is "MAP".
 *
 * Manning, Raghavan and Schütze (2008), Introduction to Information Retrieval, eq. 8.8, which has no cut and divides
 * by |R|; min(k, |R|) lets a perfect list reach 1 where |R| > k.
 *
 * @param k the cut, a positive whole number
 * @param list 0/1 flags in rank order, see {@link RelevanceFlags}
 * @param relevantCount |R|, how many items are relevant to the user, in the list or not; at least the number of hits
 * @returns a number from 0 to 1
 * @throws TensorecError `invalid-argument` for a `k`, flag or count outside these ranges
 */
export function mapAt(k: number, list: RelevanceFlags, relevantCount: number): number {
  const hits = countHits('map', k, list, relevantCount);
  let sum = 0;
  for (let rank = 1, found = 0; found < hits; rank++) {
    if (list[rank - 1] === 0) continue;
    found++;
    sum += found / rank;
  }
  return sum / Math.min(k, relevantCount);
}

/**
 * Reciprocal rank: 1 / rank of the first hit among the first `k`, 0 where there is none. Its mean over users is "MRR".
 *
 * Voorhees (1999), The TREC-8 question answering track report.
 *
 * @param k the cut, a positive whole number
 * @param list 0/1 flags in rank order, see {@link RelevanceFlags}
 * @param relevantCount |R|, how many items are relevant to the user, in the list or not; at least the number of hits
 * @returns a number from 0 to 1
 * @throws TensorecError `invalid-argument` for a `k`, flag or count outside these ranges
 */
export function mrrAt(k: number, list: RelevanceFlags, relevantCount: number): number {
  if (countHits('mrr', k, list, relevantCount) === 0) return 0;
  let rank = 1;
  while (list[rank - 1] === 0) rank++;
  return 1 / rank;
}

/** `discounts[rank]` is 1 / log2(rank + 1). Shared by all calls and grown when a longer list comes. */
const discounts: number[] = [0];
/** `idealGains[count]` is the sum of the first `count` discounts. */
const idealGains: number[] = [0];

function growDiscounts(ranks: number): void {
  for (let rank = discounts.length; rank <= ranks; rank++) {
    const discount = Math.LN2 / log(rank + 1);
    discounts.push(discount);
    idealGains.push(idealGains[rank - 1]! + discount);
  }
}

/** Checks the arguments that all ranking metrics share and counts the hits among the first `k`. */
function countHits(metric: string, k: number, list: RelevanceFlags, relevantCount: number): number {
  if (!Number.isSafeInteger(k) || k < 1) {
    throw new TensorecError(
      'invalid-argument',
      `${metric} got the cut k = ${k}: pass a positive whole number.`,
    );
  }
  if (!Number.isSafeInteger(relevantCount) || relevantCount < 1) {
    throw new TensorecError(
      'invalid-argument',
      `${metric} got relevantCount = ${relevantCount}: it is a whole number from 1 up. ` +
        'A user without relevant items has no value; leave such users out of the mean before calling.',
    );
  }
  const length = Math.min(k, list.length);
  let hits = 0;
  for (let position = 0; position < length; position++) {
    const flag = list[position]!;
    if (flag !== 0 && flag !== 1) {
      throw new TensorecError(
        'invalid-argument',
        `${metric} found the flag ${String(flag)} at rank ${position + 1}: pass 1 for a relevant item, 0 for another.`,
      );
    }
    hits += flag;
  }
  if (hits > relevantCount) {
    throw new TensorecError(
      'invalid-argument',
      `${metric} counted ${hits} hits for relevantCount = ${relevantCount}: ` +
        'count all relevant items of the user, and let no item appear twice in the list.',
    );
  }
  return hits;
}
