import type { ReadonlyNumbers } from './arrays.js';
import type { Csr } from './csr.js';
import { eigenAt } from './eigen.js';
import type { Scope } from './engine/scope.js';
import { requireArgument, TensorecError } from './errors.js';
import { packAt, packedBytes } from './gemm.js';
import { gramAt, paddedWidth } from './gram.js';
import { placeSparse, type SparseAt } from './sparse-operator.js';
import { partOf, type Steps } from './steps.js';

/** The residual, as a part of the first one, at which a system counts as solved: what single precision can tell. */
const SOLVED = 1e-6;

/** One side of a matrix in the engine's memory. */
export interface Side extends SparseAt {
  /** One single a row. */
  readonly regularization: number;
}

/** Factors in the basis in which their Gram matrix is diagonal. */
export interface Diagonalized {
  /** Packed matrix of the eigenvectors. */
  readonly into: number;
  /** Its transposed, packed; takes factors back. */
  readonly back: number;
  /** unobservedWeight · eigenvalue, one single a factor. */
  readonly spectrum: number;
}

export function placeSide(memory: Scope, matrix: Csr, regularization: ReadonlyNumbers): Side {
  return {
    ...placeSparse(memory, matrix),
    regularization: memory.place(Float32Array.from(regularization)),
  };
}

/** Eigenvectors and spectrum of the Gram matrix of factors; the blocks belong to the scope. */
export function* diagonalizeGram(
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
export interface Solving {
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
export interface ObjectiveParts {
  /** The objective without the regularization of the other side: before the steps, or after them where that was asked. */
  readonly objective: number;
  /** Σ λ · ‖x‖² over the rows, after the steps. */
  readonly penalty: number;
}

/** Solves for the factors of a side, with those of the other side in the basis of `diagonal`. */
export function* solveAt(
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

/** What `AlternatingLeastSquares` minimises. */
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

/** How many steps a solver takes at most, and when it stops. */
export function stepsOf(
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

export function requireOptions(factors: number, unobservedWeight: number): void {
  requireArgument(
    Number.isInteger(factors) && factors >= 1,
    () => `factors is ${factors}; give an integer of 1 or more.`,
  );
  requireArgument(
    unobservedWeight >= 0 && unobservedWeight < Infinity,
    () => `unobservedWeight is ${unobservedWeight}; give a finite number of 0 or more.`,
  );
}

export function requireValues({ values }: Csr): void {
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!;
    requireArgument(
      value >= 0 && value < Infinity,
      () => `values[${i}] is ${value}; give finite numbers of 0 or more.`,
    );
  }
}

export function requireRegularization(numbers: ReadonlyNumbers, rows: number, name: string): void {
  requireLength(numbers, rows, name);
  for (let row = 0; row < rows; row++) {
    const value = numbers[row]!;
    requireArgument(
      value > 0 && value < Infinity,
      () => `${name}[${row}] is ${value}; give finite numbers above 0.`,
    );
  }
}

export function requireLength(numbers: ReadonlyNumbers, length: number, name: string): void {
  requireArgument(
    numbers.length === length,
    () => `${name} has ${numbers.length} numbers; give ${length}.`,
  );
}
