import type { ReadonlyFloat32Array, ReadonlyNumbers } from './arrays.js';
import type { Csr } from './csr.js';
import { sweepAt } from './definite-inverse.js';
import { requireEngine } from './engine/engine.js';
import { Resident } from './engine/resident.js';
import { requireArgument } from './errors.js';
import type { MatrixAt } from './gemm.js';
import { gramOfSparseAt } from './sparse-gram.js';
import { placeSparse } from './sparse-operator.js';
import { partOf, type Steps } from './steps.js';

/** Rows of a chunk of the kernels that go over the whole matrix. */
const CHUNK_ROWS = 64;
/** Columns that are combined at once, so that their part of the rows stays in the cache. */
const TILE = 64;

/**
 * A dense matrix in single precision that stays in the engine's memory, so that a chain of computations does not copy
 * it. Call {@link DenseMatrix.dispose} when it is no longer needed; afterwards all other methods throw a TensorecError
 * `invalid-argument`.
 */
export class DenseMatrix extends Resident {
  readonly rows: number;
  readonly columns: number;
  readonly #at: MatrixAt;
  #disposed = false;

  private constructor(rows: number, columns: number) {
    super();
    this.rows = rows;
    this.columns = columns;
    const stride = strideOf(columns);
    this.#at = { address: this.memory.allocate(stride * rows), stride };
  }

  /**
   * A copy of a row-major matrix.
   *
   * @throws TensorecError `invalid-argument` unless there are rows · columns numbers; `not-ready`, `memory`.
   */
  static from(numbers: ReadonlyFloat32Array, rows: number, columns: number): DenseMatrix {
    requireArgument(
      numbers.length === rows * columns,
      () => `The matrix has ${numbers.length} numbers; give rows · columns = ${rows} · ${columns}.`,
    );
    const matrix = new DenseMatrix(rows, columns);
    for (let row = 0; row < rows; row++) {
      matrix.#row(row).set(numbers.subarray(row * columns, (row + 1) * columns));
    }
    return matrix;
  }

