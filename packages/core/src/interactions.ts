import {
  buildCsr,
  fingerprint,
  TensorecError,
  transpose,
  type Csr,
  type ReadonlyFloat32Array,
  type ReadonlyFloat64Array,
  type ReadonlyInt32Array,
} from '@tensorec/kernels';
import { readId, readNumber } from './cells.js';
import { gather, gatherDoubles, gatherSingles, pack, packDoubles, packSingles } from './columns.js';
import { suggest } from './nearest.js';
import { Vocabulary, VocabularyBuilder, type Id } from './vocabulary.js';

/** Which part of the data a set of interactions is. `fit` takes whole or train, `evaluate` validation or test. */
export type Role = 'whole' | 'train' | 'validation' | 'test';

/** The columns of {@link Interactions}: one entry an interaction, all of one length. */
export interface InteractionColumns<
  User extends Id = Id,
  Item extends Id = Id,
  R extends Role = Role,
> {
  readonly role: R;
  readonly users: Vocabulary<User>;
  readonly items: Vocabulary<Item>;
  /** Row of the user in `users`. */
  readonly userRows: ReadonlyInt32Array;
  /** Row of the item in `items`. */
  readonly itemRows: ReadonlyInt32Array;
  /** Rating, count or weight. */
  readonly values?: ReadonlyFloat32Array | undefined;
  /** Milliseconds since 1970-01-01 UTC. */
  readonly timestamps?: ReadonlyFloat64Array | undefined;
  /** Names the split a part comes from; parts of different splits are not compared. */
  readonly splitId?: string | undefined;
}

type KeysOfType<Row, Value> = {
  [Key in keyof Row]-?: Row[Key] extends Value ? Key : never;
}[keyof Row] &
  string;

/** Names of the properties that {@link Interactions.fromRows} reads. */
export interface RowColumns<
  Row,
  User extends KeysOfType<Row, Id> = KeysOfType<Row, Id>,
  Item extends KeysOfType<Row, Id> = KeysOfType<Row, Id>,
> {
  readonly user: User;
  readonly item: Item;
  readonly value?: KeysOfType<Row, number>;
  readonly timestamp?: KeysOfType<Row, number | Date>;
}

type IdAt<Row, Key extends keyof Row> = Row[Key] extends string
  ? string extends Row[Key]
    ? string
    : Row[Key]
  : Row[Key] extends Id
    ? Row[Key]
    : never;

/** Marks columns that were taken from checked ones, which need not be checked again. */
const CHECKED = Symbol('checked');

/**
 * Who interacted with what: immutable, columnar, in the order given. Repeated pairs are legal; what a model makes of
 * them is said in its documentation.
 *
 * @typeParam User - type of the raw user ids, kept through every transform
 * @typeParam Item - type of the raw item ids
 * @typeParam R - which part of the data this is
 */
export class Interactions<
  User extends Id = Id,
  Item extends Id = Id,
  R extends Role = Role,
