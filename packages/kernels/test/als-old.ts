import type { ReadonlyFloat32Array, ReadonlyFloat64Array, ReadonlyNumbers } from './arrays.js';
import { choleskySolve } from './cholesky.js';
import type { Csr } from './csr.js';
import { factorDiagonal } from './diagonal-block.js';
import { requireArgument, TensorecError } from './errors.js';
import { addPanel, dot, gramOfDense, PANEL_ROWS } from './linear-algebra.js';
import { finish, partOf } from './steps.js';
import type { Steps } from './steps.js';

/** What {@link alsHalfStep} minimises, and how. */
export interface AlsOptions {
  /** The number of factors f of each row and column. */
  readonly factors: number;
  /** The weight of the squared prediction of every pair, observed or not; 0 or more. */
  readonly unobservedWeight: number;
  /** The weight of the squared norm of each row's factors, one number of 0 or more a row. */
  readonly regularization: ReadonlyNumbers;
  /**
   * `exact` solves each row's system by Cholesky factorization: entries · f² / 2 + rows · f³ / 6 multiply-adds.
   * Conjugate gradients start from the factors given and come closer with each step: 2 · entries · f + rows · f²
   * multiply-adds a step.
   */
  readonly solver: 'exact' | { readonly conjugateGradientSteps: number };
  /** QᵀQ of the column factors as {@link gramOfDense} returns it, for callers that keep it; default: computed. */
  readonly columnGram?: ReadonlyFloat64Array;
}

/** Multiply-adds between two yields: a few milliseconds. */
const WORK_PER_STEP = 4_000_000;

/**
 * Half a step of alternating least squares for implicit feedback (Hu, Koren & Volinsky 2008, in the form of Rendle,
 * Krichene, Zhang & Koren, "Revisiting the performance of iALS", 2021): with the column factors Q fixed, moves the row
 * factors P towards the minimum of
 *
 * Σ_observed c · (1 - p·q)² + unobservedWeight · Σ_all (p·q)² + Σ_rows regularization · ‖p‖²
 *
 * where c ≥ 0 is the value of an entry and repeated entries count each. With the `exact` solver it is reached; with
 * conjugate gradients (Takács, Pilászy & Tikk 2011) approached from the factors given. A row without entries gets
 * zeros, its minimum. Rows do not depend on one another: to fold in new rows, pass their entries and zeros as
 * `rowFactors`.
 *
 * @param rowFactors - P, `observed.rows` × f, row-major; overwritten.
 * @param columnFactors - Q, `observed.columns` × f, row-major.
 * @throws TensorecError `invalid-argument` for lengths that do not fit, a negative value or option; `numerical` when
 * the factors are not finite, or when with `exact` a row's system is singular.
 */
export function* alsHalfStep(
  observed: Csr,
  rowFactors: Float32Array,
  columnFactors: ReadonlyFloat32Array,
  options: AlsOptions,
): Steps {
  requireFitting(observed, rowFactors, columnFactors, options);
  const { factors, solver, unobservedWeight } = options;
  const gramPart = options.columnGram === undefined ? 0.05 : 0;
  const gram =
    options.columnGram ??
    (yield* partOf(gramOfDense(columnFactors, observed.columns, factors), 0, gramPart));
  const unobserved = Float64Array.from(gram, (value) => unobservedWeight * value);
  const solve =
    solver === 'exact'
      ? exactSolver(observed, rowFactors, columnFactors, factors, unobserved)
      : conjugateGradientSolver(
          observed,
          rowFactors,
          columnFactors,
          factors,
          unobserved,
          solver.conjugateGradientSteps,
        );
  const rowWork = factors * factors * (solver === 'exact' ? factors : 4);
  const entryWork = factors * (solver === 'exact' ? factors : 8);

  let work = 0;
  for (let row = 0; row < observed.rows; row++) {
    const entries = observed.offsets[row + 1]! - observed.offsets[row]!;
    if (entries === 0) rowFactors.fill(0, row * factors, (row + 1) * factors);
    else solve(row, options.regularization[row]!);
    work += rowWork + entries * entryWork;
    if (work > WORK_PER_STEP) {
      work = 0;
      yield gramPart + ((1 - gramPart) * row) / observed.rows;
    }
  }
}

/** Replaces the factors of one row. */
type RowSolver = (row: number, regularization: number) => void;