  /**
   * The Gram matrix of the columns of a sparse matrix A: AᵀA. A column that repeats within a row counts with the sum of
   * its values. Sums in single precision over the rows in their order. Time in the order of Σ_rows entries² / 2 +
   * columns² where the columns of each row ascend, twice that where not.
   *
   * @throws TensorecError `not-ready`, `memory`.
   */
  static *gramOfColumns(csr: Csr): Steps<DenseMatrix> {
    const matrix = new DenseMatrix(csr.columns, csr.columns);
    const memory = requireEngine().open();
    let complete = false;
    try {
      yield* partOf(gramOfSparseAt(memory, csr, matrix.#at), 0, 0.95);
      yield* partOf(matrix.#mirrorLower(1), 0.95, 1);
      complete = true;
      return matrix;
    } finally {
      memory.close();
      // Also when the steps are given up, which no catch notices.
      if (!complete) matrix.dispose();
    }
  }

  /** The numbers on the diagonal. */
  diagonal(): Float64Array {
    return Float64Array.from(
      { length: Math.min(this.rows, this.columns) },
      (_, n) => this.#row(n)[n]!,
    );
  }

  /** Changes each number on the diagonal to what a function makes of it. */
  changeDiagonal(change: (value: number) => number): void {
    for (let n = 0; n < Math.min(this.rows, this.columns); n++) {
      const row = this.#row(n);
      row[n] = change(row[n]!);
    }
  }

  /**
   * Multiplies each column by its factor.
   *
   * @throws TensorecError `invalid-argument` unless there is one factor a column.
   */
  *scaleColumns(factors: ReadonlyNumbers): Steps {
    this.#requireUsable();
    requireArgument(
      factors.length === this.columns,
      () =>
        `There are ${factors.length} factors; give one for each of the ${this.columns} columns.`,
    );
    const memory = requireEngine().open();
    try {
      const placed = memory.place(Float32Array.from(factors));
      const { address, stride } = this.#at;
      const chunks = Math.ceil(this.rows / CHUNK_ROWS);
      const parameters = [address, stride, this.rows, this.columns, placed];
      yield* memory.engine.run('scaleMatrixColumns', chunks, parameters);
    } finally {
      memory.close();
    }
  }

  /**
   * Replaces a symmetric positive definite matrix by its inverse; reads what lies left of the diagonal and on it.
   * Blocked symmetric sweeps (Goodnight, "A tutorial on the SWEEP operator", 1979): n³/2 multiply-adds in single
   * precision. After an error the matrix holds no meaningful numbers.
   *
   * @throws TensorecError `invalid-argument` unless the matrix is square, `numerical` naming the pivot when it is not
   * positive definite, `memory`.
   */
  *invert(): Steps {
    this.#requireUsable();
    requireArgument(
      this.rows === this.columns,
      () => `A matrix of ${this.rows} × ${this.columns} has no inverse; give a square one.`,
    );
    const memory = requireEngine().open();
    try {
      yield* partOf(sweepAt(memory, this.#at, this.rows), 0, 0.98);
      yield* partOf(this.#mirrorLower(-1), 0.98, 1);
    } finally {
      memory.close();
    }
  }

  /**
   * Combinations of rows: the product `weights` · this matrix, weights.rows × columns, row-major. At once; time in the
   * order of entries · columns.
   *
   * @param out - what the product is written to
   * @throws TensorecError `invalid-argument` unless `weights` has a column for each row of this matrix and `out` has
   * room for the product exactly; `memory`.
   */
  combineRows(weights: Csr, out: Float32Array): void {
    this.#requireUsable();
    requireArgument(
      weights.columns === this.rows && out.length === weights.rows * this.columns,
      () =>
        `weights is ${weights.rows} × ${weights.columns} and out has ${out.length} numbers; give weights of ${this.rows} columns and out of weights.rows · ${this.columns} numbers.`,
    );
    const memory = requireEngine().open();
    try {
      const { offsets, indices, values, bounds, chunks } = placeSparse(memory, weights);
      const { address, stride } = this.#at;
      const result = memory.allocate(stride * weights.rows);
      for (let start = 0; start < stride; start += 4 * TILE) {
        const width = Math.min(TILE, (stride - start) / 4);
        memory.engine.runChunks('multiplySparse', 0, chunks, [
          ...[offsets, indices, values, bounds, address + start, stride, width],
          ...[result + start, stride],
        ]);
      }
      for (let row = 0; row < weights.rows; row++) {
        const sums = memory.view(Float32Array, result + row * stride, this.columns);
        out.set(sums, row * this.columns);
      }
    } finally {
      memory.close();
    }
  }

  /** A copy of the numbers, row-major. */
  *toArray(): Steps<Float32Array<ArrayBuffer>> {
    this.#requireUsable();
    const { rows, columns } = this;
    const numbers = new Float32Array(rows * columns);
    const pause = Math.ceil(4_000_000 / Math.max(1, columns));
    for (let row = 0; row < rows; row++) {
      numbers.set(this.#row(row), row * columns);
      if (row % pause === pause - 1) yield row / rows;
    }
    return numbers;
  }

  /** Frees the memory; twice does nothing. */
  override dispose(): void {
    this.#disposed = true;
    super.dispose();
  }

  *#mirrorLower(factor: number): Steps {
    const { address, stride } = this.#at;
    const chunks = Math.ceil(this.rows / CHUNK_ROWS);
    yield* requireEngine().run('mirrorLower', chunks, [address, stride, this.rows, factor]);
  }

  #row(row: number): Float32Array {
    this.#requireUsable();
    const { address, stride } = this.#at;
    return this.memory.view(Float32Array, address + row * stride, this.columns);
  }

  #requireUsable(): void {
    requireArgument(!this.#disposed, () => 'This DenseMatrix was disposed; make another one.');
  }
}

/** Bytes from row to row: whole cache lines, and an odd number of them, so that columns do not compete for places. */
function strideOf(columns: number): number {
  return 64 * (Math.ceil(columns / 16) | 1);
}

/**
 * {@link DenseMatrix.gramOfColumns} as an array, row-major.
 *
 * @throws TensorecError as there.
 */
export function* gramOfColumns(csr: Csr): Steps<Float32Array<ArrayBuffer>> {
  const gram = yield* partOf(DenseMatrix.gramOfColumns(csr), 0, 0.95);
  try {
    return yield* partOf(gram.toArray(), 0.95, 1);
  } finally {
    gram.dispose();
  }
}
