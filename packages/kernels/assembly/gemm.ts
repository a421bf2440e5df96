// Products of dense matrices in single precision, after Goto & van de Geijn, "Anatomy of high-performance matrix
// multiplication", 2008: the right factor is packed in panels of 8 columns, rows of the left one are copied to a stride
// that the inner loop knows. Each number of the product is one sum over k ascending, whatever the shapes and the chunks,
// so the same row times the same column gives the same bits everywhere.
import { nextChunk, parameter, realParameter, threadIndex } from './pool';
import { multiplyAdd, transposeTile } from './simd';

/** Rows of a tile. */
export const TILE_ROWS: usize = 5;
/** Columns of a panel and of a tile. */
export const PANEL: usize = 8;
/** How many k are multiplied at once: a panel of this depth stays in the first-level cache. */
export const DEPTH: usize = 256;
/** Bytes from one copied row to the next; no power of two, whose rows would compete for the same cache lines. */
export const STRIDE: usize = (DEPTH + 16) * 4;
/** Rows that are multiplied while they lie in the cache. */
export const BLOCK_ROWS: usize = 40;
/** Bytes of a tile whose numbers do not all belong to the product. */
const EDGE: usize = TILE_ROWS * PANEL * 4;

/** Bytes of a thread's work space for `multiplyRows`. */
@inline
export function rowSpace(depth: usize): usize {
  return ((depth + DEPTH - 1) / DEPTH) * BLOCK_ROWS * STRIDE + EDGE;
}

/** 5 × 8 sums over `depth` steps: starting with 0, or with what stands there. */
export function tile(a: usize, b: usize, c0: usize, stride: usize, depth: usize, fresh: bool): void {
  const c1 = c0 + stride;
  const c2 = c1 + stride;
  const c3 = c2 + stride;
  const c4 = c3 + stride;
  let x0 = f32x4.splat(0);
  let y0 = x0;
  let x1 = x0;
  let y1 = x0;
  let x2 = x0;
  let y2 = x0;
  let x3 = x0;
  let y3 = x0;
  let x4 = x0;
  let y4 = x0;
  if (!fresh) {
    x0 = v128.load(c0);
    y0 = v128.load(c0, 16);
    x1 = v128.load(c1);
    y1 = v128.load(c1, 16);
    x2 = v128.load(c2);
    y2 = v128.load(c2, 16);
    x3 = v128.load(c3);
    y3 = v128.load(c3, 16);
    x4 = v128.load(c4);
    y4 = v128.load(c4, 16);
  }
  for (const end = a + (depth << 2); a < end; ) {
    const u = v128.load(b);
    const v = v128.load(b, 16);
    let s = v128.load_splat<f32>(a);
    x0 = multiplyAdd(x0, s, u);
    y0 = multiplyAdd(y0, s, v);
    s = v128.load_splat<f32>(a, STRIDE);
    x1 = multiplyAdd(x1, s, u);
    y1 = multiplyAdd(y1, s, v);
    s = v128.load_splat<f32>(a, 2 * STRIDE);
    x2 = multiplyAdd(x2, s, u);
    y2 = multiplyAdd(y2, s, v);
    s = v128.load_splat<f32>(a, 3 * STRIDE);
    x3 = multiplyAdd(x3, s, u);
    y3 = multiplyAdd(y3, s, v);
    s = v128.load_splat<f32>(a, 4 * STRIDE);
    x4 = multiplyAdd(x4, s, u);
    y4 = multiplyAdd(y4, s, v);
    a += 4;
    b += 32;
  }
  v128.store(c0, x0);
  v128.store(c0, y0, 16);
  v128.store(c1, x1);
  v128.store(c1, y1, 16);
  v128.store(c2, x2);
  v128.store(c2, y2, 16);
  v128.store(c3, x3);
  v128.store(c3, y3, 16);
  v128.store(c4, x4);
  v128.store(c4, y4, 16);
}

/** A tile of which `rows` × `columns` belong to the product. */
function edgeTile(
  a: usize,
  b: usize,
  c: usize,
  stride: usize,
  depth: usize,
  fresh: bool,
  rows: usize,
  columns: usize,
  edge: usize,
): void {
  if (!fresh) {
    for (let i: usize = 0; i < rows; i++) {
      memory.copy(edge + i * (PANEL << 2), c + i * stride, columns << 2);
    }
  }
  tile(a, b, edge, PANEL << 2, depth, fresh);
  for (let i: usize = 0; i < rows; i++) {
    memory.copy(c + i * stride, edge + i * (PANEL << 2), columns << 2);
  }
}

/** Copies `count` rows of `width` numbers, times `scale`, to a stride of STRIDE; then zeros up to a whole tile. */
export function copyRows(a: usize, stride: usize, count: usize, width: usize, scale: f32, to: usize): void {
  const whole = (width & ~3) << 2;
  const end = width << 2;
  const factor = f32x4.splat(scale);
  for (let i: usize = 0; i < count; i++) {
    let o: usize = 0;
    for (; o < whole; o += 16) v128.store(to + o, f32x4.mul(factor, v128.load(a + o)));
    for (; o < end; o += 4) store<f32>(to + o, scale * load<f32>(a + o));
    a += stride;
    to += STRIDE;
  }
  for (let i = count; i % TILE_ROWS != 0; i++) {
    memory.fill(to, 0, end);
    to += STRIDE;
  }
}

