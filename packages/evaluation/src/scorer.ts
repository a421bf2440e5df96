import {
  hasCapability,
  productsOf,
  selectRows,
  type Capabilities,
  type FactorProducts,
  type Model,
} from '@tensorec/core';
import {
  emptyCsr,
  mergeRepeats,
  type Csr,
  type ReadonlyInt32Array,
  type Steps,
} from '@tensorec/kernels';
import { alignPart, columnsOf, rowMap } from './alignment.js';
import type { Settings, TestPart } from './settings.js';

/** Scores in one block, at most, unless one user has more; a block takes a few milliseconds. */
const blockScores = 1 << 19;

/** Where the scores of a user come from: the given or an empty history, the model's own row, or nowhere. */
type Source = 'history' | 'row' | 'none';

const nothing = new Int32Array(0);

/** What a model answers for users of the test part, whose rows and items need not be the model's. */
export class Scorer {
  readonly model: Model;
  /** The model's row of each item of the test part; −1 where the model does not know it. */
  readonly itemOf: Int32Array;
  /** What the model goes by, in words. */
  readonly history: string;
  readonly notes: readonly string[];
  readonly #userOf: Int32Array;
  readonly #histories: Csr | undefined;
  readonly #folding: Capabilities['folds-in'] | undefined;

  constructor(model: Model, test: TestPart, histories: Settings['histories']) {
    this.model = model;
    this.itemOf = rowMap(test.items, model.items);
    this.#userOf = rowMap(test.users, model.users);
    this.#folding = hasCapability(model, 'folds-in') ? model : undefined;
    const aligned = histories && alignPart(histories, test.users, model.items);
    this.#histories = aligned && mergeRepeats(aligned.entries, model.training.repeats);
    const reads = aligned !== undefined && this.#folding !== undefined;
    this.history = reads ? 'the given histories' : 'the training history';
    const notes: string[] = [];
    if (aligned !== undefined && !reads) {
      notes.push(
        `${model.name} does not fold in: it went by its training history, not by the given histories.`,
      );
    }
    if (reads && aligned.leftOut > 0) {
      notes.push(
        `${model.name}: ${aligned.leftOut} interactions of the histories are with items that the model does not know, and were not read.`,
      );
    }
    this.notes = notes;
  }

  /** Whether a user, by row of the test part, has a history that the model can go by. */
  hasHistory(user: number): boolean {
    const readsHistories = this.#folding !== undefined && this.#histories !== undefined;
    return (readsHistories ? this.historyOf(user) : this.trainingOf(user)).length > 0;
  }

  /** Whether the model scores items for a user, by row of the test part. */
  answers(user: number): boolean {
    return this.#source(user) !== 'none';
  }

  /** Whether items of the model, by its rows, have a training event. */
  isTrained(item: number): boolean {
    return (this.model.training.itemCounts[item] ?? 0) > 0;
  }

  /** What makes the lists where all scores are products: where the model does not go by given histories. */
  get products(): FactorProducts | undefined {
    const readsHistories = this.#folding !== undefined && this.#histories !== undefined;
    return readsHistories ? undefined : productsOf(this.model);
  }

  /** The model's row of a user of the test part; −1 where the model does not know the user. */
  rowOf(user: number): number {
    return this.#userOf[user]!;
  }

  /** Items of the training history of a user, by the model's rows. */
  trainingOf(user: number): ReadonlyInt32Array {
    const row = this.#userOf[user]!;
    return row < 0 ? nothing : columnsOf(this.model.training.history, row);
  }

  /** Items of the given history of a user, by the model's rows. */
  historyOf(user: number): ReadonlyInt32Array {
    return this.#histories === undefined ? nothing : columnsOf(this.#histories, user);
  }

  /** Items that the user had before, by the model's rows: those of the given history, or else of training. */
  profileOf(user: number): ReadonlyInt32Array {
    return this.#histories === undefined ? this.trainingOf(user) : this.historyOf(user);
  }

  /**
   * Scores of all items for each of the users whom the model answers, block by block. Items without training events
   * get −Infinity.
   *
   * @param visit - called with the position in `users` and the scores, which it may change
   */
  *scoreAll(users: Int32Array, visit: (position: number, scores: Float32Array) => void): Steps {
    const items = this.model.items.size;
    const untrained = Int32Array.from({ length: items }, (_, item) => item).filter(
      (item) => !this.isTrained(item),
    );
    const blockUsers = Math.max(1, Math.floor(blockScores / Math.max(1, items)));
    const scores = new Float32Array(Math.min(blockUsers, users.length) * items);
    let done = 0;
    for (const source of ['history', 'row'] as const) {
      const positions = Int32Array.from(users.keys()).filter(
        (position) => this.#source(users[position]!) === source,
      );
      for (let from = 0; from < positions.length; from += blockUsers) {
        const block = positions.subarray(from, from + blockUsers);
        const blockRows = block.map((position) => users[position]!);
        this.#scoreBlock(source, blockRows, scores.subarray(0, block.length * items));
        for (let n = 0; n < block.length; n++) {
          const own = scores.subarray(n * items, (n + 1) * items);
          for (const item of untrained) own[item] = -Infinity;
          visit(block[n]!, own);
        }
        done += block.length;
        yield done / users.length;
      }
    }
  }

  #source(user: number): Source {
    const answers = this.model.answersAnyone || this.hasHistory(user);
    if (!answers) return 'none';
    if (this.#folding !== undefined && this.#histories !== undefined) return 'history';
    if (this.#userOf[user]! >= 0) return 'row';
    return this.#folding === undefined ? 'none' : 'history';
  }

  #scoreBlock(source: 'history' | 'row', users: Int32Array, scores: Float32Array): void {
    if (source === 'row') {
      const rows = users.map((user) => this.#userOf[user]!);
      this.model.scoreRows(rows, scores);
    } else {
      const histories =
        this.#histories === undefined
          ? emptyCsr(users.length, this.model.items.size)
          : selectRows(this.#histories, users);
      this.#folding?.scoreHistories(histories, scores);
    }
  }
}
