// The nearest rows of each row of a sparse matrix, row by row over the columns (Gustavson 1978). What a row shares with
// the others is summed up in one number or a few for every row of the matrix. Where little is shared, blocks of 16 rows
// are marked when something is added, and only those are looked at afterwards.
import { nextChunk, parameter, realParameter, threadIndex } from './pool';
import { keyIndex, keyOf, keyScore, selectKeys, sortKeys } from './selection';

/** Sums hold Σ x·y. */
const COSINE: usize = 0;
/** Sums hold how many columns are shared. */
const JACCARD: usize = 1;
/** Sums hold Σ x·y and how many columns are shared, f32 each. */
const SHRUNK_COSINE: usize = 2;
// CORRELATION, 3: sums hold Σ x·y, Σ x², Σ y² and how many columns are shared, f64 each.

/** A filter in single precision lets pass what may be above the threshold after all. */
const TOLERANCE: f32 = 0.99999;

// What is kept of one row; each thread has its own.
let keys: usize = 0;
let keysEnd: usize = 0;
let keysLimit: usize = 0;
let keysFull: usize = 0;
let threshold: f32 = 0;

/** Takes a row that may be among the nearest; rows come in ascending order. */
function offer(similarity: f32, row: u32): void {
  if (!(similarity > threshold)) return;
  store<u64>(keysEnd, keyOf(similarity, row));
  keysEnd += 8;
  if (keysEnd < keysFull) return;
  selectKeys(keys, keysEnd, keysLimit);
  keysEnd = keysLimit;
  threshold = keyScore(load<u64>(keysLimit - 8));
}

/**
 * Scales each row by a power of two so that its largest entry lies in [1, 2), which no cosine shows and which keeps
 * products in range; then takes its norm. 256 rows a chunk. Parameters: offsets, values, rows, norms (f64), their
 * inverses (f32).
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
      store<f64>(parameter(3) + (row << 3), norm);
      store<f32>(parameter(4) + (row << 2), <f32>(1 / norm));
    }
  }
}

function addProducts(pair: usize, end: usize, x: f32, sums: usize): void {
  for (; pair < end; pair += 8) {
    const sum = sums + load<u32>(pair);
    store<f32>(sum, load<f32>(sum) + x * load<f32>(pair, 4));
  }
}

function addMarkedProducts(pair: usize, end: usize, x: f32, sums: usize, marks: usize): void {
  for (; pair < end; pair += 8) {
    const place: usize = load<u32>(pair);
    const sum = sums + place;
    store<f32>(sum, load<f32>(sum) + x * load<f32>(pair, 4));
    store<u8>(marks + (place >> 6), 1);
  }
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

function addMarkedCounted(pair: usize, end: usize, x: f32, sums: usize, marks: usize): void {
  const factor = f32x4(x, 0, 0, 0);
  const one = f32x4(0, 1, 0, 0);
  for (; pair < end; pair += 8) {
    const place: usize = load<u32>(pair);
    const sum = sums + place;
    const more = f32x4.add(f32x4.mul(v128.load_splat<f32>(pair, 4), factor), one);
    v128.store_lane<u64>(sum, f32x4.add(v128.load_zero<u64>(sum), more), 0);
    store<u8>(marks + (place >> 7), 1);
  }
}

function addCorrelated(pair: usize, end: usize, x: f64, sums: usize, marks: usize): void {
  const own = f64x2(x, x);
  const squareAndOne = f64x2(x * x, 1);
  for (; pair < end; pair += 8) {
    const place: usize = load<u32>(pair);
    const sum = sums + place;
    const y = f64x2.splat(<f64>load<f32>(pair, 4));
    // (Σ x·y, Σ y²), (Σ x², columns)
    const products = f64x2.mul(y, f64x2.replace_lane(own, 1, f64x2.extract_lane(y, 0)));
    v128.store(sum, f64x2.add(v128.load(sum), products));
    v128.store(sum, f64x2.add(v128.load(sum, 16), squareAndOne), 16);
    store<u8>(marks + (place >> 9), 1);
  }
}

/** Offers the rows of a block by their cosine, or all that share something by their Jaccard similarity. */
function offerSums(
  sums: usize,
  norms: usize,
  inverses: usize,
  row: u32,
  norm: f64,
  jaccard: bool,
  shrink: f64,
): void {
  const zero = f32x4.splat(0);
  for (let i: usize = 0; i < 16; i += 4) {
    const sum = v128.load(sums + (i << 2));
    v128.store(sums + (i << 2), zero);
    const bound = f32x4.splat(jaccard ? 0 : threshold * <f32>norm * TOLERANCE);
    const scaled = f32x4.mul(sum, v128.load(inverses + (i << 2)));
    let lanes = i32x4.bitmask(f32x4.gt(scaled, bound));
    if (lanes == 0) continue;
    v128.store(passed, sum);
    while (lanes != 0) {
      const lane = <usize>ctz(lanes);
      lanes &= lanes - 1;
      const value = <f64>load<f32>(passed + (lane << 2));
      const other = load<f64>(norms + ((i + lane) << 3));
      const similarity = jaccard
        ? (value / (norm + other - value)) * (value / (value + shrink))
        : value / (norm * other);
      offer(<f32>similarity, row + <u32>(i + lane));
    }
  }
}

