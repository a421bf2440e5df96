import { columnCounts, log, type Csr } from '@tensorec/kernels';

/**
 * What an entry x of a compared row weighs in a cosine:
 *
 * - `none`: x.
 * - `tf-idf`: √x · ln(1 + rows / rows that have the column). Rows are documents and columns their terms: a term that many
 *   documents share tells little.
 * - `bm25`: x · (k₁ + 1) / (x + k₁ · (1 − b + b · length / mean length)) with k₁ = 1.2 and b = 0.75 (Robertson & Walker
 *   1994), where the length of a column is the sum of its entries. Columns are documents and rows their terms: a long
 *   document tells little of each. The rarity of a term is left out, for a cosine cancels it.
 *
 * An entry below 0 weighs as much as its opposite, with its sign.
 */
export type Weighting = 'none' | 'tf-idf' | 'bm25';

/** The matrix with its values weighted. */
export function weightValues(matrix: Csr, weighting: Weighting): Csr {
  if (weighting === 'none') return matrix;
  const weight = weighting === 'tf-idf' ? termFrequencyTimesRarity(matrix) : okapi(matrix);
  const { indices, values } = matrix;
  const weights = new Float32Array(values.length);
  for (let n = 0; n < weights.length; n++) {
    weights[n] = Math.sign(values[n]!) * weight(Math.abs(values[n]!), indices[n]!);
  }
  return { ...matrix, values: weights };
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

function okapi({ columns, indices, values }: Csr): ColumnWeight {
  const lengths = new Float64Array(columns);
  for (let n = 0; n < indices.length; n++) lengths[indices[n]!]! += Math.abs(values[n]!);
  let total = 0;
  let documents = 0;
  for (const length of lengths) {
    total += length;
    if (length > 0) documents++;
  }
  const mean = total > 0 ? total / documents : 1;
  const dampings = lengths.map(
    (length) => saturation * (1 - lengthShare + (lengthShare * length) / mean),
  );
  return (value, column) => (value * (saturation + 1)) / (value + dampings[column]!);
}