/** Copies `count` columns of `width` numbers, from a row-major matrix, as `copyRows` copies rows. */
function copyColumns(a: usize, stride: usize, count: usize, width: usize, scale: f32, to: usize): void {
  let k: usize = 0;
  for (; k + 4 <= width; k += 4) {
    const source = a + k * stride;
    const target = to + (k << 2);
    let i: usize = 0;
    for (; i + 4 <= count; i += 4) {
      transposeTile(source + (i << 2), stride, target + i * STRIDE, STRIDE);
    }
    for (; i < count; i++) copyColumn(source + (i << 2), stride, 4, target + i * STRIDE);
  }
  for (let i: usize = 0; i < count; i++) {
    copyColumn(a + k * stride + (i << 2), stride, width - k, to + i * STRIDE + (k << 2));
    if (scale != 1) scaleRow(to + i * STRIDE, width, scale);
  }
  for (let i = count; i % TILE_ROWS != 0; i++) memory.fill(to + i * STRIDE, 0, width << 2);
}

/** Numbers that lie `stride` bytes apart, side by side. */
@inline
function copyColumn(from: usize, stride: usize, count: usize, to: usize): void {
  for (; count > 0; count--) {
    store<f32>(to, load<f32>(from));
    from += stride;
    to += 4;
  }
}

function scaleRow(x: usize, count: usize, scale: f32): void {
  for (const end = x + (count << 2); x < end; x += 4) store<f32>(x, scale * load<f32>(x));
}

/**
 * C (+)= scale · A·B for at most BLOCK_ROWS rows, which may lie where C lies; B packed over the same depth.
 *
 * @param columns - how many columns of B and C take part
 * @param space - `rowSpace(depth)` bytes
 */
export function multiplyRows(
  a: usize,
  aStride: usize,
  transposed: bool,
  rows: usize,
  depth: usize,
  b: usize,
  columns: usize,
  c: usize,
  cStride: usize,
  scale: f32,
  fresh: bool,
  space: usize,
): void {
  const edge = space + rowSpace(depth) - EDGE;
  let block = space;
  for (let k: usize = 0; k < depth; k += DEPTH) {
    const width = min(DEPTH, depth - k);
    if (transposed) copyColumns(a + k * aStride, aStride, rows, width, scale, block);
    else copyRows(a + (k << 2), aStride, rows, width, scale, block);
    block += BLOCK_ROWS * STRIDE;
  }
  if (depth == 0 && fresh) {
    for (let i: usize = 0; i < rows; i++) memory.fill(c + i * cStride, 0, columns << 2);
  }
  block = space;
  for (let k: usize = 0; k < depth; k += DEPTH) {
    const width = min(DEPTH, depth - k);
    const start = fresh && k == 0;
    for (let j: usize = 0; j < columns; j += PANEL) {
      const panel = b + ((j * depth + k * PANEL) << 2);
      const target = c + (j << 2);
      const here = min(PANEL, columns - j);
      for (let i: usize = 0; i < rows; i += TILE_ROWS) {
        const from = block + i * STRIDE;
        const to = target + i * cStride;
        const left = min(TILE_ROWS, rows - i);
        if (left == TILE_ROWS && here == PANEL) tile(from, panel, to, cStride, width, start);
        else edgeTile(from, panel, to, cStride, width, start, left, here, edge);
      }
    }
    block += BLOCK_ROWS * STRIDE;
  }
}

/**
 * C (+)= scale · A·B, some rows of C a chunk.
 *
 * Parameters: A, its stride in bytes, whether its columns stand for rows, rows, depth; packed B, columns; C, its stride
 * in bytes; scale; whether C starts with 0; whether only columns up to the row are wanted; work space, `rowSpace(depth)`
 * bytes a thread; rows a chunk, at most BLOCK_ROWS.
 */
export function multiply(): void {
  const a = parameter(0);
  const aStride = parameter(1);
  const transposed = parameter(2) != 0;
  const rows = parameter(3);
  const depth = parameter(4);
  const columns = parameter(6);
  const cStride = parameter(8);
  const lower = parameter(11) != 0;
  const space = parameter(12) + threadIndex() * rowSpace(depth);
  for (let chunk = nextChunk(); chunk >= 0; chunk = nextChunk()) {
    const row = <usize>chunk * parameter(13);
    const count = min(parameter(13), rows - row);
    multiplyRows(
      transposed ? a + (row << 2) : a + row * aStride,
      aStride,
      transposed,
      count,
      depth,
      parameter(5),
      lower ? min(columns, row + count) : columns,
      parameter(7) + row * cStride,
      cStride,
      <f32>realParameter(9),
      parameter(10) != 0,
      space,
    );
  }
}

