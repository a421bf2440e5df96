import type { ReadonlyFloat64Array } from './arrays.js';
import { requireEngine } from './engine/engine.js';
import type { Scope } from './engine/scope.js';
import { requireArgument, TensorecError } from './errors.js';
import { partOf, type Steps } from './steps.js';

/** Rows of the eigenvector matrix that a chunk makes. */
const CHUNK_ROWS = 8;
/** Bytes of a written-down rotation. */
const ROTATION_BYTES = 24;
/** Multiply-adds between two yields: a few milliseconds. */
const WORK_PER_STEP = 20_000_000;

/**
 * Eigenvalues and eigenvectors of a full symmetric n × n matrix of doubles in the engine's memory, which is destroyed.
 *
 * @param values - out: n doubles
 * @param vectors - out: n × n singles, column j the unit vector of value j
 * @param stride - bytes between rows of `vectors`
 * @throws TensorecError `numerical` when the matrix is not finite.
 */
export function* eigenAt(
  memory: Scope,
  matrix: number,
  n: number,
  values: number,
  vectors: number,
  stride: number,
): Steps {
  const { engine } = memory;
  const reflectors = memory.allocateZeros(8 * n * n);
  const subdiagonal = memory.allocate(8 * n);
  const work = memory.allocate(8 * n);
  const steps = n - 1;
  let done = 0;
  do {
    const rest = n - done;
    const to = Math.min(steps, done + Math.max(1, Math.floor(WORK_PER_STEP / (3 * rest * rest))));
    engine.value('tridiagonalize', matrix, reflectors, values, subdiagonal, work, n, done, to);
    done = to;
    yield (0.5 * done) / n;
  } while (done < steps);
  const room = 2 * n * n + 64;
  const rotations = memory.allocate(room * ROTATION_BYTES);
  const count = engine.value('diagonalize', values, subdiagonal, n, rotations, room);
  if (count < 0 || !memory.view(Float64Array, values, n).every(Number.isFinite)) {
    throw new TensorecError(
      'numerical',
      `The eigenvalues of a ${n} × ${n} matrix were not found; check it for NaN and Infinity.`,
    );
  }
  const space = memory.allocate(engine.threads * n * CHUNK_ROWS * 8);
  const chunks = Math.ceil(n / CHUNK_ROWS);
  const parameters = [reflectors, rotations, count, n, vectors, stride, space];
  yield* partOf(engine.run('eigenvectors', chunks, parameters), 0.5, 1);
  for (const block of [reflectors, subdiagonal, work, rotations, space]) memory.free(block);
}

/** Eigenvalues, in no order, and unit eigenvectors of a symmetric matrix. */
export interface Eigensystem {
  /** n eigenvalues. */
  readonly values: Float64Array<ArrayBuffer>;
  /** n × n, row-major: column j is the unit vector of value j. */
  readonly vectors: Float32Array<ArrayBuffer>;
}

/**
 * Eigenvalues and eigenvectors of a symmetric matrix: reflections to tridiagonal form, then implicit QL. Computed in
 * double precision, vectors rounded to single. Time in the order of 6 · n³.
 *
 * @param matrix - n × n, symmetric, which is taken for granted; its greatest number lies between 1e-100 and 1e100, or
 * is 0
 * @throws TensorecError `invalid-argument` unless the matrix has n² numbers, `numerical` when it is not finite.
 */
export function* eigensystem(matrix: ReadonlyFloat64Array, n: number): Steps<Eigensystem> {
  requireArgument(
    Number.isInteger(n) && n >= 1 && matrix.length === n * n,
    () => `The matrix has ${matrix.length} numbers; give n² = ${n}².`,
  );
  const memory = requireEngine().open();
  try {
    const copy = memory.place(matrix);
    const values = memory.allocate(8 * n);
    const vectors = memory.allocate(4 * n * n);
    yield* eigenAt(memory, copy, n, values, vectors, 4 * n);
    return {
      values: memory.copyOut(Float64Array, values, n),
      vectors: memory.copyOut(Float32Array, vectors, n * n),
    };
  } finally {
    memory.close();
  }
}
