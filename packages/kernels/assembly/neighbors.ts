// The nearest rows of each row of a sparse matrix, row by row over the columns (Gustavson 1978). What a row shares with
// the others is summed up in one number or a few for every row of the matrix. Where little is shared, the places of the
// sums that are no longer 0 are listed, without a branch; else all sums are looked at, four at a time.
// Sums lie in the order of falling row lengths, so that those that are added to most share few cache lines.
import { nextChunk, parameter, realParameter, threadIndex } from './pool';
import { keyIndex, keyOf, keyScore, selectKeys, sortKeys } from './selection';

/** Sums hold Σ x·y. */
const COSINE: usize = 0;
/** Sums hold how many columns are shared. */
const JACCARD: usize = 1;
/** Sums hold Σ x·y and how many columns are shared, f32 each. */
const SHRUNK_COSINE: usize = 2;
/** Sums hold Σ x·y, Σ y², Σ x² and how many columns are shared, f64 each. */
const CORRELATION: usize = 3;

/** A filter in single precision lets pass what may be above the threshold after all. */
const TOLERANCE: f32 = 0.99999;

// What is kept of one row; each thread has its own.
let keys: usize = 0;
let keysEnd: usize = 0;
let keysLimit: usize = 0;
let keysFull: usize = 0;
/** The worst key that is kept once there are enough. */
let worst: u64 = 0;

/** Takes a row that may be among the nearest. */
function offer(similarity: f32, row: u32): void {
  if (!(similarity > 0)) return;
  const key = keyOf(similarity, row);
  if (key <= worst) return;
  store<u64>(keysEnd, key);
  keysEnd += 8;
  if (keysEnd < keysFull) return;
  selectKeys(keys, keysEnd, keysLimit);
  keysEnd = keysLimit;
  worst = load<u64>(keysLimit - 8);
}

/**
 * Scales each row by a power of two so that its largest entry lies in [1, 2), which no cosine shows and which keeps
 * products in range; then takes its norm. 256 rows a chunk. Parameters: offsets, values, rows, norms (f64) and their
 * inverses (f32) by the rows' ranks, the place of each row's sums (u32) and the bytes of a row's sums.
 */
export function scaleToNorms(): void {
  const offsets = parameter(0);
  const values = parameter(1);
  const rows = parameter(2);
  for (let chunk = nextChunk(); chunk >= 0; chunk = nextChunk()) {
    const end = min(rows, <usize>(chunk + 1) * 256);
    for (let row = <usize>chunk * 256; row < end; row++) {
      const first = values + (<usize>load<u32>(offsets + (row << 2)) << 2);
      const last = values + (<usize>load<u32>(offsets + (row << 2), 4) << 2);
      let largest: f32 = 0;
      for (let at = first; at < last; at += 4) largest = max(largest, abs(load<f32>(at)));
      const exponent = <u64>(reinterpret<u32>(largest) >> 23);
      const scale = reinterpret<f64>((1023 + 127 - exponent) << 52);
      let squares: f64 = 0;
      for (let at = first; at < last; at += 4) {
        const value = <f32>(<f64>load<f32>(at) * scale);
        store<f32>(at, value);
        squares += <f64>value * <f64>value;
      }
      const norm = sqrt(squares);
      const rank = <usize>load<u32>(parameter(5) + (row << 2)) / parameter(6);
      store<f64>(parameter(3) + (rank << 3), norm);
      store<f32>(parameter(4) + (rank << 2), <f32>(1 / norm));
    }
  }
}

function addProducts(pair: usize, end: usize, x: f32, sums: usize): void {
  for (; pair < end; pair += 8) {
    const sum = sums + load<u32>(pair);
    store<f32>(sum, load<f32>(sum) + x * load<f32>(pair, 4));
  }
}

/** As `addProducts`; returns the end of the list of places. */
function listProducts(pair: usize, end: usize, x: f32, sums: usize, list: usize): usize {
  for (; pair < end; pair += 8) {
    const place = load<u32>(pair);
    const sum = sums + place;
    const before = load<f32>(sum);
    store<f32>(sum, before + x * load<f32>(pair, 4));
    store<u32>(list, place);
    list += <usize>(before == 0) << 2;
  }
  return list;
}

function addCounted(pair: usize, end: usize, x: f32, sums: usize): void {
  const factor = f32x4(x, 0, 0, 0);
  const one = f32x4(0, 1, 0, 0);
  for (; pair < end; pair += 8) {
    const sum = sums + load<u32>(pair);
    const more = f32x4.add(f32x4.mul(v128.load_splat<f32>(pair, 4), factor), one);
    v128.store_lane<u64>(sum, f32x4.add(v128.load_zero<u64>(sum), more), 0);
  }
}