/**
 * Packs a right factor of `depth` × `columns`, 16 panels a chunk; columns beyond the last become 0.
 *
 * Parameters: B row-major, its stride in bytes, whether its rows stand for columns, depth, columns, packed B.
 */
export function packColumns(): void {
  const b = parameter(0);
  const stride = parameter(1);
  const transposed = parameter(2) != 0;
  const depth = parameter(3);
  const columns = parameter(4);
  const packed = parameter(5);
  for (let chunk = nextChunk(); chunk >= 0; chunk = nextChunk()) {
    const from = <usize>chunk * 16 * PANEL;
    packPanels(b, stride, transposed, depth, from, min(from + 16 * PANEL, columns), packed);
  }
}

/** Packs columns `from` … `to` − 1; `from` is a multiple of PANEL. */
function packPanels(
  b: usize,
  stride: usize,
  transposed: bool,
  depth: usize,
  from: usize,
  to: usize,
  packed: usize,
): void {
  for (let j = from; j < to; j += PANEL) {
    const here = min(PANEL, to - j);
    const panel = packed + ((j * depth) << 2);
    if (transposed) packRows(b + j * stride, stride, here, depth, panel);
    else packPart(b + (j << 2), stride, here, depth, panel);
  }
}

/** A panel from 8 columns, or fewer and zeros. */
function packPart(b: usize, stride: usize, count: usize, depth: usize, panel: usize): void {
  for (let k: usize = 0; k < depth; k++) {
    if (count == PANEL) {
      v128.store(panel, v128.load(b));
      v128.store(panel, v128.load(b, 16), 16);
    } else {
      for (let j: usize = 0; j < PANEL; j++) {
        store<f32>(panel + (j << 2), j < count ? load<f32>(b + (j << 2)) : 0);
      }
    }
    b += stride;
    panel += PANEL << 2;
  }
}

/** A panel from 8 rows, or fewer and zeros. */
export function packRows(b: usize, stride: usize, count: usize, depth: usize, panel: usize): void {
  if (count < PANEL) memory.fill(panel, 0, (PANEL * depth) << 2);
  const whole = depth & ~3;
  let j: usize = 0;
  for (; j + 4 <= count; j += 4) {
    const row = b + j * stride;
    const target = panel + (j << 2);
    for (let k: usize = 0; k < whole; k += 4) {
      transposeTile(row + (k << 2), stride, target + k * (PANEL << 2), PANEL << 2);
    }
    for (let i: usize = 0; i < 4; i++) packRow(row + i * stride, whole, depth, target + (i << 2));
  }
  for (; j < count; j++) packRow(b + j * stride, 0, depth, panel + (j << 2));
}

/** Numbers `from` … `to` − 1 of a row, to one column of a panel. */
function packRow(row: usize, from: usize, to: usize, column: usize): void {
  for (let k = from; k < to; k++) {
    store<f32>(column + k * (PANEL << 2), load<f32>(row + (k << 2)));
  }
}

/** Bytes of a thread's work space for `multiply`. */
export function multiplySpace(depth: usize): usize {
  return rowSpace(depth);
}

/**
 * Products of small matrices that lie one after the other in their arrays, some products a chunk: a thread packs a right
 * factor and multiplies all rows with it.
 *
 * Parameters: left factors, bytes from row to row, whether columns stand for rows, how many; right factors likewise;
 * rows, depth, columns; results, how many, products a chunk; work space, its bytes a thread: `multiplySpace(depth)` and a
 * packed right factor. Product n takes the factors n modulo their numbers.
 */
export function multiplyMatrices(): void {
  const rows = parameter(8);
  const depth = parameter(9);
  const columns = parameter(10);
  const rightSize = (depth * columns) << 2;
  const space = parameter(14) + threadIndex() * parameter(15);
  const packed = space + rowSpace(depth);
  for (let chunk = nextChunk(); chunk >= 0; chunk = nextChunk()) {
    const from = <usize>chunk * parameter(13);
    const end = min(from + parameter(13), parameter(12));
    for (let n = from; n < end; n++) {
      if (n == from || parameter(7) > 1) {
        const right = parameter(4) + (n % parameter(7)) * rightSize;
        packPanels(right, parameter(5), parameter(6) != 0, depth, 0, columns, packed);
      }
      multiplyMatrix(n, rows, depth, columns, packed, space);
    }
  }
}

/** Product `n` of `multiplyMatrices`, with its right factor packed. */
function multiplyMatrix(n: usize, rows: usize, depth: usize, columns: usize, packed: usize, space: usize): void {
  const a = parameter(0) + (((n % parameter(3)) * rows * depth) << 2);
  const aStride = parameter(1);
  const transposed = parameter(2) != 0;
  const cStride = columns << 2;
  const c = parameter(11) + n * rows * cStride;
  for (let row: usize = 0; row < rows; row += BLOCK_ROWS) {
    const at = transposed ? a + (row << 2) : a + row * aStride;
    const count = min(BLOCK_ROWS, rows - row);
    multiplyRows(at, aStride, transposed, count, depth, packed, columns, c + row * cStride, cStride, 1, true, space);
  }
}
