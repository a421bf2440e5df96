// Attention: softmax(scale · Q·Kᵀ + bias)·V, with rows of queries in panels of 8, so that scores, maxima and sums run down a
// panel, a query a lane (Vaswani et al., "Attention is all you need", 2017, eq. 1). The scores of a panel with all of its keys
// stay in the cache; what backward needs of them is computed anew from the greatest score and the sum of each query (Rabe and
// Staats, "Self-attention does not need O(n²) memory", 2021). A matrix is one head of one example.
import { dots, packPanel, storePanel, weightedSums } from './attention-tiles';
import { exp4 } from './elementary';
import { nextChunk, parameter, realParameter, threadIndex } from './pool';
import { fourBlocks } from './random';

// Parameters 0 to 3 are the key and the stream of dropout, as in random.ts.
export const THRESHOLD = 4; // of 24 random bits, below which a weight is dropped; 0 for none
const KEEP = 5; // what the others are multiplied by
export const QUERIES = 6;
export const KEYS = 7;
export const VALUES = 8;
export const QUERY_LENGTH = 9;
export const KEY_LENGTH = 10;
export const DEPTH = 11; // of queries and keys
export const VALUE_DEPTH = 12;
export const SCALE = 13;
export const CAUSAL = 14;
const MASK = 15; // matrices / heads × keys, 0 for keys that do not count; or 0
const HEADS = 16;
const BIAS = 17; // matrices of keys × queries; or 0
const BIAS_EXAMPLE = 18; // bytes from example to example
const BIAS_HEAD = 19; // bytes from head to head
export const STATISTICS = 20; // 64 bytes a panel: greatest scores, 1 / sums
export const SPACE = 21; // of each thread
export const SPACE_BYTES = 22;
const OUT = 23; // forward: the result
const PANELS = 24; // forward: panels a chunk

/** Panels whose weights backward keeps, to add them up at once. */
export const BLOCK: usize = 5;

/** Bytes of the numbers of a panel for a number of rows: no power of two from panel to panel. */
@inline
export function panelBytes(rows: usize): usize {
  return ((rows + 3) & ~3) * 32 + 64;
}

/** Bytes from row to row of a copy whose rows are padded with zeros. */
@inline
export function paddedStride(depth: usize): usize {
  return ((depth + 7) & ~7) * 4 + 64;
}

@inline
export function roundUp(count: usize, to: usize): usize {
  return ((count + to - 1) / to) * to;
}

/** Bytes of a thread's work space. */
export function attentionSpace(queries: usize, keys: usize, depth: usize, valueDepth: usize): usize {
  const panels = panelBytes(depth) + panelBytes(valueDepth) + panelBytes(max(depth, valueDepth));
  const weights = (2 * BLOCK + 1) * panelBytes(keys + 4);
  const rows = roundUp(queries, 8) + roundUp(keys, 4);
  return panels + weights + rows * (paddedStride(depth) + paddedStride(valueDepth));
}

/** The first key that counts, and after `firstKey` where those end. */
export let firstKey: usize = 0;
let endKey: usize = 0;

/** Finds the keys of a matrix that count. */
export function findKeys(mask: usize, count: usize): void {
  firstKey = 0;
  endKey = count;
  if (mask == 0) return;
  while (firstKey < endKey && load<f32>(mask + (firstKey << 2)) == 0) firstKey++;
  while (endKey > firstKey && load<f32>(mask + ((endKey - 1) << 2)) == 0) endKey--;
  firstKey &= ~3;
}

@inline
export function maskOf(matrix: usize): usize {
  const mask = parameter(MASK);
  return mask == 0 ? 0 : mask + (((matrix / parameter(HEADS)) * parameter(KEY_LENGTH)) << 2);
}

@inline
function biasOf(matrix: usize): usize {
  const bias = parameter(BIAS);
  if (bias == 0) return 0;
  const example = matrix / parameter(HEADS);
  const head = matrix - example * parameter(HEADS);
  return bias + example * parameter(BIAS_EXAMPLE) + head * parameter(BIAS_HEAD);
}

