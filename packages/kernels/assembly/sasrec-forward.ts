// SASRec forward: the input of one sequence, and the blocks.
import { attend, attentionPlace } from './sasrec-attention';
import { dropOut, mixed } from './sasrec-dropout';
import { addPanels, normalize, rectify, toHeadRows, toPanels } from './sasrec-panels';
import {
  ATTENTION_NORM,
  biasPlace,
  factors,
  heads,
  INNER,
  INNER_NORM,
  itemsPlace,
  KEY,
  matrixPlace,
  maxLength,
  normPlace,
  OUTER,
  OUTPUT,
  panelBytes,
  positionsPlace,
  QUERY,
  rowBytes,
  VALUE,
  weights,
} from './sasrec-shape';
import { BIAS, panelProduct } from './sasrec-tiles';
import { multiplyAdd } from './simd';

// What a block keeps of a sequence for the way back: panels, one array after the other.
/** Normalised input: what queries are made of and the residual starts from. */
export const NORMED: usize = 0;
export const QUERIES: usize = 1;
export const KEYS: usize = 2;
export const VALUES: usize = 3;
export const ATTENDED: usize = 4;
/** Residual and attention: the input of the second norm. */
export const RESIDUAL: usize = 5;
export const MIDDLE: usize = 6;
export const HIDDEN: usize = 7;
export const RESULT: usize = 8;
const KEPT_ARRAYS: usize = 9;

// Places that are dropped out, beside one for the attention of each block.
export const INPUT_DROPOUT: u64 = 0;
export const ATTENTION_DROPOUT: u64 = 1;
export const HIDDEN_DROPOUT: u64 = 2;
export const RESULT_DROPOUT: u64 = 3;

/** Bytes of an array of panels; the arrays of a block do not begin at the same place of a page. */
export function arrayBytes(panels: usize): usize {
  return panels * panelBytes + 192;
}

/** Where the statistics of the norms begin in what a block keeps, 64 bytes a panel for each. */
export function statisticsPlace(panels: usize): usize {
  return KEPT_ARRAYS * arrayBytes(panels);
}

export function inversePlace(panels: usize): usize {
  return statisticsPlace(panels) + 128 * panels;
}

export function exponentsPlace(panels: usize): usize {
  return inversePlace(panels) + 32 * panels * heads;
}

/** Bytes of what a block keeps. */
export function keptBytes(panels: usize): usize {
  return exponentsPlace(panels) + heads * attentionPlace(panels) + 64;
}

/** The key of a kind of dropout of a block. */
export function dropoutKey(seed: u64, block: usize, kind: u64): u64 {
  return mixed(seed + ((<u64>block << 2) | kind));
}

/**
 * The input of a sequence: √factors · item + position, as rows. Positions count from the end: the last item has the last
 * one. Rows that complete the last panel are zeros.
 */
export function embed(sequence: usize, length: usize, panels: usize, rows: usize): void {
  const scale = f32x4.splat(sqrt<f32>(<f32>factors));
  const table = weights + itemsPlace();
  let position = weights + positionsPlace() + (maxLength - length) * rowBytes;
  let row = rows;
  for (let i: usize = 0; i < length; i++) {
    const item = table + <usize>load<u32>(sequence + (i << 2)) * rowBytes;
    for (let o: usize = 0; o < rowBytes; o += 16) {
      v128.store(row + o, multiplyAdd(v128.load(position + o), scale, v128.load(item + o)));
    }
    row += rowBytes;
    position += rowBytes;
  }
  memory.fill(row, 0, rows + panels * 8 * rowBytes - row);
}

/** One of the linear maps of a block, for panels from `x` to `y`. */
function linear(block: usize, matrix: usize, x: usize, y: usize, panels: usize): void {
  const from = weights + matrixPlace(block, matrix);
  const bias = weights + biasPlace(block, matrix);
  panelProduct(from, rowBytes, x, panelBytes, y, panelBytes, panels, factors, factors, BIAS, bias);
}

/**
 * A block on panels of one sequence (Kang & McAuley 2018, as their code has it: queries are normalised and the residual
 * starts from them, keys and values are not).
 *
 * @param kept - `keptBytes(panels)` bytes; the result stands in RESULT
 * @param first - the first panel whose result is wanted
 * @param valueRows - out: the values as rows of `toHeadRows`
 */
export function forwardBlock(
  block: usize,
  x: usize,
  kept: usize,
  first: usize,
  panels: usize,
  valueRows: usize,
  space: usize,
  seed: u64,
): void {
  const array = arrayBytes(panels);
  const skipped = first * panelBytes;
  const count = panels - first;
  const queries = kept + QUERIES * array;
  const values = kept + VALUES * array;
  const keys = kept + KEYS * array;
  const normed = kept + NORMED * array + skipped;
  const attended = kept + ATTENDED * array;
  const residual = kept + RESIDUAL * array + skipped;
  const middle = kept + MIDDLE * array + skipped;
  const hidden = kept + HIDDEN * array + skipped;
  const result = kept + RESULT * array + skipped;
  const statistics = kept + statisticsPlace(panels);
  normalize(x + skipped, normed, weights + normPlace(block, ATTENTION_NORM), statistics, count);
  linear(block, QUERY, normed, queries + skipped, count);
  linear(block, KEY, x, keys, panels);
  linear(block, VALUE, x, values, panels);
  toHeadRows(values, valueRows, panels);
  attend(
    queries,
    keys,
    valueRows,
    attended,
    kept + exponentsPlace(panels),
    kept + inversePlace(panels),
    first,
    panels,
    space,
    dropoutKey(seed, block + 1, ATTENTION_DROPOUT),
  );
  linear(block, OUTPUT, attended + skipped, residual, count);
  addPanels(residual, normed, count);
  const second = statistics + 64 * panels;
  normalize(residual, middle, weights + normPlace(block, INNER_NORM), second, count);
  linear(block, INNER, middle, hidden, count);
  rectify(hidden, count);
  dropOut(hidden, count, dropoutKey(seed, block + 1, HIDDEN_DROPOUT));
  linear(block, OUTER, hidden, result, count);
  dropOut(result, count, dropoutKey(seed, block + 1, RESULT_DROPOUT));
  addPanels(result, middle, count);
}

/** The panels of the input, from rows; dropped out. */
export function inputPanels(rows: usize, x: usize, panels: usize, seed: u64): void {
  toPanels(rows, x, panels);
  dropOut(x, panels, dropoutKey(seed, 0, INPUT_DROPOUT));
}
