import type { CallOptions, CandidateLists, Id, Interactions } from '@tensorec/core';

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
  /** Metrics by name, such as `ndcg@10` or `rmse`; see `@tensorec/metrics`. */
  readonly metrics: readonly string[];
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
}
