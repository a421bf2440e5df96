import { rowCounts, type Csr } from './csr.js';
import { requireEngine } from './engine/engine.js';
import type { Scope } from './engine/scope.js';
import { requireArgument } from './errors.js';
import { hasRepeats, pairCounts, placeColumns } from './sparse-columns.js';
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

/** What the kernel sums up for a pair of rows: its number there, and its bytes. */
interface Kind {
  readonly kind: number;
  readonly bytes: number;
}

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
  const { kind, bytes } = kindOf(similarity, shrink);
  const engine = requireEngine();
  const memory = engine.open();
  try {
    const paddedRows = 4 * Math.ceil(rows / 4);
    const offsets = memory.place(matrix.offsets);
    const indices = memory.place(matrix.indices);
    const values = similarity === 'jaccard' ? 0 : memory.place(matrix.values);
    const norms = memory.allocate(8 * paddedRows);
    const inverses = memory.allocate(4 * paddedRows);
    const order = byFallingLength(matrix);
    const places = memory.place(placesIn(order, bytes));
    if (similarity === 'cosine') {
      const parameters = [offsets, values, rows, norms, inverses, places, bytes];
      yield* partOf(engine.run('scaleToNorms', Math.ceil(rows / 256), parameters), 0, 0.01);
    } else if (similarity === 'jaccard') setLengths(memory, matrix, order, norms, inverses);
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

function kindOf(similarity: Similarity, shrink: number): Kind {
  switch (similarity) {
    case 'cosine':
      return shrink === 0 ? { kind: 0, bytes: 4 } : { kind: 2, bytes: 8 };
    case 'jaccard':
      return { kind: 1, bytes: 4 };
    case 'correlation':
      return { kind: 3, bytes: 32 };
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

/** The number of entries of each row in the place of its norm. */
function setLengths(
  memory: Scope,
  { rows, offsets }: Csr,
  order: Int32Array,
  norms: number,
  inverses: number,
): void {
  const lengths = memory.view(Float64Array, norms, rows);
  order.forEach((row, rank) => {
    lengths[rank] = offsets[row + 1]! - offsets[row]!;
  });
  memory.view(Float32Array, inverses, rows).fill(1);
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
