import { transpose, type Csr } from './csr.js';
import { eigenAt } from './eigen.js';
import { requireEngine } from './engine/engine.js';
import type { Scope } from './engine/scope.js';
import { requireArgument } from './errors.js';
import { multiplyAt, packAt, packedBytes } from './gemm.js';
import { gramAt } from './gram.js';
import type { Random } from './random.js';
import { multiplySparseAt, placeSparse } from './sparse-operator.js';
import { partOf, type Steps } from './steps.js';

/** Directions beside those asked for: they take up what would disturb the last ones. */
const OVERSAMPLING = 40;
/** Products with AᵀA. */
const ITERATIONS = 12;
/** Beyond this ratio of squared lengths single precision loses directions; then both sides are made orthonormal. */
const WIDE = 1e-4;
/** Squared lengths below this part of the greatest are rounding. */
const NOTHING = 1e-12;

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
 * to spare (Halko, Martinsson & Tropp, "Finding structure with randomness", 2011, algorithms 4.4 and 5.1). In the order
 * of 12 · (entries · rank + (rows + columns) · rank²). Values are right to single precision; where neighbouring ones
 * differ by little, their vectors may be mixed.
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
    const right = memory.place(start);
    const left = memory.allocate(4 * rows * width);
    const share = 0.95 / ITERATIONS;
    let spread = yield* orthonormalize(memory, right, columns, width);
    for (let iteration = 0; iteration < ITERATIONS; iteration++) {
      const from = iteration * share;
      yield* partOf(
        multiplySparseAt(memory, forward, right, width, left),
        from,
        from + 0.2 * share,
      );
      if (spread < WIDE) yield* orthonormalize(memory, left, rows, width);
      const back = multiplySparseAt(memory, backward, left, width, right);
      yield* partOf(back, from + 0.2 * share, from + 0.4 * share);
      const orthonormal = orthonormalize(memory, right, columns, width);
      spread = yield* partOf(orthonormal, from + 0.4 * share, from + share);
    }
    yield* multiplySparseAt(memory, forward, right, width, left);
    return yield* partOf(project(memory, left, right, rows, columns, width, most), 0.95, 1);
  } finally {
    memory.close();
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

/**
 * Makes the columns of a block orthonormal, the greatest direction first; directions of no length become zeros.
 *
 * @returns the least squared length that is not nothing, as a part of the greatest
 */
function* orthonormalize(memory: Scope, block: number, rows: number, width: number): Steps<number> {
  const { values, vectors } = yield* partOf(principal(memory, block, rows, width), 0, 0.6);
  const greatest = values[0]!;
  let least = greatest;
  const scales = Float64Array.from(values, (value) => {
    if (!(value > NOTHING * greatest)) return 0;
    least = value;
    return 1 / Math.sqrt(value);
  });
  const scaled = vectors.map((value, n) => value * scales[n % width]!);
  yield* partOf(turn(memory, block, rows, width, scaled), 0.6, 1);
  return greatest > 0 ? least / greatest : 1;
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
