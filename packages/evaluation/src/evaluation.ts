import type { EvaluationTask } from './options.js';

/** The metrics of each user. */
export interface PerUser {
  /** Rows of the test part's `users`, ascending. */
  readonly userRows: Int32Array;
  /** For each metric that is a mean over users, as it was named, a value for each entry of `userRows`. */
  readonly values: Readonly<Record<string, Float64Array>>;
}

/** What became of each item in lists cut at the longest cut of the metrics; a number for each row of the part's `items`. */
export interface PerItem {
  readonly cut: number;
  /** Places that the item got in lists. */
  readonly recommended: Int32Array;
  /** Users to whom it was relevant, with a list or without. */
  readonly relevant: Int32Array;
  /** Lists in which it was relevant and found; each user has one list at most. */
  readonly hits: Int32Array;
}

/** Sums over the test rows of each user, from which `rmse`, `mae` and `r2` of any set of users follow. */
export interface RatingSums {
  /** Rows of the test part's `users`, ascending. */
  readonly userRows: Int32Array;
  /** Rows of the user. */
  readonly rows: Float64Array;
  readonly squaredError: Float64Array;
  readonly absoluteError: Float64Array;
  readonly actual: Float64Array;
  readonly actualSquared: Float64Array;
}

/** How an evaluation was done: what a reader needs in order to trust or repeat its figures. */
export interface Protocol {
  readonly task: EvaluationTask;
  /** What was ranked, in words. */
  readonly candidates: string;
  /** Which items of a user were kept out of the lists; `history` is that of `histories`. */
  readonly excludeSeen: false | 'train' | 'train+validation' | 'history';
  /** What the model went by, in words. */
  readonly history: string;
  /** Users that the figures are about. */
  readonly testUsers: number;
  /** Users with test interactions that the option `users` left out. */
  readonly leftOut: number;
  /** Share of the users with equal scores on both sides of the cut of a metric, 0 to 1; 0 for ratings. */
  readonly tieShare: number;
  /** Ratings that came from user and item means because the model could not rate the pair; for ratings only. */
  readonly fallbacks?: number;
  /** What else a reader must know, a sentence or two each. */
  readonly notes: readonly string[];
}

/** What {@link evaluate} found. */
export interface Evaluation {
  /** A figure for each metric, as it was named: the mean over users, of all lists together, or pooled over rows. */
  readonly metrics: Readonly<Record<string, number>>;
  /** What the means are of. Empty for ratings, whose figures are pooled over rows. */
  readonly perUser: PerUser;
  /** For rankings of all items. */
  readonly perItem?: PerItem;
  /** For ratings. */
  readonly ratingSums?: RatingSums;
  readonly protocol: Protocol;
}
