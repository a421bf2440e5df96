// Losses of sampled negatives straight from queries and table: rows of the table are read where they lie, so that the scores
// of a position are all that is stored. Rows of queries and table have a multiple of 4 numbers, zeros at the end.
import { closeRow, positiveSlope, rowLoss } from './losses';
import { nextChunk, parameter, realParameter, threadIndex } from './pool';
import { laneSum, laneSums, multiplyAdd } from './simd';

/** Negatives that are read at once; rows of scores have a multiple of this. */
const GROUP: usize = 8;

/** Neighbouring rows of the table that belong to the same chunk: 2 to this power. */
const SHIFT: u32 = 4;

function dot(x: usize, row: usize, bytes: usize): f32 {
  let sum = f32x4.splat(0);
  for (const end = x + bytes; x < end; x += 16) {
    sum = multiplyAdd(sum, v128.load(x), v128.load(row));
    row += 16;
  }
  return laneSum(sum);
}

/** The products of a vector with 8 rows. */
function dots8(
  x: usize,
  bytes: usize,
  r0: usize,
  r1: usize,
  r2: usize,
  r3: usize,
  r4: usize,
  r5: usize,
  r6: usize,
  r7: usize,
  out: usize,
): void {
  let a0 = f32x4.splat(0);
  let a1 = a0;
  let a2 = a0;
  let a3 = a0;
  let a4 = a0;
  let a5 = a0;
  let a6 = a0;
  let a7 = a0;
  for (let o: usize = 0; o < bytes; o += 16) {
    const u = v128.load(x + o);
    a0 = multiplyAdd(a0, u, v128.load(r0 + o));
    a1 = multiplyAdd(a1, u, v128.load(r1 + o));
    a2 = multiplyAdd(a2, u, v128.load(r2 + o));
    a3 = multiplyAdd(a3, u, v128.load(r3 + o));
    a4 = multiplyAdd(a4, u, v128.load(r4 + o));
    a5 = multiplyAdd(a5, u, v128.load(r5 + o));
    a6 = multiplyAdd(a6, u, v128.load(r6 + o));
    a7 = multiplyAdd(a7, u, v128.load(r7 + o));
  }
  v128.store(out, laneSums(a0, a1, a2, a3));
  v128.store(out, laneSums(a4, a5, a6, a7), 16);
}

/** Adds the weighted sum of 8 rows to a vector. */
function add8(
  to: usize,
  bytes: usize,
  r0: usize,
  r1: usize,
  r2: usize,
  r3: usize,
  r4: usize,
  r5: usize,
  r6: usize,
  r7: usize,
  weights: usize,
): void {
  const w0 = v128.load_splat<f32>(weights);
  const w1 = v128.load_splat<f32>(weights, 4);
  const w2 = v128.load_splat<f32>(weights, 8);
  const w3 = v128.load_splat<f32>(weights, 12);
  const w4 = v128.load_splat<f32>(weights, 16);
  const w5 = v128.load_splat<f32>(weights, 20);
  const w6 = v128.load_splat<f32>(weights, 24);
  const w7 = v128.load_splat<f32>(weights, 28);
  for (let o: usize = 0; o < bytes; o += 16) {
    let sum = multiplyAdd(v128.load(to + o), w0, v128.load(r0 + o));
    sum = multiplyAdd(sum, w1, v128.load(r1 + o));
    sum = multiplyAdd(sum, w2, v128.load(r2 + o));
    sum = multiplyAdd(sum, w3, v128.load(r3 + o));
    sum = multiplyAdd(sum, w4, v128.load(r4 + o));
    sum = multiplyAdd(sum, w5, v128.load(r5 + o));
    sum = multiplyAdd(sum, w6, v128.load(r6 + o));
    v128.store(to + o, multiplyAdd(sum, w7, v128.load(r7 + o)));
  }
}

/** Where the row of number `j` of a group lies; beyond the end, that of the last number. */
@inline
function rowOf(table: usize, bytes: usize, ids: usize, j: usize, count: usize): usize {
  return table + <usize>load<u32>(ids + (min(j, count - 1) << 2)) * bytes;
}