> implements InteractionColumns<User, Item, R> {
  readonly role: R;
  readonly users: Vocabulary<User>;
  readonly items: Vocabulary<Item>;
  readonly userRows: ReadonlyInt32Array;
  readonly itemRows: ReadonlyInt32Array;
  readonly values: ReadonlyFloat32Array | undefined;
  readonly timestamps: ReadonlyFloat64Array | undefined;
  readonly splitId: string | undefined;
  #byUser: Csr | undefined;
  #byItem: Csr | undefined;
  #fingerprint: string | undefined;

  /**
   * Takes over the columns without a copy; they must not be written to afterwards.
   *
   * @throws TensorecError `invalid-argument` when lengths differ, a row is outside its vocabulary, or a value or
   * timestamp is not finite; the message names the position.
   */
  constructor(columns: InteractionColumns<User, Item, R>) {
    this.role = columns.role;
    this.users = columns.users;
    this.items = columns.items;
    this.userRows = columns.userRows;
    this.itemRows = columns.itemRows;
    this.values = columns.values;
    this.timestamps = columns.timestamps;
    this.splitId = columns.splitId;
    if (CHECKED in columns) return;
    const { length } = columns.userRows;
    checkRows('userRows', columns.userRows, length, columns.users.size);
    checkRows('itemRows', columns.itemRows, length, columns.items.size);
    checkFinite('values', columns.values, length);
    checkFinite('timestamps', columns.timestamps, length);
  }

  /**
   * Interactions from objects; ids keep their type.
   *
   * @example
   * ```ts
   * Interactions.fromRows([{ userId: 'ann', sku: 7 }], { user: 'userId', item: 'sku' });
   * ```
   * @throws TensorecError `invalid-argument` naming the row and the property where an own property is missing, is no id
   * or not finite.
   */
  static fromRows<
    Row extends object,
    const User extends KeysOfType<Row, Id>,
    const Item extends KeysOfType<Row, Id>,
  >(
    rows: Iterable<Row>,
    columns: RowColumns<Row, User, Item>,
  ): Interactions<IdAt<Row, User>, IdAt<Row, Item>, 'whole'> {
    const users: Id[] = [];
    const items: Id[] = [];
    const values: number[] = [];
    const timestamps: number[] = [];
    let position = 0;
    for (const row of rows) {
      const cell = (name: string): unknown => {
        if (!Object.hasOwn(row, name)) {
          throw new TensorecError(
            'invalid-argument',
            `Row ${position} has no property "${name}"${suggest(name, Object.keys(row))}`,
          );
        }
        return (row as Record<string, unknown>)[name];
      };
      users.push(readId(cell(columns.user), position, columns.user));
      items.push(readId(cell(columns.item), position, columns.item));
      if (columns.value !== undefined) {
        values.push(readNumber(cell(columns.value), position, columns.value));
      }
      if (columns.timestamp !== undefined) {
        const cellValue = cell(columns.timestamp);
        const time = cellValue instanceof Date ? cellValue.getTime() : cellValue;
        timestamps.push(readNumber(time, position, columns.timestamp));
      }
      position++;
    }
    return Interactions.fromColumns({
      users: users as IdAt<Row, User>[],
      items: items as IdAt<Row, Item>[],
      ...(columns.value === undefined ? {} : { values }),
      ...(columns.timestamp === undefined ? {} : { timestamps }),
    });
  }

  /**
   * Interactions from parallel columns of raw ids. Ids that the call spells out keep their literal types; name the types,
   * `fromColumns<string, number>({ … })`, where any string and number should be an id.
   *
   * @throws TensorecError `invalid-argument` when lengths differ or an entry is not an id or not finite.
   */
  static fromColumns<User extends Id, Item extends Id>(columns: {
    readonly users: readonly User[];
    readonly items: readonly Item[];
    readonly values?: ArrayLike<number>;
    readonly timestamps?: ArrayLike<number>;
  }): Interactions<User, Item, 'whole'> {
    const { users, items } = columns;
    if (users.length !== items.length) {
      throw new TensorecError(
        'invalid-argument',
        `The column users has ${users.length} entries and items has ${items.length}; they must be parallel.`,
      );
    }
    const userBuilder = new VocabularyBuilder<User>();
    const itemBuilder = new VocabularyBuilder<Item>();
    const userRows = Int32Array.from(users, (id) => userBuilder.add(id));
    const itemRows = Int32Array.from(items, (id) => itemBuilder.add(id));
    return new Interactions({
      role: 'whole',
      users: userBuilder.build(),
      items: itemBuilder.build(),
      userRows,
      itemRows,
      values: columns.values && Float32Array.from(columns.values),
      timestamps: columns.timestamps && Float64Array.from(columns.timestamps),
    });
  }

  /** How many interactions there are. */
  get size(): number {
    return this.userRows.length;
  }

  /** Entries a user: row = user, column = item, value = `values` or 1; repeats and order kept. Made once. */
  byUser(): Csr {
    this.#byUser ??= buildCsr(
      this.users.size,
      this.items.size,
      this.userRows,
      this.itemRows,
      this.values,
    );
    return this.#byUser;
  }

  /** Entries an item: the transpose of {@link Interactions.byUser}. Made once. */
  byItem(): Csr {
    this.#byItem ??= transpose(this.byUser());
    return this.#byItem;
  }

  /** 128-bit hash of ids and columns (not of role or split), as 32 hexadecimal digits. Made once. */
  get fingerprint(): string {
    this.#fingerprint ??= fingerprint([
      JSON.stringify([...this.users]),
      JSON.stringify([...this.items]),
      this.userRows,
      this.itemRows,
      this.values ?? '',
      this.timestamps ?? '',
    ]);
    return this.#fingerprint;
  }

  /**
   * The interactions at the given positions, in that order, over the same vocabularies.
   *
   * @throws TensorecError `invalid-argument` for a position out of range.
   */
  select(positions: ReadonlyInt32Array): Interactions<User, Item, R> {
    return this.part(positions, this.role, this.splitId);
  }

  /** As {@link Interactions.select}, as the named part of a split. */
  part<Part extends Role>(
    positions: ReadonlyInt32Array,
    role: Part,
    splitId: string | undefined,
  ): Interactions<User, Item, Part> {
    checkRows('positions', positions, positions.length, this.size);
    const { users, items, userRows, itemRows, values, timestamps } = this;
    return new Interactions(
      checked({
        role,
        users,
        items,
        userRows: gather(userRows, positions),
        itemRows: gather(itemRows, positions),
        values: values && gatherSingles(values, positions),
        timestamps: timestamps && gatherDoubles(timestamps, positions),
        splitId,
      }),
    );
  }

  /**
   * The interactions with one of the marks, in the order of the data, over the same vocabularies, as the named part of a
   * split. Faster than {@link Interactions.part} where there are many.
   *
   * @param marks - one an interaction
   * @throws TensorecError `invalid-argument` when there are more or fewer marks.
   */
  marked<Part extends Role>(
    marks: Uint8Array,
    mark: number,
    role: Part,
    splitId: string | undefined,
  ): Interactions<User, Item, Part> {
    if (marks.length !== this.size) {
      throw new TensorecError(
        'invalid-argument',
        `There are ${marks.length} marks for ${this.size} interactions; give each one.`,
      );
    }
    let length = 0;
    for (let n = 0; n < marks.length; n++) if (marks[n] === mark) length++;
    const { users, items, userRows, itemRows, values, timestamps } = this;
    return new Interactions(
      checked({
        role,
        users,
        items,
        userRows: pack(userRows, marks, mark, length),
        itemRows: pack(itemRows, marks, mark, length),
        values: values && packSingles(values, marks, mark, length),
        timestamps: timestamps && packDoubles(timestamps, marks, mark, length),
        splitId,
      }),
    );
  }

  /**
   * The same interactions over vocabularies without the ids that no longer occur; the order of ids is kept. Compact
   * before a split: a part that was compacted has rows of its own and cannot be joined with the others.
   */
  compact(): Interactions<User, Item, R> {
    const user = compactVocabulary(this.users, this.userRows);
    const item = compactVocabulary(this.items, this.itemRows);
    return new Interactions(
      checked({
        ...this.columns(),
        users: user.vocabulary,
        items: item.vocabulary,
        userRows: user.rows,
        itemRows: item.rows,
      }),
    );
  }

  /** The columns, to build changed interactions from. */
  columns(): InteractionColumns<User, Item, R> {
    const { role, users, items, userRows, itemRows, values, timestamps, splitId } = this;
    return { role, users, items, userRows, itemRows, values, timestamps, splitId };
  }

  /** Applies a stage: `data.pipe(f)` is `f(data)`. */
  pipe<Output>(stage: (input: Interactions<User, Item, R>) => Output): Output {
    return stage(this);
  }
}