function exactSolver(
  observed: Csr,
  rowFactors: Float32Array,
  columnFactors: ReadonlyFloat32Array,
  factors: number,
  unobserved: Float64Array,
): RowSolver {
  const { offsets, indices, values } = observed;
  const system = new Float64Array(factors * factors);
  const solution = new Float64Array(factors);
  const panel = new Float64Array(PANEL_ROWS * factors);

  return (row, regularization) => {
    system.set(unobserved);
    for (let i = 0; i < factors; i++) {
      system[i * factors + i] = system[i * factors + i]! + regularization;
    }
    solution.fill(0);
    const end = offsets[row + 1]!;
    for (let start = offsets[row]!; start < end; start += PANEL_ROWS) {
      const count = Math.min(PANEL_ROWS, end - start);
      for (let entry = 0; entry < count; entry++) {
        const weight = values[start + entry]!;
        const root = Math.sqrt(weight);
        const source = indices[start + entry]! * factors;
        for (let i = 0; i < factors; i++) {
          const factor = columnFactors[source + i]!;
          panel[entry * factors + i] = root * factor;
          solution[i] = solution[i]! + weight * factor;
        }
      }
      panel.fill(0, count * factors);
      addPanel(system, panel, factors);
    }
    factorDiagonal(system, factors, 0, factors);
    choleskySolve(system, factors, solution);
    rowFactors.set(solution, row * factors);
  };
}

function conjugateGradientSolver(
  observed: Csr,
  rowFactors: Float32Array,
  columnFactors: ReadonlyFloat32Array,
  factors: number,
  unobserved: Float64Array,
  steps: number,
): RowSolver {
  const solution = new Float64Array(factors);
  const residual = new Float64Array(factors);
  const direction = new Float64Array(factors);
  const image = new Float64Array(factors);

  return (row, regularization) => {
    const target = row * factors;
    for (let i = 0; i < factors; i++) solution[i] = rowFactors[target + i]!;
    // residual = Σ c · (1 - q·p) · q - (unobservedWeight · QᵀQ + regularization) · p
    for (let i = 0; i < factors; i++) {
      residual[i] =
        -dot(unobserved, i * factors, solution, 0, factors) - regularization * solution[i]!;
    }
    addEntries(observed, row, columnFactors, factors, solution, 1, -1, residual);
    direction.set(residual);
    let squares = dot(residual, 0, residual, 0, factors);
    if (!(squares < Infinity)) {
      throw new TensorecError(
        'numerical',
        `The residual of row ${row} is not finite; check the factors and values for NaN and Infinity, ` +
          'or use more regularization.',
      );
    }
    for (let step = 0; step < steps && squares > 0; step++) {
      for (let i = 0; i < factors; i++) {
        image[i] =
          dot(unobserved, i * factors, direction, 0, factors) + regularization * direction[i]!;
      }
      addEntries(observed, row, columnFactors, factors, direction, 0, 1, image);
      const curvature = dot(direction, 0, image, 0, factors);
      if (!(curvature > 0)) break;
      const length = squares / curvature;
      for (let i = 0; i < factors; i++) {
        solution[i] = solution[i]! + length * direction[i]!;
        residual[i] = residual[i]! - length * image[i]!;
      }
      const squaresBefore = squares;
      squares = dot(residual, 0, residual, 0, factors);
      const momentum = squares / squaresBefore;
      for (let i = 0; i < factors; i++) {
        direction[i] = residual[i]! + momentum * direction[i]!;
      }
    }
    rowFactors.set(solution, target);
  };
}

/**
 * Adds Σ c · (constant + sign · q·x) · q over the entries of a row to `out`, four entries at a time so that x and `out`
 * are read once for the four.
 */
function addEntries(
  observed: Csr,
  row: number,
  columnFactors: ReadonlyFloat32Array,
  factors: number,
  x: Float64Array,
  constant: number,
  sign: number,
  out: Float64Array,
): void {
  const { indices, values } = observed;
  const end = observed.offsets[row + 1]!;
  let entry = observed.offsets[row]!;
  for (; entry + 3 < end; entry += 4) {
    const a = indices[entry]! * factors;
    const b = indices[entry + 1]! * factors;
    const c = indices[entry + 2]! * factors;
    const d = indices[entry + 3]! * factors;
    let sumA = 0;
    let sumB = 0;
    let sumC = 0;
    let sumD = 0;
    for (let i = 0; i < factors; i++) {
      const value = x[i]!;
      sumA += columnFactors[a + i]! * value;
      sumB += columnFactors[b + i]! * value;
      sumC += columnFactors[c + i]! * value;
      sumD += columnFactors[d + i]! * value;
    }
    sumA = values[entry]! * (constant + sign * sumA);
    sumB = values[entry + 1]! * (constant + sign * sumB);
    sumC = values[entry + 2]! * (constant + sign * sumC);
    sumD = values[entry + 3]! * (constant + sign * sumD);
    for (let i = 0; i < factors; i++) {
      out[i] =
        out[i]! +
        (sumA * columnFactors[a + i]! + sumB * columnFactors[b + i]!) +
        (sumC * columnFactors[c + i]! + sumD * columnFactors[d + i]!);
    }
  }
  for (; entry < end; entry++) {
    const a = indices[entry]! * factors;
    const product = dot(columnFactors, a, x, 0, factors);
    const coefficient = values[entry]! * (constant + sign * product);
    for (let i = 0; i < factors; i++) out[i] = out[i]! + coefficient * columnFactors[a + i]!;
  }
}

