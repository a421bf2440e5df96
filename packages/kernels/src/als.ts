import type { ReadonlyFloat32Array, ReadonlyNumbers } from './arrays.js';
import { transpose, type Csr } from './csr.js';
import { Resident } from './engine/resident.js';
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
  type LeastSquaresOptions,
  type LeastSquaresSolver,
  type ObjectiveParts,
  type Side,
} from './least-squares.js';
import { dot } from './linear-algebra.js';
import { partOf, type Steps } from './steps.js';

/**
 * Alternating least squares for implicit feedback (Hu, Koren & Volinsky 2008, in the form of Rendle, Krichene, Zhang &
 * Koren, "Revisiting the performance of iALS", 2021). Row factors P and column factors Q, kept in the engine's memory,
 * move in turn towards the minimum of
 *
 * Σ_observed c · (1 − p·q)² + unobservedWeight · Σ_all (p·q)² + Σ_rows λ_r · ‖p‖² + Σ_columns λ_c · ‖q‖²
 *
 * where c ≥ 0 is the value of an entry and repeated entries count each.
 *
 * A half-step takes conjugate-gradient steps (Takács, Pilászy & Tikk 2011) in the basis of the eigenvectors of the other
 * side's Gram matrix. There the part of a row's system that comes from all pairs is diagonal, whatever the row's own
 * regularization, so a step touches the row's entries alone and the diagonal preconditions it. The objective does not
 * change when both sides turn together, so they stay in that basis. A row without entries gets zeros, its minimum.
 *
 * One half-step after the other: one that is given up or fails leaves factors that are of no use.
 *
 * A step takes 4 · entries · f multiply-adds, a half-step 2 · (rows + columns) · f² and some 6 · f³ beside. The same bits
 * for any number of threads.
 */
export class AlternatingLeastSquares extends Resident {
  readonly #factors: number;
  readonly #unobservedWeight: number;
  readonly #rows: Side;
  readonly #columns: Side;
  readonly #rowFactors: number;
  readonly #columnFactors: number;
  #rowPenalty: number;
  #columnPenalty: number;

  /**
   * @param observed - the entries; copied
   * @param start - the factors to start from: P, rows × f, and Q, columns × f, row-major; copied
   * @throws TensorecError `invalid-argument` for lengths that do not fit, a negative value, a regularization that is not
   * above 0.
   */
  constructor(
    observed: Csr,
    start: { readonly rows: ReadonlyFloat32Array; readonly columns: ReadonlyFloat32Array },
    options: LeastSquaresOptions,
  ) {
    super();
    const { factors, unobservedWeight } = options;
    requireOptions(factors, unobservedWeight);
    requireValues(observed);
    requireLength(start.rows, observed.rows * factors, 'start.rows');
    requireLength(start.columns, observed.columns * factors, 'start.columns');
    requireRegularization(options.rowRegularization, observed.rows, 'rowRegularization');
    requireRegularization(options.columnRegularization, observed.columns, 'columnRegularization');
    const { memory } = this;
    this.#factors = factors;
    this.#unobservedWeight = unobservedWeight;
    this.#rows = placeSide(memory, observed, options.rowRegularization);
    this.#columns = placeSide(memory, transpose(observed), options.columnRegularization);
    this.#rowFactors = placePadded(memory, start.rows, observed.rows, factors);
    this.#columnFactors = placePadded(memory, start.columns, observed.columns, factors);
    this.#rowPenalty = penaltyOf(start.rows, options.rowRegularization);
    this.#columnPenalty = penaltyOf(start.columns, options.columnRegularization);
  }

  /**
   * Moves P with Q fixed.
   *
   * @returns the objective as it was before, which the first look at the entries gives
   * @throws TensorecError `numerical` when the factors are not finite.
   */
  solveRows(solver: LeastSquaresSolver): Steps<number> {
    return this.whileUsable(this.#solveRows(solver));
  }

  *#solveRows(solver: LeastSquaresSolver): Steps<number> {
    const columns = { rows: this.#columns.rows, factorsAt: this.#columnFactors };
    const found = yield* this.#solve(this.#rows, this.#rowFactors, columns, solver);
    this.#rowPenalty = found.penalty;
    return found.objective + this.#columnPenalty;
  }

  /** Moves Q with P fixed; as {@link AlternatingLeastSquares.solveRows}. */
  solveColumns(solver: LeastSquaresSolver): Steps<number> {
    return this.whileUsable(this.#solveColumns(solver));
  }

  *#solveColumns(solver: LeastSquaresSolver): Steps<number> {
    const rows = { rows: this.#rows.rows, factorsAt: this.#rowFactors };
    const found = yield* this.#solve(this.#columns, this.#columnFactors, rows, solver);
    this.#columnPenalty = found.penalty;
    return found.objective + this.#rowPenalty;
  }

  /** Σ λ_c · ‖q‖² of the columns: with the objective that `LeastSquaresFoldIn` finds for the rows it makes the whole. */
  get columnPenalty(): number {
    return this.#columnPenalty;
  }

  /** A copy of P. */
  rowFactors(): Float32Array<ArrayBuffer> {
    return copyOutPadded(this.memory, this.#rowFactors, this.#rows.rows, this.#factors);
  }

  /** A copy of Q. */
  columnFactors(): Float32Array<ArrayBuffer> {
    return copyOutPadded(this.memory, this.#columnFactors, this.#columns.rows, this.#factors);
  }

  *#solve(
    side: Side,
    factorsAt: number,
    other: { readonly rows: number; readonly factorsAt: number },
    solver: LeastSquaresSolver,
  ): Steps<ObjectiveParts> {
    const factors = this.#factors;
    const { steps, tolerance } = stepsOf(solver, factors);
    const memory = this.memory.engine.open();
    try {
      const basis = yield* partOf(
        diagonalizeGram(memory, other, factors, this.#unobservedWeight),
        0,
        0.15,
      );
      const width = paddedWidth(factors);
      const otherAt = { address: other.factorsAt, stride: 4 * width };
      const turn = multiplyAt(memory, otherAt, other.rows, width, basis.into, width, otherAt);
      yield* partOf(turn, 0.15, 0.25);
      const solving = { into: basis.into, back: 0, steps, tolerance, objectiveAfter: false };
      const solve = solveAt(memory, side, factorsAt, other.factorsAt, factors, basis, solving);
      return yield* partOf(solve, 0.25, 1);
    } finally {
      memory.close();
    }
  }
}

/** Σ λ · ‖x‖² over the rows of a matrix. */
function penaltyOf(matrix: ReadonlyFloat32Array, weights: ReadonlyNumbers): number {
  const width = matrix.length / Math.max(1, weights.length);
  let penalty = 0;
  for (let row = 0; row < weights.length; row++) {
    penalty += weights[row]! * dot(matrix, row * width, matrix, row * width, width);
  }
  return penalty;
}
