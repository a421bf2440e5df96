import type { ReadonlyFloat32Array, ReadonlyInt32Array } from '@tensorec/kernels';
import type { Id, Vocabulary } from './vocabulary.js';

/** One recommendation. */
export interface Recommendation<User extends Id = Id, Item extends Id = Id> {
  /** The user; for a request by histories the position of the history, for similar items the item asked about. */
  readonly user: User;
  readonly item: Item;
  readonly score: number;
  /** From 1. */
  readonly rank: number;
}

/** Ranked lists for a block of users, in columns; iterates as rows of raw ids, list by list, best first. */
export class Recommendations<User extends Id = Id, Item extends Id = Id> implements Iterable<
  Recommendation<User, Item>
> {
  /** Whom the lists are for, in the order of the request. */
  readonly users: readonly User[];
  readonly items: Vocabulary<Item>;
  /** List n is at offsets[n] … offsets[n + 1] − 1 of the columns. */
  readonly offsets: ReadonlyInt32Array;
  /** Rows in `items`. */
  readonly itemRows: ReadonlyInt32Array;
  readonly scores: ReadonlyFloat32Array;

  constructor(columns: {
    readonly users: readonly User[];
    readonly items: Vocabulary<Item>;
    readonly offsets: ReadonlyInt32Array;
    readonly itemRows: ReadonlyInt32Array;
    readonly scores: ReadonlyFloat32Array;
  }) {
    this.users = columns.users;
    this.items = columns.items;
    this.offsets = columns.offsets;
    this.itemRows = columns.itemRows;
    this.scores = columns.scores;
  }

  /** Rows of all lists together. */
  get size(): number {
    return this.itemRows.length;
  }

  /** The list at a position of the request; empty when nothing qualified. */
  list(position: number): readonly Recommendation<User, Item>[] {
    const user = this.users[position];
    if (user === undefined) return [];
    const rows: Recommendation<User, Item>[] = [];
    const start = this.offsets[position]!;
    for (let n = start; n < this.offsets[position + 1]!; n++) {
      const item = this.items.id(this.itemRows[n]!);
      rows.push({ user, item, score: this.scores[n]!, rank: n - start + 1 });
    }
    return rows;
  }

  *[Symbol.iterator](): Generator<Recommendation<User, Item>, void, void> {
    for (let position = 0; position < this.users.length; position++) yield* this.list(position);
  }
}
