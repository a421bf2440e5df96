import { requireLength, runAll } from './array-functions.js';
import type { ReadonlyFloat32Array, ReadonlyInt32Array } from './arrays.js';
import type { Csr } from './csr.js';
import { requireEngine } from './engine/engine.js';
import { Resident } from './engine/resident.js';
import type { Scope } from './engine/scope.js';
import { requireArgument } from './errors.js';
import { copyOutPadded, paddedWidth, placePadded } from './gram.js';
import type { ResidentArray } from './resident-array.js';
import type { Steps } from './steps.js';

/** Most rows and most entries of a chunk. */
const CHUNK_ROWS = 40;
const CHUNK_ENTRIES = 2048;
/** Values that a chunk puts in order. */
const CHUNK_VALUES = 32_768;

/** First row of each chunk of rows, and the end: chunks of some 2,048 entries and at most 40 rows. */
export function chunkBounds(offsets: ReadonlyInt32Array, rows: number): Int32Array<ArrayBuffer> {
  const bounds = [0];
  let first = 0;
  for (let row = 1; row <= rows; row++) {
    const full =
      row - first >= CHUNK_ROWS ||
      offsets[Math.min(row + 1, rows)]! - offsets[first]! > CHUNK_ENTRIES;
    if (!full && row < rows) continue;
    bounds.push(row);
    first = row;
  }
  return Int32Array.from(bounds);
}

/** A sparse matrix in the engine's memory, cut into chunks of rows. */
export interface SparseAt {
  readonly rows: number;
  readonly columns: number;
  readonly offsets: number;
  readonly indices: number;
  readonly values: number;
  readonly bounds: number;
  readonly chunks: number;
}

/** A copy of a sparse matrix. */
export function placeSparse(memory: Scope, matrix: Csr): SparseAt {
  const bounds = chunkBounds(matrix.offsets, matrix.rows);
  return {
    rows: matrix.rows,
    columns: matrix.columns,
    offsets: memory.place(matrix.offsets),
    indices: memory.place(matrix.indices),
    values: memory.place(matrix.values),
    bounds: memory.place(bounds),
    chunks: bounds.length - 1,
  };
}

/** Sparse times dense; rows of `width` numbers, a multiple of 8, on both sides. */
export function multiplySparseAt(
  memory: Scope,
  sparse: SparseAt,
  dense: number,
  width: number,
  result: number,
): Steps {
  const { offsets, indices, values, bounds, chunks } = sparse;
  return memory.engine.run('multiplySparse', chunks, [
    offsets,
    indices,
    values,
    bounds,
    dense,
    4 * width,
    width,
    result,
    4 * width,
  ]);
}

/** A sparse matrix kept in the engine's memory to be multiplied with. */
export class SparseOperator extends Resident {
  readonly rows: number;
  readonly columns: number;
  /** How many entries there are. */
  readonly entries: number;
  readonly #matrix: SparseAt;
  readonly #places: number | undefined;

  /**
   * @param matrix - copied; columns may repeat within a row
   * @param places - for other values that {@link SparseOperator.multiplyArray} is given: where among them the value of each
   * entry stands, an integer from 0 to entries − 1, so that a transposed matrix takes those of the matrix itself; default
   * the order of the entries
   * @throws TensorecError `invalid-argument` unless there is a place for each entry.
   */
  constructor(matrix: Csr, places?: ReadonlyInt32Array) {
    super();
    this.rows = matrix.rows;
    this.columns = matrix.columns;
    this.entries = matrix.indices.length;
    requireArgument(
      places === undefined || places.length === this.entries,
      () =>
        `There are ${String(places?.length)} places; give one for each of ${this.entries} entries.`,
    );
    this.#matrix = placeSparse(this.memory, matrix);
    this.#places = places && this.memory.place(places);
  }

  /**
   * Writes the product with a dense matrix to `result`, `rows` × `width`; numbers as of {@link SparseOperator.multiply}. At
   * once; time in the order of entries · width.
   *
   * @param dense - `columns` × `width`, row-major
   * @param values - what takes the place of the values of the entries
   * @throws TensorecError `invalid-argument` for a length that does not fit; `memory`.
   */
  multiplyArray(
    dense: ResidentArray,
    result: ResidentArray,
    width: number,
    values?: ResidentArray,
  ): void {
    this.requireUsable();
    requireLength(dense, this.columns * width, 'dense');
    requireLength(result, this.rows * width, 'result');
    if (values !== undefined) requireLength(values, this.entries, 'values');
    const matrix = this.#matrix;
    const memory = requireEngine().open();
    try {
      runAll('multiplySparse', matrix.chunks, [
        ...[matrix.offsets, matrix.indices],
        values === undefined ? matrix.values : this.#orderedValues(memory, values),
        ...[matrix.bounds, dense.address, 4 * width, width, result.address, 4 * width],
      ]);
    } finally {
      memory.close();
    }
  }

