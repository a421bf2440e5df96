// Causal attention over one sequence, 8 queries at a time against all keys up to the last of them. The exponentials are
// kept for the way back, half of the square: those of panel p, 8 queries × 8 · (p + 1) keys, from `attentionPlace(p)` on.
import { keptFirst, keptScale, keptSecond, mixed, randomBits, threshold } from './sasrec-dropout';
import { expUpTo87 } from './sasrec-functions';
import { outerTile4 } from './sasrec-outer';
import { headBytes, headRowBytes, heads, headWidth, panelBytes } from './sasrec-shape';
import { crossProduct, panelProduct, ZERO } from './sasrec-tiles';
import { multiplyAdd } from './simd';

/** Panels of queries whose gradients of scores lie in the first-level cache. */
const BLOCK: usize = 5;
const NEVER: f32 = -1e30;

/** Bytes of the exponentials of the panels before `panel`. */
@inline
export function attentionPlace(panel: usize): usize {
  return 128 * panel * (panel + 1);
}

/** Bytes of work space for sequences of so many panels. */
export function attentionSpace(panels: usize): usize {
  return BLOCK * panels * 256;
}

/** Sets what lies after each of 8 queries among the keys of their own panel. */
function setFuture(scores: usize, value: f32): void {
  const number = f32x4.splat(value);
  for (let key = 0; key < 8; key++) {
    const earlier = i32x4.lt_s(i32x4(0, 1, 2, 3), i32x4.splat(key));
    const later = i32x4.lt_s(i32x4(4, 5, 6, 7), i32x4.splat(key));
    v128.store(scores, v128.bitselect(number, v128.load(scores), earlier));
    v128.store(scores, v128.bitselect(number, v128.load(scores, 16), later), 16);
    scores += 32;
  }
}

/**
 * Replaces scores by exponentials of their scaled difference to the greatest: with a negative sign where they are
 * dropped out, and without those in `kept`. Writes the inverse of their sums.
 */
function exponentials(
  scores: usize,
  kept: usize,
  keys: usize,
  scale: f32,
  inverse: usize,
  seed: u64,
): void {
  let most0 = f32x4.splat(NEVER);
  let most1 = most0;
  const bytes = keys << 5;
  for (let o: usize = 0; o < bytes; o += 32) {
    most0 = f32x4.max(most0, v128.load(scores + o));
    most1 = f32x4.max(most1, v128.load(scores + o, 16));
  }
  const factor = f32x4.splat(scale);
  let sum0 = f32x4.splat(0);
  let sum1 = sum0;
  if (threshold == 0) {
    for (let o: usize = 0; o < bytes; o += 32) {
      const x0 = expUpTo87(f32x4.mul(factor, f32x4.sub(v128.load(scores + o), most0)));
      const x1 = expUpTo87(f32x4.mul(factor, f32x4.sub(v128.load(scores + o, 16), most1)));
      sum0 = f32x4.add(sum0, x0);
      sum1 = f32x4.add(sum1, x1);
      v128.store(scores + o, x0);
      v128.store(scores + o, x1, 16);
    }
  } else {
    const least = i32x4.splat(threshold);
    const sign = i32x4.splat(<i32>0x80000000);
    for (let o: usize = 0; o < bytes; o += 32) {
      const x0 = expUpTo87(f32x4.mul(factor, f32x4.sub(v128.load(scores + o), most0)));
      const x1 = expUpTo87(f32x4.mul(factor, f32x4.sub(v128.load(scores + o, 16), most1)));
      sum0 = f32x4.add(sum0, x0);
      sum1 = f32x4.add(sum1, x1);
      const bits = randomBits(seed, o >> 5);
      const kept0 = keptFirst(bits, least);
      const kept1 = keptSecond(bits, least);
      v128.store(kept + o, v128.and(x0, kept0));
      v128.store(kept + o, v128.and(x1, kept1), 16);
      v128.store(scores + o, v128.or(x0, v128.andnot(sign, kept0)));
      v128.store(scores + o, v128.or(x1, v128.andnot(sign, kept1)), 16);
    }
  }
  v128.store(inverse, f32x4.div(f32x4.splat(1), sum0));
  v128.store(inverse, f32x4.div(f32x4.splat(1), sum1), 16);
}

