import { requireLength, runAll } from './array-functions.js';
import type { Csr } from './csr.js';
import { requireEngine } from './engine/engine.js';
import { requireArgument } from './errors.js';
import type { ResidentArray } from './resident-array.js';

/** Numbers that a chunk reads. */
const CHUNK = 32_768;
/** Numbers of columns that single precision holds exactly. */
const MOST_COLUMNS = 16_777_216;

/**
 * Writes the k greatest numbers of each row, the greatest first, ties by column, to `values`, and their columns to `columns`,
 * in single precision; −∞ and −1 where fewer qualify. −∞ and NaN are never taken. At once; time in the order of the length,
 * and k for each number that enters a list.
 *
 * @param scores - rows × any, row-major
 * @param values - out: rows × k
 * @param columns - out: rows × k
 * @param excluded - columns that do not qualify: a row a row of scores, columns ascending
 * @throws TensorecError `invalid-argument` unless lengths agree, and for more than 2^24 columns.
 */
export function topKOfRows(
  scores: ResidentArray,
  values: ResidentArray,
  columns: ResidentArray,
  { rows, k }: { readonly rows: number; readonly k: number },
  excluded?: Pick<Csr, 'offsets' | 'indices'>,
): void {
  const width = rows === 0 ? 0 : scores.length / rows;
  requireArgument(
    Number.isInteger(width) && width <= MOST_COLUMNS,
    () => `scores has ${scores.length} numbers; give ${rows} rows of at most ${MOST_COLUMNS}.`,
  );
  requireLength(values, rows * k, 'values');
  requireLength(columns, rows * k, 'columns');
  requireArgument(
    excluded === undefined || excluded.offsets.length === rows + 1,
    () => `excluded has ${String(excluded?.offsets.length)} offsets; give ${rows + 1}.`,
  );
  const part = Math.max(1, Math.floor(CHUNK / Math.max(1, width)));
  const memory = requireEngine().open();
  try {
    runAll('topKOfRows', Math.ceil(rows / part), [
      ...[scores.address, rows, width, k],
      excluded ? memory.place(excluded.offsets) : 0,
      excluded ? memory.place(excluded.indices) : 0,
      ...[values.address, columns.address, part],
    ]);
  } finally {
    memory.close();
  }
}
