import type { Csr, FactorIndex, ReadonlyFloat32Array, ReadonlyInt32Array } from '@tensorec/kernels';
import type { CallOptions } from './progress.js';
import type { Recommendations } from './recommendations.js';
import type { HistoryRequest, Model } from './recommender.js';
import type { Id } from './vocabulary.js';

/** Ratings of pairs. */
export interface RatingPredictions {
  /** One a pair, in the unit of the training values. */
  readonly ratings: Float32Array;
  /** How many came from user and item means because the model could not rate the pair. */
  readonly fallbacks: number;
}

/** Asks for the ratings of pairs: `users[n]` with `items[n]`; unknown ids are rated by means. */
export interface RateRequest<User extends Id = Id, Item extends Id = Id> extends CallOptions {
  readonly users: readonly User[];
  readonly items: readonly Item[];
}

/** Predicts ratings in the unit of the training values. */
export interface RatesItems<User extends Id = Id, Item extends Id = Id> {
  rate(request: RateRequest<User, Item>): Promise<RatingPredictions>;
  /**
   * Ratings of pairs of rows; a row is −1 where the id is unknown.
   *
   * @param ratings - out: one a pair; NaN where the model has nothing to go by
   */
  rateRows(userRows: ReadonlyInt32Array, itemRows: ReadonlyInt32Array, ratings: Float32Array): void;
}

/** Recommends for a history that it never saw, without training again. */
export interface FoldsIn<Item extends Id = Id> {
  /**
   * As `Model.recommend`; `user` in the result is the position of the history.
   *
   * @throws TensorecError `invalid-argument` for a value that is not finite in single precision; `numerical` where scores
   * overflow.
   */
  recommend(request: HistoryRequest<Item>): Promise<Recommendations<number, Item>>;
  /**
   * Scores of all items for histories.
   *
   * @param histories - a row a history, a column an item of the model; columns ascend and do not repeat
   * @param scores - out: histories.rows × items.size, row-major; finite but where values are so large that sums overflow
   */
  scoreHistories(histories: Csr, scores: Float32Array): void;
}

/** Asks for the items most similar to each given one. */
export interface SimilarRequest<Item extends Id = Id> extends CallOptions {
  readonly items: readonly Item[];
  /** Longest list wanted, at least 1; default 10. */
  readonly k?: number | undefined;
}

/** Finds items similar to an item. */
export interface FindsSimilar<Item extends Id = Id> {
  /** The most similar items, best first, never the item itself; `user` in the result is the item asked about. */
  similar(request: SimilarRequest<Item>): Promise<Recommendations<Item, Item>>;
  /**
   * Similarities of all items to each item of a block.
   *
   * @param similarities - out: itemRows.length × items.size, row-major; −Infinity where not comparable
   */
  similarRows(itemRows: ReadonlyInt32Array, similarities: Float32Array): void;
}

/** Scores are products of a user's and an item's factors. */
export interface HasFactors {
  readonly factors: number;
  /** users.size × factors, row-major. */
  readonly userFactors: ReadonlyFloat32Array;
  /** items.size × factors, row-major. */
  readonly itemFactors: ReadonlyFloat32Array;
  /**
   * The item factors ready for products. Where a model gives them, its lists are made from them block by block, without
   * the scores of all items in memory; so their products must be what `scoreRows` gives, to the bit.
   */
  factorIndex?(): FactorIndex;
}

/** One reason for a recommendation. */
export interface Reason<Item extends Id = Id> {
  /** An item of the user's history. */
  readonly item: Item;
  /** Its part of the score; the parts of the whole history add up to the score. */
  readonly contribution: number;
}

/** Asks why a user is recommended an item. */
export interface ExplainRequest<User extends Id = Id, Item extends Id = Id> {
  readonly user: User;
  readonly item: Item;
  /** Most reasons wanted, at least 1; default 5. */
  readonly k?: number | undefined;
}

/** Explains a score by the user's history. */
export interface Explains<User extends Id = Id, Item extends Id = Id> {
  /** The strongest reasons, by descending contribution. */
  explain(request: ExplainRequest<User, Item>): Promise<readonly Reason<Item>[]>;
  /**
   * The parts of a score.
   *
   * @returns one a history item, in the order of the user's row in `training.history`
   */
  contributions(userRow: number, itemRow: number): Float64Array;
}

/** What a model can do beside recommending for known users. */
export interface Capabilities<User extends Id = Id, Item extends Id = Id> {
  'rates-items': RatesItems<User, Item>;
  'folds-in': FoldsIn<Item>;
  'finds-similar': FindsSimilar<Item>;
  'has-factors': HasFactors;
  explains: Explains<User, Item>;
}

/** Name of a capability, as descriptors and reports write it. */
export type CapabilityName = keyof Capabilities;

/** The member whose presence shows each capability. */
const evidence: Readonly<Record<CapabilityName, string>> = {
  'rates-items': 'rateRows',
  'folds-in': 'scoreHistories',
  'finds-similar': 'similarRows',
  'has-factors': 'itemFactors',
  explains: 'contributions',
};

/** Names of all capabilities. */
export const capabilityNames: readonly CapabilityName[] = Object.keys(evidence) as CapabilityName[];

/**
 * Whether a model has a capability; the type follows.
 *
 * @example
 * ```ts
 * if (hasCapability(model, 'finds-similar')) await model.similar({ items: ['lamp'] });
 * ```
 */
export function hasCapability<User extends Id, Item extends Id, Name extends CapabilityName>(
  model: Model<User, Item>,
  name: Name,
): model is Model<User, Item> & Capabilities<User, Item>[Name] {
  return evidence[name] in model;
}
