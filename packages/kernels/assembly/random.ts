// Philox4x32-10 (Salmon et al., SC 2011) and what is drawn from it, bit for bit as src/random.ts does.
//
// The parameters of every task begin with the stream: key, stream and the first block, each as its low and its high 32
// bits, then how many words of the first block are used. A chunk writes its words to scratch memory and reads them
// from there, so that it does not matter where in a block a draw begins.
import { nextChunk, parameter, realParameter, threadIndex } from './pool';

const KEY_LOW = 0;
const KEY_HIGH = 1;
const STREAM_LOW = 2;
const STREAM_HIGH = 3;
const BLOCK_LOW = 4;
const BLOCK_HIGH = 5;
const USED = 6;
const SCRATCH = 7; // (CHUNK_WORDS + 16) words for each thread
const OUT = 8;
const COUNT = 9;

const CHUNK_WORDS: usize = 4096;
const CHUNK_PAIRS: usize = CHUNK_WORDS / 4;
const SCRATCH_BYTES: usize = (CHUNK_WORDS + 16) * 4;

const LN2_HIGH: f64 = 0.6931471803691238;
const LN2_LOW: f64 = 1.9082149292705877e-10;
const HALF_PI_1: f64 = 1.5707963267341256;
const HALF_PI_2: f64 = 6.077100506303966e-11;
const HALF_PI_3: f64 = 2.0222662487111665e-21;
const HALF_PI_4: f64 = 8.4784276603689e-32;
const TWO_OVER_PI: f64 = 0.6366197723675814;
const TWO_PI: f64 = 6.283185307179586;
const SQRT_2: f64 = 1.4142135623730951;
const TWO_52: f64 = 4503599627370496.0;

/** The high 32 bits of the products of unsigned 32-bit integers. */
@inline
function highProducts(a: v128, b: v128): v128 {
  return i32x4.shuffle(i64x2.extmul_low_i32x4_u(a, b), i64x2.extmul_high_i32x4_u(a, b), 1, 3, 5, 7);
}

/** Writes four blocks of words, those of `counter` and the next three. */
export function fourBlocks(counter: u64, out: usize): void {
  let word0 = i32x4.splat(<i32>counter);
  word0 = i32x4.replace_lane(word0, 1, <i32>(counter + 1));
  word0 = i32x4.replace_lane(word0, 2, <i32>(counter + 2));
  word0 = i32x4.replace_lane(word0, 3, <i32>(counter + 3));
  let word1 = i32x4.splat(<i32>(counter >> 32));
  word1 = i32x4.replace_lane(word1, 1, <i32>((counter + 1) >> 32));
  word1 = i32x4.replace_lane(word1, 2, <i32>((counter + 2) >> 32));
  word1 = i32x4.replace_lane(word1, 3, <i32>((counter + 3) >> 32));
  let word2 = i32x4.splat(<i32>parameter(STREAM_LOW));
  let word3 = i32x4.splat(<i32>parameter(STREAM_HIGH));
  let key0 = <i32>parameter(KEY_LOW);
  let key1 = <i32>parameter(KEY_HIGH);
  const multiplier0 = i32x4.splat(<i32>0xd2511f53);
  const multiplier1 = i32x4.splat(<i32>0xcd9e8d57);
  for (let round = 0; round < 10; round++) {
    const high0 = highProducts(multiplier0, word0);
    const low0 = i32x4.mul(multiplier0, word0);
    const high1 = highProducts(multiplier1, word2);
    const low1 = i32x4.mul(multiplier1, word2);
    word0 = v128.xor(v128.xor(high1, word1), i32x4.splat(key0));
    word1 = low1;
    word2 = v128.xor(v128.xor(high0, word3), i32x4.splat(key1));
    word3 = low0;
    key0 += <i32>0x9e3779b9;
    key1 += <i32>0xbb67ae85;
  }
  const even01 = i32x4.shuffle(word0, word1, 0, 4, 1, 5);
  const odd01 = i32x4.shuffle(word0, word1, 2, 6, 3, 7);
  const even23 = i32x4.shuffle(word2, word3, 0, 4, 1, 5);
  const odd23 = i32x4.shuffle(word2, word3, 2, 6, 3, 7);
  v128.store(out, i64x2.shuffle(even01, even23, 0, 2));
  v128.store(out, i64x2.shuffle(even01, even23, 1, 3), 16);
  v128.store(out, i64x2.shuffle(odd01, odd23, 0, 2), 32);
  v128.store(out, i64x2.shuffle(odd01, odd23, 1, 3), 48);
}

