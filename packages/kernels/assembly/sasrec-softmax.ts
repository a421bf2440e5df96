// The cross-entropy over all items. The scores of a few panels with all items stay in the second-level cache between the
// three products: scores, gradient of the hidden states, gradient of the items.
import { log4 } from './elementary';
import { nextChunk, parameter } from './pool';
import { expUpTo87 } from './sasrec-functions';
import { outerTile5 } from './sasrec-outer';
import { AFTER_SHAPE, factors, items, itemsPlace, panelBytes, readShape, rowBytes, weights } from './sasrec-shape';
import { ADD, packedTile, panelProduct, ZERO } from './sasrec-tiles';
import { multiplyAdd } from './simd';

/** Items of a packed panel. */
const GROUP: usize = 5;
/** Items whose factors are multiplied with the gradients of scores at a time. */
const PART: usize = 128;
/** Panels of a tile, and the bytes of scores that a tile of more than one may take. */
const MOST_PANELS: usize = 5;
const MOST_BYTES: usize = 640 << 10;
const NEVER: f32 = -1e30;
/** Scores that are no greater, nor smaller than its negative, need no greatest one taken off before e to their power. */
const SMALL: f32 = 40;

@inline
function groups(count: usize): usize {
  return (count + GROUP - 1) / GROUP;
}

/** Bytes of the scores of a panel. */
@inline
function scoreBytes(count: usize): usize {
  return groups(count) * GROUP * 32 + 64;
}

function tilePanels(count: usize): usize {
  return max<usize>(1, min(MOST_PANELS, MOST_BYTES / scoreBytes(count)));
}

/** Bytes of work space of a thread. */
export function softmaxSpace(count: usize): usize {
  return tilePanels(count) * (scoreBytes(count) + 64);
}

/** Bytes of all items in panels of 5. */
export function sasRecPackedBytes(count: usize, width: usize): usize {
  return groups(count) * GROUP * width * 4;
}

/**
 * Packs items in panels of 5, 64 panels a chunk. Parameters after the shape: out; out: the greatest squared norm of each
 * chunk.
 */
export function sasRecPackItems(): void {
  readShape();
  const packed = parameter(AFTER_SHAPE);
  const table = weights + itemsPlace();
  for (let chunk = nextChunk(); chunk >= 0; chunk = nextChunk()) {
    const end = min((<usize>chunk + 1) * 64 * GROUP, groups(items) * GROUP);
    let greatest: f32 = 0;
    for (let item = <usize>chunk * 64 * GROUP; item < end; item++) {
      let to = packed + ((item / GROUP) * GROUP * factors + (item % GROUP)) * 4;
      const from = table + item * rowBytes;
      let squares: f32 = 0;
      for (let f: usize = 0; f < factors; f++) {
        const value = item < items ? load<f32>(from + (f << 2)) : 0;
        squares += value * value;
        store<f32>(to, value);
        to += GROUP << 2;
      }
      greatest = max<f32>(greatest, squares);
    }
    store<f32>(parameter(AFTER_SHAPE + 1) + (<usize>chunk << 2), greatest);
  }
}

/** Whether no product of a hidden state of the panel with an item can be great. */
function areSmall(h: usize, itemNorm: f32): bool {
  let squares0 = f32x4.splat(0);
  let squares1 = squares0;
  for (const end = h + (factors << 5); h < end; h += 32) {
    squares0 = multiplyAdd(squares0, v128.load(h), v128.load(h));
    squares1 = multiplyAdd(squares1, v128.load(h, 16), v128.load(h, 16));
  }
  const limit = f32x4.splat(SMALL / itemNorm);
  const most = f32x4.sqrt(f32x4.max(squares0, squares1));
  return i32x4.all_true(f32x4.le(most, limit));
}

/**
 * Replaces the scores of a panel by e^(score − greatest), of each target less the sum; returns the loss.
 *
 * @param small - whether 0 may stand for the greatest
 * @param targets - 8 words, −1 for a position without a target
 * @param scales - out: what makes gradients of them, 0 for a position without a target
 */
function scoresToGradients(
  scores: usize,
  small: bool,
  targets: usize,
  scales: usize,
  weight: f32,
): f64 {
  const bytes = items << 5;
  let most0 = f32x4.splat(small ? 0 : NEVER);
  let most1 = most0;
  for (let o: usize = small ? bytes : 0; o < bytes; o += 32) {
    most0 = f32x4.max(most0, v128.load(scores + o));
    most1 = f32x4.max(most1, v128.load(scores + o, 16));
  }
  let loss = -targetScores(scores, targets);
  let sum0 = f32x4.splat(0);
  let sum1 = sum0;
  for (let o: usize = 0; o < bytes; o += 32) {
    const e0 = expUpTo87(f32x4.sub(v128.load(scores + o), most0));
    const e1 = expUpTo87(f32x4.sub(v128.load(scores + o, 16), most1));
    sum0 = f32x4.add(sum0, e0);
    sum1 = f32x4.add(sum1, e1);
    v128.store(scores + o, e0);
    v128.store(scores + o, e1, 16);
  }
  v128.store(scales, sum0);
  v128.store(scales, sum1, 16);
  subtractSums(scores, targets, scales);
  loss += sumOfTargets(f32x4.add(most0, log4(sum0)), targets);
  loss += sumOfTargets(f32x4.add(most1, log4(sum1)), targets + 16);
  for (let o: usize = 0; o < 32; o += 4) {
    const used = load<i32>(targets + o) >= 0;
    store<f32>(scales + o, used ? weight / load<f32>(scales + o) : 0);
  }
  return loss * <f64>weight;
}

