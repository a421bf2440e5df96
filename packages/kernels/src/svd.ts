import { transpose, type Csr } from './csr.js';
import { eigenAt } from './eigen.js';
import { requireEngine } from './engine/engine.js';
import type { Scope } from './engine/scope.js';
import { requireArgument } from './errors.js';
import { multiplyAt, packAt, packedBytes } from './gemm.js';
import { gramAt } from './gram.js';
import type { Random } from './random.js';
import { multiplySparseAt, placeSparse, type SparseAt } from './sparse-operator.js';
import { partOf, type Steps } from './steps.js';

/** Directions beside those asked for: they take up what would disturb the last ones. */
const OVERSAMPLING = 40;
/** How often the directions are filtered and made orthonormal again. */
const ROUNDS = 10;
/** Rounds with AᵀA itself, which tell what the filters of the next rounds are to damp. */
const PLAIN_ROUNDS: readonly number[] = [0, 1, 4];
/** The most by which a filter may lengthen one direction more than another: single precision keeps both. */
const MOST_GROWTH = 2000;
const MOST_DEGREE = 10;
/** Squared lengths below this part of the greatest are rounding. */
const NOTHING = 1e-12;
/** Numbers of a chunk of element-wise work. */
const CHUNK_NUMBERS = 16_384;

/** The greatest singular values of a matrix and their vectors: A ≈ left · diag(values) · rightᵀ. */
export interface TruncatedSvd {
  /** How many: as many as asked for, or fewer where the matrix has a smaller rank. */
  readonly rank: number;
  /** Descending, above 0. */
  readonly values: Float64Array<ArrayBuffer>;
  /** rows × rank, row-major; columns are orthonormal. */
  readonly left: Float32Array<ArrayBuffer>;
  /** columns × rank, row-major; columns are orthonormal. */
  readonly right: Float32Array<ArrayBuffer>;
}

/**
 * The greatest singular values and vectors of a sparse matrix, by subspace iteration from random directions with some
 * to spare (Halko, Martinsson & Tropp, "Finding structure with randomness", 2011), whose powers are Chebyshev
 * polynomials that damp what the subspace has no room for (Rutishauser 1969; Zhou & Saad 2007). In the order of
 * 10 · (4 · entries · rank + 2 · columns · rank²). The last vectors may be mixed where values hardly differ.
 *
 * @param rank - an integer of 1 or more; no more than rows and columns are found
 * @param random - what the directions are drawn from
 * @throws TensorecError `invalid-argument` for a rank out of range, `numerical` for values that are not finite.
 */
export function* truncatedSvd(matrix: Csr, rank: number, random: Random): Steps<TruncatedSvd> {
  requireArgument(
    Number.isInteger(rank) && rank >= 1,
    () => `rank is ${rank}; give an integer of 1 or more.`,
  );
  const { rows, columns } = matrix;
  const most = Math.min(rank, rows, columns);
  const width = Math.ceil(Math.min(rank + OVERSAMPLING, Math.max(8, rows, columns)) / 8) * 8;
  const memory = requireEngine().open();
  try {
    const forward = placeSparse(memory, matrix);
    const backward = placeSparse(memory, transpose(matrix));
    const start = new Float32Array(columns * width);
    random.fillNormal(start);
    const directions = { forward, backward, width, block: memory.place(start) };
    const left = memory.allocate(4 * rows * width);
    const share = 0.95 / ROUNDS;
    yield* orthonormalize(memory, directions.block, columns, width);
    let damped: Damped = { from: 0, to: 0 };
    for (let round = 0; round < ROUNDS; round++) {
      const from = round * share;
      const degree = PLAIN_ROUNDS.includes(round) ? 1 : degreeFor(damped);
      const filtered = filter(memory, directions, left, degree, damped.to);
      yield* partOf(filtered, from, from + share / 2);
      const orthonormal = orthonormalize(memory, directions.block, columns, width);
      const { greatest, least } = yield* partOf(orthonormal, from + share / 2, from + share);
      // The directions were orthonormal, so AᵀA made their squared lengths the fourth powers of its singular values.
      if (degree === 1) damped = { from: Math.sqrt(greatest), to: Math.sqrt(least) };
    }
    yield* multiplySparseAt(memory, forward, directions.block, width, left);
    const projected = project(memory, left, directions.block, rows, columns, width, most);
    return yield* partOf(projected, 0.95, 1);
  } finally {
    memory.close();
  }
}

/** The greatest squared singular value, and the one below which nothing is wanted. */
interface Damped {
  readonly from: number;
  readonly to: number;
}

/** The degree at which the greatest direction grows as much as single precision allows. */
function degreeFor({ from, to }: Damped): number {
  if (!(to > 0)) return 1;
  const growth = Math.acosh(Math.max(1, (2 * from) / to - 1));
  const degree = Math.floor(Math.acosh(MOST_GROWTH) / Math.max(growth, 1e-3));
  return Math.min(MOST_DEGREE, Math.max(1, degree));
}

/** Right directions Y in the engine's memory, and the matrix A and its transposed. */
interface Directions {
  readonly forward: SparseAt;
  readonly backward: SparseAt;
  readonly width: number;
  readonly block: number;
}

/**
 * Y = AᵀA·Y, or with a degree above 1 the Chebyshev polynomial of it that stays within ±1 on [0, damped]:
 * T₀ = Y, T₁ = (2/damped · AᵀA − 1)·Y, Tⱼ₊₁ = 2·(2/damped · AᵀA − 1)·Tⱼ − Tⱼ₋₁.
 *
 * @param left - work space for A·Y
 */
