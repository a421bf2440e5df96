import { requireEngine } from './engine/engine.js';
import type { ExportName } from './engine/binary.generated.js';
import type { Scope } from './engine/scope.js';
import { requireArgument } from './errors.js';
import type { Random } from './random.js';
import type { Steps } from './steps.js';

/** Columns of a panel and resamples of a chunk, as in assembly/resampling.ts. */
const PANEL = 4;
/** The most rows, so that every place of a table has an address. */
const MOST_ROWS = 2 ** 26;

/**
 * Means of columns over rows drawn with replacement: `resamples` times as many rows as there are, the same for all
 * columns. Sums are in double precision in a fixed order, from a stream of SplitMix64 for each resample (Steele, Lea and
 * Flood 2014), so the result is the same bits for any number of threads. A row is drawn as the high 32 bits of a 32-bit
 * word times the number of rows, so the chances of two rows differ by less than rows / 2³². Time in the order of
 * resamples · rows · columns.
 *
 * @param columns - one array a column, all of the same length; at least one number each
 * @param resamples - how many, at least 1
 * @param random - its next 64 bits name the streams
 * @returns resamples × columns, row-major
 * @throws TensorecError `invalid-argument` for no columns or rows, columns of different lengths, a number that is not finite,
 * or `resamples` below 1; `memory` when the table does not fit.
 */
export function* bootstrapMeans(
  columns: readonly ArrayLike<number>[],
  resamples: number,
  random: Random,
): Steps<Float64Array<ArrayBuffer>> {
  const rows = requireTable(columns, resamples);
  const memory = requireEngine().open();
  try {
    const counts = memory.allocate(2 * PANEL * rows * memory.engine.threads);
    const sums = yield* sumsOf('bootstrapSums', memory, columns, rows, resamples, random, [counts]);
    return sums.map((sum) => sum / rows);
  } finally {
    memory.close();
  }
}

/**
 * Means of columns whose rows change their signs at random, each with probability ½ and the same for all columns:
 * what a paired randomization test compares with. Bits and cost as for {@link bootstrapMeans}.
 *
 * @returns resamples × columns, row-major
 * @throws TensorecError as {@link bootstrapMeans}.
 */
export function* signFlipMeans(
  columns: readonly ArrayLike<number>[],
  resamples: number,
  random: Random,
): Steps<Float64Array<ArrayBuffer>> {
  const rows = requireTable(columns, resamples);
  const totals = columns.map((column) => {
    let total = 0;
    for (let row = 0; row < rows; row++) total += column[row]!;
    return total;
  });
  const memory = requireEngine().open();
  try {
    const sums = yield* sumsOf('halfSums', memory, columns, rows, resamples, random, []);
    return sums.map((sum, n) => (2 * sum - totals[n % columns.length]!) / rows);
  } finally {
    memory.close();
  }
}

function* sumsOf(
  task: ExportName,
  memory: Scope,
  columns: readonly ArrayLike<number>[],
  rows: number,
  resamples: number,
  random: Random,
  scratch: readonly number[],
): Steps<Float64Array<ArrayBuffer>> {
  const panels = Math.ceil(columns.length / PANEL);
  const chunks = Math.ceil(resamples / PANEL);
  const table = placePanels(memory, columns, rows, panels);
  const out = memory.allocate(8 * chunks * panels * PANEL * PANEL);
  const key = [random.uint32(), random.uint32()];
  yield* memory.engine.run(task, chunks, [table, rows, panels, ...key, ...scratch, out]);
  const found = memory.view(Float64Array, out, chunks * panels * PANEL * PANEL);
  const sums = new Float64Array(resamples * columns.length);
  for (let resample = 0; resample < resamples; resample++) {
    const chunk = Math.floor(resample / PANEL);
    for (let column = 0; column < columns.length; column++) {
      const panel = chunk * panels + Math.floor(column / PANEL);
      const at = (panel * PANEL + (resample % PANEL)) * PANEL + (column % PANEL);
      sums[resample * columns.length + column] = found[at]!;
    }
  }
  return sums;
}

/** The columns in panels of four, the missing ones of the last panel 0. */
function placePanels(
  memory: Scope,
  columns: readonly ArrayLike<number>[],
  rows: number,
  panels: number,
): number {
  const address = memory.allocateZeros(8 * PANEL * panels * rows);
  const table = memory.view(Float64Array, address, PANEL * panels * rows);
  columns.forEach((column, n) => {
    const start = Math.floor(n / PANEL) * rows * PANEL + (n % PANEL);
    for (let row = 0; row < rows; row++) table[start + row * PANEL] = column[row]!;
  });
  return address;
}

/** @returns the number of rows */
function requireTable(columns: readonly ArrayLike<number>[], resamples: number): number {
  requireArgument(
    Number.isSafeInteger(resamples) && resamples >= 1 && resamples <= 2 ** 24,
    () => `resamples is ${resamples}; give an integer from 1 to ${2 ** 24}.`,
  );
  const rows = columns[0]?.length ?? 0;
  requireArgument(rows > 0 && rows <= MOST_ROWS, () =>
    columns.length === 0
      ? 'There is no column to resample; give one at least.'
      : `The columns have ${rows} rows; give 1 to ${MOST_ROWS}.`,
  );
  columns.forEach((column, n) => {
    requireArgument(
      column.length === rows,
      () =>
        `Column ${n} (counted from 0) has ${column.length} rows, the first one ${rows}; give columns of equal length.`,
    );
    for (let row = 0; row < rows; row++) {
      requireArgument(
        Number.isFinite(column[row]),
        () =>
          `Column ${n} has ${String(column[row])} in row ${row} (both counted from 0); every value must be a finite number.`,
      );
    }
  });
  return rows;
}
