// The inner loops of attention. A panel has 8 queries, one a lane: 32 bytes for each number of a query, or for each key.
import { multiplyAdd } from './simd';

/** Packs `here` rows as a panel, times `scale`; zeros for the rows that are missing. */
export function packPanel(x: usize, depth: usize, here: usize, scale: f32, to: usize): void {
  if (here < 8) memory.fill(to, 0, depth << 5);
  for (let lane: usize = 0; lane < here; lane++) {
    let at = to + (lane << 2);
    for (const end = x + (depth << 2); x < end; x += 4) {
      store<f32>(at, scale * load<f32>(x));
      at += 32;
    }
  }
}

/** Writes a panel, times a factor of each query, as rows. */
export function storePanel(panel: usize, depth: usize, here: usize, early: v128, late: v128, to: usize): void {
  const end = panel + (depth << 5);
  for (let at = panel; at < end; at += 32) {
    v128.store(at, f32x4.mul(early, v128.load(at)));
    v128.store(at, f32x4.mul(late, v128.load(at, 16)), 16);
  }
  for (let lane: usize = 0; lane < here; lane++) {
    for (let at = panel + (lane << 2); at < end; at += 32) {
      store<f32>(to, load<f32>(at));
      to += 4;
    }
  }
}

/** Products of a panel with four rows. */
function dots4(row: usize, stride: usize, panel: usize, depth: usize, to: usize): void {
  let row1 = row + stride;
  let row2 = row1 + stride;
  let row3 = row2 + stride;
  let a0 = f32x4.splat(0);
  let b0 = a0;
  let a1 = a0;
  let b1 = a0;
  let a2 = a0;
  let b2 = a0;
  let a3 = a0;
  let b3 = a0;
  for (const end = row + (depth << 2); row < end; row += 4) {
    const u = v128.load(panel);
    const v = v128.load(panel, 16);
    let s = v128.load_splat<f32>(row);
    a0 = multiplyAdd(a0, s, u);
    b0 = multiplyAdd(b0, s, v);
    s = v128.load_splat<f32>(row1);
    a1 = multiplyAdd(a1, s, u);
    b1 = multiplyAdd(b1, s, v);
    s = v128.load_splat<f32>(row2);
    a2 = multiplyAdd(a2, s, u);
    b2 = multiplyAdd(b2, s, v);
    s = v128.load_splat<f32>(row3);
    a3 = multiplyAdd(a3, s, u);
    b3 = multiplyAdd(b3, s, v);
    row1 += 4;
    row2 += 4;
    row3 += 4;
    panel += 32;
  }
  v128.store(to, a0);
  v128.store(to, b0, 16);
  v128.store(to, a1, 32);
  v128.store(to, b1, 48);
  v128.store(to, a2, 64);
  v128.store(to, b2, 80);
  v128.store(to, a3, 96);
  v128.store(to, b3, 112);
}

/** Products of a panel with one row. */
function dots1(row: usize, panel: usize, depth: usize, to: usize): void {
  let a = f32x4.splat(0);
  let b = a;
  for (const end = row + (depth << 2); row < end; row += 4) {
    const s = v128.load_splat<f32>(row);
    a = multiplyAdd(a, s, v128.load(panel));
    b = multiplyAdd(b, s, v128.load(panel, 16));
    panel += 32;
  }
  v128.store(to, a);
  v128.store(to, b, 16);
}

/** Products of a panel with rows `from` … `end` − 1; the last four may reach before `from`. */
export function dots(rows: usize, depth: usize, panel: usize, to: usize, from: usize, end: usize): void {
  const stride = depth << 2;
  let row = from;
  for (; row + 4 <= end; row += 4) dots4(rows + row * stride, stride, panel, depth, to + (row << 5));
  if (row == end) return;
  if (end >= 4) dots4(rows + (end - 4) * stride, stride, panel, depth, to + ((end - 4) << 5));
  else for (; row < end; row++) dots1(rows + row * stride, panel, depth, to + (row << 5));
}

