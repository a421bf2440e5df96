// What all tasks of SASRec know: the shape of the model and where its parameters lie. All parameters are rows of one
// matrix: for each block its matrices (a row for each input), biases and norms; the last norm; positions; items.
import { parameter } from './pool';

export let factors: usize = 0;
export let heads: usize = 0;
/** Features of a head. */
export let headWidth: usize = 0;
export let blocks: usize = 0;
export let maxLength: usize = 0;
export let items: usize = 0;
/** Where the parameters lie. */
export let weights: usize = 0;
/** Bytes from one row of parameters, hidden states or gradients to the next. */
export let rowBytes: usize = 0;
/** Bytes of a row that may hold other numbers than 0, a multiple of 16. */
export let usedBytes: usize = 0;
/** Bytes of a head in a row of which each head begins at a multiple of 32 bytes, and of such a row. */
export let headBytes: usize = 0;
export let headRowBytes: usize = 0;
/** Bytes from one panel of 8 positions to the next. */
export let panelBytes: usize = 0;

/** The first parameter after those of the shape. */
export const AFTER_SHAPE: i32 = 8;

// The matrices of a block, in this order, then their biases, then gain and bias of its two norms.
export const QUERY: usize = 0;
export const KEY: usize = 1;
export const VALUE: usize = 2;
export const OUTPUT: usize = 3;
export const INNER: usize = 4;
export const OUTER: usize = 5;
export const MATRICES: usize = 6;
export const ATTENTION_NORM: usize = 0;
export const INNER_NORM: usize = 1;

/** Strides of 256 bytes would compete for the same lines of the first-level cache. */
function strideOf(width: usize): usize {
  const bytes = ((width + 7) & ~7) << 2;
  return bytes % 256 == 0 ? bytes + 64 : bytes;
}

export function setShape(width: usize, headCount: usize): void {
  factors = width;
  heads = headCount;
  headWidth = width / headCount;
  rowBytes = strideOf(width);
  usedBytes = ((width + 3) & ~3) << 2;
  headBytes = ((headWidth + 7) & ~7) << 2;
  headRowBytes = strideOf((headBytes >> 2) * headCount);
  const bytes = ((width + 3) & ~3) << 5;
  panelBytes = bytes % 512 == 0 ? bytes + 64 : bytes;
}

/** Sets what stands behind the numbers of a row to 0. */
@inline
export function clearRest(row: usize): void {
  memory.fill(row + (factors << 2), 0, rowBytes - (factors << 2));
}

/** Reads the first parameters of a task: factors, heads, blocks, longest sequence, items, where the parameters lie. */
export function readShape(): void {
  setShape(parameter(0), parameter(1));
  blocks = parameter(2);
  maxLength = parameter(3);
  items = parameter(4);
  weights = parameter(5);
}

/** Bytes from one row of parameters to the next. */
export function sasRecRowBytes(width: usize): usize {
  return strideOf(width);
}

@inline
function blockRows(): usize {
  return MATRICES * (factors + 1) + 4;
}

/** Bytes before a matrix of a block; the same place in parameters and in gradients. */
export function matrixPlace(block: usize, matrix: usize): usize {
  return (block * blockRows() + matrix * factors) * rowBytes;
}

export function biasPlace(block: usize, matrix: usize): usize {
  return (block * blockRows() + MATRICES * factors + matrix) * rowBytes;
}

/** Bytes before the gain of a norm, after which its bias stands; block `blocks` has the last norm alone. */
export function normPlace(block: usize, norm: usize): usize {
  const before = block < blocks ? MATRICES * (factors + 1) : 0;
  return (block * blockRows() + before + 2 * norm) * rowBytes;
}

export function positionsPlace(): usize {
  return (blocks * blockRows() + 2) * rowBytes;
}

/** Bytes before the items: what all parameters but those of items take. */
export function itemsPlace(): usize {
  return positionsPlace() + maxLength * rowBytes;
}
