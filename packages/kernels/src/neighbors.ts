import { rowCounts, type Csr } from './csr.js';
import { requireEngine } from './engine/engine.js';
import type { Scope } from './engine/scope.js';
import { requireArgument } from './errors.js';
import { areOnes, hasRepeats, pairCounts, placeColumns } from './sparse-columns.js';
import { partOf, type Steps } from './steps.js';

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

/** What the kernel sums up for a pair of rows: its number there, and the bytes of the sums. */
interface Kind {
  readonly kind: number;
  readonly bytes: number;
}
const JACCARD = 0;
const BINARY_COSINE = 1;
const COSINE = 2;
const SHRUNK_COSINE = 3;
const CORRELATION = 4;

/** Keys beyond K that are collected before the best K are chosen. */
const SPARE_KEYS = 1024;
/** Products of a chunk: about half a millisecond. */
const CHUNK_WORK = 400_000;
/** What a row costs beside its products, in products. */
const ROW_WORK = 2000;

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
 * 2007). Similarities are rounded to 32 bits before they are compared. Sums of `cosine` are taken in single precision,
 * which is exact for whole numbers and some 1e-7 off for others.
 *
 * Row by row over the transposed matrix (Gustavson 1978): time in the order of Σ_columns entries², memory in the order
 * of entries + rows · K.
 *
 * @param matrix - no column may repeat within a row.
 * @param options - `neighbors` is K, an integer of 1 or more; `shrink` is 0 or more.
 * @throws TensorecError `invalid-argument` for an option out of range or a repeated column, `not-ready` before `ready`,
 * `memory` when the matrix and its lists do not fit into the engine's memory.
 */
export function* nearestNeighbors(
  matrix: Csr,
  options: {
    readonly neighbors: number;
    readonly similarity: Similarity;
    readonly shrink: number;
  },
): Steps<NeighborLists> {
  const { rows, columns } = matrix;
  const { neighbors, similarity, shrink } = options;
  requireArgument(
    Number.isInteger(neighbors) && neighbors >= 1,
    () => `neighbors is ${neighbors}; give an integer of 1 or more.`,
  );
  requireArgument(
    shrink >= 0 && shrink < Infinity,
    () => `shrink is ${shrink}; give a finite number of 0 or more.`,
  );
  const { kind, bytes } = kindOf(matrix, similarity, shrink);
  const engine = requireEngine();
  const memory = engine.open();
  try {
    const paddedRows = 4 * Math.ceil(rows / 4);
    const offsets = memory.place(matrix.offsets);
    const indices = memory.place(matrix.indices);
    const values = kind <= BINARY_COSINE ? 0 : memory.place(matrix.values);
    yield 0;
    const norms = memory.allocate(8 * paddedRows);
    const inverses = memory.allocate(4 * paddedRows);
    const order = byFallingLength(matrix);
    const places = memory.place(placesIn(order, bytes));
    if (kind === COSINE || kind === SHRUNK_COSINE) {
      const parameters = [offsets, values, rows, norms, inverses, places, bytes];
      yield* partOf(engine.run('scaleToNorms', Math.ceil(rows / 256), parameters), 0, 0.01);
    } else if (kind !== CORRELATION) {
      setNorms(memory, order, norms, inverses, (row) => {
        const length = matrix.offsets[row + 1]! - matrix.offsets[row]!;
        return kind === JACCARD ? length : Math.sqrt(length);
      });
    }
    const placed = placeColumns(memory, matrix, offsets, indices, values, places);
    const byColumn = yield* partOf(placed, 0.01, 0.06);
    const repeats = yield* partOf(hasRepeats(memory, byColumn, columns), 0.06, 0.07);
    if (repeats) requireUniqueColumns(matrix);
    const { columnOffsets, pairs } = byColumn;

    const work = yield* partOf(pairCounts(memory, byColumn, rows), 0.07, 0.08);
    const bounds = chunkBounds(memory.view(Float64Array, work, rows));
    // By thread the sums, the list of their places and the keys of the nearest.
    const keys = Math.min(neighbors, rows) + SPARE_KEYS;
    const space = 64 * Math.ceil((paddedRows * (bytes + 4) + 8 * (keys + 1)) / 64);
    const neighborIndices = memory.allocate(4 * rows * neighbors);
    const similarities = memory.allocate(4 * rows * neighbors);
    const nearest = engine.run('nearestRows', bounds.length - 1, [
      ...[memory.place(bounds), offsets, indices, values, columnOffsets, pairs, work, rows],
      ...[norms, inverses, kind, neighbors, shrink],
      ...[memory.allocateZeros(engine.threads * space), space, neighborIndices, similarities],
      ...[places, memory.place(order)],
    ]);
    yield* partOf(nearest, 0.08, 1);
    yield 1;
    return {
      rows,
      neighbors,
      indices: memory.view(Int32Array, neighborIndices, rows * neighbors).slice(),
      similarities: memory.view(Float32Array, similarities, rows * neighbors).slice(),
    };
  } finally {
    memory.close();
  }
}

function kindOf({ values }: Csr, similarity: Similarity, shrink: number): Kind {
  switch (similarity) {
    case 'jaccard':
      return { kind: JACCARD, bytes: 4 };
    case 'cosine':
      if (areOnes(values)) return { kind: BINARY_COSINE, bytes: 4 };
      return shrink === 0 ? { kind: COSINE, bytes: 4 } : { kind: SHRUNK_COSINE, bytes: 8 };
    case 'correlation':
      return { kind: CORRELATION, bytes: 32 };
  }
}

/** The rows by falling number of entries, and ascending where equal. */
function byFallingLength(matrix: Csr): Int32Array {
  const lengths = rowCounts(matrix);
  const longest = lengths.reduce((most, length) => Math.max(most, length), 0);
  const next = new Int32Array(longest + 1);
  for (const length of lengths) next[length]!++;
  let ranks = 0;
  for (let length = longest; length >= 0; length--) {
    const count = next[length]!;
    next[length] = ranks;
    ranks += count;
  }
  const order = new Int32Array(matrix.rows);
  lengths.forEach((length, row) => {
    order[next[length]!++] = row;
  });
  return order;
}

/** The place of each row, in bytes, where the rows of an order stand one after the other. */
function placesIn(order: Int32Array, bytes: number): Int32Array {
  const places = new Int32Array(order.length);
  order.forEach((row, rank) => {
    places[row] = rank * bytes;
  });
  return places;
}

/** Writes the norm of each row of an order and its inverse. */
function setNorms(
  memory: Scope,
  order: Int32Array,
  norms: number,
  inverses: number,
  normOf: (row: number) => number,
): void {
  const forward = memory.view(Float64Array, norms, order.length);
  const backward = memory.view(Float32Array, inverses, order.length);
  order.forEach((row, rank) => {
    forward[rank] = normOf(row);
    backward[rank] = 1 / forward[rank];
  });
}

/** Where chunks of nearly equal work begin, and the end. */
function chunkBounds(work: Float64Array): Int32Array {
  const bounds = [0];
  let sum = 0;
  for (let row = 0; row < work.length; row++) {
    sum += work[row]! + ROW_WORK;
    if (sum < CHUNK_WORK && row < work.length - 1) continue;
    bounds.push(row + 1);
    sum = 0;
  }
  return Int32Array.from(bounds);
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
