import { columnCounts, log, type Csr } from '@tensorec/kernels';

/**
 * What an entry x of a compared row weighs in a cosine:
 *
 * - `none`: x.
 * - `tf-idf`: √x · ln(1 + rows / rows that have the column). Rows are documents and columns their terms: a term that many
 *   documents share tells little.
 * - `bm25`: x · (k₁ + 1) / (x + k₁ · (1 − b + b · length / mean length)) with k₁ = 1.2 and b = 0.75 (Robertson & Walker
 *   1994), where the length of a column is the sum of its |x|. Columns are documents and rows their terms: a long
 *   document tells little of each. The rarity of a term is left out, for a cosine cancels it.
 */
export type Weighting = 'none' | 'tf-idf' | 'bm25';

/** The matrix with its values weighted; a negative value weighs like its opposite and keeps its sign. */
export function weightValues(matrix: Csr, weighting: Weighting): Csr {
  if (weighting === 'none') return matrix;
  const weight = weighting === 'tf-idf' ? termFrequencyTimesRarity(matrix) : okapi(matrix);
  const values = Float32Array.from(
    matrix.values,
    (value, entry) => Math.sign(value) * weight(Math.abs(value), matrix.indices[entry]!),
  );
  return { ...matrix, values };
}

type ColumnWeight = (value: number, column: number) => number;

function termFrequencyTimesRarity(matrix: Csr): ColumnWeight {
  const rarities = Float64Array.from(columnCounts(matrix), (rows) => log(1 + matrix.rows / rows));
  return (value, column) => Math.sqrt(value) * rarities[column]!;
}

/** k₁: how slowly the weight of a value saturates. */
const saturation = 1.2;
/** b: how far the length of a document counts. */
const lengthShare = 0.75;

function okapi(matrix: Csr): ColumnWeight {
  const lengths = columnSums(matrix);
  let total = 0;
  let documents = 0;
  for (const length of lengths) {
    total += length;
    if (length > 0) documents++;
  }
  const damping = lengths.map(
    (length) =>
      saturation *
      (1 - lengthShare + (lengthShare * length * documents) / Math.max(total, Number.MIN_VALUE)),
  );
  return (value, column) => (value * (saturation + 1)) / (value + damping[column]!);
}

function columnSums({ columns, indices, values }: Csr): Float64Array {
  const sums = new Float64Array(columns);
  for (let entry = 0; entry < indices.length; entry++) {
    sums[indices[entry]!]! += Math.abs(values[entry]!);
  }
  return sums;
}
