// Softmax cross-entropy over all rows of a table, and its gradients, in one pass of three products. Positions are taken some
// at a time: their scores are made by tiles, in panels of 8 rows of the table, which is what both gradients want them in,
// become exponentials in place and are multiplied with the table and with the queries. The score of the target takes no part
// in that: its derivative is minus the sum of the others, and never 1 minus something.
//
// Scores lie as panels × slots × 8, a slot for each position.
import { exp4 } from './elementary';
import { copyRows, DEPTH, PANEL, STRIDE, tile, TILE_ROWS } from './gemm';
import { exponential, logSum, wideSum } from './losses';
import { nextChunk, parameter, realParameter, threadIndex } from './pool';
import { laneSum, multiplyAdd } from './simd';

/** The most positions of a chunk. */
const ROWS: usize = 40;
/** Panels whose exponentials are multiplied at once. */
const GROUP: usize = DEPTH / PANEL;
/** Bytes of a panel's numbers of one position. */
const SLOT: usize = PANEL * 4;

@inline
function wholePanels(columns: usize): usize {
  return (columns + PANEL - 1) / PANEL;
}

/** Bytes of the copied queries of a chunk. */
@inline
function querySpace(depth: usize): usize {
  return ((depth + DEPTH - 1) / DEPTH) * ROWS * STRIDE;
}

/** Bytes of a thread's work space for `catalogueRows`, without gradients with the scores of a chunk. */
export function catalogueSpace(depth: usize, columns: usize, items: usize, withGradients: usize): usize {
  const own = withGradients != 0 ? 0 : wholePanels(items) * ROWS * SLOT;
  return querySpace(depth) + ROWS * STRIDE + ROWS * wholePanels(columns) * SLOT + ROWS * 64 + own;
}

/** The scores of a panel for the positions of a chunk. */
function panelScores(queries: usize, panel: usize, depth: usize, rows: usize, to: usize): void {
  for (let k: usize = 0; k < depth; k += DEPTH) {
    const width = min(DEPTH, depth - k);
    for (let i: usize = 0; i < rows; i += TILE_ROWS) {
      tile(queries + i * STRIDE, panel + k * SLOT, to + i * SLOT, SLOT, width, k == 0);
    }
    queries += ROWS * STRIDE;
  }
}

/** Makes the numbers beyond the last item those that have no part. */
function closePanel(to: usize, rows: usize, from: usize): void {
  for (let i: usize = 0; i < rows; i++) {
    for (let n = from; n < PANEL; n++) store<f32>(to + i * SLOT + (n << 2), -Infinity);
  }
}

/** The greatest scores of each position, four beside one another. */
function panelMaxima(scores: usize, rows: usize, maxima: usize): void {
  for (const end = scores + rows * SLOT; scores < end; scores += SLOT) {
    const both = f32x4.max(v128.load(scores), v128.load(scores, 16));
    v128.store(maxima, f32x4.max(v128.load(maxima), both));
    maxima += 16;
  }
}

/** Scores become e^(score − greatest), which are added up, four beside one another, and copied to rows of STRIDE. */
function panelExponentials(scores: usize, rows: usize, maxima: usize, sums: usize, copy: usize): void {
  for (const end = scores + rows * SLOT; scores < end; scores += SLOT) {
    const by = v128.load(maxima);
    const u = exp4(f32x4.sub(v128.load(scores), by));
    const v = exp4(f32x4.sub(v128.load(scores, 16), by));
    v128.store(sums, f32x4.add(v128.load(sums), f32x4.add(u, v)));
    v128.store(scores, u);
    v128.store(scores, v, 16);
    v128.store(copy, u);
    v128.store(copy, v, 16);
    maxima += 16;
    sums += 16;
    copy += STRIDE;
  }
}

/** Adds the products of copied exponentials with `width` rows of the packed table. */
function addProducts(copy: usize, packed: usize, items: usize, width: usize, columns: usize, rows: usize, to: usize, fresh: bool): void {
  const stride = wholePanels(columns) * SLOT;
  for (let j: usize = 0; j < wholePanels(columns); j++) {
    for (let i: usize = 0; i < rows; i += TILE_ROWS) {
      tile(copy + i * STRIDE, packed + j * items * SLOT, to + i * stride + j * SLOT, stride, width, fresh);
    }
  }
}

/** Makes the lanes of each greatest score the greatest of them. */
function spreadMaxima(maxima: usize, rows: usize): void {
  for (const end = maxima + (rows << 4); maxima < end; maxima += 16) {
    const a = v128.load(maxima);
    const b = f32x4.max(a, v128.shuffle<f32>(a, a, 2, 3, 0, 1));
    v128.store(maxima, f32x4.max(b, v128.shuffle<f32>(b, b, 1, 0, 3, 2)));
  }
}

/** result = factor · (sum − others · row). */
function queryGradient(sum: usize, row: usize, columns: usize, others: f32, factor: f32, result: usize): void {
  for (let o: usize = 0; o < columns << 2; o += 4) {
    store<f32>(result + o, factor * (load<f32>(sum + o) - others * load<f32>(row + o)));
  }
}