/** The products of a vector with rows by their numbers; `out` has room for whole groups. */
function gatheredDots(x: usize, table: usize, bytes: usize, ids: usize, count: usize, out: usize): void {
  for (let j: usize = 0; j < count; j += GROUP) {
    dots8(
      x,
      bytes,
      rowOf(table, bytes, ids, j, count),
      rowOf(table, bytes, ids, j + 1, count),
      rowOf(table, bytes, ids, j + 2, count),
      rowOf(table, bytes, ids, j + 3, count),
      rowOf(table, bytes, ids, j + 4, count),
      rowOf(table, bytes, ids, j + 5, count),
      rowOf(table, bytes, ids, j + 6, count),
      rowOf(table, bytes, ids, j + 7, count),
      out + (j << 2),
    );
  }
}

/** Adds the weighted sum of rows by their numbers to a vector; weights are 0 up to a whole group. */
function addGathered(to: usize, table: usize, bytes: usize, ids: usize, count: usize, weights: usize): void {
  for (let j: usize = 0; j < count; j += GROUP) {
    add8(
      to,
      bytes,
      rowOf(table, bytes, ids, j, count),
      rowOf(table, bytes, ids, j + 1, count),
      rowOf(table, bytes, ids, j + 2, count),
      rowOf(table, bytes, ids, j + 3, count),
      rowOf(table, bytes, ids, j + 4, count),
      rowOf(table, bytes, ids, j + 5, count),
      rowOf(table, bytes, ids, j + 6, count),
      rowOf(table, bytes, ids, j + 7, count),
      weights + (j << 2),
    );
  }
}

function scaleRow(x: usize, count: usize, factor: f32): void {
  const by = f32x4.splat(factor);
  for (const end = x + (count << 2); x < end; x += 16) v128.store(x, f32x4.mul(by, v128.load(x)));
}

/** Takes from each score what belongs to the number of its row. */
function subtractGathered(x: usize, ids: usize, count: usize, from: usize): void {
  for (let o: usize = 0; o < count << 2; o += 4) {
    store<f32>(x + o, load<f32>(x + o) - load<f32>(from + (<usize>load<u32>(ids + o) << 2)));
  }
}

/** Leaves out the scores of one number. */
function removeHits(x: usize, ids: usize, count: usize, hit: i32): void {
  for (let o: usize = 0; o < count << 2; o += 4) {
    if (load<i32>(ids + o) == hit) store<f32>(x + o, -Infinity);
  }
}

/** y += factor · x. */
function addScaled(to: usize, x: usize, bytes: usize, factor: f32): void {
  const by = f32x4.splat(factor);
  for (const end = to + bytes; to < end; to += 16) {
    v128.store(to, multiplyAdd(v128.load(to), by, v128.load(x)));
    x += 16;
  }
}

/**
 * Losses of positions with one positive and some negative rows of a table each. A position of share 0 is left out.
 *
 * Parameters: 0 which loss; 1 queries, 2 table, 3 bytes of a row of both; 4 numbers of the positive rows; 5 numbers of the
 * negative rows, 6 how many each, 7 bytes from one position's numbers to the next, 0 where all have the same; 8
 * positions; 9 share of each in the result; 10 weight of the positive score; 11 factor of the scores; 12 what is taken from
 * the score of each row of the table, or 0; 13 whether negatives that are the positive are left out; 14 losses times
 * shares (f64); 15 and 16 derivatives by the products of the positive and the negative rows, whole groups each, or 0; 17
 * gradient of the queries; 18 positions a chunk; 19 work space, a row of whole groups a thread.
 */
