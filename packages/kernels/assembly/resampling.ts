// Means of the columns of a table under resampling: four resamples a chunk, whose rows are drawn from a stream of their
// own each. The table lies in panels of four columns (f64), so that a row of a panel serves the four resamples at once.
import { nextChunk, parameter, threadIndex } from './pool';

const GOLDEN: u64 = 0x9e3779b97f4a7c15;

/** The output function of SplitMix64 (Steele, Lea and Flood 2014). */
@inline
function mix(word: u64): u64 {
  word = (word ^ (word >>> 30)) * 0xbf58476d1ce4e5b9;
  word = (word ^ (word >>> 27)) * 0x94d049bb133111eb;
  return word ^ (word >>> 31);
}

/** Where the stream of a resample begins. */
@inline
function streamOf(keyLow: usize, keyHigh: usize, resample: usize): u64 {
  return mix(((<u64>keyHigh << 32) | <u64>keyLow) + mix(<u64>resample * GOLDEN + 1));
}

/** Counts the rows of one resample: `rows` draws with replacement, an interleaved u16 for each of four resamples. */
function countDraws(stream: u64, rows: usize, counts: usize): void {
  const bound = <u64>rows;
  for (let drawn: usize = 0; drawn + 1 < rows; drawn += 2) {
    stream += GOLDEN;
    const word = mix(stream);
    const first = counts + (<usize>(((word & 0xffffffff) * bound) >>> 32) << 3);
    store<u16>(first, load<u16>(first) + 1);
    const second = counts + (<usize>(((word >>> 32) * bound) >>> 32) << 3);
    store<u16>(second, load<u16>(second) + 1);
  }
  if (rows & 1) {
    const last = counts + (<usize>(((mix(stream + GOLDEN) & 0xffffffff) * bound) >>> 32) << 3);
    store<u16>(last, load<u16>(last) + 1);
  }
}

/** Writes the two halves of four columns of each of four resamples. */
@inline
function storeSums(
  sums: usize,
  a0: v128,
  a1: v128,
  b0: v128,
  b1: v128,
  c0: v128,
  c1: v128,
  d0: v128,
  d1: v128,
): void {
  v128.store(sums, a0);
  v128.store(sums, a1, 16);
  v128.store(sums, b0, 32);
  v128.store(sums, b1, 48);
  v128.store(sums, c0, 64);
  v128.store(sums, c1, 80);
  v128.store(sums, d0, 96);
  v128.store(sums, d1, 112);
}

/** Writes the sums of a panel, weighted by the counts of each of four resamples: 4 × 4 numbers. */
function weightedSums(panel: usize, rows: usize, counts: usize, sums: usize): void {
  let a0 = f64x2.splat(0);
  let a1 = f64x2.splat(0);
  let b0 = f64x2.splat(0);
  let b1 = f64x2.splat(0);
  let c0 = f64x2.splat(0);
  let c1 = f64x2.splat(0);
  let d0 = f64x2.splat(0);
  let d1 = f64x2.splat(0);
  for (let row: usize = 0; row < rows; row++) {
    const left = v128.load(panel);
    const right = v128.load(panel, 16);
    const whole = v128.load_ext<u16>(counts);
    const low = f64x2.convert_low_i32x4_u(whole);
    const high = f64x2.convert_low_i32x4_u(i64x2.shuffle(whole, whole, 1, 1));
    const a = i64x2.shuffle(low, low, 0, 0);
    const b = i64x2.shuffle(low, low, 1, 1);
    const c = i64x2.shuffle(high, high, 0, 0);
    const d = i64x2.shuffle(high, high, 1, 1);
    a0 = f64x2.add(a0, f64x2.mul(a, left));
    a1 = f64x2.add(a1, f64x2.mul(a, right));
    b0 = f64x2.add(b0, f64x2.mul(b, left));
    b1 = f64x2.add(b1, f64x2.mul(b, right));
    c0 = f64x2.add(c0, f64x2.mul(c, left));
    c1 = f64x2.add(c1, f64x2.mul(c, right));
    d0 = f64x2.add(d0, f64x2.mul(d, left));
    d1 = f64x2.add(d1, f64x2.mul(d, right));
    panel += 32;
    counts += 8;
  }
  storeSums(sums, a0, a1, b0, b1, c0, c1, d0, d1);
}