function targetScores(scores: usize, targets: usize): f64 {
  let sum: f64 = 0;
  for (let o: usize = 0; o < 32; o += 4) {
    const target = load<i32>(targets + o);
    if (target >= 0) sum += <f64>load<f32>(scores + (<usize>target << 5) + o);
  }
  return sum;
}

function subtractSums(scores: usize, targets: usize, sums: usize): void {
  for (let o: usize = 0; o < 32; o += 4) {
    const target = load<i32>(targets + o);
    if (target < 0) continue;
    const at = scores + (<usize>target << 5) + o;
    store<f32>(at, load<f32>(at) - load<f32>(sums + o));
  }
}

/** The sum of the numbers of 4 positions that have a target. */
function sumOfTargets(numbers: v128, targets: usize): f64 {
  const used = v128.and(numbers, i32x4.ge_s(v128.load(targets), i32x4.splat(0)));
  return (
    <f64>f32x4.extract_lane(used, 0) +
    <f64>f32x4.extract_lane(used, 1) +
    <f64>f32x4.extract_lane(used, 2) +
    <f64>f32x4.extract_lane(used, 3)
  );
}

/** Multiplies 8 rows by a number each. */
function scaleRows(rows: usize, scales: usize): void {
  for (let i: usize = 0; i < 8; i++) {
    const scale = v128.load_splat<f32>(scales + (i << 2));
    for (const end = rows + rowBytes; rows < end; rows += 16) {
      v128.store(rows, f32x4.mul(scale, v128.load(rows)));
    }
  }
}

/** Multiplies the positions of a panel by a number each. */
function scalePanel(panel: usize, scales: usize): void {
  const scale0 = v128.load(scales);
  const scale1 = v128.load(scales, 16);
  for (const end = panel + (factors << 5); panel < end; panel += 32) {
    v128.store(panel, f32x4.mul(scale0, v128.load(panel)));
    v128.store(panel, f32x4.mul(scale1, v128.load(panel, 16)), 16);
  }
}

/**
 * The loss of the hidden states of one sequence, weighted.
 *
 * @param h - hidden states, panels; `rows` are the same as rows and have any contents afterwards
 * @param targets - −1 beyond the last position
 * @param dh - out: the gradient of the hidden states, panels
 * @param packed - the items as `sasRecPackItems` writes them
 * @param itemNorm - no item has a greater norm
 * @param gradients - of the items; have theirs added
 * @param space - `softmaxSpace(items)` bytes
 */
export function softmaxLoss(
  h: usize,
  rows: usize,
  targets: usize,
  dh: usize,
  panels: usize,
  packed: usize,
  itemNorm: f32,
  gradients: usize,
  weight: f32,
  space: usize,
): f64 {
  const most = tilePanels(items);
  let loss: f64 = 0;
  let count: usize = 0;
  for (let first: usize = 0; first < panels; first += count) {
    // Tiles of about the same size.
    const left = panels - first;
    const tiles = (left + most - 1) / most;
    count = (left + tiles - 1) / tiles;
    loss += softmaxTile(
      h + first * panelBytes,
      rows + 8 * first * rowBytes,
      targets + (first << 5),
      dh + first * panelBytes,
      count,
      packed,
      itemNorm,
      gradients,
      weight,
      space,
    );
  }
  return loss;
}

function softmaxTile(
  h: usize,
  rows: usize,
  targets: usize,
  dh: usize,
  panels: usize,
  packed: usize,
  itemNorm: f32,
  gradients: usize,
  weight: f32,
  scores: usize,
): f64 {
  const stride = scoreBytes(items);
  const scales = scores + tilePanels(items) * stride;
  scoreItems(h, panels, packed, scores, stride);
  let loss: f64 = 0;
  for (let p: usize = 0; p < panels; p++) {
    const at = scales + (p << 5);
    const small = areSmall(h + p * panelBytes, itemNorm);
    loss += scoresToGradients(scores + p * stride, small, targets + (p << 5), at, weight);
    scaleRows(rows + 8 * p * rowBytes, at);
  }
  const table = weights + itemsPlace();
  for (let item: usize = 0; item < items; item += PART) {
    const count = min(PART, items - item);
    const from = scores + (item << 5);
    const start = item == 0 ? ZERO : ADD;
    const factorsOf = table + item * rowBytes;
    panelProduct(factorsOf, rowBytes, from, stride, dh, panelBytes, panels, factors, count, start, 0);
  }
  for (let p: usize = 0; p < panels; p++) scalePanel(dh + p * panelBytes, scales + (p << 5));
  addItemGradients(scores, stride, rows, panels, gradients);
  return loss;
}

function scoreItems(h: usize, panels: usize, packed: usize, scores: usize, stride: usize): void {
  const bytes = GROUP * factors * 4;
  for (let group: usize = 0; group < groups(items); group++) {
    for (let p: usize = 0; p < panels; p++) {
      packedTile(packed, h + p * panelBytes, scores + p * stride, factors);
    }
    packed += bytes;
    scores += GROUP << 5;
  }
}

/** Adds scores · rows to the gradients of the items, whose table has room for a whole last group. */
function addItemGradients(scores: usize, stride: usize, rows: usize, panels: usize, gradients: usize): void {
  const bytes = ((factors + 7) & ~7) << 2;
  for (let group: usize = 0; group < groups(items); group++) {
    for (let o: usize = 0; o < bytes; o += 32) {
      outerTile5(scores, stride, 0, rows + o, rowBytes, gradients + o, rowBytes, panels);
    }
    scores += GROUP << 5;
    gradients += GROUP * rowBytes;
  }
}
