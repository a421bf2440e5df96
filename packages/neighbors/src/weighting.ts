import { TensorecError } from '@tensorec/core';
import { columnCounts, log, rowCounts, type Csr } from '@tensorec/kernels';

/**
 * How the values of compared rows are weighted, rows being documents and columns their terms:
 *
 * - `none`: as they are.
 * - `tf-idf`: √value · idf.
 * - `bm25`: value · (k₁ + 1) / (value + k₁ · (1 − b + b · length / mean length)) · idf, with k₁ = 100 and b = 0.8, where
 *   the length of a row is the sum of its values (Robertson & Walker 1994).
 *
 * idf = ln(1 + rows / rows that have the column): a column that many rows share tells little.
 */
export type Weighting = 'none' | 'tf-idf' | 'bm25';

/**
 * The matrix with its values weighted.
 *
 * @throws TensorecError `invalid-argument` for a negative value, unless `weighting` is `none`.
 */
export function weightValues(matrix: Csr, weighting: Weighting): Csr {
  if (weighting === 'none') return matrix;
  const rarity = inverseDocumentFrequencies(matrix);
  const saturation = weighting === 'bm25' ? bm25Saturations(matrix) : undefined;
  const values = new Float32Array(matrix.values.length);
  for (let row = 0; row < matrix.rows; row++) {
    for (let n = matrix.offsets[row]!; n < matrix.offsets[row + 1]!; n++) {
      const value = matrix.values[n]!;
      if (value < 0) {
        throw new TensorecError(
          'invalid-argument',
          `The weighting "${weighting}" got the value ${value}; it takes counts of 0 or more. Use the weighting "none".`,
        );
      }
      const frequency =
        saturation === undefined
          ? Math.sqrt(value)
          : (value * (bm25Steepness + 1)) / (value + saturation[row]!);
      values[n] = frequency * rarity[matrix.indices[n]!]!;
    }
  }
  return { ...matrix, values };
}

function inverseDocumentFrequencies(matrix: Csr): Float64Array {
  const { rows } = matrix;
  return Float64Array.from(columnCounts(matrix), (count) => log(1 + rows / count));
}

/** k₁: how slowly the weight of a value saturates. */
const bm25Steepness = 100;
/** b: how much long rows are discounted. */
const bm25LengthShare = 0.8;

/** By row: k₁ · (1 − b + b · length / mean length). */
function bm25Saturations(matrix: Csr): Float64Array {
  const lengths = new Float64Array(matrix.rows);
  let total = 0;
  for (let row = 0; row < matrix.rows; row++) {
    for (let n = matrix.offsets[row]!; n < matrix.offsets[row + 1]!; n++) {
      lengths[row]! += matrix.values[n]!;
    }
    total += lengths[row]!;
  }
  const mean = total / rowCounts(matrix).filter((count) => count > 0).length;
  return lengths.map(
    (length) => bm25Steepness * (1 - bm25LengthShare + (bm25LengthShare * length) / mean),
  );
}
