// The steps of the blocked Cholesky algorithms within one block column of an n × n row-major matrix; `column` is its
// first column and `width` its width. What lies left of it has been taken away before.

import { TensorecError } from './errors.js';
import { dot } from './linear-algebra.js';

/** Factors the block on the diagonal, in its lower triangle. */
export function factorDiagonal(a: Float64Array, n: number, column: number, width: number): void {
  for (let i = 0; i < width; i++) {
    const base = (column + i) * n + column;
    for (let j = 0; j < i; j++) {
      const other = (column + j) * n + column;
      a[base + j] = (a[base + j]! - dot(a, base, a, other, j)) / a[other + j]!;
    }
    const pivot = a[base + i]! - dot(a, base, a, base, i);
    if (!(pivot > 0 && pivot < Infinity)) {
      throw new TensorecError(
        'numerical',
        `The matrix is not positive definite: pivot ${column + i} of ${n} is ${pivot}. ` +
          'Add regularization to its diagonal.',
      );
    }
    a[base + i] = Math.sqrt(pivot);
  }
}

/** Makes rows [row, row + height) of the block column rows of the factor, given the factored block on the diagonal. */
export function solveBelow(
  a: Float64Array,
  n: number,
  row: number,
  height: number,
  column: number,
  width: number,
): void {
  for (let i = 0; i < height; i++) {
    const base = (row + i) * n + column;
    for (let j = 0; j < width; j++) {
      const other = (column + j) * n + column;
      a[base + j] = (a[base + j]! - dot(a, base, a, other, j)) / a[other + j]!;
    }
  }
}
