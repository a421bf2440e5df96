// Losses over the target and sampled negatives, position by position.
import { log4 } from './elementary';
import { writeUse } from './sasrec-entries';
import { expUpTo87 } from './sasrec-functions';
import { addRows, rowProducts } from './sasrec-rows';
import { rowBytes, usedBytes } from './sasrec-shape';
import { laneSum } from './simd';

/** Rows whose scores become gradients while they lie in the first-level cache. */
const PART: usize = 32;
const NEVER: f32 = -1e30;

/** What is the same for all positions. */
let table: usize = 0;
let negativeCount: usize = 0;
let positiveWeight: f32 = 0;
let negativeWeight: f32 = 0;

/**
 * @param itemTable - where the items lie
 * @param positive - the weight of a target's loss; of the position's for `sampledSoftmax`
 * @param negative - the weight of a negative's loss
 */
export function setSampled(itemTable: usize, count: usize, positive: f32, negative: f32): void {
  table = itemTable;
  negativeCount = count;
  positiveWeight = positive;
  negativeWeight = negative;
}

/** How many rows are worked on: the target, the negatives and what completes four. */
@inline
function rowCount(): usize {
  return (negativeCount + 4) & ~3;
}

/** Bytes of work space: addresses, scores and weights. */
export function sampledSpace(count: usize): usize {
  return 2 * (((count + 4) & ~3) << 2);
}

/** Writes addresses of the rows of the target, the negatives, and the target again up to four. */
function writeAddresses(target: u32, negatives: usize, to: usize): void {
  const own = <u32>(table + <usize>target * rowBytes);
  store<u32>(to, own);
  const last = negativeCount << 2;
  for (let o: usize = 0; o < last; o += 4) {
    store<u32>(to + o, <u32>(table + <usize>load<u32>(negatives + o) * rowBytes), 4);
  }
  for (let o = last + 4; o < rowCount() << 2; o += 4) store<u32>(to + o, own);
}

/** Sets what stands after the negatives. */
function setRest(scores: usize, value: f32): void {
  for (let i = negativeCount + 1; i < rowCount(); i++) store<f32>(scores + (i << 2), value);
}

/** Writes the uses of target and negatives: the hidden state in row `row`, times the gradient of the score. */
function writeUses(
  target: u32,
  negatives: usize,
  gradients: usize,
  places: usize,
  entries: usize,
  row: u32,
): void {
  writeUse(places, entries, target, row, load<f32>(gradients));
  for (let o: usize = 0; o < negativeCount << 2; o += 4) {
    writeUse(places, entries, load<u32>(negatives + o), row, load<f32>(gradients + o, 4));
  }
}

/**
 * Replaces up to 32 scores of negatives by the weighted gradients of log(1 + e^s); returns the sum of those, unweighted.
 */
function negativeGradients(scores: usize, count: usize): f64 {
  const weight = f32x4.splat(negativeWeight);
  const one = f32x4.splat(1);
  const zero = f32x4.splat(0);
  let above = zero;
  let product = one;
  for (const end = scores + (count << 2); scores < end; scores += 16) {
    const s = v128.load(scores);
    const e = expUpTo87(f32x4.neg(f32x4.abs(s)));
    const whole = f32x4.add(one, e);
    // log(1 + e^s) = max(s, 0) + log(1 + e^-|s|), with one logarithm of a product.
    above = f32x4.add(above, f32x4.max(s, zero));
    product = f32x4.mul(product, whole);
    const upper = v128.bitselect(one, e, f32x4.ge(s, zero));
    v128.store(scores, f32x4.mul(weight, f32x4.div(upper, whole)));
  }
  return <f64>laneSum(f32x4.add(above, log4(product)));
}

/**
 * The binary cross-entropy of target and negatives: adds the gradient of the hidden state `h` to `dh`, writes uses and
 * returns the loss, weighted.
 */