/** The product of two vectors. */
function product(x: usize, y: usize, count: usize): f32 {
  let sum = f32x4.splat(0);
  const end = x + (count << 2);
  for (const whole = x + ((count & ~3) << 2); x < whole; x += 16) {
    sum = multiplyAdd(sum, v128.load(x), v128.load(y));
    y += 16;
  }
  let result = laneSum(sum);
  for (; x < end; x += 4) {
    result += load<f32>(x) * load<f32>(y);
    y += 4;
  }
  return result;
}

/** Leaves out the scores of a panel whose row is the target of its position. */
function removeHits(scores: usize, rows: usize, numbers: usize, targets: usize): void {
  const none = f32x4.splat(-Infinity);
  const u = v128.load(numbers);
  const v = v128.load(numbers, 16);
  for (const end = scores + rows * SLOT; scores < end; scores += SLOT) {
    const target = v128.load_splat<i32>(targets);
    v128.store(scores, v128.bitselect(none, v128.load(scores), i32x4.eq(u, target)));
    v128.store(scores, v128.bitselect(none, v128.load(scores, 16), i32x4.eq(v, target)), 16);
    targets += 4;
  }
}

/** Copies a query, times a factor, to a column of rows of STRIDE. */
function turnQuery(query: usize, depth: usize, factor: f32, to: usize): void {
  for (let k: usize = 0; k < depth; k += DEPTH) {
    const width = min(DEPTH, depth - k);
    for (let f: usize = 0; f < width; f++) {
      store<f32>(to, factor * load<f32>(query + (f << 2)));
      to += STRIDE;
    }
    query += ROWS * STRIDE;
  }
}

/**
 * Losses of positions, the gradients of their queries, and what the gradient of the table is made of.
 *
 * Parameters: 0 queries and 1 their numbers each; 2 table packed for scores, 3 its rows; 4 positions of this call, 5 the
 * first one; 6 slots, a multiple of positions a chunk; 7 scores, or 0 where no gradients are wanted; 8 factor of the queries; 9 targets; 10
 * share of each position in the result; 11 losses times shares (f64). With gradients: 12 table packed for sums of rows, 13
 * the table and 14 its columns; 15 gradient of the queries and 16 the row of each position there; 17 queries by columns, rows of STRIDE. 18 work
 * space, 19 bytes of it a thread; 20 positions a chunk, a multiple of 5, at most 40. Where rows are
 * a sample and the target is none of them: 21 numbers of the rows, else 0; 22 whether rows that are the target are left out;
 * 23 what is taken from the score of each row of the table, or 0; 24 derivatives by the products of queries and targets.
 */
export function catalogueRows(): void {
  const depth = parameter(1);
  const items = parameter(3);
  const panels = wholePanels(items);
  const columns = parameter(14);
  const wanted = parameter(7) != 0;
  const isSample = parameter(21) != 0;
  const slots = wanted ? parameter(6) : ROWS;
  const factor = <f32>realParameter(8);
  const queries = parameter(18) + threadIndex() * parameter(19);
  const copy = queries + querySpace(depth);
  const gradients = copy + ROWS * STRIDE;
  const maxima = gradients + ROWS * wholePanels(columns) * SLOT;
  const sums = maxima + ROWS * 16;
  const totals = sums + ROWS * 16;
  const targetScores = totals + ROWS * 8;
  for (let chunk = nextChunk(); chunk >= 0; chunk = nextChunk()) {
    const slot = <usize>chunk * parameter(20);
    const rows = min(parameter(20), parameter(4) - slot);
    const first = parameter(5) + slot;
    const scores = wanted ? parameter(7) + slot * SLOT : targetScores + ROWS * 8;
    for (let k: usize = 0, to = queries; k < depth; k += DEPTH, to += ROWS * STRIDE) {
      const from = parameter(0) + ((first * depth + k) << 2);
      copyRows(from, depth << 2, rows, min(DEPTH, depth - k), factor, to);
    }
    for (let i: usize = 0; i < rows; i++) {
      const score = isSample ? targetScore(first + i, depth, columns, factor) : -Infinity;
      store<f32>(targetScores + (i << 2), score);
      v128.store(maxima + (i << 4), f32x4.splat(score));
      store<f64>(totals + (i << 3), 0);
    }
    for (let p: usize = 0; p < panels; p++) {
      const to = scores + p * slots * SLOT;
      panelScores(queries, parameter(2) + p * depth * SLOT, depth, rows, to);
      if (p == panels - 1) closePanel(to, rows, items - p * PANEL);
      if (parameter(22) != 0) {
        removeHits(to, rows, parameter(21) + p * SLOT, parameter(9) + (first << 2));
      }
      panelMaxima(to, rows, maxima);
    }
    spreadMaxima(maxima, rows);
    for (let i: usize = 0; i < rows && !isSample; i++) {
      const at = scores + placeOf(first + i, i, slots);
      store<f32>(targetScores + (i << 2), load<f32>(at));
      store<f32>(at, -Infinity);
    }
    for (let p: usize = 0; p < panels; p += GROUP) {
      const end = min(p + GROUP, panels);
      memory.fill(sums, 0, rows << 4);
      for (let q = p; q < end; q++) {
        panelExponentials(scores + q * slots * SLOT, rows, maxima, sums, copy + (q - p) * SLOT);
      }
      for (let i: usize = 0; i < rows; i++) {
        store<f64>(totals + (i << 3), load<f64>(totals + (i << 3)) + wideSum(v128.load(sums + (i << 4))));
      }
      if (!wanted) continue;
      const width = min(DEPTH, items - p * PANEL);
      addProducts(copy, parameter(12) + p * PANEL * SLOT, items, width, columns, rows, gradients, p == 0);
    }
    for (let i: usize = 0; i < rows; i++) {
      const score = load<f32>(targetScores + (i << 2));
      const greatest = load<f32>(maxima + (i << 4));
      const others = load<f64>(totals + (i << 3));
      const own = exponential(score - greatest);
      const share = load<f32>(parameter(10) + ((first + i) << 2));
      const loss = <f64>(greatest - score) + logSum(own, others);
      store<f64>(parameter(11) + ((first + i) << 3), <f64>share * loss);
      if (!wanted) continue;
      const weight = <f32>(<f64>share / (own + others));
      if (isSample) store<f32>(parameter(24) + ((first + i) << 2), -<f32>others * weight * factor);
      else store<f32>(scores + placeOf(first + i, i, slots), -<f32>others);
      const row = parameter(13) + ((<usize>load<u32>(parameter(9) + ((first + i) << 2)) * columns) << 2);
      const result = parameter(15) + ((<usize>load<u32>(parameter(16) + ((first + i) << 2)) * columns) << 2);
      const sum = gradients + i * wholePanels(columns) * SLOT;
      queryGradient(sum, row, columns, <f32>others, weight * factor, result);
      turnQuery(queries + i * STRIDE, depth, weight, parameter(17) + ((slot + i) << 2));
    }
  }
}

