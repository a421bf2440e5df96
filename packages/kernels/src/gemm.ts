import type { ReadonlyFloat32Array } from './arrays.js';
import { requireEngine } from './engine/engine.js';
import type { Scope } from './engine/scope.js';
import { requireArgument } from './errors.js';
import { partOf, type Steps } from './steps.js';

/** Columns of a packed panel. */
const PANEL = 8;
/** Panels that a chunk packs. */
const CHUNK_PANELS = 16;
/** Rows of a tile. */
const TILE_ROWS = 5;
/** Rows of the product that a chunk makes at most. */
const BLOCK_ROWS = 40;
/** Rows that a chunk makes where there are few: fewer would read the right factor too often. */
const FEW_ROWS = 10;
/** Into how many chunks a product is cut where it has rows enough. */
const CHUNKS = 8;

/** A row-major matrix in the engine's memory. */
export interface MatrixAt {
  readonly address: number;
  /** Bytes from one row to the next. */
  readonly stride: number;
  /** Whether its rows stand for columns and its columns for rows. */
  readonly transposed?: boolean | undefined;
}

/** Bytes that a right factor takes when it is packed. */
export function packedBytes(depth: number, columns: number): number {
  return 4 * depth * Math.ceil(columns / PANEL) * PANEL;
}

/** Packs a right factor of `depth` × `columns` into `packed`. */
export function packAt(
  memory: Scope,
  right: MatrixAt,
  depth: number,
  columns: number,
  packed: number,
): Steps {
  const chunks = Math.ceil(columns / (CHUNK_PANELS * PANEL));
  return memory.engine.run('packColumns', chunks, [
    right.address,
    right.stride,
    right.transposed === true ? 1 : 0,
    depth,
    columns,
    packed,
  ]);
}

/** What {@link multiplyAt} computes beside the plain product. */
export interface ProductOptions {
  /** Factor of the product; default 1. */
  readonly scale?: number;
  /** Adds to what stands in the result; default false. */
  readonly add?: boolean;
  /** Leaves out what lies right of the diagonal, but for up to 40 numbers a row; default false. */
  readonly lower?: boolean;
}

/**
 * Product of a `rows` × `depth` matrix and a packed `depth` × `columns` one. The result may lie where the left factor
 * does, row for row.
 */
export function* multiplyAt(
  memory: Scope,
  left: MatrixAt,
  rows: number,
  depth: number,
  packed: number,
  columns: number,
  result: MatrixAt,
  options: ProductOptions = {},
): Steps {
  const { engine } = memory;
  const { scale = 1, add = false, lower = false } = options;
  const space = memory.allocate(engine.threads * engine.value('multiplySpace', depth));
  const chunkRows = lower ? BLOCK_ROWS : rowsOfChunk(rows);
  yield* engine.run('multiply', Math.ceil(rows / chunkRows), [
    left.address,
    left.stride,
    left.transposed === true ? 1 : 0,
    rows,
    depth,
    packed,
    columns,
    result.address,
    result.stride,
    scale,
    add ? 0 : 1,
    lower ? 1 : 0,
    space,
    chunkRows,
  ]);
  memory.free(space);
}

/** Whole tiles that make some chunks for the threads of few rows. */
function rowsOfChunk(rows: number): number {
  const wanted = Math.ceil(rows / CHUNKS / TILE_ROWS) * TILE_ROWS;
  return Math.min(BLOCK_ROWS, Math.max(FEW_ROWS, wanted));
}

/** The shape of a product and which factors are given transposed. */
export interface ProductShape {
  readonly rows: number;
  /** Columns of the left and rows of the right factor. */
  readonly depth: number;
  readonly columns: number;
  /** The left factor is given as `depth` × `rows`; default false. */
  readonly transposeLeft?: boolean;
  /** The right factor is given as `columns` × `depth`; default false. */
  readonly transposeRight?: boolean;
}

/**
 * The product of two dense row-major matrices, `rows` × `columns`, row-major. Each number is one sum in single
 * precision over ascending k, so it depends on its row and its column alone. Time in the order of
 * rows · depth · columns.
 *
 * @param left - `rows` × `depth`, or transposed
 * @param right - `depth` × `columns`, or transposed
 * @throws TensorecError `invalid-argument` unless lengths and shape agree.
 */
export function* matrixProduct(
  left: ReadonlyFloat32Array,
  right: ReadonlyFloat32Array,
  shape: ProductShape,
): Steps<Float32Array<ArrayBuffer>> {
  const { rows, depth, columns, transposeLeft = false, transposeRight = false } = shape;
  requireShape(left, rows, depth, 'left');
  requireShape(right, depth, columns, 'right');
  const memory = requireEngine().open();
  try {
    const a = memory.place(left);
    const b = memory.place(right);
    const packed = memory.allocate(packedBytes(depth, columns));
    const result = memory.allocate(4 * rows * columns);
    const rightAt = {
      address: b,
      stride: 4 * (transposeRight ? depth : columns),
      transposed: transposeRight,
    };
    yield* partOf(packAt(memory, rightAt, depth, columns, packed), 0, 0.05);
    const leftAt = {
      address: a,
      stride: 4 * (transposeLeft ? rows : depth),
      transposed: transposeLeft,
    };
    const resultAt = { address: result, stride: 4 * columns };
    yield* partOf(multiplyAt(memory, leftAt, rows, depth, packed, columns, resultAt), 0.05, 1);
    return memory.copyOut(Float32Array, result, rows * columns);
  } finally {
    memory.close();
  }
}

function requireShape(
  matrix: ReadonlyFloat32Array,
  rows: number,
  columns: number,
  name: string,
): void {
  for (const size of [rows, columns]) {
    requireArgument(
      Number.isInteger(size) && size >= 0,
      () => `The ${name} matrix is to be ${rows} × ${columns}; give integers of 0 or more.`,
    );
  }
  requireArgument(
    matrix.length === rows * columns,
    () => `The ${name} matrix has ${matrix.length} numbers; give ${rows} · ${columns}.`,
  );
}