/** Writes words to this thread's scratch memory, from word `from` of the draw on; returns where that word is. */
function wordsFrom(from: usize, count: usize): usize {
  const scratch = parameter(SCRATCH) + threadIndex() * SCRATCH_BYTES;
  const first = parameter(USED) + from;
  const start = first & 3;
  let counter = ((<u64>parameter(BLOCK_HIGH) << 32) | <u64>parameter(BLOCK_LOW)) + <u64>(first >> 2);
  const end = scratch + ((start + count) << 2);
  for (let out = scratch; out < end; out += 64) {
    fourBlocks(counter, out);
    counter += 4;
  }
  return scratch + (start << 2);
}

/** Two numbers of the uniform distribution on [0, 1), made of four words. */
@inline
function uniformPair(words: v128): v128 {
  // Integers below 2^52 become reals by being the mantissa of 2^52 + themselves.
  const magic = f64x2.splat(TWO_52);
  const high = v128.and(i64x2.shr_u(words, 5), i64x2.splat(0x7ffffff));
  const low = i64x2.shr_u(words, 38);
  const highReal = f64x2.sub(v128.or(high, magic), magic);
  const lowReal = f64x2.sub(v128.or(low, magic), magic);
  return f64x2.mul(
    f64x2.add(f64x2.mul(highReal, f64x2.splat(67108864.0)), lowReal),
    f64x2.splat(1.0 / 9007199254740992.0),
  );
}

@inline
function step(series: v128, z: v128, term: f64): v128 {
  return f64x2.add(f64x2.mul(series, z), f64x2.splat(term));
}

/** Natural logarithms of numbers in [2^-53, 1]. */
@inline
function logOf(x: v128): v128 {
  const one = f64x2.splat(1.0);
  // The exponent in the low half of each lane; the significand in [1, 2), then in [sqrt 1/2, sqrt 2].
  const biased = i64x2.shr_u(x, 52);
  const whole = v128.or(v128.and(x, i64x2.splat(0x000fffffffffffff)), one);
  const large = f64x2.gt(whole, f64x2.splat(SQRT_2));
  const magic = f64x2.splat(TWO_52);
  const exponent = f64x2.sub(
    f64x2.sub(v128.or(i64x2.sub(biased, large), magic), magic),
    f64x2.splat(1023.0),
  );
  const significand = v128.bitselect(f64x2.mul(whole, f64x2.splat(0.5)), whole, large);
  const f = f64x2.sub(significand, one);
  const s = f64x2.div(f, f64x2.add(f64x2.splat(2.0), f));
  const z = f64x2.mul(s, s);
  let tail = step(f64x2.splat(1.0 / 25.0), z, 1.0 / 23.0);
  tail = step(tail, z, 1.0 / 21.0);
  tail = step(tail, z, 1.0 / 19.0);
  tail = step(tail, z, 1.0 / 17.0);
  tail = step(tail, z, 1.0 / 15.0);
  tail = step(tail, z, 1.0 / 13.0);
  tail = step(tail, z, 1.0 / 11.0);
  tail = step(tail, z, 1.0 / 9.0);
  tail = step(tail, z, 1.0 / 7.0);
  tail = step(tail, z, 1.0 / 5.0);
  const rest = f64x2.mul(f64x2.mul(f64x2.splat(2.0), z), step(tail, z, 1.0 / 3.0));
  const half = f64x2.mul(f64x2.mul(f64x2.splat(0.5), f), f);
  const small = f64x2.add(
    f64x2.mul(s, f64x2.add(half, rest)),
    f64x2.mul(exponent, f64x2.splat(LN2_LOW)),
  );
  return f64x2.add(
    f64x2.mul(exponent, f64x2.splat(LN2_HIGH)),
    f64x2.sub(f, f64x2.sub(half, small)),
  );
}

/** What rounding took from sum = a + b. */
@inline
function sumError(a: v128, b: v128, sum: v128): v128 {
  const other = f64x2.sub(sum, a);
  return f64x2.add(f64x2.sub(a, f64x2.sub(sum, other)), f64x2.sub(b, other));
}