/** Multiplies the features of a head, for 8 positions each. */
function scaleHead(x: usize, inverse: usize): void {
  const factor0 = f32x4.mul(v128.load(inverse), f32x4.splat(keptScale));
  const factor1 = f32x4.mul(v128.load(inverse, 16), f32x4.splat(keptScale));
  for (const end = x + (headWidth << 5); x < end; x += 32) {
    v128.store(x, f32x4.mul(v128.load(x), factor0));
    v128.store(x, f32x4.mul(v128.load(x, 16), factor1), 16);
  }
}

/**
 * Attention of the queries from panel `first` on.
 *
 * @param values - rows as of `toHeadRows`
 * @param attended - out, panels
 * @param exponents - out: a triangle of exponentials for each head
 * @param inverse - out: inverse sums, 32 bytes for each panel of each head
 * @param space - `attentionSpace(panels)` bytes
 */
export function attend(
  queries: usize,
  keys: usize,
  values: usize,
  attended: usize,
  exponents: usize,
  inverse: usize,
  first: usize,
  panels: usize,
  space: usize,
  seed: u64,
): void {
  const scale = <f32>1 / sqrt<f32>(<f32>headWidth);
  for (let head: usize = 0; head < heads; head++) {
    const features = head * (headWidth << 5);
    for (let p = first; p < panels; p++) {
      const scores = exponents + attentionPlace(p);
      const own = p * panelBytes + features;
      const count = (p + 1) << 3;
      const sums = inverse + (p << 5);
      crossProduct(keys + features, panelBytes, queries + own, scores, p + 1, headWidth);
      setFuture(scores + (p << 8), NEVER);
      const kept = threshold == 0 ? scores : space;
      exponentials(scores, kept, count, scale, sums, mixed(seed + ((<u64>head << 32) | p)));
      setFuture(scores + (p << 8), 0);
      if (kept != scores) setFuture(kept + (p << 8), 0);
      panelProduct(values + head * headBytes, headRowBytes, kept, 0, attended + own, 0, 1, headWidth, count, ZERO, 0);
      scaleHead(attended + own, sums);
    }
    exponents += attentionPlace(panels);
    inverse += panels << 5;
  }
}

/** Σ attended · its gradient over the features of a head, for 8 positions. */
function headProducts(x: usize, dx: usize, to: usize): void {
  let sum0 = f32x4.splat(0);
  let sum1 = sum0;
  for (const end = x + (headWidth << 5); x < end; x += 32) {
    sum0 = multiplyAdd(sum0, v128.load(x), v128.load(dx));
    sum1 = multiplyAdd(sum1, v128.load(x, 16), v128.load(dx, 16));
    dx += 32;
  }
  v128.store(to, sum0);
  v128.store(to, sum1, 16);
}

/**
 * Turns exponentials into the weights of the values, and gradients of the weights into gradients of the scores.
 *
 * @param means - Σ weight · its gradient of each query
 */
function scoreGradients(
  exponents: usize,
  gradients: usize,
  keys: usize,
  scale: f32,
  inverse: usize,
  means: usize,
): void {
  const inverse0 = v128.load(inverse);
  const inverse1 = v128.load(inverse, 16);
  const mean0 = v128.load(means);
  const mean1 = v128.load(means, 16);
  const factor = f32x4.splat(scale);
  const keep = f32x4.splat(keptScale);
  for (let o: usize = 0; o < keys << 5; o += 32) {
    weightAndGradient(exponents + o, gradients + o, inverse0, mean0, factor, keep);
    weightAndGradient(exponents + o + 16, gradients + o + 16, inverse1, mean1, factor, keep);
  }
}

