import { show, suggest, type Id } from '@tensorec/core';
import { ColumnBuilder } from './column-builder.js';
import type { IdKind } from './id-table.js';
import { LineProblem } from './line-problem.js';
import { LineScanner, splitWords } from './line-scanner.js';
import type { RecordFormat } from './records.js';
import type { IdTables, PartColumns } from './sink.js';
import type { JsonLinesSpec } from './specification.js';
import { decodeText } from './text.js';
import { TimestampReader } from './timestamps.js';

/** Reads one JSON object a line. */
export class JsonLinesReader extends LineScanner implements RecordFormat, PartColumns {
  readonly columns: ColumnBuilder;
  readonly timestamps: TimestampReader;
  readonly #spec: JsonLinesSpec;
  readonly #tables: IdTables;

  constructor(spec: JsonLinesSpec, tables: IdTables) {
    super();
    this.#spec = spec;
    this.#tables = tables;
    const { value, timestamp } = spec.columns;
    this.columns = new ColumnBuilder(value !== undefined, timestamp !== undefined);
    this.timestamps = new TimestampReader(spec.timestampUnit);
  }

  take(bytes: Uint8Array, start: number): void {
    const object = readJsonObject(bytes, start, this.contentEnd);
    if (object === undefined) return;
    const { columns } = this.#spec;
    const { users, items } = this.#tables;
    const user = readJsonId(object, columns.user, users.kind, start);
    const item = readJsonId(object, columns.item, items.kind, start);
    const value =
      columns.value === undefined ? 0 : Math.fround(readJsonNumber(object, columns.value, start));
    if (!Number.isFinite(value)) {
      throw new LineProblem(
        `found a value too great for 32 bits, expected less than 3.4e38`,
        start,
      );
    }
    const timestamp =
      columns.timestamp === undefined ? 0 : this.#readTimestamp(object, columns.timestamp, start);
    this.columns.add(users.vocabulary.add(user), items.vocabulary.add(item), value, timestamp);
  }

  #readTimestamp(object: object, name: string, position: number): number {
    const found = property(object, name, position);
    const time =
      typeof found === 'number' && Number.isFinite(found)
        ? this.timestamps.fromNumber(found, position)
        : typeof found === 'string'
          ? this.timestamps.fromText(found, position)
          : NaN;
    if (!Number.isNaN(time)) return time;
    throw new LineProblem(
      `found ${show(found)} as ${show(name)}, expected a timestamp: a number, or a date such as "2024-05-31T12:00:00Z"`,
      position,
    );
  }
}

/** The object on a line, or `undefined` for a blank line. */
export function readJsonObject(bytes: Uint8Array, start: number, end: number): object | undefined {
  if (splitWords(bytes, start, end).length === 0) return undefined;
  const text = decodeText(bytes, start, end);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new LineProblem(
      `found ${show(text)}, expected one JSON object (${reason}); check the format`,
      start,
    );
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value;
  throw new LineProblem(`found ${show(value)}, expected a JSON object; check the format`, start);
}

/** The property of a name; a {@link LineProblem} when the object has none. */
function property(object: object, name: string, position: number): unknown {
  const entry = Object.entries(object).find(([key]) => key === name);
  if (entry !== undefined) return entry[1];
  const known = Object.keys(object);
  const hint = known.length === 0 ? '' : suggest(name, known).replace(/\?$/, '');
  throw new LineProblem(`found no property ${show(name)}, expected one${hint}`, position);
}

/** The id of a name; numbers become text where ids are strings. */
export function readJsonId(object: object, name: string, kind: IdKind, position: number): Id {
  const found = property(object, name, position);
  if (kind === 'string') {
    if (typeof found === 'string' && found !== '') return found;
    if (typeof found === 'number' && Number.isFinite(found)) return String(found);
  } else if (typeof found === 'number' && Number.isFinite(found)) {
    return found === 0 ? 0 : found;
  }
  const expected = kind === 'string' ? 'an id: text that is not empty, or a number' : 'a number';
  throw new LineProblem(
    `found ${show(found)} as ${show(name)}, expected ${expected}; correct the line or set ids`,
    position,
  );
}

function readJsonNumber(object: object, name: string, position: number): number {
  const found = property(object, name, position);
  if (typeof found === 'number' && Number.isFinite(found)) return found;
  throw new LineProblem(
    `found ${show(found)} as ${show(name)}, expected a finite number; correct or remove the line`,
    position,
  );
}
