import { show, type FeatureKind } from '@tensorec/core';
import { headerNames } from './delimited.js';
import { columnIndex, likelySeparator } from './delimited-layout.js';
import { FeatureColumnBuilder, type FeatureTableBuilder } from './feature-columns.js';
import { FieldSplitter } from './field-splitter.js';
import { IdTable, type IdKind } from './id-table.js';
import { LineProblem } from './line-problem.js';
import { parseNumber } from './number.js';
import type { RecordFormat } from './records.js';
import { decodeText, showBytes } from './text.js';

/** How a delimited file of features is laid out, whatever specification said so. */
export interface FeatureLayout {
  readonly id: number | string;
  readonly ids: IdKind;
  readonly separator: string;
  readonly quotes: boolean;
  readonly header: boolean;
  readonly tagSeparator: string;
  readonly kinds: Readonly<Record<string, FeatureKind>>;
  /** The name and the default kind that a header's cell gives. */
  readonly readHeader: (cell: string) => { readonly name: string; readonly kind: FeatureKind };
}

/** Reads features from delimited lines. */
export class DelimitedFeatureReader implements RecordFormat {
  readonly #layout: FeatureLayout;
  readonly #table: FeatureTableBuilder;
  readonly #ids: IdTable;
  readonly #splitter: FieldSplitter;
  #columns: (FeatureColumnBuilder | undefined)[] = [];
  #id = 0;

  constructor(layout: FeatureLayout, table: FeatureTableBuilder) {
    this.#layout = layout;
    this.#table = table;
    this.#ids = new IdTable(layout.ids, table.vocabulary);
    this.#splitter = new FieldSplitter(layout.separator, layout.quotes);
  }

  get lineCount(): number {
    return this.#splitter.lineCount;
  }

  next(bytes: Uint8Array, start: number, end: number, final: boolean): number {
    return this.#splitter.next(bytes, start, end, final);
  }

  take(bytes: Uint8Array, start: number): void {
    const splitter = this.#splitter;
    if (splitter.isBlank) return;
    if (this.#columns.length === 0) {
      this.#findColumns(bytes, start);
      if (this.#layout.header) return;
    }
    if (splitter.count !== this.#columns.length) {
      throw new LineProblem(
        `found ${splitter.count} fields separated by ${show(this.#layout.separator)}, expected ${this.#columns.length} as in the first line; put cells that hold the separator in double quotes`,
        start,
      );
    }
    const { starts, ends, positions } = splitter;
    const id = this.#id;
    if (starts[id] === ends[id]) return;
    const idBytes = splitter.bytesOf(id, bytes);
    this.#table.addId(
      this.#ids.read(idBytes, starts[id]!, ends[id]!, positions[id]!),
      positions[id]!,
    );
    this.#columns.forEach((column, field) => {
      if (column === undefined) return;
      const cell = splitter.bytesOf(field, bytes);
      this.#readCell(column, cell, starts[field]!, ends[field]!, positions[field]!);
    });
  }

  #findColumns(bytes: Uint8Array, start: number): void {
    const { header, readHeader, kinds, id, separator } = this.#layout;
    const cells = headerNames(this.#splitter, { columnName: (cell) => cell }, bytes);
    const found = cells.map((cell, field) =>
      header ? readHeader(cell) : { name: String(field), kind: 'text' as const },
    );
    const names = found.map(({ name }) => name);
    for (const name of Object.keys(kinds)) columnIndex(name, names, separator, start);
    this.#id = columnIndex(id, names, separator, start);
    if (this.#id >= names.length) {
      const likely = likelySeparator(cells.join(separator), separator, this.#id + 1);
      throw new LineProblem(
        `found ${names.length} columns, expected one at index ${this.#id} for the ids; ${likely === undefined ? 'correct id' : `set separator to ${show(likely)}`}`,
        start,
        true,
      );
    }
    this.#columns = found.map(({ name, kind }, field) => {
      if (field === this.#id) return undefined;
      if (this.#table.columns.has(name)) {
        throw new LineProblem(
          `found two columns named ${show(name)}, expected different names; rename one`,
          start,
          true,
        );
      }
      const column = new FeatureColumnBuilder(Object.hasOwn(kinds, name) ? kinds[name]! : kind);
      this.#table.columns.set(name, column);
      return column;
    });
  }

  #readCell(
    column: FeatureColumnBuilder,
    bytes: Uint8Array,
    start: number,
    end: number,
    position: number,
  ): void {
    if (start === end) {
      column.fill(this.#table.vocabulary.size);
      return;
    }
    if (column.kind === 'number') {
      const number = parseNumber(bytes, start, end);
      if (!Number.isFinite(number)) {
        throw new LineProblem(
          `found ${showBytes(bytes, start, end)}, expected a finite number or an empty cell; correct it, or read the column as another kind`,
          position,
        );
      }
      column.addNumber(number);
      return;
    }
    const text = decodeText(bytes, start, end, position);
    if (column.kind === 'tags') {
      column.addTags(text.split(this.#layout.tagSeparator).filter((tag) => tag !== ''));
    } else {
      column.addText(text);
    }
  }
}
