// The way back of attention.ts: gradients of queries, keys, values and biases, with weights computed again.
import {
  THRESHOLD,
  QUERIES,
  KEYS,
  VALUES,
  QUERY_LENGTH,
  KEY_LENGTH,
  DEPTH,
  VALUE_DEPTH,
  SCALE,
  CAUSAL,
  STATISTICS,
  SPACE,
  SPACE_BYTES,
  BLOCK,
  panelBytes,
  paddedStride,
  roundUp,
  firstKey,
  findKeys,
  maskOf,
  drawFactors,
  multiplyBy,
  keysOf,
  scorePanel,
} from './attention';
import { dots, outerProducts, packPanel, storePanel, weightedSums } from './attention-tiles';
import { exp4 } from './elementary';
import { nextChunk, parameter, realParameter, threadIndex } from './pool';
import { multiplyAdd } from './simd';

// Parameters beside those of attention.ts.
const GRADIENT = 23; // backward: of the result
const QUERY_GRADIENT = 24;
const KEY_GRADIENT = 25;
const VALUE_GRADIENT = 26;
const BIAS_GRADIENT = 27; // matrices × keys × queries; or 0

/** Copies rows to a padded stride, times `scale`; zeros elsewhere. */
function copyPadded(x: usize, count: usize, depth: usize, scale: f32, to: usize): void {
  const stride = paddedStride(depth);
  memory.fill(to, 0, roundUp(count, 8) * stride);
  for (let row: usize = 0; row < count; row++) {
    let o: usize = 0;
    const factor = f32x4.splat(scale);
    for (; o < (depth & ~3) << 2; o += 16) v128.store(to + o, f32x4.mul(factor, v128.load(x + o)));
    for (; o < depth << 2; o += 4) store<f32>(to + o, scale * load<f32>(x + o));
    x += depth << 2;
    to += stride;
  }
}

function copyOut(x: usize, count: usize, depth: usize, to: usize): void {
  const stride = paddedStride(depth);
  for (let row: usize = 0; row < count; row++) {
    memory.copy(to, x, depth << 2);
    x += stride;
    to += depth << 2;
  }
}

/**
 * Turns scores into weights, and gradients of weights into gradients of scores: a · (g − Σ a · g).
 *
 * @param factors - what weights are multiplied by, or 0; afterwards `scores` are weights times those
 */
function softmaxGradient(
  scores: usize,
  gradients: usize,
  factors: usize,
  from: usize,
  to: usize,
  statistics: usize,
): void {
  const greatest = v128.load(statistics);
  const greater = v128.load(statistics, 16);
  const inverses = v128.load(statistics, 32);
  const others = v128.load(statistics, 48);
  let a = f32x4.splat(0);
  let b = a;
  for (let o = from << 5; o < to << 5; o += 32) {
    const u = f32x4.mul(inverses, exp4(f32x4.sub(v128.load(scores + o), greatest)));
    const v = f32x4.mul(others, exp4(f32x4.sub(v128.load(scores + o, 16), greater)));
    v128.store(scores + o, u);
    v128.store(scores + o, v, 16);
    a = multiplyAdd(a, u, v128.load(gradients + o));
    b = multiplyAdd(b, v, v128.load(gradients + o, 16));
  }
  for (let o = from << 5; o < to << 5; o += 32) {
    const u = f32x4.sub(v128.load(gradients + o), a);
    const v = f32x4.sub(v128.load(gradients + o, 16), b);
    v128.store(gradients + o, f32x4.mul(v128.load(scores + o), u));
    v128.store(gradients + o, f32x4.mul(v128.load(scores + o, 16), v), 16);
  }
  if (factors != 0) multiplyBy(scores, factors, from, to);
}

/** Writes the gradients of scores of `here` queries to rows of queries, a key each. */
function storeBiasGradient(gradients: usize, from: usize, to: usize, here: usize, out: usize, stride: usize): void {
  for (let key = from; key < to; key++) {
    memory.copy(out + key * stride, gradients + (key << 5), here << 2);
  }
}

