import { TensorecError, type ReadonlyInt32Array, type Steps } from '@tensorec/kernels';
import type { ModelState } from './artifact/state.js';
import { disposeSymbol } from './dispose.js';
import { show } from './nearest.js';
import { runSteps } from './progress.js';
import { listLength, productsOf, rank } from './ranking.js';
import type { Recommendations } from './recommendations.js';
import type { Model, RecommendOptions, ScoreRequest, UserRequest } from './recommender.js';
import type { TrainingRecord } from './training-record.js';
import type { Id, Vocabulary } from './vocabulary.js';

/**
 * A model that scores blocks of users: a subclass gives `name`, `scoreRows` and `state`, and has `recommend` and
 * `score` from here.
 */
export abstract class BaseModel<User extends Id = Id, Item extends Id = Id> implements Model<
  User,
  Item
> {
  abstract readonly name: string;
  readonly answersAnyone: boolean = false;
  readonly training: TrainingRecord<User, Item>;
  readonly parameters: object;
  #disposed = false;

  constructor(training: TrainingRecord<User, Item>, parameters: object) {
    this.training = training;
    this.parameters = parameters;
  }

  abstract scoreRows(userRows: ReadonlyInt32Array, scores: Float32Array): void;
  abstract state(options: { readonly users: boolean }): ModelState;

  get users(): Vocabulary<User> {
    return this.training.users;
  }

  get items(): Vocabulary<Item> {
    return this.training.items;
  }

  async recommend(request: UserRequest<User, Item>): Promise<Recommendations<User, Item>> {
    this.requireUsable();
    const { history } = this.training;
    const rows = Int32Array.from(request.users, (user) => {
      const row = this.users.row(user);
      const known = row !== undefined && (this.answersAnyone || hasHistory(this.training, row));
      if (known) return row;
      if ((request.unknown ?? 'error') === 'error') {
        throw row === undefined
          ? unknownUser(this, user, ` ${wayOut}`)
          : new TensorecError(
              'unknown-id',
              `The user ${show(user)} has no training events. ${wayOut}`,
            );
      }
      return -1;
    });
    const steps = rank({
      labels: request.users,
      items: this.items,
      k: listLength(request.k),
      rows,
      scoreRows: (block, scores) => {
        this.scoreRows(block, scores);
      },
      products: productsOf(this),
      unknownScores: unknownScores(this, request),
      eligible: eligibleItems(this, request),
      excluded: (row) =>
        request.exclude === 'none'
          ? nothing
          : history.indices.subarray(history.offsets[row], history.offsets[row + 1]),
    });
    return runSteps(steps, { ...request, stage: `recommend ${this.name}` });
  }

  async score(request: ScoreRequest<User, Item>): Promise<Float32Array> {
    this.requireUsable();
    const { users, items } = request;
    if (users.length !== items.length) {
      throw new TensorecError(
        'invalid-argument',
        `score got ${users.length} users and ${items.length} items; they must be parallel.`,
      );
    }
    const userRows = Int32Array.from(users, (user) => {
      const row = this.users.row(user);
      if (row === undefined) throw unknownUser(this, user, '');
      return row;
    });
    const itemRows = Int32Array.from(items, (item) => requireItem(this, item));
    return runSteps(this.#scorePairs(userRows, itemRows), {
      ...request,
      stage: `score ${this.name}`,
    });
  }

  /** Scores pair after pair in the order of users, so that each user's row is computed once. */
  *#scorePairs(userRows: Int32Array, itemRows: Int32Array): Steps<Float32Array> {
    const result = new Float32Array(userRows.length);
    const order = Int32Array.from(userRows.keys()).sort((a, b) => userRows[a]! - userRows[b]!);
    const scores = new Float32Array(this.items.size);
    let scored = -1;
    let done = 0;
    for (const pair of order) {
      const row = userRows[pair]!;
      if (row !== scored) {
        this.scoreRows(Int32Array.of(row), scores);
        scored = row;
        yield done / order.length;
      }
      result[pair] = scores[itemRows[pair]!]!;
      done++;
    }
    return result;
  }

  dispose(): void {
    this.#disposed = true;
  }

  [disposeSymbol](): void {
    this.dispose();
  }

  /** @throws TensorecError `invalid-argument` once the model was disposed. */
  protected requireUsable(): void {
    if (this.#disposed) {
      throw new TensorecError(
        'invalid-argument',
        `This ${this.name} model was disposed; fit or load it again.`,
      );
    }
  }
}

const nothing = new Int32Array(0);

function hasHistory(training: TrainingRecord, row: number): boolean {
  return training.history.offsets[row + 1]! > training.history.offsets[row]!;
}

/** The row of an item, or an error that shows the item. */
export function requireItem<Item extends Id>(model: Model<Id, Item>, item: Item): number {
  const row = model.items.row(item);
  if (row === undefined) {
    throw new TensorecError(
      'unknown-id',
      `The model does not know the item ${show(item)}${typeHint(model.items, item)}; it knows ${model.items.size} items.`,
    );
  }
  return row;
}

const wayOut = "Pass unknown: 'popular' or 'empty' to go on without.";

function unknownUser(model: Model, user: Id, advice: string): TensorecError {
  const reason =
    model.users.size === 0
      ? 'it was saved without users, so ask by histories.'
      : `it knows ${model.users.size} users${typeHint(model.users, user)}.${advice}`;
  return new TensorecError(
    'unknown-id',
    `The model does not know the user ${show(user)}; ${reason}`,
  );
}

/** Points out `7` asked for where `"7"` is known. */
function typeHint(vocabulary: Vocabulary, id: Id): string {
  const other = typeof id === 'string' ? Number(id) : String(id);
  return vocabulary.has(other) ? ` (but it knows the ${typeof other} ${show(other)})` : '';
}

/** 1 for each item that a request allows: with training events, among the candidates, passing `where`. */
export function eligibleItems<Item extends Id>(
  model: Model<Id, Item>,
  request: RecommendOptions<Item>,
): Uint8Array {
  const { itemCounts } = model.training;
  const eligible = Uint8Array.from(itemCounts, (count) => (count > 0 ? 1 : 0));
  if (request.candidates) {
    const candidate = new Uint8Array(eligible.length);
    for (const item of request.candidates) candidate[requireItem(model, item)] = 1;
    for (let item = 0; item < eligible.length; item++) eligible[item]! &= candidate[item]!;
  }
  if (request.where) {
    let row = 0;
    for (const item of model.items) {
      if (eligible[row] === 1 && !request.where(item)) eligible[row] = 0;
      row++;
    }
  }
  return eligible;
}

/** Popularity as scores where a request wants it for unknown users. */
export function unknownScores(
  model: Model,
  request: { readonly unknown?: string | undefined },
): Float32Array | undefined {
  return request.unknown === 'popular' ? Float32Array.from(model.training.itemCounts) : undefined;
}