/** Sums of four columns of rows, times the weights of a panel. */
function sums4(row: usize, stride: usize, weights: usize, end: usize, to: usize): void {
  let a0 = f32x4.splat(0);
  let b0 = a0;
  let a1 = a0;
  let b1 = a0;
  let a2 = a0;
  let b2 = a0;
  let a3 = a0;
  let b3 = a0;
  for (; weights < end; weights += 32) {
    const u = v128.load(weights);
    const v = v128.load(weights, 16);
    let s = v128.load_splat<f32>(row);
    a0 = multiplyAdd(a0, s, u);
    b0 = multiplyAdd(b0, s, v);
    s = v128.load_splat<f32>(row, 4);
    a1 = multiplyAdd(a1, s, u);
    b1 = multiplyAdd(b1, s, v);
    s = v128.load_splat<f32>(row, 8);
    a2 = multiplyAdd(a2, s, u);
    b2 = multiplyAdd(b2, s, v);
    s = v128.load_splat<f32>(row, 12);
    a3 = multiplyAdd(a3, s, u);
    b3 = multiplyAdd(b3, s, v);
    row += stride;
  }
  v128.store(to, a0);
  v128.store(to, b0, 16);
  v128.store(to, a1, 32);
  v128.store(to, b1, 48);
  v128.store(to, a2, 64);
  v128.store(to, b2, 80);
  v128.store(to, a3, 96);
  v128.store(to, b3, 112);
}

/** Sums of one column. */
function sums1(row: usize, stride: usize, weights: usize, end: usize, to: usize): void {
  let a = f32x4.splat(0);
  let b = a;
  for (; weights < end; weights += 32) {
    const s = v128.load_splat<f32>(row);
    a = multiplyAdd(a, s, v128.load(weights));
    b = multiplyAdd(b, s, v128.load(weights, 16));
    row += stride;
  }
  v128.store(to, a);
  v128.store(to, b, 16);
}

/** Sums of rows `from` … `end` − 1, times the weights of a panel, as a panel. */
export function weightedSums(rows: usize, depth: usize, weights: usize, from: usize, end: usize, to: usize): void {
  const stride = depth << 2;
  const first = rows + from * stride;
  const last = weights + (end << 5);
  weights += from << 5;
  let column: usize = 0;
  for (; column + 4 <= depth; column += 4) {
    sums4(first + (column << 2), stride, weights, last, to + (column << 5));
  }
  if (column == depth) return;
  if (depth >= 4) sums4(first + stride - 16, stride, weights, last, to + ((depth - 4) << 5));
  else for (; column < depth; column++) sums1(first + (column << 2), stride, weights, last, to + (column << 5));
}

/** Adds to four rows of 8 numbers the rows of the queries of panels, times their weights. */
export function outerProducts(
  weights: usize,
  strip: usize,
  rows: usize,
  stride: usize,
  panels: usize,
  to: usize,
): void {
  const to1 = to + stride;
  const to2 = to1 + stride;
  const to3 = to2 + stride;
  let a0 = v128.load(to);
  let b0 = v128.load(to, 16);
  let a1 = v128.load(to1);
  let b1 = v128.load(to1, 16);
  let a2 = v128.load(to2);
  let b2 = v128.load(to2, 16);
  let a3 = v128.load(to3);
  let b3 = v128.load(to3, 16);
  for (; panels > 0; panels--) {
    for (const end = weights + 32; weights < end; weights += 4) {
      const u = v128.load(rows);
      const v = v128.load(rows, 16);
      let s = v128.load_splat<f32>(weights);
      a0 = multiplyAdd(a0, s, u);
      b0 = multiplyAdd(b0, s, v);
      s = v128.load_splat<f32>(weights, 32);
      a1 = multiplyAdd(a1, s, u);
      b1 = multiplyAdd(b1, s, v);
      s = v128.load_splat<f32>(weights, 64);
      a2 = multiplyAdd(a2, s, u);
      b2 = multiplyAdd(b2, s, v);
      s = v128.load_splat<f32>(weights, 96);
      a3 = multiplyAdd(a3, s, u);
      b3 = multiplyAdd(b3, s, v);
      rows += stride;
    }
    weights += strip - 32;
  }
  v128.store(to, a0);
  v128.store(to, b0, 16);
  v128.store(to1, a1);
  v128.store(to1, b1, 16);
  v128.store(to2, a2);
  v128.store(to2, b2, 16);
  v128.store(to3, a3);
  v128.store(to3, b3, 16);
}
