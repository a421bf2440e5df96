import { LineProblem } from './line-problem.js';
import { LineScanner, splitWords } from './line-scanner.js';
import type { RecordFormat } from './records.js';
import { createPlainPart, type IdTables, type PartColumns } from './sink.js';
import { TAB } from './text.js';
import type { IdTable } from './id-table.js';

/** Reads `user item item …`; a user without items leaves nothing. */
export class ItemListReader extends LineScanner implements RecordFormat {
  readonly part: PartColumns = createPlainPart();
  readonly #tables: IdTables;

  constructor(tables: IdTables) {
    super();
    this.#tables = tables;
  }

  take(bytes: Uint8Array, start: number): void {
    const words = splitWords(bytes, start, this.contentEnd);
    if (words.length <= 2) return;
    const { users, items } = this.#tables;
    checkWords(users, bytes, words, 0, 2);
    checkWords(items, bytes, words, 2, words.length);
    const userRow = users.row(bytes, words[0]!, words[1]!, words[0]!);
    for (const itemRow of wordRows(items, bytes, words, 2)) this.part.columns.add(userRow, itemRow);
  }
}

/** Reads one session a line; the user of line n is `session-n`. */
export class SessionReader extends LineScanner implements RecordFormat {
  readonly part: PartColumns = createPlainPart();
  readonly #tables: IdTables;

  constructor(tables: IdTables) {
    super();
    this.#tables = tables;
  }

  take(bytes: Uint8Array, start: number, line: number): void {
    const tab = bytes.subarray(start, this.contentEnd).indexOf(TAB);
    if (tab >= 0) {
      throw new LineProblem(
        'found a tab, expected items separated by spaces; lines with a target after a tab are a test part',
        start + tab,
      );
    }
    const words = splitWords(bytes, start, this.contentEnd);
    if (words.length === 0) return;
    const { users, items } = this.#tables;
    checkWords(items, bytes, words, 0, words.length);
    const userRow = users.vocabulary.add(`session-${line}`);
    for (const itemRow of wordRows(items, bytes, words, 0)) this.part.columns.add(userRow, itemRow);
  }
}

/** Reads `prefix items<TAB>target`; the user of line n is `test-n` or `validation-n`. */
export class SessionTargetReader extends LineScanner implements RecordFormat {
  readonly part: PartColumns = createPlainPart();
  readonly #histories: PartColumns;
  readonly #tables: IdTables;
  readonly #role: 'test' | 'validation';

  /** @param histories - where the prefixes go */
  constructor(tables: IdTables, role: 'test' | 'validation', histories: PartColumns) {
    super();
    this.#tables = tables;
    this.#role = role;
    this.#histories = histories;
  }

  take(bytes: Uint8Array, start: number, line: number): void {
    const end = this.contentEnd;
    const words = splitWords(bytes, start, end);
    if (words.length === 0) return;
    const tab = start + bytes.subarray(start, end).indexOf(TAB);
    const target = words.findIndex((position, n) => n % 2 === 0 && position > tab);
    if (tab < start || target !== words.length - 2) {
      throw new LineProblem(
        'found no single target after a tab, expected "item item …<TAB>target"; a test session needs its target',
        start,
      );
    }
    const { users, items } = this.#tables;
    checkWords(items, bytes, words, 0, words.length);
    const userRow = users.vocabulary.add(`${this.#role}-${line}`);
    const itemRows = wordRows(items, bytes, words, 0);
    const targetRow = itemRows.pop()!;
    for (const itemRow of itemRows) this.#histories.columns.add(userRow, itemRow);
    this.part.columns.add(userRow, targetRow);
  }
}

/** Throws the problem of the first word that is no id, before any is added. */
export function checkWords(
  table: IdTable,
  bytes: Uint8Array,
  words: readonly number[],
  from: number,
  to: number,
): void {
  for (let n = from; n < to; n += 2) {
    if (table.find(bytes, words[n]!, words[n + 1]!) < 0) {
      table.read(bytes, words[n]!, words[n + 1]!, words[n]!);
    }
  }
}

/** The rows of the words from entry `from` on. */
export function wordRows(
  table: IdTable,
  bytes: Uint8Array,
  words: readonly number[],
  from: number,
): number[] {
  const rows: number[] = [];
  for (let n = from; n < words.length; n += 2) {
    rows.push(table.row(bytes, words[n]!, words[n + 1]!, words[n]!));
  }
  return rows;
}
