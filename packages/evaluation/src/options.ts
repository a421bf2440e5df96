import type { CallOptions, CandidateLists, FeatureTable, Id, Interactions } from '@tensorec/core';

/** What is evaluated: lists of items, predicted ratings, or the next item of a sequence. */
export type EvaluationTask = 'ranking' | 'rating' | 'next-item';

/** Negatives to draw for each test user. */
export interface SampledCandidates {
  /** How many negatives a user, at least 1; the user's test items come on top. */
  readonly sampled: number;
  /** All items alike (default), or in proportion to their number of training users. */
  readonly by?: 'uniform' | 'popularity' | undefined;
  /**
   * Items never drawn: those of the user in train, validation, histories and test (`all`, default), or those in train
   * and test. Validation is known where the option `validation` gives it.
   */
  readonly avoid?: 'all' | 'train' | undefined;
  /** Whether an item may be drawn twice, and then takes two places; default false. */
  readonly replacement?: boolean | undefined;
  /**
   * A safe integer ≥ 0, default 0. The draws for a user depend on it, on the user's row and on the training data that
   * the model remembers; not on other users.
   */
  readonly seed?: number | undefined;
}

/** Options of {@link evaluate}. */
export interface EvaluateOptions<User extends Id = Id, Item extends Id = Id> extends CallOptions {
  /**
   * Metrics by name, such as `ndcg@10`, `novelty@10`, `ndcg-gap@10` or `rmse`; see `@tensorec/metrics`. Those of the items
   * in lists and the gaps are for rankings of `all` items. Of users without a list each of them is 0, but `calibration`,
   * which then is ln 100 where the user's history has a category; every evaluated user counts in a mean over users.
   * `popularity-bias` is over the users who have a list and a history.
   */
  readonly metrics: readonly string[];
  /**
   * Metrics that are computed beside `metrics`, for curves over the cut: a tie across a cut that only they have is no tie
   * in the protocol. Default none.
   */
  readonly further?: readonly string[] | undefined;
  /**
   * - `ranking` (default): all test items of a user are relevant at once; a repeated item counts once.
   * - `next-item`: each test interaction is a target of its own, alone relevant; the targets of a user are averaged first.
   * - `rating`: the value of each test interaction is predicted.
   */
  readonly task?: EvaluationTask | undefined;
  /**
   * What is ranked: `all` items with a training event (default); a list given for each test interaction, ranked with
   * its item, which is alone relevant, and averaged first over the interactions of a user; or negatives drawn for each
   * user, ranked with the relevant items. Not for `rating`.
   */
  readonly candidates?: 'all' | CandidateLists | SampledCandidates | undefined;
  /**
   * Items of the user to keep out of a ranking of all items:
   * - `train`: those that the model was trained on;
   * - `train+validation`: those and the ones in `validation`, which must be given;
   * - `true` (default): those of `histories` where they are given; else `train`, and in `next-item` also those of
   *   `validation` where it is given;
   * - `false`: none.
   *
   * A relevant item that is kept out stays relevant and cannot be hit. Candidates that were given or drawn are ranked
   * as they are.
   */
  readonly excludeSeen?: boolean | 'train' | 'train+validation' | undefined;
  /** The validation part of the split, when the test part is evaluated. */
  readonly validation?: Interactions<User, Item, 'validation'> | undefined;
  /** What a model that folds in reads instead of its training history; users without an entry are then unknown to it. */
  readonly histories?: Interactions<User, Item> | undefined;
  /**
   * Test users evaluated: `all` (default), those with a history (`known`), or a random sample of at least 1, drawn
   * with a seed (default 0).
   */
  readonly users?:
    'all' | 'known' | { readonly sample: number; readonly seed?: number | undefined } | undefined;
  /** Lowest and highest rating; predictions are clipped to it. For `rating` only. */
  readonly scale?: readonly [lowest: number, highest: number] | undefined;
  /**
   * Categories of items: a column of the kind `category` or `tags`. `calibration` needs them; `diversity` compares items
   * by them, and where there are none by the training users they share.
   */
  readonly itemFeatures?:
    { readonly table: FeatureTable<Item>; readonly column: string } | undefined;
  /**
   * Groups of users for the gaps: a column of the kind `category`. Users without an entry are in no group. By default
   * the groups are thirds by the length of the history (that of `histories` where they are given, else of training):
   * with n users in ascending order of length, the first reaches up to the length at position ⌈n / 3⌉ and the second up
   * to that at ⌈2n / 3⌉, so that users of one length are in one group and a group may have nobody.
   */
  readonly userGroups?: { readonly table: FeatureTable<User>; readonly column: string } | undefined;
}
