import { TensorecError, type Csr, type ReadonlyInt32Array, type Steps } from '@tensorec/kernels';
import { requireItem } from './base-model.js';
import type {
  ExplainRequest,
  Explains,
  FindsSimilar,
  RateRequest,
  RatesItems,
  RatingPredictions,
  Reason,
  SimilarRequest,
} from './capabilities.js';
import { show } from './nearest.js';
import { runSteps } from './progress.js';
import { listLength, rank } from './ranking.js';
import type { Recommendations } from './recommendations.js';
import type { Model } from './recommender.js';
import type { Id } from './vocabulary.js';

/** `similar` for models that give `similarRows`. */
export async function similarItems<Item extends Id>(
  model: Model<Id, Item> & FindsSimilar<Item>,
  request: SimilarRequest<Item>,
): Promise<Recommendations<Item, Item>> {
  const steps = rank({
    labels: request.items,
    items: model.items,
    k: listLength(request.k),
    rows: Int32Array.from(request.items, (item) => requireItem(model, item)),
    scoreRows: (rows, scores) => {
      model.similarRows(rows, scores);
    },
    eligible: Uint8Array.from(model.training.itemCounts, (count) => (count > 0 ? 1 : 0)),
    excluded: (row) => Int32Array.of(row),
  });
  return runSteps(steps, { ...request, stage: `similar ${model.name}` });
}

/** `explain` for models that give `contributions`. */
export function explainScore<User extends Id, Item extends Id>(
  model: Model<User, Item> & Explains<User, Item>,
  request: ExplainRequest<User, Item>,
): readonly Reason<Item>[] {
  const userRow = model.users.row(request.user);
  if (userRow === undefined) {
    throw new TensorecError(
      'unknown-id',
      `The model does not know the user ${show(request.user)}, so it has no history to explain by.`,
    );
  }
  const { history } = model.training;
  const start = history.offsets[userRow]!;
  const parts = model.contributions(userRow, requireItem(model, request.item));
  const reasons = Array.from(parts, (contribution, n) => ({
    item: model.items.id(history.indices[start + n]!),
    contribution,
  }));
  return reasons
    .sort((a, b) => b.contribution - a.contribution)
    .slice(0, listLength(request.k ?? 5));
}

/** `rate` for models that give `rateRows`. */
export async function ratePairs<User extends Id, Item extends Id>(
  model: Model<User, Item> & RatesItems<User, Item>,
  request: RateRequest<User, Item>,
): Promise<RatingPredictions> {
  const { users, items } = request;
  if (users.length !== items.length) {
    throw new TensorecError(
      'invalid-argument',
      `rate got ${users.length} users and ${items.length} items; they must be parallel.`,
    );
  }
  const steps = rateAllRows(
    model,
    Int32Array.from(users, (user) => model.users.row(user) ?? -1),
    Int32Array.from(items, (item) => model.items.row(item) ?? -1),
  );
  return runSteps(steps, { ...request, stage: `rate ${model.name}` });
}

/**
 * Ratings of pairs of rows (−1 where unknown). Where the model has nothing to go by, the rating is
 * μ + b_i + b_u with μ the mean training value, b_i the mean of r − μ over the item's ratings and b_u the mean of
 * r − μ − b_i over the user's; a part is 0 where there are no ratings.
 *
 * @throws TensorecError `unknown-id` when means are needed but the model was saved without its users' ratings.
 */
export function* rateAllRows(
  model: Model & RatesItems,
  userRows: ReadonlyInt32Array,
  itemRows: ReadonlyInt32Array,
): Steps<RatingPredictions> {
  const ratings = new Float32Array(userRows.length);
  const block = 512;
  for (let from = 0; from < ratings.length; from += block) {
    const to = Math.min(from + block, ratings.length);
    model.rateRows(
      userRows.subarray(from, to),
      itemRows.subarray(from, to),
      ratings.subarray(from, to),
    );
    yield to / ratings.length;
  }
  let fallbacks = 0;
  let means: RatingMeans | undefined;
  for (let n = 0; n < ratings.length; n++) {
    if (!Number.isNaN(ratings[n])) continue;
    means ??= ratingMeans(model.training.history);
    const user = means.user[userRows[n]!] ?? 0;
    const item = means.item[itemRows[n]!] ?? 0;
    ratings[n] = means.global + item + user;
    fallbacks++;
  }
  return { ratings, fallbacks };
}

interface RatingMeans {
  readonly global: number;
  readonly item: Float64Array;
  readonly user: Float64Array;
}

function ratingMeans(history: Csr): RatingMeans {
  const { offsets, indices, values } = history;
  const entries = indices.length;
  if (entries === 0) {
    throw new TensorecError(
      'unknown-id',
      'The model cannot rate this pair, and it was saved without the ratings whose means would stand in.',
    );
  }
  let total = 0;
  for (let e = 0; e < entries; e++) total += values[e]!;
  const global = total / entries;
  const item = new Float64Array(history.columns);
  const itemCount = new Int32Array(history.columns);
  for (let e = 0; e < entries; e++) {
    item[indices[e]!]! += values[e]! - global;
    itemCount[indices[e]!]!++;
  }
  for (let i = 0; i < item.length; i++) item[i]! /= Math.max(1, itemCount[i]!);
  const user = new Float64Array(history.rows);
  for (let u = 0; u < user.length; u++) {
    const count = offsets[u + 1]! - offsets[u]!;
    for (let e = offsets[u]!; e < offsets[u + 1]!; e++) {
      user[u]! += (values[e]! - global - item[indices[e]!]!) / count;
    }
  }
  return { global, item, user };
}
