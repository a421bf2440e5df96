import type { ReadonlyFloat64Array } from './arrays.js';
import { BLOCK, blockBuffers, multiplyRows } from './block-product.js';
import { factorDiagonal, invertDiagonal, solveBelow } from './diagonal-block.js';
import { requireArgument } from './errors.js';
import { dot } from './linear-algebra.js';
import { partOf } from './steps.js';
import type { Steps } from './steps.js';

/**
 * Cholesky factorization of a symmetric positive definite n × n matrix A = L·Lᵀ, in place: the lower triangle of `a`,
 * row-major, becomes L. Only the lower triangle is read, and what is right of the diagonal is left as it was.
 * n³/6 multiply-adds.
 *
 * @throws TensorecError `numerical` naming the pivot when the matrix is not positive definite, `invalid-argument`
 * unless `a` has n² numbers.
 */
export function* choleskyFactor(a: Float64Array, n: number): Steps {
  requireSquare(a, n);
  const buffers = blockBuffers();
  for (let column = 0; column < n; column += BLOCK) {
    const width = Math.min(BLOCK, n - column);
    for (let row = column; row < n; row += BLOCK) {
      const height = Math.min(BLOCK, n - row);
      // Left of this block column L is known: take its share away, then solve within the block column.
      multiplyRows(a, n, row, height, column, width, 0, column, 'all', 'all', buffers);
      for (let i = 0; i < height; i++) {
        const base = (row + i) * n + column;
        for (let j = 0; j < width; j++) {
          a[base + j] = a[base + j]! - buffers.product[i * BLOCK + j]!;
        }
      }
      if (row === column) factorDiagonal(a, n, column, width);
      else solveBelow(a, n, row, height, column, width);
      yield risingAndFalling(column / n);
    }
  }
}

/**
 * Solves A·x = b in place for a factor of {@link choleskyFactor}: `rightHandSide` is b before and x after. n²
 * multiply-adds.
 *
 * @throws TensorecError `invalid-argument` unless `factor` has n² numbers and `rightHandSide` n.
 */
export function choleskySolve(
  factor: ReadonlyFloat64Array,
  n: number,
  rightHandSide: Float64Array,
): void {
  requireSquare(factor, n);
  requireArgument(
    rightHandSide.length === n,
    () => `rightHandSide has ${rightHandSide.length} numbers; give ${n}.`,
  );
  for (let row = 0; row < n; row++) {
    const known = dot(factor, row * n, rightHandSide, 0, row);
    rightHandSide[row] = (rightHandSide[row]! - known) / factor[row * n + row]!;
  }
  for (let row = n - 1; row >= 0; row--) {
    const value = rightHandSide[row]! / factor[row * n + row]!;
    rightHandSide[row] = value;
    for (let column = 0; column < row; column++) {
      rightHandSide[column] = rightHandSide[column]! - value * factor[row * n + column]!;
    }
  }
}

/**
 * The inverse of a symmetric positive definite n × n matrix, in place: reads the lower triangle of `a`, row-major,
 * and writes the whole symmetric inverse. n³/2 multiply-adds.
 *
 * @throws TensorecError `numerical` naming the pivot when the matrix is not positive definite, `invalid-argument`
 * unless `a` has n² numbers.
 */
export function* choleskyInverse(a: Float64Array, n: number): Steps {
  yield* partOf(choleskyFactor(a, n), 0, 1 / 3);
  yield* partOf(invertFactor(a, n), 1 / 3, 2 / 3);
  yield* partOf(multiplyUpper(a, n), 2 / 3, 1);
}

/**
 * Writes U = L⁻ᵀ to the upper triangle and the diagonal, for the factor L in the lower triangle. A row of U is
 * contiguous: U[j, i] = -Σ_{j <= k < i} U[j, k] · L[i, k] / L[i, i].
 */
function* invertFactor(a: Float64Array, n: number): Steps {
  const buffers = blockBuffers();
  for (let column = 0; column < n; column += BLOCK) {
    const width = Math.min(BLOCK, n - column);
    for (let row = 0; row < column; row += BLOCK) {
      multiplyRows(a, n, row, BLOCK, column, width, row, column, 'upper', 'all', buffers);
      for (let j = 0; j < BLOCK; j++) {
        const base = (row + j) * n + column;
        for (let i = 0; i < width; i++) {
          const factorRow = (column + i) * n + column;
          const known = buffers.product[j * BLOCK + i]! + dot(a, base, a, factorRow, i);
          a[base + i] = -known / a[factorRow + i]!;
        }
      }
      yield (column / n) ** 3;
    }
    invertDiagonal(a, n, column, width);
  }
}

/** Writes U·Uᵀ, for U in the upper triangle and the diagonal, to the whole matrix. */
function* multiplyUpper(a: Float64Array, n: number): Steps {
  const buffers = blockBuffers();
  // The products go to the lower triangle while U is still needed; those of the diagonal wait here.
  const diagonal = new Float64Array(n);
  for (let row = 0; row < n; row += BLOCK) {
    const height = Math.min(BLOCK, n - row);
    for (let column = 0; column <= row; column += BLOCK) {
      const width = Math.min(BLOCK, n - column);
      multiplyRows(a, n, row, height, column, width, row, n, 'upper', 'upper', buffers);
      for (let i = 0; i < height; i++) {
        const end = Math.min(width, row + i - column);
        for (let j = 0; j < end; j++) {
          a[(row + i) * n + column + j] = buffers.product[i * BLOCK + j]!;
        }
        if (row === column) diagonal[row + i] = buffers.product[i * BLOCK + i]!;
      }
      yield risingAndFalling(row / n);
    }
  }
  for (let i = 0; i < n; i++) {
    a[i * n + i] = diagonal[i]!;
    for (let j = 0; j < i; j++) a[j * n + i] = a[i * n + j]!;
  }
}

/** The fraction of the work done at place t of [0, 1], for work that grows like t · (1 - t). */
function risingAndFalling(t: number): number {
  return t * t * (3 - 2 * t);
}

function requireSquare(matrix: ReadonlyFloat64Array, n: number): void {
  requireArgument(
    Number.isInteger(n) && n >= 0 && matrix.length === n * n,
    () => `The matrix has ${matrix.length} numbers; give n² = ${n}².`,
  );
}
