// The product of a sparse matrix with itself.
import { nextChunk, parameter } from './pool';

/** Adds value · the entries of a sparse row to a dense one, up to a column unless that is the last. */
function addSparseRow(indices: usize, values: usize, count: usize, value: f32, last: u32, out: usize): void {
  for (let o: usize = 0; o < count << 2; o += 4) {
    const column = load<u32>(indices + o);
    if (column > last) break;
    const at = out + (<usize>column << 2);
    store<f32>(at, load<f32>(at) + value * load<f32>(values + o));
  }
}

/**
 * Rows of AᵀA for a sparse matrix A: what lies left of the diagonal and on it, or all where the rows of A are not sorted.
 *
 * Parameters: bounds of the chunks (u32); offsets, indices, values of A; offsets of its columns and their pairs of a row
 * and a value; whether its rows are sorted; columns; out, its stride in bytes.
 */
export function gramOfSparse(): void {
  const offsets = parameter(1);
  const pairs = parameter(5);
  const sorted = parameter(6) != 0;
  const columns = parameter(7);
  for (let chunk = nextChunk(); chunk >= 0; chunk = nextChunk()) {
    const bounds = parameter(0) + (<usize>chunk << 2);
    const end: usize = load<u32>(bounds, 4);
    for (let column: usize = load<u32>(bounds); column < end; column++) {
      const out = parameter(8) + column * parameter(9);
      memory.fill(out, 0, columns << 2);
      const last = sorted ? <u32>column : 0xffffffff;
      const pairOffsets = parameter(4) + (column << 2);
      const pairsEnd = pairs + (<usize>load<u32>(pairOffsets, 4) << 3);
      for (let pair = pairs + (<usize>load<u32>(pairOffsets) << 3); pair < pairsEnd; pair += 8) {
        const row = offsets + (<usize>load<u32>(pair) << 2);
        const first: usize = load<u32>(row);
        const count = <usize>load<u32>(row, 4) - first;
        const indices = parameter(2) + (first << 2);
        addSparseRow(indices, parameter(3) + (first << 2), count, load<f32>(pair, 4), last, out);
      }
    }
  }
}