let passed: usize = 0;

/** Offers the rows of a block by their shrunk cosine. */
function offerCounted(
  sums: usize,
  norms: usize,
  inverses: usize,
  row: u32,
  norm: f64,
  shrink: f64,
): void {
  const zero = f32x4.splat(0);
  const more = f32x4.splat(<f32>shrink);
  for (let i: usize = 0; i < 16; i += 4) {
    const at = sums + (i << 3);
    const a = v128.load(at);
    const b = v128.load(at, 16);
    v128.store(at, zero);
    v128.store(at, zero, 16);
    const sum = v128.shuffle<f32>(a, b, 0, 2, 4, 6);
    const count = v128.shuffle<f32>(a, b, 1, 3, 5, 7);
    const bound = f32x4.splat(threshold * <f32>norm * TOLERANCE);
    const scaled = f32x4.mul(sum, v128.load(inverses + (i << 2)));
    let lanes = i32x4.bitmask(
      f32x4.gt(f32x4.mul(scaled, count), f32x4.mul(bound, f32x4.add(count, more))),
    );
    if (lanes == 0) continue;
    v128.store(passed, sum);
    v128.store(passed, count, 16);
    while (lanes != 0) {
      const lane = <usize>ctz(lanes);
      lanes &= lanes - 1;
      const value = <f64>load<f32>(passed + (lane << 2));
      const common = <f64>load<f32>(passed + (lane << 2), 16);
      const cosine = value / (norm * load<f64>(norms + ((i + lane) << 3)));
      offer(<f32>(cosine * (common / (common + shrink))), row + <u32>(i + lane));
    }
  }
}

/** Offers the rows of a block by their correlation over the shared columns. */
function offerCorrelated(sums: usize, row: u32, shrink: f64): void {
  for (let i: usize = 0; i < 16; i++) {
    const at = sums + (i << 5);
    const common = load<f64>(at, 24);
    if (common == 0) continue;
    const raw = load<f64>(at) / sqrt(load<f64>(at, 8) * load<f64>(at, 16));
    memory.fill(at, 0, 32);
    offer(<f32>(raw * (common / (common + shrink))), row + <u32>i);
  }
}

/**
 * The nearest rows of each row, the rows between two bounds a chunk.
 *
 * Parameters: bounds (u32), offsets, indices, values; offsets of the columns, pairs, products of each row (f64); rows;
 * norms (f64) and inverses (f32), of whole blocks; the kind; neighbours; shrink; work space and its size a thread, 0
 * before; indices and similarities of the lists.
 */
