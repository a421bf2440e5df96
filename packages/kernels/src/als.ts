import type { ReadonlyFloat32Array, ReadonlyNumbers } from './arrays.js';
import { transpose, type Csr } from './csr.js';
import { eigenAt } from './eigen.js';
import { Resident } from './engine/resident.js';
import type { Scope } from './engine/scope.js';
import { requireArgument, TensorecError } from './errors.js';
import { multiplyAt, packAt, packedBytes } from './gemm.js';
import { copyOutPadded, gramAt, paddedWidth, placePadded } from './gram.js';
import { dot } from './linear-algebra.js';
import { placeSparse, type SparseAt } from './sparse-operator.js';
import { partOf, type Steps } from './steps.js';

/** The residual, as a part of the first one, at which a system counts as solved: what single precision can tell. */
const SOLVED = 1e-6;

/** One side of a matrix in the engine's memory. */
interface Side extends SparseAt {
  /** One single a row. */
  readonly regularization: number;
}

/** Factors in the basis in which their Gram matrix is diagonal. */
interface Diagonalized {
  /** Packed matrix of the eigenvectors. */
  readonly into: number;
  /** Its transposed, packed; takes factors back. */
  readonly back: number;
  /** unobservedWeight · eigenvalue, one single a factor. */
  readonly spectrum: number;
}

function placeSide(memory: Scope, matrix: Csr, regularization: ReadonlyNumbers): Side {
  return {
    ...placeSparse(memory, matrix),
    regularization: memory.place(Float32Array.from(regularization)),
  };
}

/** Eigenvectors and spectrum of the Gram matrix of factors; the blocks belong to the scope. */
function* diagonalizeGram(
  memory: Scope,
  side: { readonly rows: number; readonly factorsAt: number },
  factors: number,
  unobservedWeight: number,
): Steps<Diagonalized> {
  const width = paddedWidth(factors);
  const gram = memory.allocate(8 * factors * factors);
  yield* partOf(gramAt(memory, side.factorsAt, side.rows, factors, gram), 0, 0.5);
  const values = memory.allocate(8 * factors);
  const vectors = memory.allocateZeros(4 * width * width);
  yield* partOf(eigenAt(memory, gram, factors, values, vectors, 4 * width), 0.5, 0.95);
  // Rounding makes an eigenvalue of 0 a little less.
  const spectrum = new Float32Array(width);
  memory
    .view(Float64Array, values, factors)
    .forEach((value, i) => (spectrum[i] = unobservedWeight * Math.max(0, value)));
  const [into, back] = [false, true].map((transposed) => ({
    packed: memory.allocate(packedBytes(width, width)),
    matrix: { address: vectors, stride: 4 * width, transposed },
  }));
  for (const { packed, matrix } of [into!, back!]) {
    yield* partOf(packAt(memory, matrix, width, width, packed), 0.95, 1);
  }
  return { into: into!.packed, back: back!.packed, spectrum: memory.place(spectrum) };
}

/** What {@link solveAt} does with the basis. */
interface Solving {
  /** Packed matrix that takes the start into the basis; 0 to start from zeros. */
  readonly into: number;
  /** Packed matrix that takes the result back; 0 to leave it in the basis. */
  readonly back: number;
  readonly steps: number;
  readonly tolerance: number;
  /** Whether the objective is wanted as it is after the steps. */
  readonly objectiveAfter: boolean;
}

/** What a half-step tells of the objective. */
interface ObjectiveParts {
  /** The objective without the regularization of the other side: before the steps, or after them where that was asked. */
  readonly objective: number;
  /** Σ λ · ‖x‖² over the rows, after the steps. */
  readonly penalty: number;
}