/** Weights and gradients of scores of a panel, and the gradient of its queries. */
function returnPanel(
  matrix: usize,
  panel: usize,
  to: usize,
  weights: usize,
  gradients: usize,
  factors: usize,
  space: usize,
): void {
  const queryLength = parameter(QUERY_LENGTH);
  const keyLength = parameter(KEY_LENGTH);
  const depth = parameter(DEPTH);
  const valueDepth = parameter(VALUE_DEPTH);
  const panels = (queryLength + 7) >> 3;
  const here = min(8, queryLength - panel * 8);
  const row = matrix * queryLength + panel * 8;
  const scale = <f32>realParameter(SCALE);
  const packed = space;
  const packedGradient = packed + panelBytes(depth);
  const sums = packedGradient + panelBytes(valueDepth);
  packPanel(parameter(QUERIES) + ((row * depth) << 2), depth, here, scale, packed);
  scorePanel(matrix, panel, here, packed, weights, to);
  packPanel(parameter(GRADIENT) + ((row * valueDepth) << 2), valueDepth, here, 1, packedGradient);
  const values = parameter(VALUES) + ((matrix * keyLength * valueDepth) << 2);
  dots(values, valueDepth, packedGradient, gradients, firstKey, to);
  const drops = parameter(THRESHOLD) != 0;
  if (drops) {
    drawFactors(factors, matrix * panels + panel, firstKey, to);
    multiplyBy(gradients, factors, firstKey, to);
  }
  const statistics = parameter(STATISTICS) + ((matrix * panels + panel) << 6);
  softmaxGradient(weights, gradients, drops ? factors : 0, firstKey, to, statistics);
  const whole = roundUp(to, 4);
  memory.fill(weights + (to << 5), 0, (whole - to) << 5);
  memory.fill(gradients + (to << 5), 0, (whole - to) << 5);
  if (parameter(BIAS_GRADIENT) != 0) {
    const stride = queryLength << 2;
    const out = parameter(BIAS_GRADIENT) + matrix * keyLength * stride + (panel << 5);
    storeBiasGradient(gradients, firstKey, to, here, out, stride);
  }
  const keys = parameter(KEYS) + ((matrix * keyLength * depth) << 2);
  weightedSums(keys, depth, gradients, firstKey, to, sums);
  const factor = f32x4.splat(scale);
  storePanel(sums, depth, here, factor, factor, parameter(QUERY_GRADIENT) + ((row * depth) << 2));
}

/** Adds what the panels of a block give to the gradients of keys or values. */
function addOuter(
  weights: usize,
  strip: usize,
  block: usize,
  end: usize,
  rows: usize,
  depth: usize,
  out: usize,
): void {
  const stride = paddedStride(depth);
  const last = keysOf(end - 1);
  for (let key = firstKey; key < last; key += 4) {
    const panel = parameter(CAUSAL) != 0 ? max(block, key >> 3) : block;
    const from = weights + (panel - block) * strip + (key << 5);
    for (let o: usize = 0; o < depth << 2; o += 32) {
      outerProducts(from, strip, rows + panel * 8 * stride + o, stride, end - panel, out + key * stride + o);
    }
  }
}

/** The gradients of one matrix. */
function returnMatrix(matrix: usize, space: usize): void {
  const queryLength = parameter(QUERY_LENGTH);
  const keyLength = parameter(KEY_LENGTH);
  const depth = parameter(DEPTH);
  const valueDepth = parameter(VALUE_DEPTH);
  const panels = (queryLength + 7) >> 3;
  const strip = panelBytes(keyLength + 4);
  const weights = space + panelBytes(depth) + panelBytes(valueDepth) + panelBytes(max(depth, valueDepth));
  const gradients = weights + BLOCK * strip;
  const factors = gradients + BLOCK * strip;
  const queryRows = factors + strip;
  const gradientRows = queryRows + roundUp(queryLength, 8) * paddedStride(depth);
  const keySums = gradientRows + roundUp(queryLength, 8) * paddedStride(valueDepth);
  const valueSums = keySums + roundUp(keyLength, 4) * paddedStride(depth);
  const queries = parameter(QUERIES) + ((matrix * queryLength * depth) << 2);
  const gradient = parameter(GRADIENT) + ((matrix * queryLength * valueDepth) << 2);
  copyPadded(queries, queryLength, depth, <f32>realParameter(SCALE), queryRows);
  copyPadded(gradient, queryLength, valueDepth, 1, gradientRows);
  memory.fill(keySums, 0, roundUp(keyLength, 4) * paddedStride(depth));
  memory.fill(valueSums, 0, roundUp(keyLength, 4) * paddedStride(valueDepth));
  const biasBytes = (queryLength * keyLength) << 2;
  const biasGradient = parameter(BIAS_GRADIENT);
  if (biasGradient != 0) memory.fill(biasGradient + matrix * biasBytes, 0, biasBytes);
  findKeys(maskOf(matrix), keyLength);
  for (let block: usize = 0; block < panels; block += BLOCK) {
    const end = min(block + BLOCK, panels);
    for (let panel = block; panel < end; panel++) {
      const to = keysOf(panel);
      if (to <= firstKey) {
        const row = matrix * queryLength + panel * 8;
        const here = min(8, queryLength - panel * 8);
        memory.fill(parameter(QUERY_GRADIENT) + ((row * depth) << 2), 0, (here * depth) << 2);
        continue;
      }
      const at = (panel - block) * strip;
      returnPanel(matrix, panel, to, weights + at, gradients + at, factors, space);
    }
    addOuter(weights, strip, block, end, gradientRows, valueDepth, valueSums);
    addOuter(gradients, strip, block, end, queryRows, depth, keySums);
  }
  copyOut(keySums, keyLength, depth, parameter(KEY_GRADIENT) + ((matrix * keyLength * depth) << 2));
  copyOut(valueSums, keyLength, valueDepth, parameter(VALUE_GRADIENT) + ((matrix * keyLength * valueDepth) << 2));
}

/** The gradients of attention; a chunk is a matrix. */
export function attendBackward(): void {
  const space = parameter(SPACE) + threadIndex() * parameter(SPACE_BYTES);
  for (let chunk = nextChunk(); chunk >= 0; chunk = nextChunk()) returnMatrix(<usize>chunk, space);
}
