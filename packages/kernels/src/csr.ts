import type { ReadonlyFloat32Array, ReadonlyInt32Array, ReadonlyNumbers } from './arrays.js';
import { requireArgument } from './errors.js';

/**
 * A sparse matrix in compressed sparse row form: the entries of row `r` are those at positions `offsets[r]` up to
 * but not including `offsets[r + 1]` of `indices` (their columns) and `values`. A column may repeat within a row and
 * columns may be in any order, unless a function says otherwise.
 */
export interface Csr {
  readonly rows: number;
  readonly columns: number;
  /** `rows` + 1 positions, ascending from 0 to the number of entries. */
  readonly offsets: ReadonlyInt32Array;
  /** The column of each entry, in [0, `columns`). */
  readonly indices: ReadonlyInt32Array;
  /** The value of each entry. */
  readonly values: ReadonlyFloat32Array;
}

const MAX_DIMENSION = 0x7fffffff;

/** A matrix of `rows` × `columns` without entries. */
export function emptyCsr(rows: number, columns: number): Csr {
  requireDimension(rows, 'rows');
  requireDimension(columns, 'columns');
  return {
    rows,
    columns,
    offsets: new Int32Array(rows + 1),
    indices: new Int32Array(0),
    values: new Float32Array(0),
  };
}

/**
 * Builds a matrix from its entries in any order. Repeated entries are kept, and the entries of a row stay in the
 * order given. A counting sort: time and memory linear in rows and entries.
 *
 * @param rowOf - the row of each entry.
 * @param columnOf - the column of each entry.
 * @param values - the value of each entry, default 1 everywhere.
 * @throws TensorecError `invalid-argument` naming the first entry out of range, or lengths that differ.
 */
export function buildCsr(
  rows: number,
  columns: number,
  rowOf: ReadonlyInt32Array,
  columnOf: ReadonlyInt32Array,
  values?: ReadonlyFloat32Array,
): Csr {
  requireDimension(rows, 'rows');
  requireDimension(columns, 'columns');
  const entries = rowOf.length;
  requireLength(columnOf, entries, 'columnOf');
  if (values !== undefined) requireLength(values, entries, 'values');

  const offsets = new Int32Array(rows + 1);
  for (let entry = 0; entry < entries; entry++) {
    const row = rowOf[entry]!;
    const column = columnOf[entry]!;
    requireArgument(
      row >= 0 && row < rows,
      () => `rowOf[${entry}] is ${row}, outside the ${rows} rows; rows count from 0.`,
    );
    requireArgument(
      column >= 0 && column < columns,
      () =>
        `columnOf[${entry}] is ${column}, outside the ${columns} columns; columns count from 0.`,
    );
    offsets[row + 1] = offsets[row + 1]! + 1;
  }
  accumulate(offsets);

  const next = offsets.slice(0, rows);
  const indices = new Int32Array(entries);
  const sorted = new Float32Array(entries);
  for (let entry = 0; entry < entries; entry++) {
    const row = rowOf[entry]!;
    const position = next[row]!;
    next[row] = position + 1;
    indices[position] = columnOf[entry]!;
    sorted[position] = values === undefined ? 1 : values[entry]!;
  }
  return { rows, columns, offsets, indices, values: sorted };
}

/** The transposed matrix. Its rows come out sorted by column; repeated entries are kept, in their order. Linear time. */
export function transpose(csr: Csr): Csr {
  const { rows, columns, indices, values } = csr;
  const offsets = new Int32Array(columns + 1);
  for (let position = 0; position < indices.length; position++) {
    const column = indices[position]!;
    offsets[column + 1] = offsets[column + 1]! + 1;
  }
  accumulate(offsets);

  const next = offsets.slice(0, columns);
  const transposedIndices = new Int32Array(indices.length);
  const transposedValues = new Float32Array(indices.length);
  for (let row = 0; row < rows; row++) {
    const end = csr.offsets[row + 1]!;
    for (let position = csr.offsets[row]!; position < end; position++) {
      const column = indices[position]!;
      const target = next[column]!;
      next[column] = target + 1;
      transposedIndices[target] = row;
      transposedValues[target] = values[position]!;
    }
  }
  return {
    rows: columns,
    columns: rows,
    offsets,
    indices: transposedIndices,
    values: transposedValues,
  };
}