/** The score of a position's target, which is a row of the whole table. */
function targetScore(position: usize, depth: usize, columns: usize, factor: f32): f32 {
  const target = <usize>load<u32>(parameter(9) + (position << 2));
  const query = parameter(0) + ((position * depth) << 2);
  const score = factor * product(query, parameter(13) + ((target * columns) << 2), columns);
  return parameter(23) == 0 ? score : score - load<f32>(parameter(23) + (target << 2));
}

/** Where the score of a position's target lies, from that of its first slot on. */
@inline
function placeOf(position: usize, slot: usize, slots: usize): usize {
  const target = <usize>load<u32>(parameter(9) + (position << 2));
  return (target / PANEL) * slots * SLOT + slot * SLOT + ((target % PANEL) << 2);
}

/**
 * Adds the products of queries and exponentials to the gradient of the table, as panels × numbers × 8; some panels a chunk.
 *
 * Parameters: 0 scores, 1 slots, 2 positions; 3 queries by columns, 4 their numbers, a multiple of 5; 5 gradient, 6
 * panels, 7 whether it starts with 0; 8 panels a chunk.
 */
export function catalogueColumns(): void {
  const depth = parameter(4);
  const fresh = parameter(7) != 0;
  for (let chunk = nextChunk(); chunk >= 0; chunk = nextChunk()) {
    const from = <usize>chunk * parameter(8);
    const end = min(from + parameter(8), parameter(6));
    for (let p = from; p < end; p++) {
      const scores = parameter(0) + p * parameter(1) * SLOT;
      const to = parameter(5) + p * depth * SLOT;
      for (let f: usize = 0; f < depth; f += TILE_ROWS) {
        tile(parameter(3) + f * STRIDE, scores, to + f * SLOT, SLOT, parameter(2), fresh);
      }
    }
  }
}

/**
 * Takes the gradient of the table, and of the biases, out of panels.
 *
 * Parameters: 0 panels × numbers × 8, 1 numbers; 2 items, 3 gradient of the table, 4 its columns; 5 gradient of the
 * biases or 0; 6 panels a chunk.
 */
export function catalogueTable(): void {
  const items = parameter(2);
  const columns = parameter(4);
  const biases = parameter(5);
  for (let chunk = nextChunk(); chunk >= 0; chunk = nextChunk()) {
    const from = <usize>chunk * parameter(6) * PANEL;
    const end = min(from + parameter(6) * PANEL, items);
    for (let item = from; item < end; item++) {
      const panel = parameter(0) + (item / PANEL) * parameter(1) * SLOT + ((item % PANEL) << 2);
      const to = parameter(3) + ((item * columns) << 2);
      for (let f: usize = 0; f < columns; f++) store<f32>(to + (f << 2), load<f32>(panel + f * SLOT));
      if (biases != 0) store<f32>(biases + (item << 2), load<f32>(panel + columns * SLOT));
    }
  }
}