/**
 * Sums of the columns over rows drawn with replacement, four resamples a chunk. Parameters: panels, rows, number of panels, key (low,
 * high), counts (rows × 4 u16 for each thread), sums (chunks × panels × 4 resamples × 4 columns, f64).
 */
export function bootstrapSums(): void {
  const panels = parameter(0);
  const rows = parameter(1);
  const width = parameter(2);
  const counts = parameter(5) + threadIndex() * (rows << 3);
  for (let chunk = nextChunk(); chunk >= 0; chunk = nextChunk()) {
    memory.fill(counts, 0, rows << 3);
    for (let n: usize = 0; n < 4; n++) {
      const stream = streamOf(parameter(3), parameter(4), (<usize>chunk << 2) + n);
      countDraws(stream, rows, counts + (n << 1));
    }
    for (let panel: usize = 0; panel < width; panel++) {
      const sums = parameter(6) + ((<usize>chunk * width + panel) << 7);
      weightedSums(panels + panel * (rows << 5), rows, counts, sums);
    }
  }
}

/** All bits of a word as its lowest one. */
@inline
function maskOf(word: u64): v128 {
  return i64x2.splat(0 - <i64>(word & 1));
}

/** Writes the sums of a panel over rows taken or left by the bits of four streams: 4 × 4 numbers. */
function takenSums(
  panel: usize,
  rows: usize,
  streamA: u64,
  streamB: u64,
  streamC: u64,
  streamD: u64,
  sums: usize,
): void {
  let a0 = f64x2.splat(0);
  let a1 = f64x2.splat(0);
  let b0 = f64x2.splat(0);
  let b1 = f64x2.splat(0);
  let c0 = f64x2.splat(0);
  let c1 = f64x2.splat(0);
  let d0 = f64x2.splat(0);
  let d1 = f64x2.splat(0);
  for (let from: usize = 0; from < rows; from += 64) {
    streamA += GOLDEN;
    streamB += GOLDEN;
    streamC += GOLDEN;
    streamD += GOLDEN;
    let wordA = mix(streamA);
    let wordB = mix(streamB);
    let wordC = mix(streamC);
    let wordD = mix(streamD);
    const end = panel + (min<usize>(64, rows - from) << 5);
    for (; panel < end; panel += 32) {
      const left = v128.load(panel);
      const right = v128.load(panel, 16);
      const a = maskOf(wordA);
      const b = maskOf(wordB);
      const c = maskOf(wordC);
      const d = maskOf(wordD);
      a0 = f64x2.add(a0, v128.and(a, left));
      a1 = f64x2.add(a1, v128.and(a, right));
      b0 = f64x2.add(b0, v128.and(b, left));
      b1 = f64x2.add(b1, v128.and(b, right));
      c0 = f64x2.add(c0, v128.and(c, left));
      c1 = f64x2.add(c1, v128.and(c, right));
      d0 = f64x2.add(d0, v128.and(d, left));
      d1 = f64x2.add(d1, v128.and(d, right));
      wordA >>>= 1;
      wordB >>>= 1;
      wordC >>>= 1;
      wordD >>>= 1;
    }
  }
  storeSums(sums, a0, a1, b0, b1, c0, c1, d0, d1);
}

/**
 * Sums of the columns over rows each taken with probability ½, four resamples a chunk. Parameters: panels, rows, number of
 * panels, key (low, high), sums as in `bootstrapSums`.
 */
export function halfSums(): void {
  const panels = parameter(0);
  const rows = parameter(1);
  const width = parameter(2);
  const low = parameter(3);
  const high = parameter(4);
  for (let chunk = nextChunk(); chunk >= 0; chunk = nextChunk()) {
    const first = <usize>chunk << 2;
    for (let panel: usize = 0; panel < width; panel++) {
      takenSums(
        panels + panel * (rows << 5),
        rows,
        streamOf(low, high, first),
        streamOf(low, high, first + 1),
        streamOf(low, high, first + 2),
        streamOf(low, high, first + 3),
        parameter(5) + ((<usize>chunk * width + panel) << 7),
      );
    }
  }
}
