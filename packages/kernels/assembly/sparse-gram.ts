// The product of a sparse matrix with itself.
import { nextChunk, parameter } from './pool';

/** Bytes at the beginning of a segment that are touched ahead. */
const AHEAD: usize = 2048;

/** What touched lines held: a load whose result nobody uses would be left out. */
let touched: u32 = 0;

/** Adds a value at each of some different columns, two at a time. */
function addAt(at: usize, end: usize, value: f32, out: usize): void {
  for (const last = end - 4; at < last; at += 8) {
    const a = out + (<usize>load<u32>(at) << 2);
    const b = out + (<usize>load<u32>(at, 4) << 2);
    const first = load<f32>(a);
    const second = load<f32>(b);
    store<f32>(a, first + value);
    store<f32>(b, second + value);
  }
  if (at < end) {
    const a = out + (<usize>load<u32>(at) << 2);
    store<f32>(a, load<f32>(a) + value);
  }
}

/** Adds value · entries. */
function addEntries(at: usize, end: usize, values: usize, value: f32, out: usize): void {
  for (; at < end; at += 4) {
    const a = out + (<usize>load<u32>(at) << 2);
    store<f32>(a, load<f32>(a) + value * load<f32>(values));
    values += 4;
  }
}

function touch(at: usize, end: usize): void {
  let sum: u32 = 0;
  for (const last = min(end, at + AHEAD); at < last; at += 64) sum += load<u32>(at);
  touched = sum;
}

/**
 * Rows of AᵀA for a sparse matrix A: what lies left of the diagonal and on it, or all, as the segments say.
 *
 * Parameters: bounds of the chunks (u32); indices and values of A, or 0 where all values are 1 and no column repeats;
 * offsets of the columns and their segments; columns; out, its stride in bytes.
 */
export function gramOfSparse(): void {
  const indices = parameter(1);
  const values = parameter(2);
  for (let chunk = nextChunk(); chunk >= 0; chunk = nextChunk()) {
    const bounds = parameter(0) + (<usize>chunk << 2);
    const end: usize = load<u32>(bounds, 4);
    for (let column: usize = load<u32>(bounds); column < end; column++) {
      const out = parameter(6) + column * parameter(7);
      memory.fill(out, 0, parameter(5) << 2);
      const offsets = parameter(3) + (column << 2);
      const last = parameter(4) + <usize>load<u32>(offsets, 4) * 12;
      for (let segment = parameter(4) + <usize>load<u32>(offsets) * 12; segment < last; segment += 12) {
        if (segment + 12 < last) {
          const next = indices + (<usize>load<u32>(segment, 12) << 2);
          touch(next, indices + (<usize>load<u32>(segment, 16) << 2));
        }
        const first = <usize>load<u32>(segment) << 2;
        const at = indices + first;
        const atEnd = indices + (<usize>load<u32>(segment, 4) << 2);
        if (values == 0) addAt(at, atEnd, load<f32>(segment, 8), out);
        else addEntries(at, atEnd, values + first, load<f32>(segment, 8), out);
      }
    }
  }
}
