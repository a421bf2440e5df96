import { BoundedHeap } from './bounded-heap.js';
import { transpose } from './csr.js';
import type { Csr } from './csr.js';
import { requireArgument } from './errors.js';
import type { Steps } from './steps.js';

/** The nearest neighbours of each row of a matrix. */
export interface NeighborLists {
  /** How many rows have a list. */
  readonly rows: number;
  /** The length K of each list. */
  readonly neighbors: number;
  /** `rows` × K neighbouring rows, the most similar first; -1 where a list is shorter. */
  readonly indices: Int32Array<ArrayBuffer>;
  /** `rows` × K similarities, all above 0; 0 where a list is shorter. */
  readonly similarities: Float32Array<ArrayBuffer>;
}

/** How two rows compare: see {@link nearestNeighbors}. */
export type Similarity = 'cosine' | 'jaccard' | 'correlation';

/** Products between two yields: a few milliseconds. */
const WORK_PER_STEP = 2_000_000;

/** What one row shares with all others, by the other's row; zero again when the row is done. */
class SharedSums {
  /** How many columns are shared. */
  readonly common: Int32Array;
  /** Σ x·y over the shared columns. */
  readonly products: Float64Array;
  /** Σ x² over the shared columns; used by 'correlation'. */
  readonly ownSquares: Float64Array;
  /** Σ y² over the shared columns; used by 'correlation'. */
  readonly otherSquares: Float64Array;
  /** The rows that share a column, in the order they were met. */
  readonly touched: Int32Array;
  count = 0;

  constructor(rows: number) {
    this.common = new Int32Array(rows);
    this.products = new Float64Array(rows);
    this.ownSquares = new Float64Array(rows);
    this.otherSquares = new Float64Array(rows);
    this.touched = new Int32Array(rows);
  }
}

/**
 * For every row of a sparse matrix, the K other rows most similar to it, by similarities strictly above 0; ties by
 * ascending row. For rows x and y:
 *
 * - `cosine`: Σ x·y / (‖x‖ · ‖y‖), norms over whole rows.
 * - `correlation`: Σ x·y / √(Σ x² · Σ y²), all three sums over the columns that both rows have. With values centred
 *   by row it is the Pearson correlation, with values centred by column the adjusted cosine (Sarwar, Karypis, Konstan
 *   & Riedl 2001).
 * - `jaccard`: shared columns / columns that either row has; values do not matter.
 *
 * Each is then shrunk towards 0 by `common / (common + shrink)`, where `common` counts the shared columns (Bell & Koren
 * 2007). Similarities are rounded to 32 bits before they are compared.
 *
 * Row by row over the transposed matrix (Gustavson 1978): time in the order of Σ_columns entries², memory in the order
 * of entries + rows · K.
 *
 * @param matrix - no column may repeat within a row.
 * @param options - `neighbors` is K, an integer of 1 or more; `shrink` is 0 or more.
 * @throws TensorecError `invalid-argument` for an option out of range or a repeated column.
 */
export function* nearestNeighbors(
  matrix: Csr,
  options: {
    readonly neighbors: number;
    readonly similarity: Similarity;
    readonly shrink: number;
  },
): Steps<NeighborLists> {
  const { rows } = matrix;
  const { neighbors, similarity, shrink } = options;
  requireArgument(
    Number.isInteger(neighbors) && neighbors >= 1,
    () => `neighbors is ${neighbors}; give an integer of 1 or more.`,
  );
  requireArgument(
    shrink >= 0 && shrink < Infinity,
    () => `shrink is ${shrink}; give a finite number of 0 or more.`,
  );
  requireUniqueColumns(matrix);

  const byColumn = transpose(matrix);
  const norms = similarity === 'cosine' ? rowNorms(matrix) : new Float64Array(0);
  const gather = similarity === 'correlation' ? gatherCorrelation : gatherProducts;
  const sums = new SharedSums(rows);
  const heap = new BoundedHeap(Math.min(neighbors, rows));
  const indices = new Int32Array(rows * neighbors).fill(-1);
  const similarities = new Float32Array(rows * neighbors);

  let work = 0;
  for (let row = 0; row < rows; row++) {
    work += gather(matrix, byColumn, row, sums);
    heap.clear();
    work += sums.count;
    offerShared(heap, similarity, matrix, norms, shrink, sums, row);
    heap.sort();
    indices.set(heap.indices.subarray(0, heap.size), row * neighbors);
    similarities.set(heap.scores.subarray(0, heap.size), row * neighbors);
    if (work > WORK_PER_STEP) {
      work = 0;
      yield row / rows;
    }
  }
  return { rows, neighbors, indices, similarities };
}

