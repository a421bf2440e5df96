// Products of which the positions are summed over: gradients of weights, of keys and values, of items.
import { laneSums, multiplyAdd } from './simd';

/**
 * 5 rows × 8 columns of C += AᵀB: A in panels, one row of C for each of its rows; B row-major, one row a position. C is
 * read last, so that nothing waits for it.
 *
 * @param step - bytes from one panel to the next; it grows by `growth` each time
 */
export function outerTile5(
  a: usize,
  step: usize,
  growth: usize,
  b: usize,
  bStride: usize,
  c0: usize,
  cStride: usize,
  panels: usize,
): void {
  const c1 = c0 + cStride;
  const c2 = c1 + cStride;
  const c3 = c2 + cStride;
  const c4 = c3 + cStride;
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
  for (; panels > 0; panels--) {
    for (const end = a + 32; a < end; a += 4) {
      const u = v128.load(b);
      const v = v128.load(b, 16);
      let s = v128.load_splat<f32>(a);
      x0 = multiplyAdd(x0, s, u);
      y0 = multiplyAdd(y0, s, v);
      s = v128.load_splat<f32>(a, 32);
      x1 = multiplyAdd(x1, s, u);
      y1 = multiplyAdd(y1, s, v);
      s = v128.load_splat<f32>(a, 64);
      x2 = multiplyAdd(x2, s, u);
      y2 = multiplyAdd(y2, s, v);
      s = v128.load_splat<f32>(a, 96);
      x3 = multiplyAdd(x3, s, u);
      y3 = multiplyAdd(y3, s, v);
      s = v128.load_splat<f32>(a, 128);
      x4 = multiplyAdd(x4, s, u);
      y4 = multiplyAdd(y4, s, v);
      b += bStride;
    }
    a += step - 32;
    step += growth;
  }
  v128.store(c0, f32x4.add(v128.load(c0), x0));
  v128.store(c0, f32x4.add(v128.load(c0, 16), y0), 16);
  v128.store(c1, f32x4.add(v128.load(c1), x1));
  v128.store(c1, f32x4.add(v128.load(c1, 16), y1), 16);
  v128.store(c2, f32x4.add(v128.load(c2), x2));
  v128.store(c2, f32x4.add(v128.load(c2, 16), y2), 16);
  v128.store(c3, f32x4.add(v128.load(c3), x3));
  v128.store(c3, f32x4.add(v128.load(c3, 16), y3), 16);
  v128.store(c4, f32x4.add(v128.load(c4), x4));
  v128.store(c4, f32x4.add(v128.load(c4, 16), y4), 16);
}

/** The same for 4 rows. */
export function outerTile4(
  a: usize,
  step: usize,
  growth: usize,
  b: usize,
  bStride: usize,
  c0: usize,
  cStride: usize,
  panels: usize,
): void {
  const c1 = c0 + cStride;
  const c2 = c1 + cStride;
  const c3 = c2 + cStride;
  let x0 = f32x4.splat(0);
  let y0 = x0;
  let x1 = x0;
  let y1 = x0;
  let x2 = x0;
  let y2 = x0;
  let x3 = x0;
  let y3 = x0;
  for (; panels > 0; panels--) {
    for (const end = a + 32; a < end; a += 4) {
      const u = v128.load(b);
      const v = v128.load(b, 16);
      let s = v128.load_splat<f32>(a);
      x0 = multiplyAdd(x0, s, u);
      y0 = multiplyAdd(y0, s, v);
      s = v128.load_splat<f32>(a, 32);
      x1 = multiplyAdd(x1, s, u);
      y1 = multiplyAdd(y1, s, v);
      s = v128.load_splat<f32>(a, 64);
      x2 = multiplyAdd(x2, s, u);
      y2 = multiplyAdd(y2, s, v);
      s = v128.load_splat<f32>(a, 96);
      x3 = multiplyAdd(x3, s, u);
      y3 = multiplyAdd(y3, s, v);
      b += bStride;
    }
    a += step - 32;
    step += growth;
  }
  v128.store(c0, f32x4.add(v128.load(c0), x0));
  v128.store(c0, f32x4.add(v128.load(c0, 16), y0), 16);
  v128.store(c1, f32x4.add(v128.load(c1), x1));
  v128.store(c1, f32x4.add(v128.load(c1, 16), y1), 16);
  v128.store(c2, f32x4.add(v128.load(c2), x2));
  v128.store(c2, f32x4.add(v128.load(c2, 16), y2), 16);
  v128.store(c3, f32x4.add(v128.load(c3), x3));
  v128.store(c3, f32x4.add(v128.load(c3, 16), y3), 16);
}

/** Inputs whose stripes stay in the first-level cache. */
const INPUTS: usize = 8;

/** 2 × 4 numbers of dW += X·dYᵀ, sums over all positions: of the first four of each panel, then of the others. */
function weightTile(
  x: usize,
  dy: usize,
  stride: usize,
  to: usize,
  toStride: usize,
  panels: usize,
): void {
  let s00 = f32x4.splat(0);
  let s01 = s00;
  let s02 = s00;
  let s03 = s00;
  let s10 = s00;
  let s11 = s00;
  let s12 = s00;
  let s13 = s00;
  const back = panels * stride - 16;
  for (let half = 0; half < 2; half++) {
    for (const end = x + panels * stride; x < end; x += stride) {
      const a0 = v128.load(x);
      const a1 = v128.load(x, 32);
      let b = v128.load(dy);
      s00 = multiplyAdd(s00, a0, b);
      s10 = multiplyAdd(s10, a1, b);
      b = v128.load(dy, 32);
      s01 = multiplyAdd(s01, a0, b);
      s11 = multiplyAdd(s11, a1, b);
      b = v128.load(dy, 64);
      s02 = multiplyAdd(s02, a0, b);
      s12 = multiplyAdd(s12, a1, b);
      b = v128.load(dy, 96);
      s03 = multiplyAdd(s03, a0, b);
      s13 = multiplyAdd(s13, a1, b);
      dy += stride;
    }
    x -= back;
    dy -= back;
  }
  v128.store(to, f32x4.add(v128.load(to), laneSums(s00, s01, s02, s03)));
  to += toStride;
  v128.store(to, f32x4.add(v128.load(to), laneSums(s10, s11, s12, s13)));
}

/** dW += X·dYᵀ, row-major: a row for each of `inputs` features of X, a column for each of `outputs` of dY. */
export function weightGradient(
  x: usize,
  dy: usize,
  stride: usize,
  panels: usize,
  inputs: usize,
  outputs: usize,
  to: usize,
  toStride: usize,
): void {
  for (let first: usize = 0; first < inputs; first += INPUTS) {
    const end = min(first + INPUTS, inputs);
    for (let o: usize = 0; o < outputs; o += 4) {
      for (let i = first; i < end; i += 2) {
        const target = to + i * toStride + (o << 2);
        weightTile(x + (i << 5), dy + (o << 5), stride, target, toStride, panels);
      }
    }
  }
}
