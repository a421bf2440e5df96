// The columns of a sparse matrix as streams of pairs: the place of a row (u32) and the value there (f32); or of places
// alone where the values are left out. Rows are dealt to a fixed number of parts, each of which counts and then fills its own pairs, so that the
// pairs of a column lie in the order of rows.
import { nextChunk, parameter } from './pool';

@inline
function firstRow(part: usize, parts: usize, rows: usize): usize {
  return <usize>((<u64>part * <u64>rows) / <u64>parts);
}

/** Counts the entries of each column, a part of the rows a chunk. Parameters: offsets, indices, rows, columns, parts, counts (parts × columns, u32, 0 before). */
export function countColumns(): void {
  const offsets = parameter(0);
  const indices = parameter(1);
  const rows = parameter(2);
  const columns = parameter(3);
  const parts = parameter(4);
  for (let part = nextChunk(); part >= 0; part = nextChunk()) {
    const counts = parameter(5) + ((<usize>part * columns) << 2);
    const start = load<u32>(offsets + (firstRow(part, parts, rows) << 2));
    const end = load<u32>(offsets + (firstRow(part + 1, parts, rows) << 2));
    for (let entry: usize = start; entry < end; entry++) {
      const count = counts + (<usize>load<u32>(indices + (entry << 2)) << 2);
      store<u32>(count, load<u32>(count) + 1);
    }
  }
}

/** Makes of the counts where each part begins to fill. Parameters: counts, parts, columns, offsets of the columns. */
export function placeColumns(): void {
  const counts = parameter(0);
  const parts = parameter(1);
  const columns = parameter(2);
  const offsets = parameter(3);
  let next: u32 = 0;
  for (let column: usize = 0; column < columns; column++) {
    store<u32>(offsets + (column << 2), next);
    for (let part: usize = 0; part < parts; part++) {
      const at = counts + ((part * columns + column) << 2);
      const count = load<u32>(at);
      store<u32>(at, next);
      next += count;
    }
  }
  store<u32>(offsets + (columns << 2), next);
}

/**
 * Fills the pairs, a part of the rows a chunk. Parameters: offsets, indices, rows, columns, parts, counts as placed,
 * values or 0 to leave them out, pairs, the place of each row (u32).
 */
export function fillColumns(): void {
  const offsets = parameter(0);
  const indices = parameter(1);
  const rows = parameter(2);
  const columns = parameter(3);
  const parts = parameter(4);
  const values = parameter(6);
  const pairs = parameter(7);
  const places = parameter(8);
  for (let part = nextChunk(); part >= 0; part = nextChunk()) {
    const next = parameter(5) + ((<usize>part * columns) << 2);
    const end = firstRow(part + 1, parts, rows);
    let entry: usize = load<u32>(offsets + (firstRow(part, parts, rows) << 2));
    for (let row = firstRow(part, parts, rows); row < end; row++) {
      const rowEnd: usize = load<u32>(offsets + (row << 2), 4);
      const rowPlace = load<u32>(places + (row << 2));
      for (; entry < rowEnd; entry++) {
        const column = next + (<usize>load<u32>(indices + (entry << 2)) << 2);
        const place = load<u32>(column);
        store<u32>(column, place + 1);
        if (values == 0) {
          store<u32>(pairs + (<usize>place << 2), rowPlace);
          continue;
        }
        const pair = pairs + (<usize>place << 3);
        store<u32>(pair, rowPlace);
        store<f32>(pair, load<f32>(values + (entry << 2)), 4);
      }
    }
  }
}

/** Writes 1 to `found` if a row has two entries in one column; 1024 columns a chunk. Parameters: offsets of the columns, columns, pairs, bytes of a pair, found (u32, 0 before). */
export function findRepeats(): void {
  const offsets = parameter(0);
  const columns = parameter(1);
  const bytes = parameter(3);
  for (let chunk = nextChunk(); chunk >= 0; chunk = nextChunk()) {
    const end = min(columns, <usize>(chunk + 1) * 1024);
    for (let column = <usize>chunk * 1024; column < end; column++) {
      let pair = parameter(2) + <usize>load<u32>(offsets + (column << 2)) * bytes;
      const last = parameter(2) + <usize>load<u32>(offsets + (column << 2), 4) * bytes;
      let repeats = false;
      for (pair += bytes; pair < last; pair += bytes) {
        repeats = repeats || load<u32>(pair) == load<u32>(pair - bytes);
      }
      if (repeats) store<u32>(parameter(4), 1);
    }
  }
}

/**
 * How many pairs the columns of each row have, as f64; a part of the rows a chunk. Parameters: offsets, indices, rows,
 * parts, offsets of the columns, sums.
 */
export function sumColumns(): void {
  const offsets = parameter(0);
  const indices = parameter(1);
  const rows = parameter(2);
  const parts = parameter(3);
  const columns = parameter(4);
  const sums = parameter(5);
  for (let part = nextChunk(); part >= 0; part = nextChunk()) {
    const end = firstRow(part + 1, parts, rows);
    let entry: usize = load<u32>(offsets + (firstRow(part, parts, rows) << 2));
    for (let row = firstRow(part, parts, rows); row < end; row++) {
      const rowEnd: usize = load<u32>(offsets + (row << 2), 4);
      let sum: f64 = 0;
      for (; entry < rowEnd; entry++) {
        const column = columns + (<usize>load<u32>(indices + (entry << 2)) << 2);
        sum += <f64>(load<u32>(column, 4) - load<u32>(column));
      }
      store<f64>(sums + (row << 3), sum);
    }
  }
}

/**
 * Fills, by column, where the part of an entry's row begins and ends that is combined with it, and its value: 12 bytes;
 * a part of the rows a chunk. Parameters: offsets, indices, rows, columns, parts, counts as placed, values, segments,
 * whether a segment ends with its entry and not with the row.
 */
export function fillSegments(): void {
  const offsets = parameter(0);
  const indices = parameter(1);
  const rows = parameter(2);
  const columns = parameter(3);
  const parts = parameter(4);
  const values = parameter(6);
  const half = parameter(8) != 0;
  for (let part = nextChunk(); part >= 0; part = nextChunk()) {
    const next = parameter(5) + ((<usize>part * columns) << 2);
    const end = firstRow(part + 1, parts, rows);
    for (let row = firstRow(part, parts, rows); row < end; row++) {
      const start: usize = load<u32>(offsets + (row << 2));
      const rowEnd: usize = load<u32>(offsets + (row << 2), 4);
      for (let entry = start; entry < rowEnd; entry++) {
        const column = next + (<usize>load<u32>(indices + (entry << 2)) << 2);
        const place = load<u32>(column);
        store<u32>(column, place + 1);
        const segment = parameter(7) + <usize>place * 12;
        store<u32>(segment, <u32>start);
        store<u32>(segment, <u32>(half ? entry + 1 : rowEnd), 4);
        store<f32>(segment, load<f32>(values + (entry << 2)), 8);
      }
    }
  }
}
