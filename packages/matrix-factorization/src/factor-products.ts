import { dot, type ReadonlyFloat32Array } from '@tensorec/kernels';

/**
 * The products of every row of P with every row of Q: P·Qᵀ.
 *
 * @param rowFactors - P, rows × f, row-major
 * @param columnFactors - Q, columns × f, row-major
 * @param products - out: rows × columns, row-major; each sum is taken in double precision and then rounded
 */
export function factorProducts(
  rowFactors: ReadonlyFloat32Array,
  columnFactors: ReadonlyFloat32Array,
  factors: number,
  products: Float32Array,
): void {
  const rows = rowFactors.length / factors;
  const columns = columnFactors.length / factors;
  let position = 0;
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      products[position++] = dot(
        rowFactors,
        row * factors,
        columnFactors,
        column * factors,
        factors,
      );
    }
  }
}

/**
 * Divides every row by its Euclidean norm, in a copy; a row of norm 0 becomes NaN, for it has no direction.
 *
 * @param matrix - rows × f, row-major
 */
export function normalizedRows(matrix: ReadonlyFloat32Array, factors: number): Float32Array {
  const normalized = matrix.slice();
  for (let start = 0; start < matrix.length; start += factors) {
    const norm = Math.sqrt(dot(matrix, start, matrix, start, factors));
    for (let i = start; i < start + factors; i++) normalized[i] = matrix[i]! / norm;
  }
  return normalized;
}
