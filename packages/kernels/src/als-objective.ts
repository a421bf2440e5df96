import type { ReadonlyFloat32Array, ReadonlyNumbers } from './arrays.js';
import type { Csr } from './csr.js';
import { requireArgument } from './errors.js';
import { gramOfDense } from './gram.js';
import { dot } from './linear-algebra.js';
import { finish } from './steps.js';

/**
 * The whole objective of {@link AlternatingLeastSquares}:
 *
 * Σ_observed c · (1 - p·q)² + unobservedWeight · Σ_all (p·q)² + Σ_rows λ_r · ‖p‖² + Σ_columns λ_c · ‖q‖²
 *
 * in the order of entries · f + (rows + columns) · f² time: the sum over all pairs is ⟨PᵀP, QᵀQ⟩.
 *
 * @throws TensorecError `invalid-argument` for lengths that do not fit.
 */
export function alsObjective(
  observed: Csr,
  rowFactors: ReadonlyFloat32Array,
  columnFactors: ReadonlyFloat32Array,
  options: {
    readonly factors: number;
    readonly unobservedWeight: number;
    readonly rowRegularization: ReadonlyNumbers;
    readonly columnRegularization: ReadonlyNumbers;
  },
): number {
  const { factors, unobservedWeight, rowRegularization, columnRegularization } = options;
  const { rows, columns, offsets, indices, values } = observed;
  requireLength(rowRegularization, rows, 'rowRegularization');
  requireLength(columnRegularization, columns, 'columnRegularization');
  const rowGram = finish(gramOfDense(rowFactors, rows, factors));
  const columnGram = finish(gramOfDense(columnFactors, columns, factors));
  let objective = unobservedWeight * dot(rowGram, 0, columnGram, 0, rowGram.length);
  for (let row = 0; row < rows; row++) {
    const p = row * factors;
    objective += rowRegularization[row]! * dot(rowFactors, p, rowFactors, p, factors);
    for (let position = offsets[row]!; position < offsets[row + 1]!; position++) {
      const q = indices[position]! * factors;
      const missing = 1 - dot(rowFactors, p, columnFactors, q, factors);
      objective += values[position]! * missing * missing;
    }
  }
  for (let column = 0; column < columns; column++) {
    const q = column * factors;
    objective += columnRegularization[column]! * dot(columnFactors, q, columnFactors, q, factors);
  }
  return objective;
}

function requireLength(numbers: ReadonlyNumbers, length: number, name: string): void {
  requireArgument(
    numbers.length === length,
    () => `${name} has ${numbers.length} numbers; give ${length}.`,
  );
}