  /**
   * Writes for each entry the product of two dense rows, that of its row in `left` and that of its column in `right`, to
   * `result`: the gradient of the values of {@link SparseOperator.multiplyArray}. At once; time in the order of
   * entries · width.
   *
   * @param left - `rows` × `width`, row-major
   * @param right - `columns` × `width`, row-major
   * @param result - a number for each entry, in their order
   * @throws TensorecError `invalid-argument` for a length that does not fit.
   */
  multiplyEntries(
    left: ResidentArray,
    right: ResidentArray,
    result: ResidentArray,
    width: number,
  ): void {
    this.requireUsable();
    requireLength(left, this.rows * width, 'left');
    requireLength(right, this.columns * width, 'right');
    requireLength(result, this.entries, 'result');
    const { offsets, indices, bounds, chunks } = this.#matrix;
    runAll('multiplyEntries', chunks, [
      ...[offsets, indices, bounds, left.address, right.address, width, result.address],
    ]);
  }

  /** Where other values lie in the order of the entries. */
  #orderedValues(memory: Scope, values: ResidentArray): number {
    if (this.#places === undefined) return values.address;
    const { entries } = this;
    const ordered = memory.allocate(4 * entries);
    runAll('gatherNumbers', Math.ceil(entries / CHUNK_VALUES), [
      ...[values.address, entries, this.#places, entries, 4, ordered, 1, CHUNK_VALUES],
    ]);
    return ordered;
  }

  /**
   * The product with a dense matrix: `rows` × `width`, row-major. Sums in single precision in the order of the entries,
   * so a column of the product depends on its own column alone. Time in the order of entries · width.
   *
   * @param dense - `columns` × `width`, row-major
   * @throws TensorecError `invalid-argument` for a length that does not fit.
   */
  multiply(dense: ReadonlyFloat32Array, width: number): Steps<Float32Array<ArrayBuffer>> {
    return this.whileUsable(this.#multiply(dense, width));
  }

  *#multiply(dense: ReadonlyFloat32Array, width: number): Steps<Float32Array<ArrayBuffer>> {
    requireArgument(
      Number.isInteger(width) && width >= 1 && dense.length === this.columns * width,
      () => `dense has ${dense.length} numbers; give ${this.columns} · ${width}.`,
    );
    const memory = requireEngine().open();
    try {
      const padded = paddedWidth(width);
      const right = placePadded(memory, dense, this.columns, width);
      const result = memory.allocate(4 * this.rows * padded);
      yield* multiplySparseAt(memory, this.#matrix, right, padded, result);
      return copyOutPadded(memory, result, this.rows, width);
    } finally {
      memory.close();
    }
  }

  /**
   * Rows of another sparse matrix times this one, as dense rows. Sums in single precision in the order of the entries, so
   * a row of the result depends on its own row alone. Time in the order of the entries that are met.
   *
   * @param rows - as many columns as this matrix has rows
   * @param out - out: rows.rows × `columns`, row-major
   * @throws TensorecError `invalid-argument` for a shape that does not fit.
   */
  combine(rows: Csr, out: Float32Array): void {
    this.requireUsable();
    requireArgument(
      rows.columns === this.rows && out.length === rows.rows * this.columns,
      () =>
        `rows has ${rows.columns} columns and out ${out.length} numbers; give ${this.rows} and ${rows.rows} · ${this.columns}.`,
    );
    if (out.length === 0) return;
    const memory = requireEngine().open();
    try {
      const { offsets, indices, values } = this.#matrix;
      const result = memory.allocate(4 * out.length);
      memory.engine.runChunks('combineSparse', 0, rows.rows, [
        memory.place(rows.offsets),
        memory.place(rows.indices),
        memory.place(rows.values),
        offsets,
        indices,
        values,
        result,
        this.columns,
      ]);
      out.set(memory.view(Float32Array, result, out.length));
    } finally {
      memory.close();
    }
  }

  /** A copy of the matrix. */
  toCsr(): Csr {
    const { memory, rows, columns } = this;
    const offsets = memory.copyOut(Int32Array, this.#matrix.offsets, rows + 1);
    const entries = offsets[rows]!;
    const indices = memory.copyOut(Int32Array, this.#matrix.indices, entries);
    const values = memory.copyOut(Float32Array, this.#matrix.values, entries);
    return { rows, columns, offsets, indices, values };
  }
}
