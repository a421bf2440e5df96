/** The inverse of a symmetric positive definite n × n matrix, row-major, by Gauss–Jordan elimination. */
export function inverseOf(matrix: ArrayLike<number>, n: number): Float64Array {
  const left = Float64Array.from(matrix);
  const right = new Float64Array(n * n);
  for (let i = 0; i < n; i++) right[i * n + i] = 1;
  for (let k = 0; k < n; k++) {
    const pivot = left[k * n + k]!;
    for (let j = 0; j < n; j++) {
      left[k * n + j]! /= pivot;
      right[k * n + j]! /= pivot;
    }
    for (let i = 0; i < n; i++) {
      const factor = left[i * n + k]!;
      if (i === k || factor === 0) continue;
      for (let j = 0; j < n; j++) {
        left[i * n + j]! -= factor * left[k * n + j]!;
        right[i * n + j]! -= factor * right[k * n + j]!;
      }
    }
  }
  return right;
}
