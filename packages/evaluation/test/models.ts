import {
  BaseModel,
  FoldingModel,
  Interactions,
  ratePairs,
  Vocabulary,
  type Id,
  type InteractionColumns,
  type ModelState,
  type RateRequest,
  type RatesItems,
  type RatingPredictions,
  type Role,
  type TrainingRecord,
} from '@tensorec/core';
import { columnCounts, mergeRepeats, type Csr, type ReadonlyInt32Array } from '@tensorec/kernels';

/** Interactions of one role from triples over fixed vocabularies. */
export function part<User extends Id, Item extends Id, R extends Role>(
  role: R,
  ids: { readonly users: Vocabulary<User>; readonly items: Vocabulary<Item> },
  events: readonly (readonly [user: User, item: Item, value?: number])[],
  more: Partial<InteractionColumns<User, Item, R>> = {},
): Interactions<User, Item, R> {
  return new Interactions({
    role,
    ...ids,
    userRows: Int32Array.from(events, ([user]) => ids.users.row(user) ?? -1),
    itemRows: Int32Array.from(events, ([, item]) => ids.items.row(item) ?? -1),
    ...(events.some(([, , value]) => value !== undefined)
      ? { values: Float32Array.from(events, ([, , value]) => value ?? 0) }
      : {}),
    ...more,
  });
}

/** What a model remembers of training data. */
export function recordOf<User extends Id, Item extends Id>(
  train: Interactions<User, Item>,
): TrainingRecord<User, Item> {
  const history = mergeRepeats(train.byUser(), 'last');
  return {
    users: train.users,
    items: train.items,
    history,
    repeats: 'last',
    itemCounts: columnCounts(history),
    fingerprint: train.fingerprint,
    splitId: train.splitId,
    seed: 0,
  };
}

/** Scores by a table: a row a user, a column an item. Remembers the largest block that it was asked for. */
export class TableModel<User extends Id, Item extends Id> extends BaseModel<User, Item> {
  readonly name: string = 'table';
  override readonly answersAnyone: boolean;
  largestBlock = 0;
  readonly #table: readonly ArrayLike<number>[];

  constructor(
    training: TrainingRecord<User, Item>,
    table: readonly ArrayLike<number>[],
    answersAnyone = false,
  ) {
    super(training, {});
    this.#table = table;
    this.answersAnyone = answersAnyone;
  }

  scoreRows(userRows: ReadonlyInt32Array, scores: Float32Array): void {
    this.largestBlock = Math.max(this.largestBlock, scores.length);
    scores.fill(NaN);
    for (let n = 0; n < userRows.length; n++) {
      scores.set(this.#table[userRows[n]!]!, n * this.items.size);
    }
  }

  state(): ModelState {
    return {};
  }
}

/** Rates by a table; NaN where there is no entry. */
export class RatingModel<User extends Id, Item extends Id>
  extends TableModel<User, Item>
  implements RatesItems<User, Item>
{
  override readonly name = 'rating-table';
  readonly #ratings: readonly ArrayLike<number>[];

  constructor(training: TrainingRecord<User, Item>, ratings: readonly ArrayLike<number>[]) {
    super(training, ratings);
    this.#ratings = ratings;
  }

  rate(request: RateRequest<User, Item>): Promise<RatingPredictions> {
    return ratePairs(this, request);
  }

  rateRows(
    userRows: ReadonlyInt32Array,
    itemRows: ReadonlyInt32Array,
    ratings: Float32Array,
  ): void {
    for (let n = 0; n < ratings.length; n++) {
      ratings[n] = this.#ratings[userRows[n]!]?.[itemRows[n]!] ?? NaN;
    }
  }
}

/** Scores an item by the number of history items whose row is one less, plus a constant for each item. */
export class SuccessorModel<User extends Id, Item extends Id> extends FoldingModel<User, Item> {
  readonly name = 'successor';
  override readonly answersAnyone: boolean;
  readonly #constants: readonly number[];

  constructor(
    training: TrainingRecord<User, Item>,
    constants: readonly number[],
    answersAnyone = false,
  ) {
    super(training, {});
    this.#constants = constants;
    this.answersAnyone = answersAnyone;
  }

  scoreRows(userRows: ReadonlyInt32Array, scores: Float32Array): void {
    for (let n = 0; n < userRows.length; n++) {
      this.#score(this.training.history, userRows[n]!, scores, n);
    }
  }

  scoreHistories(histories: Csr, scores: Float32Array): void {
    for (let n = 0; n < histories.rows; n++) this.#score(histories, n, scores, n);
  }

  state(): ModelState {
    return {};
  }

  #score(matrix: Csr, row: number, scores: Float32Array, n: number): void {
    const own = scores.subarray(n * this.items.size, (n + 1) * this.items.size);
    own.set(this.#constants);
    for (const item of matrix.indices.subarray(matrix.offsets[row], matrix.offsets[row + 1])) {
      if (item + 1 < own.length) own[item + 1]! += 1;
    }
  }
}

/** The vocabularies of a small world: users u, v, w, … and items A, B, C, … */
export function world(
  users: string,
  items: string,
): {
  readonly users: Vocabulary<string>;
  readonly items: Vocabulary<string>;
} {
  return { users: Vocabulary.from(users), items: Vocabulary.from(items) };
}
