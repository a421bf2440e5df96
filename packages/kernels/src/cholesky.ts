import type { ReadonlyFloat64Array } from './arrays.js';
import { BLOCK, blockBuffers, multiplyRows } from './block-product.js';
import { factorDiagonal, solveBelow } from './diagonal-block.js';
import { requireArgument } from './errors.js';
import { dot } from './linear-algebra.js';
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
      multiplyRows(a, n, row, height, column, width, 0, column, buffers);
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
