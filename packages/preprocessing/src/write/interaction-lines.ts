import { show, TensorecError, type Interactions, type Vocabulary } from '@tensorec/core';
import { csvCell, csvLine, withoutFormula } from './csv.js';

/** How interactions are written. */
export interface WriteFormat {
  /** CSV with the header `user,item`, and `value` and `timestamp` (ms) where the data has them. */
  readonly format: 'delimited';
  /**
   * What happens to ids that a spreadsheet would run as a formula. `'prefix'` (default): they get a `'` before them, as
   * in `csvText`, and are other ids when read again. `'keep'`: they are written as they are, for programs only.
   */
  readonly formulas?: 'prefix' | 'keep' | undefined;
}

/**
 * The lines of interactions as CSV, each with its line end.
 *
 * @throws TensorecError `invalid-argument` for an id that text cannot hold, and for two ids that would be written alike.
 */
export function* interactionLines(
  { users, items, userRows, itemRows, values, timestamps }: Interactions,
  { formulas = 'prefix' }: WriteFormat,
): Generator<string, void, undefined> {
  const userCells = idCells(users, 'user', formulas);
  const itemCells = idCells(items, 'item', formulas);
  yield csvLine([
    'user',
    'item',
    ...(values === undefined ? [] : ['value']),
    ...(timestamps === undefined ? [] : ['timestamp']),
  ]);
  for (let n = 0; n < userRows.length; n++) {
    let line = `${userCells[userRows[n]!]!},${itemCells[itemRows[n]!]!}`;
    if (values !== undefined) line += `,${shortestDecimal(values[n]!)}`;
    if (timestamps !== undefined) line += `,${timestamps[n]!}`;
    yield `${line}\n`;
  }
}

function idCells(ids: Vocabulary, what: 'user' | 'item', formulas: 'prefix' | 'keep'): string[] {
  return Array.from(ids, (id) => {
    if (typeof id === 'number') return csvCell(id);
    if (id === '' || /[\0\p{Surrogate}]/u.test(id)) {
      throw new TensorecError(
        'invalid-argument',
        `The ${what} id ${show(id)} cannot be written as text that reads back: it is empty, holds a NUL or half a surrogate pair; give it another id.`,
      );
    }
    const cell = formulas === 'prefix' ? withoutFormula(id) : id;
    if (cell !== id && ids.has(cell)) {
      throw new TensorecError(
        'invalid-argument',
        `The ${what} ids ${show(id)} and ${show(cell)} would be written alike; set formulas to "keep", or rename one.`,
      );
    }
    return csvCell(cell);
  });
}

/** The shortest decimal that is this 32-bit number again when read. */
function shortestDecimal(value: number): string {
  const exact = String(value);
  if (exact.length <= 6) return exact;
  for (let digits = 6; digits < 9; digits++) {
    const shorter = Number(value.toPrecision(digits));
    if (Math.fround(shorter) === value) return String(shorter);
  }
  return exact;
}