/** Adds a bias, a row of queries a key, to scores of a panel of `here` queries. */
function addBias(scores: usize, bias: usize, stride: usize, from: usize, to: usize, here: usize): void {
  let at = bias + from * stride;
  for (let score = scores + (from << 5); score < scores + (to << 5); score += 32) {
    if (here == 8) {
      v128.store(score, f32x4.add(v128.load(score), v128.load(at)));
      v128.store(score, f32x4.add(v128.load(score, 16), v128.load(at, 16)), 16);
    } else {
      for (let o: usize = 0; o < here << 2; o += 4) {
        store<f32>(score + o, load<f32>(score + o) + load<f32>(at + o));
      }
    }
    at += stride;
  }
}

/** Makes scores −∞ of keys that do not count, and of keys after a query. */
function hideKeys(scores: usize, mask: usize, causal: bool, first: usize, from: usize, to: usize): void {
  const hidden = f32x4.splat(-Infinity);
  if (mask != 0) {
    for (let key = from; key < to; key++) {
      if (load<f32>(mask + (key << 2)) != 0) continue;
      v128.store(scores + (key << 5), hidden);
      v128.store(scores + (key << 5), hidden, 16);
    }
  }
  if (!causal) return;
  for (let key = max(from, first); key < to; key++) {
    const later = i32x4.splat(<i32>(key - first));
    const at = scores + (key << 5);
    const early = i32x4.lt_s(i32x4(0, 1, 2, 3), later);
    const late = i32x4.lt_s(i32x4(4, 5, 6, 7), later);
    v128.store(at, v128.bitselect(hidden, v128.load(at), early));
    v128.store(at, v128.bitselect(hidden, v128.load(at, 16), late), 16);
  }
}

/** Writes the greatest score of each query, NaN where one is, 0 where all are −∞. */
function findGreatest(scores: usize, from: usize, to: usize, statistics: usize): void {
  let a = f32x4.splat(-Infinity);
  let b = a;
  for (let at = scores + (from << 5); at < scores + (to << 5); at += 32) {
    a = f32x4.max(a, v128.load(at));
    b = f32x4.max(b, v128.load(at, 16));
  }
  const none = f32x4.splat(-Infinity);
  v128.store(statistics, v128.andnot(a, f32x4.eq(a, none)));
  v128.store(statistics, v128.andnot(b, f32x4.eq(b, none)), 16);
}

@inline
function inverse(sum: v128): v128 {
  return v128.andnot(f32x4.div(f32x4.splat(1), sum), f32x4.eq(sum, f32x4.splat(0)));
}

/** Turns scores into e^(score − greatest), and writes 1 / their sum, or 0. */
function exponentials(scores: usize, from: usize, to: usize, statistics: usize): void {
  const greatest = v128.load(statistics);
  const greater = v128.load(statistics, 16);
  let a = f32x4.splat(0);
  let b = a;
  for (let at = scores + (from << 5); at < scores + (to << 5); at += 32) {
    const u = exp4(f32x4.sub(v128.load(at), greatest));
    const v = exp4(f32x4.sub(v128.load(at, 16), greater));
    a = f32x4.add(a, u);
    b = f32x4.add(b, v);
    v128.store(at, u);
    v128.store(at, v, 16);
  }
  v128.store(statistics, inverse(a), 32);
  v128.store(statistics, inverse(b), 48);
}

/** Writes what the weights of a panel are multiplied by, 0 or `keep`: 8 numbers a key. */
export function drawFactors(factors: usize, panel: usize, from: usize, to: usize): void {
  const threshold = i32x4.splat(<i32>parameter(THRESHOLD));
  const keep = f32x4.splat(<f32>realParameter(KEEP));
  let counter = <u64>(panel * parameter(KEY_LENGTH) + from) << 1;
  const end = factors + (to << 5);
  for (let at = factors + (from << 5); at < end; at += 64) {
    fourBlocks(counter, at);
    counter += 4;
  }
  for (let at = factors + (from << 5); at < end; at += 16) {
    const dropped = i32x4.lt_s(i32x4.shr_u(v128.load(at), 8), threshold);
    v128.store(at, v128.andnot(keep, dropped));
  }
}