function* filter(
  memory: Scope,
  { forward, backward, width, block }: Directions,
  left: number,
  degree: number,
  damped: number,
): Steps {
  if (degree === 1) {
    yield* partOf(multiplySparseAt(memory, forward, block, width, left), 0, 0.5);
    yield* partOf(multiplySparseAt(memory, backward, left, width, block), 0.5, 1);
    return;
  }
  const numbers = backward.rows * width;
  const scope = memory.engine.open();
  try {
    let before = scope.allocate(4 * numbers);
    let now = scope.allocate(4 * numbers);
    const image = scope.allocate(4 * numbers);
    const combine = (x: number, y: number, z: number, weights: readonly number[]): Steps =>
      scope.engine.run('combineBlocks', Math.ceil(numbers / CHUNK_NUMBERS), [
        x,
        y,
        z,
        numbers,
        ...weights,
      ]);
    for (const copy of [before, now]) {
      scope.view(Float32Array, copy, numbers).set(scope.view(Float32Array, block, numbers));
    }
    for (let step = 1; step <= degree; step++) {
      yield* multiplySparseAt(scope, forward, now, width, left);
      yield* multiplySparseAt(scope, backward, left, width, image);
      const [weight, own, old] = step === 1 ? [2 / damped, -1, 0] : [4 / damped, -2, -1];
      yield* combine(image, now, before, [weight, own, old]);
      [before, now] = [now, before];
    }
    scope.view(Float32Array, block, numbers).set(scope.view(Float32Array, now, numbers));
  } finally {
    scope.close();
  }
}

/** The eigensystem of the Gram matrix of a block's columns, by descending eigenvalue. */
interface Principal {
  readonly values: Float64Array;
  /** width × width: column j belongs to value j. */
  readonly vectors: Float32Array;
}

function* principal(memory: Scope, block: number, rows: number, width: number): Steps<Principal> {
  const scope = memory.engine.open();
  try {
    const gram = scope.allocate(8 * width * width);
    yield* partOf(gramAt(scope, block, rows, width, gram), 0, 0.7);
    const valuesAt = scope.allocate(8 * width);
    const vectorsAt = scope.allocate(4 * width * width);
    yield* partOf(eigenAt(scope, gram, width, valuesAt, vectorsAt, 4 * width), 0.7, 1);
    const values = scope.view(Float64Array, valuesAt, width);
    const vectors = scope.view(Float32Array, vectorsAt, width * width);
    const order = Int32Array.from(values.keys()).sort((a, b) => values[b]! - values[a]! || a - b);
    const sorted = new Float32Array(width * width);
    for (let row = 0; row < width; row++) {
      order.forEach((column, j) => (sorted[row * width + j] = vectors[row * width + column]!));
    }
    return { values: Float64Array.from(order, (column) => values[column]!), vectors: sorted };
  } finally {
    scope.close();
  }
}

/** Replaces a block's rows by their products with a width × width matrix. */
function* turn(
  memory: Scope,
  block: number,
  rows: number,
  width: number,
  matrix: Float32Array,
): Steps {
  const scope = memory.engine.open();
  try {
    const packed = scope.allocate(packedBytes(width, width));
    const factor = { address: scope.place(matrix), stride: 4 * width };
    yield* packAt(scope, factor, width, width, packed);
    const at = { address: block, stride: 4 * width };
    yield* multiplyAt(scope, at, rows, width, packed, width, at);
  } finally {
    scope.close();
  }
}

/** Makes the columns of a block orthonormal, the greatest direction first; directions of no length become zeros. */
function* orthonormalize(
  memory: Scope,
  block: number,
  rows: number,
  width: number,
): Steps<{ readonly greatest: number; readonly least: number }> {
  const { values, vectors } = yield* partOf(principal(memory, block, rows, width), 0, 0.6);
  const greatest = values[0]!;
  const scales = Float64Array.from(values, (value) =>
    value > NOTHING * greatest ? 1 / Math.sqrt(value) : 0,
  );
  const scaled = vectors.map((value, n) => value * scales[n % width]!);
  yield* partOf(turn(memory, block, rows, width, scaled), 0.6, 1);
  return { greatest, least: Math.max(0, values[width - 1]!) };
}

/** Singular values and vectors from orthonormal right directions Y and the block A·Y. */
function* project(
  memory: Scope,
  left: number,
  right: number,
  rows: number,
  columns: number,
  width: number,
  most: number,
): Steps<TruncatedSvd> {
  const { values: squares, vectors } = yield* principal(memory, left, rows, width);
  const found = squares.findIndex((square) => !(square > NOTHING * squares[0]!));
  const rank = squares[0]! > 0 ? Math.min(most, found < 0 ? width : found) : 0;
  const values = Float64Array.from(squares.subarray(0, rank), Math.sqrt);
  yield* turn(memory, right, columns, width, vectors);
  yield* turn(memory, left, rows, width, vectors);
  return {
    rank,
    values,
    left: firstColumns(memory, left, rows, width, rank, (column) => 1 / values[column]!),
    right: firstColumns(memory, right, columns, width, rank, () => 1),
  };
}

function firstColumns(
  memory: Scope,
  block: number,
  rows: number,
  width: number,
  count: number,
  scaleOf: (column: number) => number,
): Float32Array<ArrayBuffer> {
  const all = memory.view(Float32Array, block, rows * width);
  const scales = Float64Array.from({ length: count }, (_, column) => scaleOf(column));
  const first = new Float32Array(rows * count);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < count; column++) {
      first[row * count + column] = all[row * width + column]! * scales[column]!;
    }
  }
  return first;
}