export function lossesOfSamples(): void {
  const table = parameter(2);
  const bytes = parameter(3);
  const count = parameter(6);
  const padded = (count + GROUP - 1) & ~(GROUP - 1);
  const factor = <f32>realParameter(11);
  const corrections = parameter(12);
  const wanted = parameter(15) != 0;
  for (let chunk = nextChunk(); chunk >= 0; chunk = nextChunk()) {
    const from = <usize>chunk * parameter(18);
    const end = min(from + parameter(18), parameter(8));
    for (let i = from; i < end; i++) {
      const share = load<f32>(parameter(9) + (i << 2));
      const gradient = parameter(17) + i * bytes;
      if (share == 0) {
        store<f64>(parameter(14) + (i << 3), 0);
        if (wanted) memory.fill(gradient, 0, bytes);
        continue;
      }
      const query = parameter(1) + i * bytes;
      const positive = load<i32>(parameter(4) + (i << 2));
      const ids = parameter(5) + i * parameter(7);
      const row = wanted
        ? parameter(16) + i * (padded << 2)
        : parameter(19) + threadIndex() * (padded << 2);
      gatheredDots(query, table, bytes, ids, count, row);
      let score = factor * dot(query, table + <usize>positive * bytes, bytes);
      if (factor != 1) scaleRow(row, padded, factor);
      if (corrections != 0) {
        score -= load<f32>(corrections + (<usize>positive << 2));
        subtractGathered(row, ids, count, corrections);
      }
      if (parameter(13) != 0) removeHits(row, ids, count, positive);
      closeRow(row, count, padded);
      const loss = rowLoss(<i32>parameter(0), score, row, padded, <f32>realParameter(10), share * factor);
      store<f64>(parameter(14) + (i << 3), <f64>share * loss);
      if (!wanted) continue;
      store<f32>(parameter(15) + (i << 2), positiveSlope());
      memory.fill(gradient, 0, bytes);
      addScaled(gradient, table + <usize>positive * bytes, bytes, positiveSlope());
      addGathered(gradient, table, bytes, ids, count, row);
    }
  }
}

/** Adds a query, by the weight of each negative row that belongs to a chunk, to the gradient of the row. */
function scatterRow(
  query: usize,
  bytes: usize,
  ids: usize,
  count: usize,
  weights: usize,
  gradient: usize,
  mask: i32,
  chunk: i32,
): void {
  const masks = i32x4.splat(mask);
  const chunks = i32x4.splat(chunk);
  let j: usize = 0;
  for (; j + 4 <= count; j += 4) {
    const groups = v128.and(i32x4.shr_u(v128.load(ids + (j << 2)), SHIFT), masks);
    let hits = i32x4.bitmask(i32x4.eq(groups, chunks));
    for (; hits != 0; hits &= hits - 1) {
      const at = (j + <usize>ctz(hits)) << 2;
      addScaled(gradient + <usize>load<u32>(ids + at) * bytes, query, bytes, load<f32>(weights + at));
    }
  }
  for (; j < count; j++) {
    const id = load<i32>(ids + (j << 2));
    if (((id >>> SHIFT) & mask) != chunk) continue;
    addScaled(gradient + <usize>id * bytes, query, bytes, load<f32>(weights + (j << 2)));
  }
}

/**
 * The gradient of the table: what `lossesOfSamples` left, times the queries, in the order of the positions. A chunk makes
 * every so many groups of neighbouring rows and looks at all numbers, so the sums do not depend on the threads.
 *
 * Parameters: 0 queries, 1 bytes of a row; 2 numbers of the positive rows; 3 numbers of the negative rows, 4 how many
 * each, 5 bytes from one position's numbers to the next; 6 positions, 7 shares; 8 and 9 derivatives; 10 gradient of the
 * table, 11 its rows; 12 chunks, a power of 2; 13 whether the gradient starts with 0.
 */
export function scatterSamples(): void {
  const bytes = parameter(1);
  const count = parameter(4);
  const padded = (count + GROUP - 1) & ~(GROUP - 1);
  const gradient = parameter(10);
  const rows = parameter(11);
  const mask = <i32>parameter(12) - 1;
  const group: usize = 1 << SHIFT;
  for (let chunk = nextChunk(); chunk >= 0; chunk = nextChunk()) {
    for (let row = <usize>chunk * group; row < rows && parameter(13) != 0; row += parameter(12) * group) {
      memory.fill(gradient + row * bytes, 0, min(group, rows - row) * bytes);
    }
    for (let i: usize = 0; i < parameter(6); i++) {
      if (load<f32>(parameter(7) + (i << 2)) == 0) continue;
      const query = parameter(0) + i * bytes;
      const positive = load<i32>(parameter(2) + (i << 2));
      if (((positive >>> SHIFT) & mask) == chunk) {
        const slope = load<f32>(parameter(8) + (i << 2));
        addScaled(gradient + <usize>positive * bytes, query, bytes, slope);
      }
      const ids = parameter(3) + i * parameter(5);
      const weights = parameter(9) + i * (padded << 2);
      scatterRow(query, bytes, ids, count, weights, gradient, mask, chunk);
    }
  }
}
