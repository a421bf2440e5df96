import { TensorecError } from '@tensorec/kernels';
import { show, suggest } from './nearest.js';
import { readId } from './cells.js';
import { VocabularyBuilder, type Id, type Vocabulary } from './vocabulary.js';

/** One feature of every row; a missing entry is `undefined`, or `NaN` among numbers. */
export type FeatureColumn =
  | { readonly kind: 'number'; readonly values: Float64Array }
  | { readonly kind: 'category' | 'text'; readonly values: readonly (string | undefined)[] }
  | { readonly kind: 'tags'; readonly values: readonly (readonly string[])[] };

/** Kind of a {@link FeatureColumn}. */
export type FeatureKind = FeatureColumn['kind'];

/** What is known about users or items beside their interactions: named columns over one vocabulary of ids. */
export class FeatureTable<T extends Id = Id> {
  readonly ids: Vocabulary<T>;
  readonly columns: ReadonlyMap<string, FeatureColumn>;

  /**
   * @throws TensorecError `invalid-argument` when a column's length is not the number of ids.
   */
  constructor(ids: Vocabulary<T>, columns: ReadonlyMap<string, FeatureColumn>) {
    for (const [name, column] of columns) {
      if (column.values.length !== ids.size) {
        throw new TensorecError(
          'invalid-argument',
          `The feature "${name}" has ${column.values.length} entries for ${ids.size} ids.`,
        );
      }
    }
    this.ids = ids;
    this.columns = columns;
  }

  /**
   * A table from objects with one entry an id.
   *
   * @param kinds - the kind of each property to read; tags are arrays of strings
   * @throws TensorecError `invalid-argument` naming the row for a repeated or missing id and for an entry of another kind.
   */
  static fromRows<Row extends object, Key extends keyof Row & string>(
    rows: Iterable<Row>,
    id: Row[Key] extends Id ? Key : never,
    kinds: Readonly<Partial<Record<keyof Row & string, FeatureKind>>>,
  ): FeatureTable<Extract<Row[Key], Id>> {
    const builder = new VocabularyBuilder<Extract<Row[Key], Id>>();
    const cells = new Map<string, unknown[]>(Object.keys(kinds).map((name) => [name, []]));
    let position = 0;
    for (const row of rows) {
      if (builder.add(readId(row[id], position, id) as Extract<Row[Key], Id>) !== position) {
        throw new TensorecError(
          'invalid-argument',
          `Row ${position} repeats the id ${show(row[id])}; a feature table has one row an id.`,
        );
      }
      for (const [name, column] of cells) {
        column.push(Object.hasOwn(row, name) ? (row as Record<string, unknown>)[name] : undefined);
      }
      position++;
    }
    const columns = new Map<string, FeatureColumn>();
    for (const [name, kind] of Object.entries(kinds) as [string, FeatureKind][]) {
      columns.set(name, featureColumn(name, kind, cells.get(name) ?? []));
    }
    return new FeatureTable(builder.build(), columns);
  }

  /**
   * The entry of one id as text for people: tags joined by commas, `undefined` when unknown.
   *
   * @throws TensorecError `unknown-name` for a column that is not there.
   */
  text(id: T, name: string): string | undefined {
    const column = this.columns.get(name);
    if (column === undefined) {
      throw new TensorecError(
        'unknown-name',
        `There is no feature "${name}"${suggest(name, [...this.columns.keys()])}`,
      );
    }
    const row = this.ids.row(id);
    if (row === undefined) return undefined;
    const value = column.values[row];
    if (value === undefined || typeof value === 'string') return value;
    if (typeof value === 'number') return Number.isNaN(value) ? undefined : String(value);
    return value.join(', ');
  }
}

function featureColumn(name: string, kind: FeatureKind, cells: readonly unknown[]): FeatureColumn {
  const fail = (row: number, expected: string): never => {
    throw new TensorecError(
      'invalid-argument',
      `Row ${row}: "${name}" is ${show(cells[row])}, expected ${expected}.`,
    );
  };
  switch (kind) {
    case 'number':
      return {
        kind,
        values: Float64Array.from(cells, (cell, row) =>
          cell === undefined
            ? NaN
            : typeof cell === 'number' && Math.abs(cell) !== Infinity
              ? cell
              : fail(row, 'a finite number, or NaN where unknown'),
        ),
      };
    case 'tags':
      return {
        kind,
        values: cells.map((cell, row) =>
          cell === undefined
            ? []
            : Array.isArray(cell) && cell.every((tag) => typeof tag === 'string')
              ? cell
              : fail(row, 'an array of strings'),
        ),
      };
    case 'category':
    case 'text':
      return {
        kind,
        values: cells.map((cell, row) =>
          cell === undefined || typeof cell === 'string' ? cell : fail(row, 'a string'),
        ),
      };
  }
}