/** Solves for the factors of a side, with those of the other side in the basis of `diagonal`. */
function* solveAt(
  memory: Scope,
  side: Side,
  factorsAt: number,
  otherAt: number,
  factors: number,
  { spectrum }: Diagonalized,
  { into, back, steps, tolerance, objectiveAfter }: Solving,
): Steps<ObjectiveParts> {
  const { engine } = memory;
  const width = paddedWidth(factors);
  const failure = memory.place(Int32Array.of(-1));
  const space = memory.allocate(engine.threads * engine.value('solveSpace', width));
  const partsAt = memory.allocate(16 * side.rows);
  yield* engine.run('solveRows', side.chunks, [
    factorsAt,
    otherAt,
    side.offsets,
    side.indices,
    side.values,
    side.bounds,
    width,
    spectrum,
    side.regularization,
    into,
    back,
    steps,
    tolerance,
    failure,
    space,
    partsAt,
    objectiveAfter ? 1 : 0,
  ]);
  const failed = memory.view(Int32Array, failure, 1)[0]!;
  const parts = memory.view(Float64Array, partsAt, 2 * side.rows);
  let objective = 0;
  let penalty = 0;
  for (let row = 0; row < side.rows; row++) {
    objective += parts[2 * row]!;
    penalty += parts[2 * row + 1]!;
  }
  for (const block of [failure, space, partsAt]) memory.free(block);
  if (failed >= 0) {
    throw new TensorecError(
      'numerical',
      `The residual of row ${failed} is not finite; check the factors and values for NaN and Infinity, ` +
        'or use more regularization.',
    );
  }
  return { objective, penalty };
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

/** What {@link AlternatingLeastSquares} minimises. */
export interface LeastSquaresOptions {
  /** The number of factors f of each row and column. */
  readonly factors: number;
  /** The weight of the squared prediction of every pair, observed or not; 0 or more. */
  readonly unobservedWeight: number;
  /** The weight of the squared norm of each row's factors, one number above 0 a row. */
  readonly rowRegularization: ReadonlyNumbers;
  /** The same for each column. */
  readonly columnRegularization: ReadonlyNumbers;
}

/** How far a half-step goes: so many conjugate-gradient steps from where the factors are, or to the minimum. */
export type LeastSquaresSolver = { readonly conjugateGradientSteps: number } | 'exact';

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

  /** Σ λ_c · ‖q‖² of the columns: with the objective that {@link LeastSquaresFoldIn} finds for the rows it makes the whole. */
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

/** Rows that {@link LeastSquaresFoldIn} solved for. */
export interface SolvedRows {
  /** rows × f, row-major. */
  readonly factors: Float32Array<ArrayBuffer>;
  /** The objective without the regularization of the columns. */
  readonly objective: number;
}

/**
 * Finds the factors of rows for column factors that stay as they are: the exact half-step of
 * {@link AlternatingLeastSquares}, for rows that were in training or not. A row's factors depend on its own entries and
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
   * As {@link LeastSquaresFoldIn.solve}, with what the objective of {@link AlternatingLeastSquares} is then, but for the regularization
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

/** How many steps a solver takes at most, and when it stops. */
function stepsOf(
  solver: LeastSquaresSolver,
  factors: number,
): { readonly steps: number; readonly tolerance: number } {
  if (solver === 'exact') return { steps: 2 * factors + 32, tolerance: SOLVED };
  const steps = solver.conjugateGradientSteps;
  requireArgument(
    Number.isInteger(steps) && steps >= 1,
    () => `conjugateGradientSteps is ${steps}; give an integer of 1 or more.`,
  );
  return { steps, tolerance: 0 };
}

function requireOptions(factors: number, unobservedWeight: number): void {
  requireArgument(
    Number.isInteger(factors) && factors >= 1,
    () => `factors is ${factors}; give an integer of 1 or more.`,
  );
  requireArgument(
    unobservedWeight >= 0 && unobservedWeight < Infinity,
    () => `unobservedWeight is ${unobservedWeight}; give a finite number of 0 or more.`,
  );
}

function requireValues({ values }: Csr): void {
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!;
    requireArgument(
      value >= 0 && value < Infinity,
      () => `values[${i}] is ${value}; give finite numbers of 0 or more.`,
    );
  }
}

function requireRegularization(numbers: ReadonlyNumbers, rows: number, name: string): void {
  requireLength(numbers, rows, name);
  for (let row = 0; row < rows; row++) {
    const value = numbers[row]!;
    requireArgument(
      value > 0 && value < Infinity,
      () => `${name}[${row}] is ${value}; give finite numbers above 0.`,
    );
  }
}

function requireLength(numbers: ReadonlyNumbers, length: number, name: string): void {
  requireArgument(
    numbers.length === length,
    () => `${name} has ${numbers.length} numbers; give ${length}.`,
  );
}
