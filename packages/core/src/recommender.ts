import type { ReadonlyInt32Array } from '@tensorec/kernels';
import type { Interactions } from './interactions.js';
import type { CallOptions } from './progress.js';
import type { Recommendations } from './recommendations.js';
import type { TrainingRecord } from './training-record.js';
import type { Id, Vocabulary } from './vocabulary.js';
import type { ModelState } from './artifact/state.js';

/** What `fit` learns from. Validation and test parts do not compile. */
export type TrainingData<User extends Id = Id, Item extends Id = Id> = Interactions<
  User,
  Item,
  'whole' | 'train'
>;

/** Options of `fit`. */
export interface FitOptions<User extends Id = Id, Item extends Id = Id> extends CallOptions {
  /** Watched for early stopping by models that train in epochs; the others do not read it. */
  readonly validation?: Interactions<User, Item, 'validation'> | undefined;
  /** When training ends; read by models that train in epochs, which have defaults of their own. */
  readonly training?: TrainingLimits | undefined;
  /** A safe integer ≥ 0, default 0. The same data, parameters and seed give the same model, to the bit. */
  readonly seed?: number | undefined;
  /** Called after each epoch or iteration by models that train so; what it throws ends the fit. */
  readonly onEpoch?: ((epoch: TrainingEpoch) => void) | undefined;
}

/** When a model that trains in epochs is looked at, and when it stops. */
export interface TrainingLimits {
  /** Watched on the validation part, such as `ndcg@10`; the best epoch is kept. */
  readonly metric?: string | undefined;
  /** Epochs from one validation to the next; at least 1. */
  readonly every?: number | undefined;
  /** Validations without an improvement before training stops; at least 1. */
  readonly patience?: number | undefined;
  /** Training stops after the epoch in which so many minutes have passed; above 0. */
  readonly maxMinutes?: number | undefined;
}

/** What is known after one epoch or iteration of training. */
export interface TrainingEpoch {
  /** From 1. */
  readonly epoch: number;
  /** The objective or loss, by the name that the model's paper gives it, and metrics of the validation part. */
  readonly values: Readonly<Record<string, number>>;
}

/** Hyper-parameters that can learn a model from interactions. */
export interface Recommender {
  /** Name in experiment files and artifacts. */
  readonly name: string;
  /** All hyper-parameters, defaults filled in. */
  readonly parameters: object;
  /**
   * Learns a model. Nothing is kept between calls, and the data is not changed.
   *
   * @throws TensorecError `role` for validation or test data, `empty-data` when there is nothing to learn from.
   */
  fit<User extends Id, Item extends Id>(
    train: TrainingData<User, Item>,
    options?: FitOptions<User, Item>,
  ): Promise<Model<User, Item>>;
}

/** What to do with a user whom the model does not know, or who has no interactions that it could go by. */
export type UnknownUsers = 'error' | 'empty' | 'popular';

/** Options common to all requests for recommendations. */
export interface RecommendOptions<Item extends Id = Id> extends CallOptions {
  /** Longest list wanted, at least 1; default 10. */
  readonly k?: number | undefined;
  /** `seen` (default) leaves out the items of the user's training events or of the given history; `none` keeps them. */
  readonly exclude?: 'seen' | 'none' | undefined;
  /** Only these items; default all. */
  readonly candidates?: readonly Item[] | undefined;
  /** Only items for which this holds. */
  where?(item: Item): boolean;
  /** Default `error`. */
  readonly unknown?: UnknownUsers | undefined;
}

/** Asks for recommendations for known users. */
export interface UserRequest<
  User extends Id = Id,
  Item extends Id = Id,
> extends RecommendOptions<Item> {
  readonly users: readonly User[];
}

/** One event of a history that the model never saw. */
export interface HistoryEvent<Item extends Id = Id> {
  readonly item: Item;
  /** Rating, count or weight; default 1. */
  readonly value?: number | undefined;
}

/** What one person did: items, or items with values; oldest first. */
export type History<Item extends Id = Id> = readonly (Item | HistoryEvent<Item>)[];

/**
 * Asks for recommendations for histories, of users the model may never have seen. With `unknown: 'error'` an item that
 * the model does not know is an error; otherwise it is left out, and a history of which nothing stays is an unknown user.
 */
export interface HistoryRequest<Item extends Id = Id> extends RecommendOptions<Item> {
  readonly histories: readonly History<Item>[];
}

/** Asks for the scores of pairs: `users[n]` with `items[n]`. */
export interface ScoreRequest<User extends Id = Id, Item extends Id = Id> extends CallOptions {
  readonly users: readonly User[];
  readonly items: readonly Item[];
}

/**
 * A fitted model.
 *
 * Two faces: requests by raw id (`recommend`, `score`), and the row face (`scoreRows`) that evaluators and other
 * libraries call.
 */
export interface Model<User extends Id = Id, Item extends Id = Id> extends Disposable {
  /** Name in experiment files and artifacts. */
  readonly name: string;
  readonly parameters: object;
  readonly users: Vocabulary<User>;
  readonly items: Vocabulary<Item>;
  /** What the model remembers of its training data. */
  readonly training: TrainingRecord<User, Item>;
  /** Whether the scores of a user without any history mean something, as those of `popular` do. */
  readonly answersAnyone: boolean;

  /**
   * The best items for each user, best first. Items without a training event and excluded items never appear; fewer
   * than k rows come back where fewer qualify; ties break by item row. O(users · items) beside the model's own scoring.
   *
   * @throws TensorecError `unknown-id` for a user (with `unknown: 'error'`) or a candidate that the model does not know;
   * `invalid-argument` for k < 1.
   */
  recommend(request: UserRequest<User, Item>): Promise<Recommendations<User, Item>>;

  /**
   * The scores of pairs, comparable within one user.
   *
   * @throws TensorecError `unknown-id` for a user or an item that the model does not know.
   */
  score(request: ScoreRequest<User, Item>): Promise<Float32Array>;

  /**
   * Scores of all items for a block of users.
   *
   * @param userRows - rows in `users`
   * @param scores - out: userRows.length × items.size, row-major; higher is better, never NaN
   */
  scoreRows(userRows: ReadonlyInt32Array, scores: Float32Array): void;

  /** What an artifact keeps beside the training record: everything learned, as named tensors. */
  state(options: { readonly users: boolean }): ModelState;

  /** Frees what the model holds; it cannot be used afterwards. */
  dispose(): void;
}