/** Offers every row that shares a column with this one, and makes the sums zero again. */
function offerShared(
  heap: BoundedHeap,
  similarity: Similarity,
  matrix: Csr,
  norms: Float64Array,
  shrink: number,
  sums: SharedSums,
  row: number,
): void {
  const { common, products, ownSquares, otherSquares, touched, count } = sums;
  const correlation = similarity === 'correlation';
  let worst = 0;
  for (let i = 0; i < count; i++) {
    const other = touched[i]!;
    if (other !== row) {
      const raw = similarityOf(similarity, matrix, norms, sums, row, other);
      const shared = common[other]!;
      const shrunk = Math.fround(raw * (shared / (shared + shrink)));
      if (shrunk >= worst && shrunk > 0) {
        heap.offer(shrunk, other);
        if (heap.size === heap.capacity) worst = heap.scores[0]!;
      }
    }
    common[other] = 0;
    products[other] = 0;
    if (correlation) {
      ownSquares[other] = 0;
      otherSquares[other] = 0;
    }
  }
  sums.count = 0;
}

function similarityOf(
  similarity: Similarity,
  matrix: Csr,
  norms: Float64Array,
  sums: SharedSums,
  row: number,
  other: number,
): number {
  const product = sums.products[other]!;
  switch (similarity) {
    case 'cosine':
      return product / (norms[row]! * norms[other]!);
    case 'correlation':
      return product / Math.sqrt(sums.ownSquares[other]! * sums.otherSquares[other]!);
    case 'jaccard': {
      const { offsets } = matrix;
      const common = sums.common[other]!;
      const own = offsets[row + 1]! - offsets[row]!;
      return common / (own + offsets[other + 1]! - offsets[other]! - common);
    }
  }
}

/** Σ x·y and the shared columns of one row with all; returns the number of products. */
function gatherProducts(matrix: Csr, byColumn: Csr, row: number, sums: SharedSums): number {
  const { common, products, touched } = sums;
  const others = byColumn.indices;
  const otherValues = byColumn.values;
  let { count } = sums;
  let work = 0;
  const end = matrix.offsets[row + 1]!;
  for (let position = matrix.offsets[row]!; position < end; position++) {
    const column = matrix.indices[position]!;
    const value = matrix.values[position]!;
    const entriesEnd = byColumn.offsets[column + 1]!;
    const entriesStart = byColumn.offsets[column]!;
    for (let entry = entriesStart; entry < entriesEnd; entry++) {
      const other = others[entry]!;
      const shared = common[other]!;
      if (shared === 0) touched[count++] = other;
      common[other] = shared + 1;
      products[other] = products[other]! + value * otherValues[entry]!;
    }
    work += entriesEnd - entriesStart;
  }
  sums.count = count;
  return work;
}

/** As {@link gatherProducts}, with Σ x² and Σ y² over the shared columns. */
function gatherCorrelation(matrix: Csr, byColumn: Csr, row: number, sums: SharedSums): number {
  const { common, products, ownSquares, otherSquares, touched } = sums;
  const others = byColumn.indices;
  const otherValues = byColumn.values;
  let { count } = sums;
  let work = 0;
  const end = matrix.offsets[row + 1]!;
  for (let position = matrix.offsets[row]!; position < end; position++) {
    const column = matrix.indices[position]!;
    const value = matrix.values[position]!;
    const square = value * value;
    const entriesEnd = byColumn.offsets[column + 1]!;
    const entriesStart = byColumn.offsets[column]!;
    for (let entry = entriesStart; entry < entriesEnd; entry++) {
      const other = others[entry]!;
      const otherValue = otherValues[entry]!;
      const shared = common[other]!;
      if (shared === 0) touched[count++] = other;
      common[other] = shared + 1;
      products[other] = products[other]! + value * otherValue;
      ownSquares[other] = ownSquares[other]! + square;
      otherSquares[other] = otherSquares[other]! + otherValue * otherValue;
    }
    work += entriesEnd - entriesStart;
  }
  sums.count = count;
  return work;
}

function rowNorms(matrix: Csr): Float64Array {
  const norms = new Float64Array(matrix.rows);
  for (let row = 0; row < matrix.rows; row++) {
    let squares = 0;
    const end = matrix.offsets[row + 1]!;
    for (let position = matrix.offsets[row]!; position < end; position++) {
      squares += matrix.values[position]! * matrix.values[position]!;
    }
    norms[row] = Math.sqrt(squares);
  }
  return norms;
}

function requireUniqueColumns(matrix: Csr): void {
  const lastRow = new Int32Array(matrix.columns).fill(-1);
  for (let row = 0; row < matrix.rows; row++) {
    const end = matrix.offsets[row + 1]!;
    for (let position = matrix.offsets[row]!; position < end; position++) {
      const column = matrix.indices[position]!;
      requireArgument(
        lastRow[column] !== row,
        () => `Row ${row} has column ${column} more than once; call mergeRepeats first.`,
      );
      lastRow[column] = row;
    }
  }
}
