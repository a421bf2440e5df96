// SASRec (Kang & McAuley, "Self-attentive sequential recommendation", ICDM 2018): a sequence goes forward, through the
// loss and backward on one thread, while what it needs lies in the cache.
import { nextChunk, parameter, realParameter, threadIndex } from './pool';
import { attentionSpace } from './sasrec-attention';
import { backwardBlock, backwardSpace, headArrayBytes } from './sasrec-backward';
import { dropOut, mixed, setDropout } from './sasrec-dropout';
import { groupCount, writeUse } from './sasrec-entries';
import {
  arrayBytes,
  dropoutKey,
  embed,
  forwardBlock,
  INPUT_DROPOUT,
  inputPanels,
  keptBytes,
  RESULT,
} from './sasrec-forward';
import { normalize, normalizeBackward, toPanels, toRows } from './sasrec-panels';
import { binaryLoss, sampledSoftmax, sampledSpace, setSampled } from './sasrec-sampled';
import {
  AFTER_SHAPE,
  blocks,
  factors,
  items,
  itemsPlace,
  matrixPlace,
  normPlace,
  panelBytes,
  readShape,
  rowBytes,
  setShape,
  weights,
} from './sasrec-shape';
import { softmaxLoss, softmaxSpace } from './sasrec-softmax';

// Kinds of losses.
const BINARY: usize = 0;
const SAMPLED_SOFTMAX: usize = 1;
const SOFTMAX: usize = 2;

// The work space of a thread.
let next: usize = 0;

/** The next `bytes` bytes of the work space. */
function take(bytes: usize): usize {
  const address = next;
  next += (bytes + 63) & ~63;
  return address;
}

/** Bytes of an array of rows. */
@inline
function rowArrayBytes(panels: usize): usize {
  return 8 * panels * rowBytes + 192;
}

/** Bytes of work space of a thread for sequences of up to so many panels. */
export function sasRecSpace(
  width: usize,
  headCount: usize,
  keptBlocks: usize,
  panels: usize,
  negatives: usize,
  softmaxItems: usize,
): usize {
  setShape(width, headCount);
  const own = arrayBytes(panels) * 4 + rowArrayBytes(panels) * 2 + headArrayBytes(panels);
  const loss = sampledSpace(negatives) + (softmaxItems > 0 ? softmaxSpace(softmaxItems) : 0);
  const small = panels * 96 + (width << 5);
  const kept = keptBlocks * (keptBytes(panels) + 64);
  return own + kept + backwardSpace(panels) + attentionSpace(panels) + loss + small + 64 * 32;
}

/** Writes the matrices of all blocks transposed, one a chunk. Parameter after the shape: out. */
export function sasRecTranspose(): void {
  readShape();
  for (let chunk = nextChunk(); chunk >= 0; chunk = nextChunk()) {
    const from = weights + matrixPlace(<usize>chunk / 6, <usize>chunk % 6);
    const to = parameter(AFTER_SHAPE) + <usize>chunk * factors * rowBytes;
    for (let i: usize = 0; i < factors; i++) {
      for (let j: usize = 0; j < factors; j++) {
        store<f32>(to + j * rowBytes + (i << 2), load<f32>(from + i * rowBytes + (j << 2)));
      }
    }
  }
}

// Parameters of `sasRecTrain` after the shape.
const OFFSETS = AFTER_SHAPE; // where the sequences begin
const INPUTS = AFTER_SHAPE + 1;
const TARGETS = AFTER_SHAPE + 2;
const NEGATIVES = AFTER_SHAPE + 3;
const EACH = AFTER_SHAPE + 4; // negatives a position
const CORRECTIONS = AFTER_SHAPE + 5; // 0 for none
const BOUNDS = AFTER_SHAPE + 6; // the first sequence of each part
const PLACES = AFTER_SHAPE + 7; // where the next use of each group of items goes, for each part
const ENTRIES = AFTER_SHAPE + 8;
const ROWS = AFTER_SHAPE + 9; // hidden states of all positions, where they are used; gradients of all inputs
const TABLES = AFTER_SHAPE + 10; // gradients, one table a part
const TABLE_BYTES = AFTER_SHAPE + 11;
const LOSSES = AFTER_SHAPE + 12; // a float64 a part
const TRANSPOSED = AFTER_SHAPE + 13;
const PACKED = AFTER_SHAPE + 14;
const SPACE = AFTER_SHAPE + 15;
const SPACE_BYTES = AFTER_SHAPE + 16;
const FIRST = AFTER_SHAPE + 17; // of the sequences of each part, the first of this call
const COUNT = AFTER_SHAPE + 18; // how many of them
const KIND = AFTER_SHAPE + 19;
const POSITIVE = AFTER_SHAPE + 20; // the weight of a target's loss
const NEGATIVE = AFTER_SHAPE + 21; // the weight of a negative's loss
const DROPOUT = AFTER_SHAPE + 22; // in 65536ths
const SEED = AFTER_SHAPE + 23;
const STEP = AFTER_SHAPE + 24;
const ITEM_NORM = AFTER_SHAPE + 26; // no item has a greater norm
const INPUT_ROW = AFTER_SHAPE + 25; // the first row of the gradients of inputs

