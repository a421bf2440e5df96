import { TensorecError } from '@tensorec/kernels';
import { show } from './nearest.js';

/**
 * A raw identifier of a user or an item. `"7"` and `7` are different ids; negative numbers are labels like any other,
 * and `-0` is `0`.
 */
export type Id = string | number;

/**
 * The one-to-one map between raw ids and rows `0 … size − 1`. Immutable; built with {@link Vocabulary.from} or a
 * {@link VocabularyBuilder}.
 */
export class Vocabulary<T extends Id = Id> {
  readonly #ids: readonly T[];
  #rows: ReadonlyMap<T, number> | undefined;

  private constructor(ids: readonly T[], rows: ReadonlyMap<T, number> | undefined) {
    this.#ids = ids;
    this.#rows = rows;
  }

  /**
   * A vocabulary of the distinct ids, in the order of their first appearance.
   *
   * @throws TensorecError `invalid-argument` for an id that is neither a string nor a finite number.
   */
  static from<T extends Id>(ids: Iterable<T>): Vocabulary<T> {
    const builder = new VocabularyBuilder<T>();
    for (const id of ids) builder.add(id);
    return builder.build();
  }

  /** @internal */
  static fromBuilder<T extends Id>(ids: readonly T[], rows: ReadonlyMap<T, number>): Vocabulary<T> {
    return new Vocabulary(ids, rows);
  }

  /** @internal A vocabulary of ids that are known to be ids, each once; rows are looked up when first asked for. */
  static fromDistinct<T extends Id>(ids: readonly T[]): Vocabulary<T> {
    return new Vocabulary(ids, undefined);
  }

  /** How many ids there are. */
  get size(): number {
    return this.#ids.length;
  }

  /** The row of an id, or `undefined` when the vocabulary does not hold it. */
  row(id: T): number | undefined {
    this.#rows ??= new Map(this.#ids.map((known, row) => [known, row]));
    return this.#rows.get(id);
  }

  /**
   * The id of a row.
   *
   * @throws TensorecError `invalid-argument` when the row is not an integer in `0 … size − 1`.
   */
  id(row: number): T {
    const id = this.#ids[row];
    if (id === undefined) {
      throw new TensorecError(
        'invalid-argument',
        `Row ${row} is not in the vocabulary; it has ${this.size} rows, counted from 0.`,
      );
    }
    return id;
  }

  /** Whether the vocabulary holds an id. */
  has(id: T): boolean {
    return this.row(id) !== undefined;
  }

  /** The ids in the order of their rows. */
  [Symbol.iterator](): IterableIterator<T> {
    return this.#ids[Symbol.iterator]();
  }
}

/** Collects ids one by one and gives each its row. */
export class VocabularyBuilder<T extends Id = Id> {
  #ids: T[] = [];
  /** Rows of the first ids; the others are put in when an id is looked for. */
  #rows = new Map<T, number>();

  /** How many distinct ids were added. */
  get size(): number {
    return this.#ids.length;
  }

  /**
   * The row of an id, which is added when new.
   *
   * @throws TensorecError `invalid-argument` for an id that is neither a string nor a finite number.
   */
  add(id: T): number {
    for (let row = this.#rows.size; row < this.#ids.length; row++) {
      this.#rows.set(this.#ids[row]!, row);
    }
    const known = this.#rows.get(id);
    if (known !== undefined) return known;
    if (typeof id !== 'string' && !Number.isFinite(id)) {
      throw new TensorecError(
        'invalid-argument',
        `${show(id)} is not an id: ids are strings or finite numbers.`,
      );
    }
    // As in the keys of a map, 0 has one sign.
    const row = this.addDistinct(Object.is(id, -0) ? (0 as T) : id);
    this.#rows.set(id, row);
    return row;
  }

  /** @internal As {@link VocabularyBuilder.add}, for what is known to be an id and to be new. */
  addDistinct(id: T): number {
    return this.#ids.push(id) - 1;
  }

  /** The vocabulary of all ids added so far; the builder is empty afterwards. */
  build(): Vocabulary<T> {
    const complete = this.#rows.size === this.#ids.length;
    const vocabulary = complete
      ? Vocabulary.fromBuilder(this.#ids, this.#rows)
      : Vocabulary.fromDistinct(this.#ids);
    this.#ids = [];
    this.#rows = new Map();
    return vocabulary;
  }
}