export function binaryLoss(
  h: usize,
  dh: usize,
  target: u32,
  negatives: usize,
  places: usize,
  entries: usize,
  row: u32,
  space: usize,
): f64 {
  const rows = rowCount();
  const scores = space + (rows << 2);
  writeAddresses(target, negatives, space);
  let loss: f64 = 0;
  for (let first: usize = 0; first < rows; first += PART) {
    const count = min(PART, rows - first);
    const part = scores + (first << 2);
    rowProducts(space + (first << 2), count, h, usedBytes, part);
    const own = load<f32>(part);
    if (first == 0) store<f32>(part, NEVER);
    if (first + count == rows) setRest(scores, NEVER);
    loss += <f64>negativeWeight * negativeGradients(part, count);
    if (first + count == rows) setRest(scores, 0);
    if (first == 0) loss += targetGradient(part, own);
    addRows(space + (first << 2), part, count, dh, usedBytes);
  }
  writeUses(target, negatives, scores, places, entries, row);
  return loss;
}

/** Writes the weighted gradient of log(1 + e^-s) of a target with score s; returns the loss. */
function targetGradient(to: usize, score: f32): f64 {
  const e = f32x4.extract_lane(expUpTo87(f32x4.splat(-abs<f32>(score))), 0);
  const upper: f32 = score >= 0 ? e : 1;
  store<f32>(to, (-positiveWeight * upper) / (1 + e));
  const logarithm = f32x4.extract_lane(log4(f32x4.splat(1 + e)), 0);
  return <f64>positiveWeight * (<f64>logarithm + <f64>max<f32>(-score, 0));
}

/** The greatest of scores. */
function greatest(scores: usize, bytes: usize): f32 {
  let most = f32x4.splat(NEVER);
  for (let o: usize = 0; o < bytes; o += 16) most = f32x4.max(most, v128.load(scores + o));
  const low = max<f32>(f32x4.extract_lane(most, 0), f32x4.extract_lane(most, 1));
  return max<f32>(low, max<f32>(f32x4.extract_lane(most, 2), f32x4.extract_lane(most, 3)));
}

/** The cross-entropy of the target among itself and the negatives, whose scores are lowered by `corrections`, if any. */
export function sampledSoftmax(
  h: usize,
  dh: usize,
  target: u32,
  negatives: usize,
  corrections: usize,
  places: usize,
  entries: usize,
  row: u32,
  space: usize,
): f64 {
  const rows = rowCount();
  const bytes = rows << 2;
  const scores = space + bytes;
  writeAddresses(target, negatives, space);
  rowProducts(space, rows, h, usedBytes, scores);
  if (corrections != 0) {
    for (let o: usize = 0; o < negativeCount << 2; o += 4) {
      store<f32>(scores + o, load<f32>(scores + o, 4) - load<f32>(corrections + o), 4);
    }
  }
  setRest(scores, NEVER);
  const own = load<f32>(scores);
  const most = greatest(scores, bytes);
  let sums = f32x4.splat(0);
  for (let o: usize = 0; o < bytes; o += 16) {
    const e = expUpTo87(f32x4.sub(v128.load(scores + o), f32x4.splat(most)));
    sums = f32x4.add(sums, e);
    v128.store(scores + o, e);
  }
  const sum = laneSum(sums);
  const scale = f32x4.splat(positiveWeight / sum);
  for (let o: usize = 0; o < bytes; o += 16) {
    v128.store(scores + o, f32x4.mul(scale, v128.load(scores + o)));
  }
  store<f32>(scores, load<f32>(scores) - positiveWeight);
  setRest(scores, 0);
  addRows(space, scores, rows, dh, usedBytes);
  writeUses(target, negatives, scores, places, entries, row);
  const logarithm = f32x4.extract_lane(log4(f32x4.splat(sum)), 0);
  return <f64>positiveWeight * (<f64>logarithm + (<f64>most - <f64>own));
}