/** Forward, loss and backward for some sequences of a part each chunk. The parameters stand above. */
export function sasRecTrain(): void {
  readShape();
  setDropout(<i32>parameter(DROPOUT));
  const positive = <f32>realParameter(POSITIVE);
  const negative = <f32>realParameter(NEGATIVE);
  setSampled(weights + itemsPlace(), parameter(EACH), positive, negative);
  const seed = mixed(mixed(<u64>realParameter(SEED)) + <u64>parameter(STEP));
  const offsets = parameter(OFFSETS);
  for (let part = nextChunk(); part >= 0; part = nextChunk()) {
    const bounds = parameter(BOUNDS) + (<usize>part << 2);
    const gradients = parameter(TABLES) + <usize>part * parameter(TABLE_BYTES);
    const losses = parameter(LOSSES) + (<usize>part << 3);
    const first = <usize>load<u32>(bounds) + parameter(FIRST);
    const end = min(<usize>load<u32>(bounds, 4), first + parameter(COUNT));
    if (parameter(FIRST) == 0) {
      memory.fill(gradients, 0, parameter(TABLE_BYTES));
      store<f64>(losses, 0);
    }
    const places = parameter(PLACES) + ((<usize>part * groupCount()) << 2);
    for (let sequence = first; sequence < end; sequence++) {
      const from = <usize>load<u32>(offsets + (sequence << 2));
      const length = <usize>load<u32>(offsets + (sequence << 2), 4) - from;
      const loss = trainSequence(from, length, gradients, places, mixed(seed + <u64>sequence));
      store<f64>(losses, load<f64>(losses) + loss);
    }
  }
}

/** Forward, loss and backward for one sequence; returns its loss. */
function trainSequence(from: usize, length: usize, gradients: usize, places: usize, seed: u64): f64 {
  const panels = (length + 7) >> 3;
  const array = arrayBytes(panels);
  next = parameter(SPACE) + threadIndex() * parameter(SPACE_BYTES);
  const kept = take(blocks * keptBytes(panels));
  const input = take(array);
  const hidden = take(array);
  const gradient = take(array);
  const rows = take(rowArrayBytes(panels));
  const gradientRows = take(rowArrayBytes(panels));
  const valueRows = take(headArrayBytes(panels));
  const space = take(attentionSpace(panels));
  const statistics = take(64 * panels);
  const sums = take(factors << 5);
  const work = take(backwardSpace(panels));

  embed(parameter(INPUTS) + (from << 2), length, panels, rows);
  inputPanels(rows, input, panels, seed);
  let x = input;
  for (let block: usize = 0; block < blocks; block++) {
    const own = kept + block * keptBytes(panels);
    forwardBlock(block, x, own, 0, panels, valueRows, space, seed);
    x = own + RESULT * array;
  }
  const norm = normPlace(blocks, 0);
  normalize(x, hidden, weights + norm, statistics, panels);
  toRows(hidden, rows, panels);
  const loss = lossOf(from, length, hidden, rows, gradient, gradientRows, panels, gradients, places);
  const finalNorm = gradients + norm;
  normalizeBackward(gradient, x, weights + norm, statistics, gradient, false, finalNorm, panels, sums);
  for (let left = blocks; left > 0; left--) {
    const block = left - 1;
    const own = kept + block * keptBytes(panels);
    const before = block == 0 ? input : own - keptBytes(panels) + RESULT * array;
    const transposed = parameter(TRANSPOSED);
    backwardBlock(block, before, own, transposed, gradients, gradient, panels, work, space, sums, seed);
  }
  dropOut(gradient, panels, dropoutKey(seed, 0, INPUT_DROPOUT));
  toRows(gradient, gradientRows, panels);
  embedBackward(from, length, gradientRows, gradients, places);
  return loss;
}

/**
 * The loss of a sequence and the gradient of its hidden states, as panels.
 *
 * @param rows - the hidden states as rows
 * @param gradientRows - work space
 */
