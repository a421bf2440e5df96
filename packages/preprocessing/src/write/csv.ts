import { show, TensorecError, type Id, type Interactions } from '@tensorec/core';

/** What a cell of a CSV file may hold. */
export type CsvCell = string | number;

const NUMBER = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;

/**
 * A CSV file (RFC 4180, lines ended by LF): a line of names, then the rows. Cells with a comma, a quote or a line end
 * are quoted. Text that a spreadsheet would take for a formula (first character `=`, `+`, `-`, `@`, tab or carriage
 * return, and no number) gets a `'` in front.
 *
 * @throws TensorecError `invalid-argument` for a row that has not as many cells as there are names.
 */
export function csvText(header: readonly string[], rows: Iterable<readonly CsvCell[]>): string {
  return [...csvLines(header, rows)].join('');
}

/** The lines of {@link csvText}, each with its line end. */
export function* csvLines(
  header: readonly string[],
  rows: Iterable<readonly CsvCell[]>,
): Generator<string> {
  yield csvLine(header);
  let position = 0;
  for (const row of rows) {
    if (row.length !== header.length) {
      throw new TensorecError(
        'invalid-argument',
        `Row ${position} has ${row.length} cells, expected ${header.length}: ${header.join(', ')}.`,
      );
    }
    yield csvLine(row);
    position++;
  }
}

function csvLine(cells: readonly CsvCell[]): string {
  const line = cells.map(csvCell).join(',');
  return `${line === '' ? '""' : line}\n`;
}

function csvCell(cell: CsvCell): string {
  const text = typeof cell === 'number' ? String(cell) : safeText(cell);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** Text as no spreadsheet takes it for a formula. */
function safeText(text: string): string {
  return /^[=+\-@\t\r]/.test(text) && !NUMBER.test(text) ? `'${text}` : text;
}

/**
 * Interactions as the lines of a CSV file with the columns `user`, `item` and, where there are any, `value` and
 * `timestamp` (milliseconds), as {@link csvText} writes them.
 *
 * @throws TensorecError `invalid-argument` for an empty id, and where an id must not look like a formula and the id
 * that it would become exists already.
 */
export function* interactionLines(interactions: Interactions): Generator<string> {
  const { userRows, itemRows, values, timestamps } = interactions;
  requireWritable('user', interactions.users);
  requireWritable('item', interactions.items);
  const users = Array.from(interactions.users, csvCell);
  const items = Array.from(interactions.items, csvCell);
  const names = [
    'user',
    'item',
    ...(values ? ['value'] : []),
    ...(timestamps ? ['timestamp'] : []),
  ];
  yield csvLine(names);
  for (let n = 0; n < userRows.length; n++) {
    let line = `${users[userRows[n]!]!},${items[itemRows[n]!]!}`;
    if (values) line += `,${shortest(values[n]!)}`;
    if (timestamps) line += `,${timestamps[n]!}`;
    yield `${line}\n`;
  }
}

function requireWritable(
  what: string,
  ids: Iterable<Id> & { has(id: Id): boolean; row(id: Id): number | undefined },
): void {
  for (const id of ids) {
    if (id === '') {
      throw new TensorecError(
        'invalid-argument',
        `The ${what} of row ${ids.row(id) ?? 0} has an empty id, which no file can hold; rename it.`,
      );
    }
    if (typeof id !== 'string') continue;
    if (id.includes('\0') || /\p{Surrogate}/u.test(id)) {
      throw new TensorecError(
        'invalid-argument',
        `The ${what} ${show(id)} holds NUL or half a surrogate pair, which no text file can hold; rename it.`,
      );
    }
    const written = safeText(id);
    if (written !== id && ids.has(written)) {
      throw new TensorecError(
        'invalid-argument',
        `The ${what}s ${show(id)} and ${show(written)} would be written alike; rename one of them.`,
      );
    }
  }
}

/** The shortest decimal that is this number when rounded to 32 bits. */
function shortest(value: number): string {
  for (let digits = 6; digits < 9; digits++) {
    const short = Number(value.toPrecision(digits));
    if (Math.fround(short) === value) return String(short);
  }
  return String(value);
}