/** Writes `mean` + `deviation` times the normal numbers of two pairs of uniform numbers, in the order of the draws. */
@inline
function normals(first: v128, second: v128, mean: v128, deviation: v128, out: usize): void {
  const uniform = i64x2.shuffle(first, second, 0, 2);
  const turn = i64x2.shuffle(first, second, 1, 3);
  const radius = f64x2.sqrt(
    f64x2.mul(f64x2.splat(-2.0), logOf(f64x2.sub(f64x2.splat(1.0), uniform))),
  );

  // angle = quadrant · π/2 + high + low
  const angle = f64x2.mul(f64x2.splat(TWO_PI), turn);
  const quadrant = f64x2.floor(
    f64x2.add(f64x2.mul(angle, f64x2.splat(TWO_OVER_PI)), f64x2.splat(0.5)),
  );
  const minus = f64x2.neg(quadrant);
  const part1 = f64x2.sub(angle, f64x2.mul(quadrant, f64x2.splat(HALF_PI_1)));
  const part2 = f64x2.mul(minus, f64x2.splat(HALF_PI_2));
  const part3 = f64x2.mul(minus, f64x2.splat(HALF_PI_3));
  const a = f64x2.add(part1, part2);
  const b = f64x2.add(a, part3);
  const rest = f64x2.add(
    sumError(part1, part2, a),
    f64x2.sub(sumError(a, part3, b), f64x2.mul(quadrant, f64x2.splat(HALF_PI_4))),
  );
  const x = f64x2.add(b, rest);
  const low = sumError(b, rest, x);

  const z = f64x2.mul(x, x);
  const one = f64x2.splat(1.0);
  let series = step(f64x2.splat(1.0 / 355687428096000.0), z, -1.0 / 1307674368000.0);
  series = step(series, z, 1.0 / 6227020800.0);
  series = step(series, z, -1.0 / 39916800.0);
  series = step(series, z, 1.0 / 362880.0);
  series = step(series, z, -1.0 / 5040.0);
  series = step(series, z, 1.0 / 120.0);
  series = step(series, z, -1.0 / 6.0);
  const half = f64x2.mul(f64x2.splat(0.5), z);
  const leading = f64x2.sub(one, half);
  const sine = f64x2.add(
    x,
    f64x2.add(f64x2.mul(f64x2.mul(series, z), x), f64x2.mul(low, leading)),
  );
  series = step(f64x2.splat(-1.0 / 6402373705728000.0), z, 1.0 / 20922789888000.0);
  series = step(series, z, -1.0 / 87178291200.0);
  series = step(series, z, 1.0 / 479001600.0);
  series = step(series, z, -1.0 / 3628800.0);
  series = step(series, z, 1.0 / 40320.0);
  series = step(series, z, -1.0 / 720.0);
  series = step(series, z, 1.0 / 24.0);
  const cosine = f64x2.add(
    leading,
    f64x2.add(
      f64x2.sub(f64x2.sub(one, leading), half),
      f64x2.sub(f64x2.mul(f64x2.mul(series, z), z), f64x2.mul(x, low)),
    ),
  );

  // The quadrant as an integer: 1 and 3 swap sine and cosine, 2 and 3 make the sine negative, 1 and 2 the cosine.
  const turns = f64x2.add(quadrant, f64x2.splat(TWO_52));
  const odd = i64x2.neg(v128.and(turns, i64x2.splat(1)));
  const two = i64x2.splat(2);
  const sineSign = i64x2.shl(v128.and(turns, two), 62);
  const cosineSign = i64x2.shl(v128.and(i64x2.add(turns, i64x2.splat(1)), two), 62);
  const ofSine = v128.xor(v128.bitselect(cosine, sine, odd), sineSign);
  const ofCosine = v128.xor(v128.bitselect(sine, cosine, odd), cosineSign);
  const scaledSine = f64x2.add(mean, f64x2.mul(deviation, f64x2.mul(radius, ofSine)));
  const scaledCosine = f64x2.add(mean, f64x2.mul(deviation, f64x2.mul(radius, ofCosine)));
  v128.store(out, i64x2.shuffle(scaledCosine, scaledSine, 0, 2));
  v128.store(out, i64x2.shuffle(scaledCosine, scaledSine, 1, 3), 16);
}

/** Replaces pairs of uniform numbers, as words, by pairs of normal numbers, as float64, in place; an even count. */
function normalsInPlace(words: usize, pairs: usize, mean: f64, deviation: f64): void {
  const means = f64x2.splat(mean);
  const deviations = f64x2.splat(deviation);
  const end = words + (pairs << 4);
  for (let at = words; at < end; at += 32) {
    normals(
      uniformPair(v128.load(at)),
      uniformPair(v128.load(at, 16)),
      means,
      deviations,
      at,
    );
  }
}

/** Rounds float64 to float32. */
function narrow(from: usize, to: usize, count: usize): void {
  const end = count & ~3;
  for (let i: usize = 0; i < end; i += 4) {
    const at = from + (i << 3);
    v128.store(
      to + (i << 2),
      i64x2.shuffle(
        f32x4.demote_f64x2_zero(v128.load(at)),
        f32x4.demote_f64x2_zero(v128.load(at, 16)),
        0,
        2,
      ),
    );
  }
  for (let i = end; i < count; i++) store<f32>(to + (i << 2), <f32>load<f64>(from + (i << 3)));
}

/** Float32 numbers of the uniform distribution, of one word each. */
function narrowUniform(words: usize, to: usize, count: usize): void {
  const end = count & ~3;
  const unit: f32 = 1.0 / 16777216.0;
  for (let i: usize = 0; i < end << 2; i += 16) {
    const numbers = f32x4.convert_i32x4_u(i32x4.shr_u(v128.load(words + i), 8));
    v128.store(to + i, f32x4.mul(numbers, f32x4.splat(unit)));
  }
  for (let i = end << 2; i < count << 2; i += 4) {
    store<f32>(to + i, <f32>(load<u32>(words + i) >> 8) * unit);
  }
}