/**
 * The whole objective of {@link alsHalfStep} with both regularizations:
 *
 * Σ_observed c · (1 - p·q)² + unobservedWeight · Σ_all (p·q)² + Σ_rows λ_r · ‖p‖² + Σ_columns λ_c · ‖q‖²
 *
 * in the order of entries · f + (rows + columns) · f² time: the sum over all pairs is ⟨PᵀP, QᵀQ⟩.
 *
 * @throws TensorecError `invalid-argument` for lengths that do not fit.
 */
export function alsObjective(
  observed: Csr,
  rowFactors: ReadonlyFloat32Array,
  columnFactors: ReadonlyFloat32Array,
  options: {
    readonly factors: number;
    readonly unobservedWeight: number;
    readonly rowRegularization: ReadonlyNumbers;
    readonly columnRegularization: ReadonlyNumbers;
  },
): number {
  const { factors, unobservedWeight, rowRegularization, columnRegularization } = options;
  const { rows, columns, offsets, indices, values } = observed;
  requireLength(rowRegularization, rows, 'rowRegularization');
  requireLength(columnRegularization, columns, 'columnRegularization');
  const rowGram = finish(gramOfDense(rowFactors, rows, factors));
  const columnGram = finish(gramOfDense(columnFactors, columns, factors));
  let objective = unobservedWeight * dot(rowGram, 0, columnGram, 0, rowGram.length);
  for (let row = 0; row < rows; row++) {
    const p = row * factors;
    objective += rowRegularization[row]! * dot(rowFactors, p, rowFactors, p, factors);
    for (let position = offsets[row]!; position < offsets[row + 1]!; position++) {
      const q = indices[position]! * factors;
      const missing = 1 - dot(rowFactors, p, columnFactors, q, factors);
      objective += values[position]! * missing * missing;
    }
  }
  for (let column = 0; column < columns; column++) {
    const q = column * factors;
    objective += columnRegularization[column]! * dot(columnFactors, q, columnFactors, q, factors);
  }
  return objective;
}

function requireFitting(
  observed: Csr,
  rowFactors: Float32Array,
  columnFactors: ReadonlyFloat32Array,
  options: AlsOptions,
): void {
  const { factors, unobservedWeight, regularization, solver, columnGram } = options;
  requireArgument(
    Number.isInteger(factors) && factors >= 1,
    () => `factors is ${factors}; give an integer of 1 or more.`,
  );
  requireArgument(
    unobservedWeight >= 0 && unobservedWeight < Infinity,
    () => `unobservedWeight is ${unobservedWeight}; give a finite number of 0 or more.`,
  );
  if (solver !== 'exact') {
    const steps = solver.conjugateGradientSteps;
    requireArgument(
      Number.isInteger(steps) && steps >= 1,
      () => `conjugateGradientSteps is ${steps}; give an integer of 1 or more.`,
    );
  }
  requireLength(rowFactors, observed.rows * factors, 'rowFactors');
  requireLength(columnFactors, observed.columns * factors, 'columnFactors');
  requireLength(regularization, observed.rows, 'regularization');
  if (columnGram !== undefined) requireLength(columnGram, factors * factors, 'columnGram');
  requireNonNegative(regularization, 'regularization');
  requireNonNegative(observed.values, 'values');
}

function requireLength(numbers: ReadonlyNumbers, length: number, name: string): void {
  requireArgument(
    numbers.length === length,
    () => `${name} has ${numbers.length} numbers; give ${length}.`,
  );
}

function requireNonNegative(numbers: ReadonlyNumbers, name: string): void {
  for (let i = 0; i < numbers.length; i++) {
    const value = numbers[i]!;
    requireArgument(
      value >= 0 && value < Infinity,
      () => `${name}[${i}] is ${value}; give finite numbers of 0 or more.`,
    );
  }
}
