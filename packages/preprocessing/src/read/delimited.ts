import { show } from '@tensorec/core';
import type { DelimitedColumns, NewKeys } from '@tensorec/kernels';
import { ColumnBuilder } from './column-builder.js';
import { columnIndex, likelySeparator, type DelimitedLayout } from './delimited-layout.js';
import { FieldSplitter } from './field-splitter.js';
import { LineProblem } from './line-problem.js';
import { parseNumber } from './number.js';
import { PlainLines } from './plain-lines.js';
import { NO_LINES, type RecordFormat, type TakenLines } from './records.js';
import type { IdTables, PartColumns } from './sink.js';
import { decodeText, showBytes } from './text.js';
import { TimestampReader, type TimestampUnit } from './timestamps.js';

/** Index of a column that is not read. */
const ABSENT = -1;

/** Reads interactions from delimited lines. */
export class DelimitedReader implements RecordFormat, PartColumns {
  readonly timestamps: TimestampReader;
  columns: ColumnBuilder = new ColumnBuilder(false, false);
  readonly #layout: DelimitedLayout;
  readonly #tables: IdTables;
  readonly #splitter: FieldSplitter;
  #plainLines: PlainLines | undefined;
  #user = ABSENT;
  #item = ABSENT;
  #value = ABSENT;
  #timestamp = ABSENT;
  #fieldsNeeded = 0;

  constructor(layout: DelimitedLayout, timestampUnit: TimestampUnit | undefined, tables: IdTables) {
    this.#layout = layout;
    this.#tables = tables;
    this.#splitter = new FieldSplitter(layout.separator, layout.quotes);
    this.timestamps = new TimestampReader(timestampUnit);
    if (!layout.header) this.#findColumns([], 0);
  }

  get lineCount(): number {
    return this.#splitter.lineCount;
  }

  next(bytes: Uint8Array, start: number, end: number, final: boolean): number {
    return this.#splitter.next(bytes, start, end, final);
  }

  take(bytes: Uint8Array, start: number, line: number): void {
    const splitter = this.#splitter;
    if (splitter.isBlank) return;
    if (this.#fieldsNeeded === 0) {
      this.#findColumns(headerNames(splitter, this.#layout, bytes), start);
      return;
    }
    if (splitter.count < this.#fieldsNeeded) throw this.#tooFewFields(bytes, start);

    const value = this.#value === ABSENT ? 0 : this.#readValue(bytes, line);
    const timestamp = this.#timestamp === ABSENT ? 0 : this.#readTimestamp(bytes);
    const { starts, ends, positions } = splitter;
    const { users, items } = this.#tables;
    const user = this.#user;
    const userBytes = splitter.bytesOf(user, bytes);
    const userStart = starts[user]!;
    const userEnd = ends[user]!;
    let userRow = users.find(userBytes, userStart, userEnd);
    const newUser =
      userRow < 0 ? users.read(userBytes, userStart, userEnd, positions[user]!) : undefined;
    const item = this.#item;
    const itemBytes = splitter.bytesOf(item, bytes);
    const itemRow = items.row(itemBytes, starts[item]!, ends[item]!, positions[item]!);
    if (newUser !== undefined) userRow = users.insert(userBytes, userStart, userEnd, newUser);
    this.columns.add(userRow, itemRow, value, timestamp);
  }

  takeLines(bytes: Uint8Array, start: number): TakenLines {
    if (this.#plainLines === undefined || this.timestamps.areDates) return NO_LINES;
    return this.#plainLines.take(bytes, start, {
      resolve: (keys) => this.#resolve(bytes.subarray(start), keys),
      append: (columns) => {
        this.#append(columns);
      },
    });
  }

  close(): void {
    this.#plainLines?.close();
  }

