import type { Csr } from './csr.js';
import type { Scope } from './engine/scope.js';
import type { MatrixAt } from './gemm.js';
import { areOnes, fillByColumn } from './sparse-columns.js';
import { partOf, type Steps } from './steps.js';

/** Products of a chunk: some milliseconds. */
const CHUNK_WORK = 1_000_000;

/** The part left of the diagonal, and the diagonal, of the Gram matrix of the columns of a sparse matrix. */
export function* gramOfSparseAt(memory: Scope, csr: Csr, result: MatrixAt): Steps {
  const { columns } = csr;
  const offsets = memory.place(csr.offsets);
  const indices = memory.place(csr.indices);
  const values = memory.place(csr.values);
  yield 0;
  const half = rowsAscend(csr);
  const segments = memory.allocate(12 * csr.indices.length);
  const address = [values, segments, half ? 1 : 0];
  const fill = fillByColumn(memory, csr, offsets, indices, 'fillSegments', address);
  const columnOffsets = yield* partOf(fill, 0, 0.1);
  const bounds = chunkBounds(csr, half);
  yield 0.1;
  const ones = half && areOnes(csr.values);
  const work = memory.engine.run('gramOfSparse', bounds.length - 1, [
    ...[memory.place(bounds), indices, ones ? 0 : values, columnOffsets, segments],
    ...[columns, result.address, result.stride],
  ]);
  yield* partOf(work, 0.1, 1);
}

/** Whether the columns of each row ascend, none twice: then a row up to an entry is what lies left of the diagonal. */
function rowsAscend({ rows, offsets, indices }: Csr): boolean {
  for (let row = 0; row < rows; row++) {
    const end = offsets[row + 1]!;
    for (let entry = offsets[row]! + 1; entry < end; entry++) {
      if (indices[entry]! <= indices[entry - 1]!) return false;
    }
  }
  return true;
}

/** Where chunks of columns with nearly equal numbers of products begin, and the end. */
function chunkBounds({ rows, columns, offsets, indices }: Csr, half: boolean): Int32Array {
  const work = new Float64Array(columns).fill(columns / 8);
  for (let row = 0; row < rows; row++) {
    const start = offsets[row]!;
    const end = offsets[row + 1]!;
    for (let entry = start; entry < end; entry++) {
      work[indices[entry]!]! += (half ? entry + 1 : end) - start;
    }
  }
  const bounds = [0];
  let sum = 0;
  for (let column = 0; column < columns; column++) {
    sum += work[column]!;
    if (sum < CHUNK_WORK && column < columns - 1) continue;
    bounds.push(column + 1);
    sum = 0;
  }
  return Int32Array.from(bounds);
}