@inline
function weightAndGradient(at: usize, gradient: usize, inverse: v128, mean: v128, factor: v128, keep: v128): void {
  const signed = v128.load(at);
  const dropped = i32x4.shr_s(signed, 31);
  const weight = f32x4.mul(f32x4.abs(signed), inverse);
  v128.store(at, v128.andnot(f32x4.mul(weight, keep), dropped));
  const d = v128.andnot(f32x4.mul(v128.load(gradient), keep), dropped);
  v128.store(gradient, f32x4.mul(f32x4.mul(weight, factor), f32x4.sub(d, mean)));
}

/**
 * The gradient of `attend` for all queries; `exponents` are of no use afterwards.
 *
 * @param queryRows, keyRows, gradientRows - rows as of `toHeadRows`
 * @param values - panels, as `keys` of `attend`
 * @param dAttended - the gradient of the attended, panels; `gradientRows` are the same
 * @param dQueries - out, panels
 * @param dKeyRows, dValueRows - out, rows as of `toHeadRows`
 * @param space - `attentionSpace(panels)` bytes
 */
export function attendBackward(
  queryRows: usize,
  keyRows: usize,
  values: usize,
  attended: usize,
  exponents: usize,
  inverse: usize,
  dAttended: usize,
  gradientRows: usize,
  dQueries: usize,
  dKeyRows: usize,
  dValueRows: usize,
  panels: usize,
  space: usize,
  means: usize,
): void {
  const bytes = panels * 8 * headRowBytes;
  memory.fill(dKeyRows, 0, bytes);
  memory.fill(dValueRows, 0, bytes);
  for (let head: usize = 0; head < heads; head++) {
    const features = head * (headWidth << 5);
    const columns = head * headBytes;
    for (let first: usize = 0; first < panels; first += BLOCK) {
      const end = min(first + BLOCK, panels);
      for (let p = first; p < end; p++) {
        const own = p * panelBytes + features;
        const gradients = space + (p - first) * (panels << 8);
        queryGradient(
          keyRows + columns,
          values + features,
          attended + own,
          exponents + attentionPlace(p),
          inverse + (p << 5),
          dAttended + own,
          dQueries + own,
          p,
          gradients,
          means,
        );
      }
      addKeyGradients(exponents, 0, gradientRows + columns, dValueRows + columns, first, end, panels);
      addKeyGradients(0, space, queryRows + columns, dKeyRows + columns, first, end, panels);
    }
    exponents += attentionPlace(panels);
    inverse += panels << 5;
  }
}

/** The gradient of 8 queries of a head, and of their scores. */
function queryGradient(
  keyRows: usize,
  values: usize,
  attended: usize,
  exponents: usize,
  inverse: usize,
  dAttended: usize,
  dQueries: usize,
  panel: usize,
  gradients: usize,
  means: usize,
): void {
  const scale = <f32>1 / sqrt<f32>(<f32>headWidth);
  const keys = (panel + 1) << 3;
  crossProduct(values, panelBytes, dAttended, gradients, panel + 1, headWidth);
  headProducts(attended, dAttended, means);
  scoreGradients(exponents, gradients, keys, scale, inverse, means);
  panelProduct(keyRows, headRowBytes, gradients, 0, dQueries, 0, 1, headWidth, keys, ZERO, 0);
}

/**
 * Adds what a block of panels of queries gives to the gradients of the keys, or of the values.
 *
 * @param triangle - weights, panel after panel from the first of the sequence on; 0 for those in `square`
 * @param square - gradients of scores, panel after panel of the block
 */
function addKeyGradients(
  triangle: usize,
  square: usize,
  rows: usize,
  to: usize,
  first: usize,
  end: usize,
  panels: usize,
): void {
  for (let key: usize = 0; key < end << 3; key += 4) {
    const from = max(first, key >> 3);
    let at = square + (from - first) * (panels << 8);
    let step = panels << 8;
    let growth: usize = 0;
    if (triangle != 0) {
      at = triangle + attentionPlace(from);
      step = (from + 1) << 8;
      growth = 256;
    }
    const target = to + key * headRowBytes;
    for (let f: usize = 0; f < headBytes; f += 32) {
      outerTile4(
        at + (key << 5),
        step,
        growth,
        rows + 8 * from * headRowBytes + f,
        headRowBytes,
        target + f,
        headRowBytes,
        end - from,
      );
    }
  }
}