  /** Finds or adds the ids of a line; adds nothing and returns false where {@link DelimitedReader.take} would throw. */
  #resolve(bytes: Uint8Array, keys: NewKeys): boolean {
    const { users, items } = this.#tables;
    const { firstStart, firstEnd, secondStart, secondEnd } = keys;
    try {
      const userRow = keys.firstRow < 0 ? users.find(bytes, firstStart, firstEnd) : keys.firstRow;
      const newUser = userRow < 0 ? users.read(bytes, firstStart, firstEnd, firstStart) : undefined;
      if (keys.secondRow < 0)
        keys.secondRow = items.row(bytes, secondStart, secondEnd, secondStart);
      keys.firstRow =
        newUser === undefined ? userRow : users.insert(bytes, firstStart, firstEnd, newUser);
      return true;
    } catch (error) {
      if (error instanceof LineProblem) return false;
      throw error;
    }
  }

  #append({ firstRows, secondRows, values, times }: DelimitedColumns): void {
    this.columns.append(firstRows, secondRows, values, times);
    this.timestamps.passNumbers(times);
  }

  #findColumns(names: readonly string[], position: number): void {
    const columns = this.#layout.columns(names);
    const find = (column: number | string | undefined): number =>
      column === undefined ? ABSENT : columnIndex(column, names, this.#layout.separator, position);
    this.#user = find(columns.user);
    this.#item = find(columns.item);
    this.#value = find(columns.value);
    this.#timestamp = find(columns.timestamp);
    this.#fieldsNeeded = 1 + Math.max(this.#user, this.#item, this.#value, this.#timestamp);
    this.columns = new ColumnBuilder(this.#value !== ABSENT, this.#timestamp !== ABSENT);
    this.#plainLines = new PlainLines({
      separator: new TextEncoder().encode(this.#layout.separator),
      quotes: this.#splitter.quotes,
      first: this.#user,
      second: this.#item,
      value: this.#value,
      time: this.#timestamp,
      timeFactor: this.timestamps.factor,
    });
  }

  #readValue(bytes: Uint8Array, line: number): number {
    const { starts, ends, positions } = this.#splitter;
    const field = this.#value;
    const cell = this.#splitter.bytesOf(field, bytes);
    const value = Math.fround(parseNumber(cell, starts[field]!, ends[field]!));
    if (Number.isFinite(value)) return value;
    const headerHint =
      line === 1 && !this.#layout.header
        ? '; if the first line names the columns, set header to true'
        : '';
    throw new LineProblem(
      `found ${showBytes(cell, starts[field]!, ends[field]!)}, expected a finite number${headerHint || '; correct or remove the line'}`,
      positions[field]!,
    );
  }

  #readTimestamp(bytes: Uint8Array): number {
    const { starts, ends, positions } = this.#splitter;
    const field = this.#timestamp;
    const cell = this.#splitter.bytesOf(field, bytes);
    return this.timestamps.read(cell, starts[field]!, ends[field]!, positions[field]!);
  }

  #tooFewFields(bytes: Uint8Array, start: number): LineProblem {
    const { count, ends } = this.#splitter;
    const { separator } = this.#layout;
    const end = ends[count - 1]!;
    const text =
      this.#splitter.bytesOf(0, bytes) === bytes ? bytes.subarray(start, end) : undefined;
    const likely =
      count === 1 && text !== undefined
        ? likelySeparator(new TextDecoder().decode(text), separator, this.#fieldsNeeded)
        : undefined;
    const next =
      likely === undefined ? 'correct or remove the line' : `set separator to ${show(likely)}`;
    return new LineProblem(
      `found ${count} ${count === 1 ? 'field' : 'fields'} separated by ${show(separator)}, expected at least ${this.#fieldsNeeded}; ${next}`,
      this.#splitter.positions[count - 1]!,
    );
  }
}

/** The names in a header line. */
export function headerNames(
  splitter: FieldSplitter,
  layout: Pick<DelimitedLayout, 'columnName'>,
  bytes: Uint8Array,
): string[] {
  const names: string[] = [];
  for (let field = 0; field < splitter.count; field++) {
    const { starts, ends, positions } = splitter;
    const cell = splitter.bytesOf(field, bytes);
    names.push(layout.columnName(decodeText(cell, starts[field]!, ends[field]!, positions[field])));
  }
  return names;
}