export function nearestRows(): void {
  const bounds = parameter(0);
  const offsets = parameter(1);
  const rows = parameter(7);
  const kind = parameter(10);
  const neighbors = parameter(11);
  const shift: usize = kind <= JACCARD ? 2 : kind == SHRUNK_COSINE ? 3 : 5;
  const blocks = (rows + 15) >> 4;
  const sums = parameter(13) + threadIndex() * parameter(14);
  const marks = sums + (blocks << (4 + shift));
  passed = marks + ((blocks + 15) & ~15);
  keys = passed + 32;
  keysLimit = keys + (neighbors << 3);
  keysFull = sums + parameter(14);
  for (let chunk = nextChunk(); chunk >= 0; chunk = nextChunk()) {
    const end: usize = load<u32>(bounds + (<usize>chunk << 2), 4);
    for (let row: usize = load<u32>(bounds + (<usize>chunk << 2)); row < end; row++) {
      const marked = kind > SHRUNK_COSINE || load<f64>(parameter(6) + (row << 3)) < <f64>rows;
      const first = load<u32>(offsets + (row << 2));
      const last = load<u32>(offsets + (row << 2), 4);
      addRow(first, last, kind, marked, sums, marks);
      keysEnd = keys;
      threshold = 0;
      offerRow(row, kind, marked, sums, marks, blocks, shift);
      writeList(row, neighbors);
    }
  }
}

/** Adds what the row of these entries shares with all rows. */
function addRow(first: usize, last: usize, kind: usize, marked: bool, sums: usize, marks: usize): void {
  const indices = parameter(2);
  const values = parameter(3);
  const columns = parameter(4);
  const pairs = parameter(5);
  for (let entry = first; entry < last; entry++) {
    const column = columns + (<usize>load<u32>(indices + (entry << 2)) << 2);
    const pair = pairs + (<usize>load<u32>(column) << 3);
    const end = pairs + (<usize>load<u32>(column, 4) << 3);
    const x: f32 = kind == JACCARD ? 1 : load<f32>(values + (entry << 2));
    if (kind <= JACCARD) {
      if (marked) addMarkedProducts(pair, end, x, sums, marks);
      else addProducts(pair, end, x, sums);
    } else if (kind == SHRUNK_COSINE) {
      if (marked) addMarkedCounted(pair, end, x, sums, marks);
      else addCounted(pair, end, x, sums);
    } else addCorrelated(pair, end, <f64>x, sums, marks);
  }
}

/** Offers the rows of all blocks, or of the marked ones; sums and marks are 0 afterwards. */
function offerRow(
  row: usize,
  kind: usize,
  marked: bool,
  sums: usize,
  marks: usize,
  blocks: usize,
  shift: usize,
): void {
  const norms = parameter(8);
  const inverses = parameter(9);
  const shrink = realParameter(12);
  const norm = kind > SHRUNK_COSINE ? 0 : load<f64>(norms + (row << 3));
  memory.fill(sums + (row << shift), 0, <usize>1 << shift); // a row is not its own neighbour
  for (let block: usize = 0; block < blocks; block++) {
    if (marked) {
      if ((block & 7) == 0 && load<u64>(marks + block) == 0) {
        block += 7;
        continue;
      }
      if (load<u8>(marks + block) == 0) continue;
      store<u8>(marks + block, 0);
    }
    const at = sums + (block << (4 + shift));
    const other = <u32>(block << 4);
    if (kind > SHRUNK_COSINE) offerCorrelated(at, other, shrink);
    else if (kind == SHRUNK_COSINE) {
      offerCounted(at, norms + (block << 7), inverses + (block << 6), other, norm, shrink);
    } else {
      const jaccard = kind == JACCARD;
      offerSums(at, norms + (block << 7), inverses + (block << 6), other, norm, jaccard, shrink);
    }
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
