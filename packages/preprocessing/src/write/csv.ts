import { TensorecError } from '@tensorec/core';
import { DECIMAL } from '../read/number.js';

/** What a cell of a CSV file may hold. */
export type CsvCell = string | number;

/**
 * A CSV file (RFC 4180, lines ended by LF): a line of names, then the rows. Cells with a comma, a quote or a line end
 * are quoted. Text that a spreadsheet would take for a formula (its first character is `=`, `+`, `-`, `@`, a tab or a
 * carriage return, and it is no number) gets a `'` in front.
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
): Generator<string, void, undefined> {
  yield csvLine(header.map(withoutFormula));
  let position = 0;
  for (const row of rows) {
    if (row.length !== header.length) {
      throw new TensorecError(
        'invalid-argument',
        `Row ${position} has ${row.length} cells, expected ${header.length}: ${header.join(', ')}.`,
      );
    }
    yield csvLine(row.map((cell) => (typeof cell === 'string' ? withoutFormula(cell) : cell)));
    position++;
  }
}

/** One line with its line end. A single empty cell is quoted, so that the line is not blank. */
export function csvLine(cells: readonly CsvCell[]): string {
  const line = cells.map(csvCell).join(',');
  return `${line === '' ? '""' : line}\n`;
}

/** Text as no spreadsheet takes it for a formula. */
export function withoutFormula(text: string): string {
  return /^[=+\-@\t\r]/.test(text) && !DECIMAL.test(text) ? `'${text}` : text;
}

/** A cell as it stands in a line, in quotes where it needs them. */
export function csvCell(cell: CsvCell): string {
  const text = String(cell);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
