import type { Csr } from '../../src/index.js';
import { product, solveSystem, transposed } from './dense.js';

/** What the rows of a half-step minimise. */
export interface RowProblem {
  readonly observed: Csr;
  /** Q, columns × factors. */
  readonly columnFactors: ArrayLike<number>;
  readonly factors: number;
  readonly unobservedWeight: number;
  /** One number a row. */
  readonly regularization: ArrayLike<number>;
}

/** The equations A·p = b of the minimum of a row, and the part of A that has nothing to do with its entries. */
function equations(problem: RowProblem, row: number) {
  const { observed, columnFactors, factors: f, unobservedWeight, regularization } = problem;
  const { columns, offsets, indices, values } = observed;
  const gram = product(transposed(columnFactors, columns, f), columnFactors, f, columns, f);
  const common = gram.map((value) => unobservedWeight * value);
  for (let i = 0; i < f; i++) common[i * f + i]! += regularization[row]!;
  const matrix = common.slice();
  const rightSide = new Float64Array(f);
  for (let entry = offsets[row]!; entry < offsets[row + 1]!; entry++) {
    const q = indices[entry]! * f;
    for (let i = 0; i < f; i++) {
      const weighted = values[entry]! * columnFactors[q + i]!;
      rightSide[i]! += weighted;
      for (let j = 0; j < f; j++) matrix[i * f + j]! += weighted * columnFactors[q + j]!;
    }
  }
  return { common, matrix, rightSide };
}

/** The factors of all rows at their minimum. */
export function minimum(problem: RowProblem): Float64Array {
  const { observed, factors } = problem;
  const result = new Float64Array(observed.rows * factors);
  for (let row = 0; row < observed.rows; row++) {
    if (observed.offsets[row] === observed.offsets[row + 1]) continue;
    const { matrix, rightSide } = equations(problem, row);
    result.set(solveSystem(matrix, rightSide), row * factors);
  }
  return result;
}

const inner = (a: readonly number[], b: readonly number[]): number =>
  a.reduce((sum, value, i) => sum + value * b[i]!, 0);

/** The factors of all rows after conjugate-gradient steps, preconditioned by what all rows have in common. */
export function conjugateGradients(
  problem: RowProblem,
  start: ArrayLike<number>,
  steps: number,
): Float64Array {
  const { observed, factors: f } = problem;
  const result = new Float64Array(observed.rows * f);
  for (let row = 0; row < observed.rows; row++) {
    if (observed.offsets[row] === observed.offsets[row + 1]) continue;
    const { common, matrix, rightSide } = equations(problem, row);
    const times = (x: readonly number[]): number[] => [...product(matrix, x, f, f, 1)];
    let x = Array.from({ length: f }, (_, i) => start[row * f + i]!);
    const image = times(x);
    let residual = image.map((value, i) => rightSide[i]! - value);
    let improved = solveSystem(common, residual);
    let direction = improved;
    for (let step = 0; step < steps && inner(residual, improved) > 0; step++) {
      const change = times(direction);
      const before = inner(residual, improved);
      const length = before / inner(direction, change);
      x = x.map((value, i) => value + length * direction[i]!);
      residual = residual.map((value, i) => value - length * change[i]!);
      improved = solveSystem(common, residual);
      const momentum = inner(residual, improved) / before;
      direction = improved.map((value, i) => value + momentum * direction[i]!);
    }
    result.set(x, row * f);
  }
  return result;
}

/** The whole objective, pair by pair; the columns have regularizations of their own. */
export function objective(
  problem: RowProblem & { readonly columnRegularization: ArrayLike<number> },
  rowFactors: ArrayLike<number>,
): number {
  const { observed, columnFactors, factors: f, unobservedWeight } = problem;
  const norm = (matrix: ArrayLike<number>, row: number): number => {
    let sum = 0;
    for (let i = 0; i < f; i++) sum += matrix[row * f + i]! ** 2;
    return sum;
  };
  let sum = 0;
  for (let row = 0; row < observed.rows; row++) {
    const predicted = (column: number): number => {
      let value = 0;
      for (let i = 0; i < f; i++)
        value += rowFactors[row * f + i]! * columnFactors[column * f + i]!;
      return value;
    };
    for (let column = 0; column < observed.columns; column++) {
      sum += unobservedWeight * predicted(column) ** 2;
    }
    for (let entry = observed.offsets[row]!; entry < observed.offsets[row + 1]!; entry++) {
      sum += observed.values[entry]! * (1 - predicted(observed.indices[entry]!)) ** 2;
    }
    sum += problem.regularization[row]! * norm(rowFactors, row);
  }
  for (let column = 0; column < observed.columns; column++) {
    sum += problem.columnRegularization[column]! * norm(columnFactors, column);
  }
  return sum;
}
