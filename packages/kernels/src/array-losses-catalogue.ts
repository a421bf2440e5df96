import { requireLength, runAll } from './array-functions.js';
import { copyRows, requireRows } from './array-losses-rows.js';
import { sharesOf, writeSum } from './array-losses.js';
import { requireEngine } from './engine/engine.js';
import type { Scope } from './engine/scope.js';
import { packAt, packedBytes } from './gemm.js';
import type { ResidentArray } from './resident-array.js';
import { finish } from './steps.js';

/** Numbers of a packed panel, rows of a tile, bytes of a row of queries by columns. */
const [PANEL, TILE_ROWS, STRIDE] = [8, 5, 1088];
/** Positions of a chunk, and where the table does not stay in the caches while they are taken. */
const [CHUNK_ROWS, LARGE_CHUNK_ROWS] = [20, 40];
/** Bytes of a table that stays in the caches. */
const CACHED_BYTES = 1 << 22;
/** Positions whose scores are kept at once; fewer, but not less than the second, where they would take more bytes. */
const [MOST_SLOTS, LEAST_SLOTS, SLOT_BYTES] = [240, 80, 1 << 26];
/** Panels of a chunk. */
const CHUNK_PANELS = 16;

/** Positions that each ask for one row of a table among all. */
export interface CataloguePositions {
  /** A row of `columns` numbers for each position. */
  readonly queries: ResidentArray;
  /** Rows of `columns` numbers. */
  readonly table: ResidentArray;
  /** The row that each position asks for; below 0 where it takes no part. */
  readonly targets: ResidentArray;
  /** Default: all the same. */
  readonly weights?: ResidentArray | undefined;
  /** What is added to the score of each row of the table. */
  readonly bias?: ResidentArray | undefined;
  /** What products are divided by. */
  readonly temperature: number;
}

/** Where the gradients of {@link lossOfCatalogue} are written. */
export interface CatalogueGradients {
  readonly queries: ResidentArray;
  readonly table: ResidentArray;
  readonly bias?: ResidentArray | undefined;
}

/** Rows that are a sample of a table whose other rows are targets too. */
export interface SampledRows {
  /** The whole table. */
  readonly source: ResidentArray;
  /** The numbers of the rows, as many as fill whole panels. */
  readonly numbers: number;
  readonly removeHits: boolean;
  /** What is taken from the score of each row of the whole table. */
  readonly corrections: ResidentArray | undefined;
  /** Where the derivatives by the products of queries and targets are written. */
  readonly slopes: number;
}

/** Positions that take part. */
export interface Active {
  readonly rows: Int32Array;
  readonly targets: Int32Array;
  readonly shares: Float32Array;
}

/**
 * Writes the mean softmax cross-entropy over all rows of a table, weighted, to the one number of `result`, and its
 * gradients. Without weight all of them are 0. Scores are never stored but those of 240 positions at a time, of 80 or more where those would take more
 * than 64 MiB, and of 40 a thread without gradients. At once; time in the order of positions × rows × columns.
 *
 * @throws TensorecError `invalid-argument` unless lengths agree and all targets are rows of the table; `memory`.
 */
export function lossOfCatalogue(
  positions: CataloguePositions,
  columns: number,
  result: ResidentArray,
  gradients?: CatalogueGradients,
): void {
  const { queries, table, targets, weights, bias } = positions;
  const items = table.length / columns;
  requireLength(queries, targets.length * columns, 'queries');
  if (weights !== undefined) requireLength(weights, targets.length, 'weights');
  if (bias !== undefined) requireLength(bias, items, 'bias');
  const memory = requireEngine().open();
  try {
    requireRows(memory, targets, items, 'targets', true);
    const active = activeOf(memory, targets, weights);
    if (gradients !== undefined) clear(memory, gradients.queries);
    const losses = memory.allocate(8 * active.rows.length);
    if (active.rows.length > 0) {
      new CatalogueLoss(memory, positions, columns, active, losses).run(gradients);
    } else if (gradients !== undefined) {
      clear(memory, gradients.table);
      if (gradients.bias !== undefined) clear(memory, gradients.bias);
    }
    writeSum(memory, losses, active.rows.length, 1, result);
  } finally {
    memory.close();
  }
}

/** Fills an array with 0. */
export function clear(memory: Scope, array: ResidentArray): void {
  memory.view(Float32Array, array.address, array.length).fill(0);
}

/** The positions that have a target and weight. */
export function activeOf(memory: Scope, targets: ResidentArray, weights?: ResidentArray): Active {
  const { length } = targets;
  const numbers = memory.view(Int32Array, targets.address, length);
  const shares = sharesOf(memory, length, weights, 1, numbers);
  const rows = Int32Array.from(shares.keys()).filter((i) => shares[i] !== 0);
  return {
    rows,
    targets: rows.map((i) => numbers[i]!),
    shares: Float32Array.from(rows, (i) => shares[i]!),
  };
}

/** One computation, with what all its parts share. */
export class CatalogueLoss {
  readonly #memory: Scope;
  readonly #positions: CataloguePositions;
  readonly #columns: number;
  /** Numbers of a query, with the one that meets the bias. */
  readonly #depth: number;
  readonly #items: number;
  readonly #active: Active;
  readonly #losses: number;
  readonly #sample: SampledRows | undefined;
  #queriesAt: number | undefined;