/**
 * Sorts each row by column and makes one entry of the entries that repeat a column. Linear time.
 *
 * @param how - the value of the one entry: the `sum` of the values, the `last` of them in the matrix' order, or `one`
 * for the value 1 whatever they were.
 */
export function mergeRepeats(csr: Csr, how: 'sum' | 'last' | 'one'): Csr {
  const sorted = transpose(transpose(csr));
  const { rows, columns } = csr;
  const offsets = new Int32Array(rows + 1);
  const indices = new Int32Array(sorted.indices.length);
  const values = new Float32Array(sorted.values.length);
  let merged = 0;
  for (let row = 0; row < rows; row++) {
    const end = sorted.offsets[row + 1]!;
    let position = sorted.offsets[row]!;
    while (position < end) {
      const column = sorted.indices[position]!;
      let sum = 0;
      let last = 0;
      for (; position < end && sorted.indices[position] === column; position++) {
        last = sorted.values[position]!;
        sum += last;
      }
      indices[merged] = column;
      values[merged] = how === 'sum' ? sum : how === 'last' ? last : 1;
      merged++;
    }
    offsets[row + 1] = merged;
  }
  return {
    rows,
    columns,
    offsets,
    indices: indices.slice(0, merged),
    values: values.slice(0, merged),
  };
}

/** How many entries each row has. */
export function rowCounts(csr: Csr): Int32Array {
  const counts = new Int32Array(csr.rows);
  for (let row = 0; row < csr.rows; row++) counts[row] = csr.offsets[row + 1]! - csr.offsets[row]!;
  return counts;
}

/** How many entries each column has. */
export function columnCounts(csr: Csr): Int32Array {
  const counts = new Int32Array(csr.columns);
  const { indices } = csr;
  for (let position = 0; position < indices.length; position++) {
    const column = indices[position]!;
    counts[column] = counts[column]! + 1;
  }
  return counts;
}

/**
 * The matrix with each row multiplied by its factor; offsets and indices are shared with the given one.
 *
 * @throws TensorecError `invalid-argument` unless there is one factor a row.
 */
export function scaleRows(csr: Csr, factors: ReadonlyNumbers): Csr {
  requireLength(factors, csr.rows, 'factors');
  const values = new Float32Array(csr.values.length);
  for (let row = 0; row < csr.rows; row++) {
    const factor = factors[row]!;
    const end = csr.offsets[row + 1]!;
    for (let position = csr.offsets[row]!; position < end; position++) {
      values[position] = csr.values[position]! * factor;
    }
  }
  return { ...csr, values };
}

/**
 * The matrix with each column multiplied by its factor; offsets and indices are shared with the given one.
 *
 * @throws TensorecError `invalid-argument` unless there is one factor a column.
 */
export function scaleColumns(csr: Csr, factors: ReadonlyNumbers): Csr {
  requireLength(factors, csr.columns, 'factors');
  const values = new Float32Array(csr.values.length);
  for (let position = 0; position < values.length; position++) {
    values[position] = csr.values[position]! * factors[csr.indices[position]!]!;
  }
  return { ...csr, values };
}

/** Turns counts, each stored one place after its row, into offsets. */
function accumulate(offsets: Int32Array): void {
  for (let row = 1; row < offsets.length; row++) offsets[row] = offsets[row]! + offsets[row - 1]!;
}

function requireDimension(value: number, name: string): void {
  requireArgument(
    Number.isInteger(value) && value >= 0 && value <= MAX_DIMENSION,
    () => `${name} is ${value}; give an integer from 0 to ${MAX_DIMENSION}.`,
  );
}

function requireLength(numbers: ReadonlyNumbers, length: number, name: string): void {
  requireArgument(
    numbers.length === length,
    () => `${name} has ${numbers.length} numbers; give ${length}.`,
  );
}
