import type { ReadonlyFloat32Array } from '@tensorec/kernels';

/** The given rows of a row-major matrix, in that order. */
export function matrixRows(
  matrix: ReadonlyFloat32Array,
  width: number,
  rows: ArrayLike<number>,
): Float32Array<ArrayBuffer> {
  const selected = new Float32Array(rows.length * width);
  for (let n = 0; n < rows.length; n++) {
    const from = rows[n]! * width;
    for (let i = 0; i < width; i++) selected[n * width + i] = matrix[from + i]!;
  }
  return selected;
}
