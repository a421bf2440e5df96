/** The product of a `rows` × `depth` and a `depth` × `columns` matrix, both row-major. */
export function product(
  left: ArrayLike<number>,
  right: ArrayLike<number>,
  rows: number,
  depth: number,
  columns: number,
): Float64Array {
  const result = new Float64Array(rows * columns);
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < columns; j++) {
      let sum = 0;
      for (let k = 0; k < depth; k++) sum += left[i * depth + k]! * right[k * columns + j]!;
      result[i * columns + j] = sum;
    }
  }
  return result;
}

/** A `rows` × `columns` matrix with its rows and columns exchanged. */
export function transposed(
  matrix: ArrayLike<number>,
  rows: number,
  columns: number,
): Float32Array<ArrayBuffer> {
  const result = new Float32Array(rows * columns);
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < columns; j++) result[j * rows + i] = matrix[i * columns + j]!;
  }
  return result;
}

/** The products of every row of one matrix with every row of another, both `depth` wide. */
export function productsOfRows(
  left: ArrayLike<number>,
  right: ArrayLike<number>,
  depth: number,
): Float64Array {
  const [rows, columns] = [left.length / depth, right.length / depth];
  return product(left, transposed(right, columns, depth), rows, depth, columns);
}

/** The solution of a system of n equations, by elimination with the greatest pivot of each column. */
export function solveSystem(matrix: ArrayLike<number>, rightSide: ArrayLike<number>): number[] {
  const n = rightSide.length;
  const rows = Array.from({ length: n }, (_, i) => [
    ...Array.from({ length: n }, (_, j) => matrix[i * n + j]!),
    rightSide[i]!,
  ]);
  for (let column = 0; column < n; column++) {
    let pivot = column;
    for (let i = column + 1; i < n; i++) {
      if (Math.abs(rows[i]![column]!) > Math.abs(rows[pivot]![column]!)) pivot = i;
    }
    [rows[column], rows[pivot]] = [rows[pivot]!, rows[column]!];
    for (let i = column + 1; i < n; i++) {
      const factor = rows[i]![column]! / rows[column]![column]!;
      for (let j = column; j <= n; j++) rows[i]![j]! -= factor * rows[column]![j]!;
    }
  }
  const solution = new Array<number>(n).fill(0);
  for (let i = n - 1; i >= 0; i--) {
    let rest = rows[i]![n]!;
    for (let j = i + 1; j < n; j++) rest -= rows[i]![j]! * solution[j]!;
    solution[i] = rest / rows[i]![i]!;
  }
  return solution;
}
