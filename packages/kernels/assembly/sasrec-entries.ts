// Gradients of items as sums over lists. Each use of an item in a batch, as input, target or negative, adds a multiple of
// one row (a gradient of an input, or a hidden state) to the item's gradient. Uses are kept in a list for each group of 64
// items, whose gradients lie in the first-level cache while the list is added up. Where they go is counted before, so that
// they stand in the order of the batch whichever thread writes them.
import { adam, setAdam } from './adam';
import { nextChunk, parameter, realParameter, threadIndex } from './pool';
import {
  AFTER_SHAPE,
  clearRest,
  items,
  itemsPlace,
  readShape,
  rowBytes,
  usedBytes,
  weights,
} from './sasrec-shape';
import { multiplyAdd } from './simd';

/** Items of a group: two to this power. A word has a row and, in so many bits, the item's place in its group. */
const GROUP_BITS: u32 = 6;
const GROUP: usize = 1 << GROUP_BITS;

/** How many groups there are. */
@inline
export function groupCount(): usize {
  return (items + GROUP - 1) >> GROUP_BITS;
}

@inline
function countItem(counts: usize, item: u32, failure: usize): void {
  if (item >= <u32>items) {
    store<i32>(failure, 1);
    return;
  }
  const at = counts + (<usize>(item >> GROUP_BITS) << 2);
  store<u32>(at, load<u32>(at) + 1);
}

/**
 * Counts the uses of each group of items, a part of the sequences a chunk. Parameters after the shape: where the sequences
 * begin; inputs, targets; negatives and how many a position; whether targets and negatives are used; the first sequence
 * of each part; out: counts, one word a group for each part, and a word that is set when an item is out of range.
 */
export function sasRecCountUses(): void {
  readShape();
  const offsets = parameter(AFTER_SHAPE);
  const inputs = parameter(AFTER_SHAPE + 1);
  const targets = parameter(AFTER_SHAPE + 2);
  const negatives = parameter(AFTER_SHAPE + 3);
  const each = parameter(AFTER_SHAPE + 4);
  const listed = parameter(AFTER_SHAPE + 5) != 0;
  const bounds = parameter(AFTER_SHAPE + 6);
  const failure = parameter(AFTER_SHAPE + 8);
  for (let part = nextChunk(); part >= 0; part = nextChunk()) {
    const counts = parameter(AFTER_SHAPE + 7) + ((<usize>part * groupCount()) << 2);
    memory.fill(counts, 0, groupCount() << 2);
    const first = load<u32>(offsets + (<usize>load<u32>(bounds + (<usize>part << 2)) << 2));
    const end = load<u32>(offsets + (<usize>load<u32>(bounds + (<usize>part << 2), 4) << 2));
    for (let position = <usize>first; position < <usize>end; position++) {
      countItem(counts, load<u32>(inputs + (position << 2)), failure);
      const target = load<i32>(targets + (position << 2));
      if (target == -1) continue;
      if (!listed) {
        if (<u32>target >= <u32>items) store<i32>(failure, 1);
        continue;
      }
      countItem(counts, target, failure);
      const from = negatives + ((position * each) << 2);
      for (let o: usize = 0; o < each << 2; o += 4) countItem(counts, load<u32>(from + o), failure);
    }
  }
}

/** Turns counts into places. Parameters: counts, groups, parts; out: where the uses of each group begin, one word more. */
export function sasRecPlaceUses(): void {
  if (nextChunk() < 0) return;
  const counts = parameter(0);
  const all = parameter(1) << 2;
  const parts = parameter(2);
  const starts = parameter(3);
  let place: u32 = 0;
  for (let o: usize = 0; o < all; o += 4) {
    store<u32>(starts + o, place);
    for (let at = counts + o; at < counts + parts * all; at += all) {
      const count = load<u32>(at);
      store<u32>(at, place);
      place += count;
    }
  }
  store<u32>(starts + all, place);
}

/** Writes a use of an item: which row, times what. */
@inline
export function writeUse(places: usize, entries: usize, item: u32, row: u32, weight: f32): void {
  const at = places + (<usize>(item >> GROUP_BITS) << 2);
  const place = load<u32>(at);
  store<u32>(at, place + 1);
  const entry = entries + (<usize>place << 3);
  store<u32>(entry, (row << GROUP_BITS) | (item & <u32>(GROUP - 1)));
  store<f32>(entry, weight, 4);
}

