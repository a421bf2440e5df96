import type { ReadonlyFloat32Array, ReadonlyNumbers } from './arrays.js';
import type { Csr } from './csr.js';
import { Resident } from './engine/resident.js';
import { requireArgument } from './errors.js';
import { multiplyAt } from './gemm.js';
import { copyOutPadded, paddedWidth, placePadded } from './gram.js';
import {
  diagonalizeGram,
  placeSide,
  requireLength,
  requireOptions,
  requireRegularization,
  requireValues,
  solveAt,
  stepsOf,
  type Diagonalized,
  type LeastSquaresOptions,
} from './least-squares.js';
import { partOf, type Steps } from './steps.js';

/** Rows that {@link LeastSquaresFoldIn} solved for. */
export interface SolvedRows {
  /** rows × f, row-major. */
  readonly factors: Float32Array<ArrayBuffer>;
  /** The objective without the regularization of the columns. */
  readonly objective: number;
}

/**
 * Finds the factors of rows for column factors that stay as they are: the exact half-step of
 * `AlternatingLeastSquares`, for rows that were in training or not. A row's factors depend on its own entries and
 * regularization alone, to the bit.
 */
export class LeastSquaresFoldIn extends Resident {
  readonly #columns: number;
  readonly #factors: number;
  readonly #unobservedWeight: number;
  /** The column factors, turned into the basis by the first call. */
  readonly #columnFactors: number;
  #turning: Steps<Diagonalized> | undefined;
  #basis: Diagonalized | undefined;

  /**
   * @param columnFactors - Q, columns × f, row-major; copied
   * @throws TensorecError `invalid-argument` for a length that is no multiple of `factors`.
   */
  constructor(
    columnFactors: ReadonlyFloat32Array,
    options: Pick<LeastSquaresOptions, 'factors' | 'unobservedWeight'>,
  ) {
    super();
    const { factors, unobservedWeight } = options;
    requireOptions(factors, unobservedWeight);
    this.#columns = columnFactors.length / factors;
    requireLength(columnFactors, Math.floor(this.#columns) * factors, 'columnFactors');
    this.#factors = factors;
    this.#unobservedWeight = unobservedWeight;
    this.#columnFactors = placePadded(this.memory, columnFactors, this.#columns, factors);
  }

  /**
   * The factors of rows, rows × f, row-major.
   *
   * @param observed - the entries of the rows
   * @param regularization - one number above 0 a row
   * @throws TensorecError `invalid-argument` for lengths that do not fit or numbers out of range, `numerical` when
   * factors are not finite.
   */
  *solve(observed: Csr, regularization: ReadonlyNumbers): Steps<Float32Array<ArrayBuffer>> {
    const { factors } = yield* this.whileUsable(this.#solve(observed, regularization, false));
    return factors;
  }

  /**
   * As {@link LeastSquaresFoldIn.solve}, with what the objective of `AlternatingLeastSquares` is then, but for the regularization
   * of the columns. One more look at the entries.
   */
  solveWithObjective(observed: Csr, regularization: ReadonlyNumbers): Steps<SolvedRows> {
    return this.whileUsable(this.#solve(observed, regularization, true));
  }

  *#solve(
    observed: Csr,
    regularization: ReadonlyNumbers,
    objectiveAfter: boolean,
  ): Steps<SolvedRows> {
    requireArgument(
      observed.columns === this.#columns,
      () => `The matrix has ${observed.columns} columns; give ${this.#columns}.`,
    );
    requireValues(observed);
    requireRegularization(regularization, observed.rows, 'regularization');
    const basis = yield* partOf(this.#turnOnce(), 0, 0.1);
    const factors = this.#factors;
    const memory = this.memory.engine.open();
    try {
      const side = placeSide(memory, observed, regularization);
      const result = memory.allocate(4 * observed.rows * paddedWidth(factors));
      const solving = { into: 0, back: basis.back, objectiveAfter, ...stepsOf('exact', factors) };
      const at = this.#columnFactors;
      const solve = solveAt(memory, side, result, at, factors, basis, solving);
      const { objective } = yield* partOf(solve, 0.1, 1);
      return { factors: copyOutPadded(memory, result, observed.rows, factors), objective };
    } finally {
      memory.close();
    }
  }

  /** Calls that begin while the factors are turned go on with the same work. */
  *#turnOnce(): Steps<Diagonalized> {
    while (this.#basis === undefined) {
      this.#turning ??= this.#turn();
      try {
        const step = this.#turning.next();
        if (step.done === true) this.#basis = step.value;
        else yield step.value;
      } catch (error) {
        this.#turning = undefined;
        throw error;
      }
    }
    return this.#basis;
  }

  *#turn(): Steps<Diagonalized> {
    const factors = this.#factors;
    const side = { rows: this.#columns, factorsAt: this.#columnFactors };
    const weight = this.#unobservedWeight;
    const basis = yield* partOf(diagonalizeGram(this.memory, side, factors, weight), 0, 0.6);
    const width = paddedWidth(factors);
    const at = { address: this.#columnFactors, stride: 4 * width };
    const turn = multiplyAt(this.memory, at, this.#columns, width, basis.into, width, at);
    yield* partOf(turn, 0.6, 1);
    return basis;
  }
}