function checked<Columns extends InteractionColumns>(columns: Columns): Columns {
  return { ...columns, [CHECKED]: true };
}

function compactVocabulary<T extends Id>(
  vocabulary: Vocabulary<T>,
  rows: ReadonlyInt32Array,
): { vocabulary: Vocabulary<T>; rows: ReadonlyInt32Array } {
  const newRow = new Int32Array(vocabulary.size).fill(-1);
  for (let n = 0; n < rows.length; n++) newRow[rows[n]!] = 0;
  const ids: T[] = [];
  let row = 0;
  for (const id of vocabulary) {
    if (newRow[row] === 0) newRow[row] = ids.push(id) - 1;
    row++;
  }
  if (ids.length === vocabulary.size) return { vocabulary, rows };
  return {
    vocabulary: Vocabulary.fromDistinct(ids),
    rows: gather(newRow, rows),
  };
}

function checkRows(name: string, rows: ReadonlyInt32Array, length: number, bound: number): void {
  if (rows.length !== length) {
    throw new TensorecError(
      'invalid-argument',
      `The column ${name} has ${rows.length} entries, expected ${length}.`,
    );
  }
  for (let n = 0; n < length; n++) {
    const row = rows[n]!;
    if (row < 0 || row >= bound) {
      throw new TensorecError(
        'invalid-argument',
        `${name}[${n}] is ${row}, expected a row of ${bound}, counted from 0.`,
      );
    }
  }
}

function checkFinite(
  name: string,
  column: ReadonlyFloat32Array | ReadonlyFloat64Array | undefined,
  length: number,
): void {
  if (column === undefined) return;
  if (column.length !== length) {
    throw new TensorecError(
      'invalid-argument',
      `The column ${name} has ${column.length} entries, expected ${length}.`,
    );
  }
  for (let n = 0; n < length; n++) {
    if (!Number.isFinite(column[n])) {
      throw new TensorecError(
        'invalid-argument',
        `${name}[${n}] is ${column[n]!}, expected a finite number.`,
      );
    }
  }
}