function lossOf(
  from: usize,
  length: usize,
  hidden: usize,
  rows: usize,
  gradient: usize,
  gradientRows: usize,
  panels: usize,
  gradients: usize,
  places: usize,
): f64 {
  const targets = parameter(TARGETS) + (from << 2);
  const weight = <f32>realParameter(POSITIVE);
  if (parameter(KIND) == SOFTMAX) {
    const padded = take(32 * panels);
    memory.copy(padded, targets, length << 2);
    memory.fill(padded + (length << 2), 255, (panels << 5) - (length << 2));
    const packed = parameter(PACKED);
    const table = gradients + itemsPlace();
    const norm = <f32>realParameter(ITEM_NORM);
    const space = take(softmaxSpace(items));
    return softmaxLoss(hidden, rows, padded, gradient, panels, packed, norm, table, weight, space);
  }
  memory.copy(parameter(ROWS) + from * rowBytes, rows, length * rowBytes);
  memory.fill(gradientRows, 0, 8 * panels * rowBytes);
  const space = take(sampledSpace(parameter(EACH)));
  let loss: f64 = 0;
  for (let i: usize = 0; i < length; i++) {
    const target = load<i32>(targets + (i << 2));
    if (target < 0) continue;
    loss += positionLoss(from + i, target, rows + i * rowBytes, gradientRows + i * rowBytes, places, space);
  }
  toPanels(gradientRows, gradient, panels);
  return loss;
}

/** The loss of one position over its target and its negatives. */
function positionLoss(
  position: usize,
  target: u32,
  h: usize,
  dh: usize,
  places: usize,
  space: usize,
): f64 {
  const first = (position * parameter(EACH)) << 2;
  const negatives = parameter(NEGATIVES) + first;
  const entries = parameter(ENTRIES);
  const row = <u32>position;
  if (parameter(KIND) == BINARY) {
    return binaryLoss(h, dh, target, negatives, places, entries, row, space);
  }
  const corrections = parameter(CORRECTIONS) == 0 ? 0 : parameter(CORRECTIONS) + first;
  return sampledSoftmax(h, dh, target, negatives, corrections, places, entries, row, space);
}

/** Adds the gradients of positions, and keeps those of the inputs for the items. */
function embedBackward(from: usize, length: usize, rows: usize, gradients: usize, places: usize): void {
  const first = parameter(INPUT_ROW) + from;
  const scale = sqrt<f32>(<f32>factors);
  const position = gradients + itemsPlace() - length * rowBytes;
  for (let o: usize = 0; o < length * rowBytes; o += 16) {
    v128.store(position + o, f32x4.add(v128.load(position + o), v128.load(rows + o)));
  }
  memory.copy(parameter(ROWS) + first * rowBytes, rows, length * rowBytes);
  for (let i: usize = 0; i < length; i++) {
    const item = load<u32>(parameter(INPUTS) + ((from + i) << 2));
    writeUse(places, parameter(ENTRIES), item, <u32>(first + i), scale);
  }
}

// Parameters of `sasRecEncode` after the shape: inputs, where each sequence begins, how long it is; out, a row of
// `factors` numbers a sequence; work space, its bytes.

/** The hidden state after the last position of each sequence, a sequence a chunk. */
export function sasRecEncode(): void {
  readShape();
  setDropout(0);
  const inputs = parameter(AFTER_SHAPE);
  const starts = parameter(AFTER_SHAPE + 1);
  const lengths = parameter(AFTER_SHAPE + 2);
  const out = parameter(AFTER_SHAPE + 3);
  const space = parameter(AFTER_SHAPE + 4) + threadIndex() * parameter(AFTER_SHAPE + 5);
  for (let chunk = nextChunk(); chunk >= 0; chunk = nextChunk()) {
    const at = <usize>chunk << 2;
    const sequence = inputs + (<usize>load<u32>(starts + at) << 2);
    next = space;
    encodeSequence(sequence, load<u32>(lengths + at), out + at * factors);
  }
}

function encodeSequence(sequence: usize, length: usize, out: usize): void {
  const panels = (length + 7) >> 3;
  const array = arrayBytes(panels);
  const kept = take(2 * keptBytes(panels));
  const input = take(array);
  const hidden = take(panelBytes);
  const rows = take(rowArrayBytes(panels));
  const valueRows = take(headArrayBytes(panels));
  const space = take(attentionSpace(panels));
  const statistics = take(64);
  embed(sequence, length, panels, rows);
  inputPanels(rows, input, panels, 0);
  let x = input;
  for (let block: usize = 0; block < blocks; block++) {
    const own = kept + (block & 1) * keptBytes(panels);
    // Of the last block, only what the last position gives is wanted.
    const first = block == blocks - 1 ? panels - 1 : 0;
    forwardBlock(block, x, own, first, panels, valueRows, space, 0);
    x = own + RESULT * array;
  }
  normalize(x + (panels - 1) * panelBytes, hidden, weights + normPlace(blocks, 0), statistics, 1);
  const lane = (length - 1) & 7;
  for (let f: usize = 0; f < factors; f++) {
    store<f32>(out + (f << 2), load<f32>(hidden + (f << 5) + (lane << 2)));
  }
}