function listCounted(pair: usize, end: usize, x: f32, sums: usize, list: usize): usize {
  const factor = f32x4(x, 0, 0, 0);
  const one = f32x4(0, 1, 0, 0);
  for (; pair < end; pair += 8) {
    const place = load<u32>(pair);
    const sum = sums + place;
    const more = f32x4.add(f32x4.mul(v128.load_splat<f32>(pair, 4), factor), one);
    store<u32>(list, place);
    list += <usize>(load<u32>(sum, 4) == 0) << 2;
    v128.store_lane<u64>(sum, f32x4.add(v128.load_zero<u64>(sum), more), 0);
  }
  return list;
}

function listCorrelated(pair: usize, end: usize, x: f64, sums: usize, list: usize): usize {
  const own = f64x2(x, x);
  const squareAndOne = f64x2(x * x, 1);
  for (; pair < end; pair += 8) {
    const place = load<u32>(pair);
    const sum = sums + place;
    const y = <f64>load<f32>(pair, 4);
    const products = f64x2.mul(f64x2.splat(y), f64x2.replace_lane(own, 1, y));
    store<u32>(list, place);
    list += <usize>(load<f64>(sum, 24) == 0) << 2;
    v128.store(sum, f64x2.add(v128.load(sum), products));
    v128.store(sum, f64x2.add(v128.load(sum, 16), squareAndOne), 16);
  }
  return list;
}

/** The similarity of a row and another one, of which `sum` is known. */
@inline
function similarityOf(kind: usize, sum: usize, norm: f64, other: f64, shrink: f64): f32 {
  if (kind == CORRELATION) {
    const common = load<f64>(sum, 24);
    const correlation = load<f64>(sum) / sqrt(load<f64>(sum, 16) * load<f64>(sum, 8));
    return <f32>(correlation * (common / (common + shrink)));
  }
  const value = <f64>load<f32>(sum);
  if (kind == COSINE) return <f32>(value / (norm * other));
  if (kind == JACCARD) return <f32>((value / (norm + other - value)) * (value / (value + shrink)));
  const common = <f64>load<f32>(sum, 4);
  return <f32>((value / (norm * other)) * (common / (common + shrink)));
}

/**
 * The nearest rows of each row, the rows between two bounds a chunk.
 *
 * Parameters: bounds (u32), offsets, indices, values; offsets of the columns, pairs, products of each row (f64); rows;
 * norms (f64) and inverses (f32) by rank, of a multiple of 4 rows; the kind; neighbours; shrink; work space and its size
 * a thread, 0 before; indices and similarities of the lists; the place of each row's sums and the row of each rank (u32).
 */
export function nearestRows(): void {
  const bounds = parameter(0);
  const rows = parameter(7);
  const kind = parameter(10);
  const neighbors = parameter(11);
  const sums = parameter(13) + threadIndex() * parameter(14);
  const list = sums + (((rows + 3) & ~3) << shiftOf(kind));
  keys = list + (((rows + 2) & ~1) << 2);
  keysLimit = keys + (min(neighbors, rows) << 3);
  keysFull = sums + parameter(14);
  for (let chunk = nextChunk(); chunk >= 0; chunk = nextChunk()) {
    const end: usize = load<u32>(bounds + (<usize>chunk << 2), 4);
    for (let row: usize = load<u32>(bounds + (<usize>chunk << 2)); row < end; row++) {
      keysEnd = keys;
      worst = keyOf(0, 0);
      const rank = <usize>load<u32>(parameter(17) + (row << 2)) >> shiftOf(kind);
      if (kind == CORRELATION || load<f64>(parameter(6) + (row << 3)) <= <f64>rows) {
        offerListed(rank, kind, sums, list, listRow(row, kind, sums, list));
      } else {
        addRow(row, kind, sums);
        offerAll(rank, kind, sums, rows);
      }
      writeList(row, neighbors);
    }
  }
}

/** The logarithm of the bytes of a row's sums. */
@inline
function shiftOf(kind: usize): usize {
  return kind <= JACCARD ? 2 : kind == SHRUNK_COSINE ? 3 : 5;
}

/** Adds what a row shares with all rows. */
function addRow(row: usize, kind: usize, sums: usize): void {
  const offsets = parameter(1) + (row << 2);
  const last: usize = load<u32>(offsets, 4);
  for (let entry: usize = load<u32>(offsets); entry < last; entry++) {
    const column = parameter(4) + (<usize>load<u32>(parameter(2) + (entry << 2)) << 2);
    const pair = parameter(5) + (<usize>load<u32>(column) << 3);
    const end = parameter(5) + (<usize>load<u32>(column, 4) << 3);
    const x: f32 = kind == JACCARD ? 1 : load<f32>(parameter(3) + (entry << 2));
    if (kind == SHRUNK_COSINE) addCounted(pair, end, x, sums);
    else addProducts(pair, end, x, sums);
  }
}