/** Float64 numbers of the uniform distribution, of two words each, in place; an even count. */
function uniformInPlace(words: usize, count: usize): void {
  const end = words + (count << 3);
  for (let at = words; at < end; at += 16) v128.store(at, uniformPair(v128.load(at)));
}

/**
 * Fills memory with float64 (width 8) or float32 (width 4) normal numbers, 1024 pairs a chunk. Parameters: the stream,
 * scratch memory, out, pairs, width, mean, standard deviation.
 */
export function fillNormal(): void {
  const out = parameter(OUT);
  const all = parameter(COUNT);
  const width = parameter(10);
  const mean = realParameter(11);
  const deviation = realParameter(12);
  for (let chunk = nextChunk(); chunk >= 0; chunk = nextChunk()) {
    const first = <usize>chunk * CHUNK_PAIRS;
    const pairs = min(CHUNK_PAIRS, all - first);
    const even = (pairs + 1) & ~1;
    const words = wordsFrom(first << 2, even << 2);
    normalsInPlace(words, even, mean, deviation);
    const to = out + (first << 1) * width;
    if (width == 4) narrow(words, to, pairs << 1);
    else memory.copy(to, words, pairs << 4);
  }
}

/**
 * Fills memory with float64 (width 8) or float32 (width 4) uniform numbers, 4096 words of the stream a chunk.
 * Parameters: the stream, scratch memory, out, count, width.
 */
export function fillUniform(): void {
  const out = parameter(OUT);
  const all = parameter(COUNT);
  const width = parameter(10);
  const most = width == 4 ? CHUNK_WORDS : CHUNK_WORDS >> 1;
  for (let chunk = nextChunk(); chunk >= 0; chunk = nextChunk()) {
    const first = <usize>chunk * most;
    const count = min(most, all - first);
    const even = (count + 1) & ~1;
    const to = out + first * width;
    if (width == 4) narrowUniform(wordsFrom(first, count), to, count);
    else {
      const words = wordsFrom(first << 1, even << 1);
      uniformInPlace(words, even);
      memory.copy(to, words, count << 3);
    }
  }
}

// Words drawn one by one, on the calling thread.
let drawn: usize = 0;
let batch: usize = 0;

function nextWord(): u32 {
  const place = drawn & (CHUNK_WORDS - 1);
  if (place == 0) batch = wordsFrom(drawn, CHUNK_WORDS);
  drawn++;
  return load<u32>(batch + (place << 2));
}

/** An integer in [0, bound). */
function nextInteger(bound: u32): u32 {
  while (true) {
    const word = nextWord();
    const remainder = word % bound;
    // Words of the last, incomplete range of `bound` would favour small numbers.
    if (word - remainder <= 0 - bound) return remainder;
  }
}

/**
 * Puts 0 … count − 1 in random order, on one thread (Fisher & Yates). Parameters: the stream, scratch memory, out,
 * count (2^31 − 1 at most), and where the number of words that were drawn goes, as float64.
 */
export function drawPermutation(): void {
  const out = parameter(OUT);
  const count = <u32>parameter(COUNT);
  drawn = 0;
  for (let i: u32 = 0; i < count; i++) store<u32>(out + (<usize>i << 2), i);
  for (let last: u32 = count > 0 ? count - 1 : 0; last > 0; last--) {
    const from = out + (<usize>last << 2);
    const to = out + (<usize>nextInteger(last + 1) << 2);
    const value = load<u32>(from);
    store<u32>(from, load<u32>(to));
    store<u32>(to, value);
  }
  store<f64>(parameter(10), <f64>drawn);
}

/**
 * Draws indices with an alias table, on one thread. Parameters: the stream, scratch memory, out (int32), count, where
 * the number of words that were drawn goes, as float64; then the table: keep (float64), alias (int32), its length.
 */
export function drawAliases(): void {
  const out = parameter(OUT);
  const end = out + (parameter(COUNT) << 2);
  const keep = parameter(11);
  const alias = parameter(12);
  const length = <u32>parameter(13);
  drawn = 0;
  for (let at = out; at < end; at += 4) {
    const index = nextInteger(length);
    const high = <i64>(nextWord() >> 5);
    const low = <i64>(nextWord() >> 6);
    const uniform = <f64>((high << 26) | low) / 9007199254740992.0;
    const kept = uniform < load<f64>(keep + (<usize>index << 3));
    store<u32>(at, kept ? index : load<u32>(alias + (<usize>index << 2)));
  }
  store<f64>(parameter(10), <f64>drawn);
}