export function multiplyBy(x: usize, factors: usize, from: usize, to: usize): void {
  for (let o = from << 5; o < to << 5; o += 16) {
    v128.store(x + o, f32x4.mul(v128.load(x + o), v128.load(factors + o)));
  }
}

/** Where the keys of a panel end. */
@inline
export function keysOf(panel: usize): usize {
  return parameter(CAUSAL) != 0 ? min(endKey, panel * 8 + 8) : endKey;
}

/** The scores of a panel of a matrix, whose queries are packed; `from` is where its keys begin. */
export function scorePanel(
  matrix: usize,
  panel: usize,
  here: usize,
  packed: usize,
  scores: usize,
  to: usize,
): void {
  const depth = parameter(DEPTH);
  const keys = parameter(KEYS) + ((matrix * parameter(KEY_LENGTH) * depth) << 2);
  dots(keys, depth, packed, scores, firstKey, to);
  const bias = biasOf(matrix);
  const stride = parameter(QUERY_LENGTH) << 2;
  if (bias != 0) addBias(scores, bias + (panel << 5), stride, firstKey, to, here);
  hideKeys(scores, maskOf(matrix), parameter(CAUSAL) != 0, panel * 8, firstKey, to);
}

/** The result of a panel. */
function attendPanel(matrix: usize, panel: usize, space: usize): void {
  const queryLength = parameter(QUERY_LENGTH);
  const keyLength = parameter(KEY_LENGTH);
  const depth = parameter(DEPTH);
  const valueDepth = parameter(VALUE_DEPTH);
  const panels = (queryLength + 7) >> 3;
  const here = min(8, queryLength - panel * 8);
  const row = matrix * queryLength + panel * 8;
  const out = parameter(OUT) + ((row * valueDepth) << 2);
  const statistics = parameter(STATISTICS) + ((matrix * panels + panel) << 6);
  const to = keysOf(panel);
  if (to <= firstKey) {
    memory.fill(out, 0, (here * valueDepth) << 2);
    memory.fill(statistics, 0, 64);
    return;
  }
  const packed = space;
  const sums = packed + panelBytes(depth);
  const scores = sums + panelBytes(valueDepth);
  const factors = scores + panelBytes(keyLength + 4);
  packPanel(parameter(QUERIES) + ((row * depth) << 2), depth, here, <f32>realParameter(SCALE), packed);
  scorePanel(matrix, panel, here, packed, scores, to);
  findGreatest(scores, firstKey, to, statistics);
  exponentials(scores, firstKey, to, statistics);
  if (parameter(THRESHOLD) != 0) {
    drawFactors(factors, matrix * panels + panel, firstKey, to);
    multiplyBy(scores, factors, firstKey, to);
  }
  const values = parameter(VALUES) + ((matrix * keyLength * valueDepth) << 2);
  weightedSums(values, valueDepth, scores, firstKey, to, sums);
  storePanel(sums, valueDepth, here, v128.load(statistics, 32), v128.load(statistics, 48), out);
}

/** Attention; a chunk is some panels of a matrix. */
export function attend(): void {
  const space = parameter(SPACE) + threadIndex() * parameter(SPACE_BYTES);
  const panels = (parameter(QUERY_LENGTH) + 7) >> 3;
  const chunks = (panels + parameter(PANELS) - 1) / parameter(PANELS);
  for (let chunk = nextChunk(); chunk >= 0; chunk = nextChunk()) {
    const matrix = <usize>chunk / chunks;
    const from = (<usize>chunk - matrix * chunks) * parameter(PANELS);
    findKeys(maskOf(matrix), parameter(KEY_LENGTH));
    const end = min(from + parameter(PANELS), panels);
    for (let panel = from; panel < end; panel++) attendPanel(matrix, panel, space);
  }
}