  /** @param losses - where a double for each position that takes part is written */
  constructor(
    memory: Scope,
    positions: CataloguePositions,
    columns: number,
    active: Active,
    losses: number,
    sample?: SampledRows,
  ) {
    this.#memory = memory;
    this.#positions = positions;
    this.#columns = columns;
    this.#depth = columns + (positions.bias === undefined ? 0 : 1);
    this.#items = positions.table.length / columns;
    this.#active = active;
    this.#losses = losses;
    this.#sample = sample;
  }

  run(gradients: CatalogueGradients | undefined): void {
    const memory = this.#memory;
    const { temperature } = this.#positions;
    const sample = this.#sample;
    const table = sample?.source ?? this.#positions.table;
    const { rows, targets, shares } = this.#active;
    const [columns, depth, items] = [this.#columns, this.#depth, this.#items];
    const count = rows.length;
    const panels = Math.ceil(items / PANEL);
    const slots = gradients === undefined ? count : slotsOf(panels);
    const turnedDepth = TILE_ROWS * Math.ceil(depth / TILE_ROWS);
    const scores = gradients ? memory.allocate(4 * PANEL * panels * slots) : 0;
    const turned = gradients ? memory.allocateZeros(STRIDE * turnedDepth) : 0;
    const sums = gradients ? memory.allocate(4 * PANEL * panels * turnedDepth) : 0;
    const isCached = 4 * depth * items <= CACHED_BYTES;
    const chunkRows = isCached ? CHUNK_ROWS : LARGE_CHUNK_ROWS;
    const sizes = [depth, columns, items, gradients ? 1 : 0];
    const threadBytes = memory.engine.value('catalogueSpace', ...sizes);
    const parametersBefore = [this.queries, depth, this.#packedForScores(), items];
    const parametersAfter = [
      ...[slots, scores, 1 / temperature, memory.place(targets), memory.place(shares)],
      ...[this.#losses, gradients ? this.#packedForSums() : 0, table.address, columns],
      ...[gradients?.queries.address ?? 0, memory.place(rows), turned],
      ...[memory.allocate(threadBytes * memory.engine.threads), threadBytes, chunkRows],
      ...[sample?.numbers ?? 0, sample?.removeHits === true ? 1 : 0],
      ...[sample?.corrections?.address ?? 0, sample?.slopes ?? 0],
    ];
    for (let from = 0; from < count; from += slots) {
      const here = Math.min(slots, count - from);
      const parameters = [...parametersBefore, here, from, ...parametersAfter];
      runAll('catalogueRows', Math.ceil(here / chunkRows), parameters);
      if (gradients === undefined) continue;
      runAll('catalogueColumns', Math.ceil(panels / CHUNK_PANELS), [
        ...[scores, slots, here, turned, turnedDepth, sums, panels],
        ...[from === 0 ? 1 : 0, CHUNK_PANELS],
      ]);
    }
    if (gradients === undefined) return;
    runAll('catalogueTable', Math.ceil(panels / CHUNK_PANELS), [
      ...[sums, turnedDepth, items, gradients.table.address, columns],
      ...[gradients.bias?.address ?? 0, CHUNK_PANELS],
    ]);
  }

  /** Where the queries that take part lie, each with the number that meets the bias if there is one. */
  get queries(): number {
    this.#queriesAt ??= this.#placeQueries();
    return this.#queriesAt;
  }

  /** The number that meets the bias is 1, once it is divided by the temperature. */
  #placeQueries(): number {
    const { queries, bias, temperature } = this.#positions;
    const { rows } = this.#active;
    const [columns, depth] = [this.#columns, this.#depth];
    if (bias === undefined && rows.length * columns === queries.length) return queries.address;
    const address = this.#memory.allocate(4 * depth * rows.length);
    const from = this.#memory.view(Float32Array, queries.address, queries.length);
    const to = this.#memory.view(Float32Array, address, depth * rows.length);
    rows.forEach((row, i) => {
      to.set(from.subarray(row * columns, (row + 1) * columns), i * depth);
      if (bias !== undefined) to[i * depth + columns] = temperature;
    });
    return address;
  }

  /** The table, and the bias of each row as its last number, packed as the right factor of the scores. */
  #packedForScores(): number {
    const memory = this.#memory;
    const { table, bias } = this.#positions;
    const [columns, depth, items] = [this.#columns, this.#depth, this.#items];
    let { address } = table;
    if (bias !== undefined) {
      address = memory.allocate(4 * depth * items);
      copyRows(table.address, 4 * columns, address, 4 * depth, items, columns);
      copyRows(bias.address, 4, address + 4 * columns, 4 * depth, items, 1);
    }
    const packed = memory.allocate(packedBytes(depth, items));
    const right = { address, stride: 4 * depth, transposed: true };
    finish(packAt(memory, right, depth, items, packed));
    return packed;
  }

  /** The table packed as the right factor of the gradients of the queries. */
  #packedForSums(): number {
    const memory = this.#memory;
    const [columns, items] = [this.#columns, this.#items];
    const packed = memory.allocate(packedBytes(items, columns));
    const right = { address: this.#positions.table.address, stride: 4 * columns };
    finish(packAt(memory, right, items, columns, packed));
    return packed;
  }
}

/** A multiple of the positions of a chunk. */
function slotsOf(panels: number): number {
  const fit = LARGE_CHUNK_ROWS * Math.floor(SLOT_BYTES / (4 * PANEL * panels) / LARGE_CHUNK_ROWS);
  return Math.min(MOST_SLOTS, Math.max(LEAST_SLOTS, fit));
}