/** Adds what a row shares with all rows and lists the places of the sums; returns the end of the list. */
function listRow(row: usize, kind: usize, sums: usize, list: usize): usize {
  const offsets = parameter(1) + (row << 2);
  const last: usize = load<u32>(offsets, 4);
  for (let entry: usize = load<u32>(offsets); entry < last; entry++) {
    const column = parameter(4) + (<usize>load<u32>(parameter(2) + (entry << 2)) << 2);
    const pair = parameter(5) + (<usize>load<u32>(column) << 3);
    const end = parameter(5) + (<usize>load<u32>(column, 4) << 3);
    const x: f32 = kind == JACCARD ? 1 : load<f32>(parameter(3) + (entry << 2));
    if (kind <= JACCARD) list = listProducts(pair, end, x, sums, list);
    else if (kind == SHRUNK_COSINE) list = listCounted(pair, end, x, sums, list);
    else list = listCorrelated(pair, end, <f64>x, sums, list);
  }
  return list;
}

/** Offers the rows of a list of places, whose sums are 0 afterwards. */
function offerListed(rank: usize, kind: usize, sums: usize, list: usize, end: usize): void {
  const shift = shiftOf(kind);
  const norms = parameter(8);
  const rowOfRank = parameter(18);
  const shrink = realParameter(12);
  const norm = load<f64>(norms + (rank << 3));
  memory.fill(sums + (rank << shift), 0, <usize>1 << shift); // a row is not its own neighbour
  for (; list < end; list += 4) {
    const place: usize = load<u32>(list);
    const sum = sums + place;
    const other = place >> shift;
    const similarity = similarityOf(kind, sum, norm, load<f64>(norms + (other << 3)), shrink);
    if (kind <= JACCARD) store<f32>(sum, 0);
    else if (kind == SHRUNK_COSINE) store<u64>(sum, 0);
    else memory.fill(sum, 0, 32);
    offer(similarity, load<u32>(rowOfRank + (other << 2)));
  }
}

/** Offers all rows, after a filter in single precision; the sums are 0 afterwards. */
function offerAll(rank: usize, kind: usize, sums: usize, rows: usize): void {
  const norms = parameter(8);
  const rowOfRank = parameter(18);
  const inverses = parameter(9);
  const shrink = realParameter(12);
  const shift = shiftOf(kind);
  const norm = load<f64>(norms + (rank << 3));
  const factor: f32 = kind == JACCARD ? 0 : <f32>norm * TOLERANCE;
  const more = f32x4.splat(<f32>shrink);
  memory.fill(sums + (rank << shift), 0, <usize>1 << shift); // a row is not its own neighbour
  for (let other: usize = 0; other < rows; other += 4) {
    const at = sums + (other << shift);
    const bound = f32x4.splat(factor * keyScore(worst));
    const sum = v128.load(at);
    let passes: v128;
    if (kind == SHRUNK_COSINE) {
      const next = v128.load(at, 16);
      const values = v128.shuffle<f32>(sum, next, 0, 2, 4, 6);
      const counts = v128.shuffle<f32>(sum, next, 1, 3, 5, 7);
      const scaled = f32x4.mul(values, v128.load(inverses + (other << 2)));
      passes = f32x4.gt(f32x4.mul(scaled, counts), f32x4.mul(bound, f32x4.add(counts, more)));
    } else passes = f32x4.gt(f32x4.mul(sum, v128.load(inverses + (other << 2))), bound);
    for (let lanes = i32x4.bitmask(passes); lanes != 0; lanes &= lanes - 1) {
      const one = other + <usize>ctz(lanes);
      const oneNorm = load<f64>(norms + (one << 3));
      const similarity = similarityOf(kind, sums + (one << shift), norm, oneNorm, shrink);
      offer(similarity, load<u32>(rowOfRank + (one << 2)));
    }
    v128.store(at, f32x4.splat(0));
    if (kind == SHRUNK_COSINE) v128.store(at, f32x4.splat(0), 16);
  }
}

/** Writes the list of a row: what was kept in order, then −1 and 0. */
function writeList(row: usize, neighbors: usize): void {
  const indices = parameter(15) + ((row * neighbors) << 2);
  const similarities = parameter(16) + ((row * neighbors) << 2);
  sortKeys(keys, keysEnd, keysLimit);
  const kept = (min(keysEnd, keysLimit) - keys) >> 3;
  for (let i: usize = 0; i < kept; i++) {
    const key = load<u64>(keys + (i << 3));
    store<u32>(indices + (i << 2), keyIndex(key));
    store<f32>(similarities + (i << 2), keyScore(key));
  }
  memory.fill(indices + (kept << 2), 255, (neighbors - kept) << 2);
  memory.fill(similarities + (kept << 2), 0, (neighbors - kept) << 2);
}
