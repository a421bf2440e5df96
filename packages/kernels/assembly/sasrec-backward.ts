// SASRec backward: the blocks, from the gradient of their result to that of their input and of their parameters.
import { attendBackward } from './sasrec-attention';
import { dropOut, keptScale } from './sasrec-dropout';
import {
  arrayBytes,
  ATTENDED,
  dropoutKey,
  exponentsPlace,
  HIDDEN,
  inversePlace,
  KEYS,
  MIDDLE,
  NORMED,
  QUERIES,
  RESIDUAL,
  RESULT_DROPOUT,
  statisticsPlace,
  VALUES,
} from './sasrec-forward';
import { weightGradient } from './sasrec-outer';
import {
  biasGradient,
  headRowsToPanels,
  normalizeBackward,
  rectifyBackward,
  toHeadRows,
} from './sasrec-panels';
import {
  ATTENTION_NORM,
  biasPlace,
  factors,
  headRowBytes,
  INNER,
  INNER_NORM,
  KEY,
  matrixPlace,
  normPlace,
  OUTER,
  OUTPUT,
  panelBytes,
  QUERY,
  rowBytes,
  VALUE,
  weights,
} from './sasrec-shape';
import { ADD, panelProduct, ZERO } from './sasrec-tiles';

/** Arrays of panels, then of rows of heads, that `backwardBlock` works with. */
const PANEL_ARRAYS: usize = 4;
const ROW_ARRAYS: usize = 5;

/** Bytes of an array of rows of heads. */
export function headArrayBytes(panels: usize): usize {
  return panels * 8 * headRowBytes + 192;
}

export function backwardSpace(panels: usize): usize {
  return PANEL_ARRAYS * arrayBytes(panels) + ROW_ARRAYS * headArrayBytes(panels);
}

/** Adds the gradients of one of the linear maps of a block, whose input was `x` and whose result has the gradient `dy`. */
function linearGradients(
  gradients: usize,
  block: usize,
  matrix: usize,
  x: usize,
  dy: usize,
  panels: usize,
): void {
  const to = gradients + matrixPlace(block, matrix);
  weightGradient(x, dy, panelBytes, panels, factors, factors, to, rowBytes);
  biasGradient(dy, gradients + biasPlace(block, matrix), panels);
}

/** The gradient of the input of a linear map: dx (+)= dy · Wᵀ. `transposed` has the matrices of all blocks. */
function linearBackward(
  transposed: usize,
  block: usize,
  matrix: usize,
  dy: usize,
  dx: usize,
  panels: usize,
  start: i32,
): void {
  const from = transposed + (block * 6 + matrix) * factors * rowBytes;
  panelProduct(from, rowBytes, dy, panelBytes, dx, panelBytes, panels, factors, factors, start, 0);
}

/**
 * @param x - the input of the block, panels
 * @param kept - what `forwardBlock` kept
 * @param transposed - the matrices of all blocks, a row for each output
 * @param gradients - have those of the parameters added
 * @param dx - the gradient of the result; out: that of the input
 * @param work - `backwardSpace(panels)` bytes
 * @param space - for attention
 * @param sums - 32 bytes a feature
 */
export function backwardBlock(
  block: usize,
  x: usize,
  kept: usize,
  transposed: usize,
  gradients: usize,
  dx: usize,
  panels: usize,
  work: usize,
  space: usize,
  sums: usize,
  seed: u64,
): void {
  const array = arrayBytes(panels);
  const da = work;
  const db = work + array;
  const dc = work + 2 * array;
  const dd = work + 3 * array;
  const rows = work + PANEL_ARRAYS * array;
  const statistics = kept + statisticsPlace(panels);

  // The feed-forward layer and the norm before it.
  const hidden = kept + HIDDEN * array;
  const middle = kept + MIDDLE * array;
  memory.copy(da, dx, panels * panelBytes);
  dropOut(da, panels, dropoutKey(seed, block + 1, RESULT_DROPOUT));
  linearGradients(gradients, block, OUTER, hidden, da, panels);
  linearBackward(transposed, block, OUTER, da, db, panels, ZERO);
  rectifyBackward(db, hidden, keptScale, panels);
  linearGradients(gradients, block, INNER, middle, db, panels);
  linearBackward(transposed, block, INNER, db, dx, panels, ADD);
  const innerNorm = normPlace(block, INNER_NORM);
  const residual = kept + RESIDUAL * array;
  normalizeBackward(
    dx,
    residual,
    weights + innerNorm,
    statistics + 64 * panels,
    da,
    false,
    gradients + innerNorm,
    panels,
    sums,
  );

  // Attention: `da` is the gradient of the residual sum.
  const attended = kept + ATTENDED * array;
  linearGradients(gradients, block, OUTPUT, attended, da, panels);
  linearBackward(transposed, block, OUTPUT, da, db, panels, ZERO);
  attentionBackward(kept, attended, db, dc, dd, rows, panels, space, sums);
  const normed = kept + NORMED * array;
  linearGradients(gradients, block, QUERY, normed, dc, panels);
  linearGradients(gradients, block, KEY, x, dd, panels);
  linearGradients(gradients, block, VALUE, x, db, panels);
  linearBackward(transposed, block, QUERY, dc, da, panels, ADD);
  linearBackward(transposed, block, KEY, dd, dx, panels, ZERO);
  linearBackward(transposed, block, VALUE, db, dx, panels, ADD);
  const attentionNorm = normPlace(block, ATTENTION_NORM);
  normalizeBackward(
    da,
    x,
    weights + attentionNorm,
    statistics,
    dx,
    true,
    gradients + attentionNorm,
    panels,
    sums,
  );
}

/** The gradients of queries, keys and, in place, values from that of the attended. */
function attentionBackward(
  kept: usize,
  attended: usize,
  dAttended: usize,
  dQueries: usize,
  dKeys: usize,
  rows: usize,
  panels: usize,
  space: usize,
  means: usize,
): void {
  const array = arrayBytes(panels);
  const rowArray = headArrayBytes(panels);
  const queryRows = rows;
  const keyRows = rows + rowArray;
  const gradientRows = rows + 2 * rowArray;
  const dKeyRows = rows + 3 * rowArray;
  const dValueRows = rows + 4 * rowArray;
  toHeadRows(kept + QUERIES * array, queryRows, panels);
  toHeadRows(kept + KEYS * array, keyRows, panels);
  toHeadRows(dAttended, gradientRows, panels);
  attendBackward(
    queryRows,
    keyRows,
    kept + VALUES * array,
    attended,
    kept + exponentsPlace(panels),
    kept + inversePlace(panels),
    dAttended,
    gradientRows,
    dQueries,
    dKeyRows,
    dValueRows,
    panels,
    space,
    means,
  );
  headRowsToPanels(dKeyRows, dKeys, panels);
  headRowsToPanels(dValueRows, dAttended, panels);
}
