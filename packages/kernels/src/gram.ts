import type { ReadonlyFloat32Array } from './arrays.js';
import { requireEngine } from './engine/engine.js';
import type { Scope } from './engine/scope.js';
import { requireArgument } from './errors.js';
import { partOf, type Steps } from './steps.js';

/** The fewest rows of a chunk, and the most chunks: each has a matrix of its own. */
const CHUNK_ROWS = 512;
const MOST_CHUNKS = 32;

/** Numbers of a row that kernels read: a multiple of 8. */
export function paddedWidth(columns: number): number {
  return Math.ceil(columns / 8) * 8;
}

/** A copy of a `rows` × `columns` matrix whose rows have {@link paddedWidth} numbers, the last of them 0. */
export function placePadded(
  memory: Scope,
  matrix: ReadonlyFloat32Array,
  rows: number,
  columns: number,
): number {
  const width = paddedWidth(columns);
  if (width === columns) return memory.place(matrix);
  const address = memory.allocateZeros(4 * rows * width);
  const padded = memory.view(Float32Array, address, rows * width);
  for (let row = 0; row < rows; row++) {
    for (let i = 0; i < columns; i++) padded[row * width + i] = matrix[row * columns + i]!;
  }
  return address;
}

/** What {@link placePadded} placed, without the zeros. */
export function copyOutPadded(
  memory: Scope,
  address: number,
  rows: number,
  columns: number,
): Float32Array<ArrayBuffer> {
  const width = paddedWidth(columns);
  const padded = memory.view(Float32Array, address, rows * width);
  if (width === columns) return padded.slice();
  const matrix = new Float32Array(rows * columns);
  for (let row = 0; row < rows; row++) {
    for (let i = 0; i < columns; i++) matrix[row * columns + i] = padded[row * width + i]!;
  }
  return matrix;
}

/**
 * The Gram matrix of the columns of a padded matrix in the engine's memory.
 *
 * @param gram - out: `columns` × `columns` doubles
 */
export function* gramAt(
  memory: Scope,
  matrix: number,
  rows: number,
  columns: number,
  gram: number,
): Steps {
  const width = paddedWidth(columns);
  const chunkRows = Math.max(CHUNK_ROWS, Math.ceil(rows / MOST_CHUNKS));
  const chunks = Math.ceil(rows / chunkRows);
  const parts = memory.allocate(4 * chunks * width * width);
  const { engine } = memory;
  yield* partOf(engine.run('gramOfRows', chunks, [matrix, width, rows, chunkRows, parts]), 0, 0.95);
  yield* partOf(engine.run('sumOfGrams', columns, [parts, chunks, width, columns, gram]), 0.95, 1);
  memory.free(parts);
}

/**
 * The Gram matrix of the columns of a dense row-major matrix M of `rows` × `columns`: MᵀM, `columns` × `columns`,
 * row-major. Sums of at most 128 products are added in single precision, those of each 32nd of the rows in double; the
 * error is some 1e-6 of the sum of the absolute products. Time in the order of rows · columns² / 2.
 *
 * @throws TensorecError `invalid-argument` unless the matrix has rows · columns numbers.
 */
export function* gramOfDense(
  matrix: ReadonlyFloat32Array,
  rows: number,
  columns: number,
): Steps<Float64Array<ArrayBuffer>> {
  requireArgument(
    matrix.length === rows * columns,
    () => `The matrix has ${matrix.length} numbers; give rows · columns = ${rows} · ${columns}.`,
  );
  const memory = requireEngine().open();
  try {
    const padded = placePadded(memory, matrix, rows, columns);
    const gram = memory.allocate(8 * columns * columns);
    yield* gramAt(memory, padded, rows, columns, gram);
    return memory.copyOut(Float64Array, gram, columns * columns);
  } finally {
    memory.close();
  }
}