/** Adds the uses from `from` to `end` to the gradients of their group, in steps of 8 columns; the last may be none. */
function sumUses(from: usize, end: usize, rows: usize, group: usize): void {
  const bytes = (usedBytes + 16) & ~31;
  for (; from < end; from += 8) {
    const word = load<u32>(from);
    const scale = v128.load_splat<f32>(from, 4);
    let to = group + (<usize>word & (GROUP - 1)) * rowBytes;
    let row = rows + <usize>(word >> GROUP_BITS) * rowBytes;
    for (const last = row + bytes; row < last; row += 32) {
      v128.store(to, multiplyAdd(v128.load(to), scale, v128.load(row)));
      v128.store(to, multiplyAdd(v128.load(to, 16), scale, v128.load(row, 16)), 16);
      to += 32;
    }
  }
}

/** Adds tables of gradients, one each part, in the order of the parts. */
@inline
function sumTables(tables: usize, stride: usize, parts: usize, to: usize, bytes: usize): void {
  for (let part: usize = 0; part < parts; part++) {
    for (let o: usize = 0; o < bytes; o += 16) {
      v128.store(to + o, f32x4.add(v128.load(to + o), v128.load(tables + o)));
    }
    tables += stride;
  }
}

// Parameters of both updates after the shape: tables of gradients, bytes of one, parts; where gradients go, or 0 to move
// the parameters; both moments; Adam's numbers.
const TABLES = AFTER_SHAPE;
const OUT = AFTER_SHAPE + 3;
const MOMENTS = AFTER_SHAPE + 4;
const ADAM = AFTER_SHAPE + 6;
const LISTS = AFTER_SHAPE + 11;

function readAdam(): void {
  setAdam(
    realParameter(ADAM),
    realParameter(ADAM + 1),
    realParameter(ADAM + 2),
    realParameter(ADAM + 3),
    realParameter(ADAM + 4),
  );
}

/** What becomes of a gradient, whose parameters stand `place` bytes after the first. */
function finishGradient(gradient: usize, place: usize, bytes: usize): void {
  const out = parameter(OUT);
  if (out != 0) memory.copy(out + place, gradient, bytes);
  else adam(weights + place, parameter(MOMENTS) + place, parameter(MOMENTS + 1) + place, gradient, bytes);
}

/** Sums gradients of all parameters but those of items, 16 rows a chunk, and moves the parameters. */
export function sasRecUpdateDense(): void {
  readShape();
  readAdam();
  const tables = parameter(TABLES);
  const stride = parameter(TABLES + 1);
  const parts = parameter(TABLES + 2);
  for (let chunk = nextChunk(); chunk >= 0; chunk = nextChunk()) {
    const from = <usize>chunk * (rowBytes << 4);
    const bytes = min(rowBytes << 4, itemsPlace() - from);
    // The first table takes the sum.
    sumTables(tables + stride + from, stride, parts - 1, tables + from, bytes);
    for (let o: usize = 0; o < bytes; o += rowBytes) clearRest(tables + from + o);
    finishGradient(tables + from, from, bytes);
  }
}

/**
 * Sums gradients of items and moves them, a group a chunk. Parameters after those of both updates: whether the tables have
 * gradients of items; where the uses of each group begin; the uses; their rows; work space, 64 rows a thread.
 */
export function sasRecUpdateItems(): void {
  readShape();
  readAdam();
  const stride = parameter(TABLES + 1);
  const parts = parameter(LISTS) != 0 ? parameter(TABLES + 2) : 0;
  const starts = parameter(LISTS + 1);
  const entries = parameter(LISTS + 2);
  const rows = parameter(LISTS + 3);
  const group = parameter(LISTS + 4) + threadIndex() * GROUP * rowBytes;
  for (let chunk = nextChunk(); chunk >= 0; chunk = nextChunk()) {
    const first = <usize>chunk << GROUP_BITS;
    const bytes = min(GROUP, items - first) * rowBytes;
    const place = itemsPlace() + first * rowBytes;
    memory.fill(group, 0, bytes);
    sumTables(parameter(TABLES) + place, stride, parts, group, bytes);
    const bounds = starts + (<usize>chunk << 2);
    const from = entries + (<usize>load<u32>(bounds) << 3);
    const to = entries + (<usize>load<u32>(bounds, 4) << 3);
    sumUses(from, to, rows, group);
    for (let o: usize = 0; o < bytes; o += rowBytes) clearRest(group + o);
    finishGradient(group, place, bytes);
  }
}
