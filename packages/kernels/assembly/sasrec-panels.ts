// What is done number by number with panels of 8 positions: transposing, normalising, adding, dropping out.
import { factors, heads, headWidth, panelBytes, rowBytes, headBytes, headRowBytes } from './sasrec-shape';
import { laneSum, multiplyAdd } from './simd';

const EPSILON: f32 = 1e-8;

/** Writes 4 × 4 numbers transposed. */
function transpose4(from: usize, stride: usize, to: usize, toStride: usize): void {
  const a = v128.load(from);
  const b = v128.load(from + stride);
  const c = v128.load(from + 2 * stride);
  const d = v128.load(from + 3 * stride);
  const ab = v128.shuffle<f32>(a, b, 0, 4, 1, 5);
  const ab2 = v128.shuffle<f32>(a, b, 2, 6, 3, 7);
  const cd = v128.shuffle<f32>(c, d, 0, 4, 1, 5);
  const cd2 = v128.shuffle<f32>(c, d, 2, 6, 3, 7);
  v128.store(to, v128.shuffle<f32>(ab, cd, 0, 1, 4, 5));
  v128.store(to + toStride, v128.shuffle<f32>(ab, cd, 2, 3, 6, 7));
  v128.store(to + 2 * toStride, v128.shuffle<f32>(ab2, cd2, 0, 1, 4, 5));
  v128.store(to + 3 * toStride, v128.shuffle<f32>(ab2, cd2, 2, 3, 6, 7));
}

/** A row for each position. */
export function toRows(panel: usize, row: usize, panels: usize): void {
  featuresToRows(panel, row, rowBytes, panels, factors);
  if ((factors & 3) == 0) return;
  for (const end = row + 8 * panels * rowBytes; row < end; row += rowBytes) {
    store<u64>(row + (factors << 2), 0);
  }
}

/** A row for each position, in which each head begins at a multiple of 32 bytes. */
export function toHeadRows(panel: usize, row: usize, panels: usize): void {
  for (let head: usize = 0; head < heads; head++) {
    featuresToRows(panel, row, headRowBytes, panels, headWidth);
    panel += headWidth << 5;
    row += headBytes;
  }
}

function featuresToRows(panel: usize, row: usize, stride: usize, panels: usize, width: usize): void {
  for (let p: usize = 0; p < panels; p++) {
    for (let f: usize = 0; f < width; f += 4) {
      transpose4(panel + (f << 5), 32, row + (f << 2), stride);
      transpose4(panel + (f << 5) + 16, 32, row + (f << 2) + 4 * stride, stride);
    }
    panel += panelBytes;
    row += 8 * stride;
  }
}

/** Panels from rows. */
export function toPanels(row: usize, panel: usize, panels: usize): void {
  featuresToPanels(row, rowBytes, panel, panels, factors);
}

/** Panels from rows as `toHeadRows` writes them. */
export function headRowsToPanels(row: usize, panel: usize, panels: usize): void {
  // The last 4 features of a head may reach into the next head or panel, which are written later.
  for (let p: usize = 0; p < panels; p++) {
    for (let head: usize = 0; head < heads; head++) {
      const from = row + head * headBytes;
      featuresToPanels(from, headRowBytes, panel + head * (headWidth << 5), 1, headWidth);
    }
    panel += panelBytes;
    row += 8 * headRowBytes;
  }
}

function featuresToPanels(row: usize, stride: usize, panel: usize, panels: usize, width: usize): void {
  for (let p: usize = 0; p < panels; p++) {
    for (let f: usize = 0; f < width; f += 4) {
      transpose4(row + (f << 2), stride, panel + (f << 5), 32);
      transpose4(row + (f << 2) + 4 * stride, stride, panel + (f << 5) + 16, 32);
    }
    panel += panelBytes;
    row += 8 * stride;
  }
}

/**
 * Layer normalisation of each position: y = gain · (x − mean) / √(variance + 1e-8) + bias.
 *
 * @param statistics - out: means and inverse deviations, 64 bytes a panel
 */
export function normalize(
  x: usize,
  y: usize,
  gain: usize,
  statistics: usize,
  panels: usize,
): void {
  for (let p: usize = 0; p < panels; p++) {
    normalizeHalf(x, y, gain, statistics);
    normalizeHalf(x + 16, y + 16, gain, statistics + 16);
    x += panelBytes;
    y += panelBytes;
    statistics += 64;
  }
}

function normalizeHalf(x: usize, y: usize, gain: usize, statistics: usize): void {
  const end = factors << 5;
  const share = f32x4.splat(<f32>1 / <f32>factors);
  let sum = f32x4.splat(0);
  let squares = sum;
  for (let o: usize = 0; o < end; o += 32) sum = f32x4.add(sum, v128.load(x + o));
  const mean = f32x4.mul(sum, share);
  for (let o: usize = 0; o < end; o += 32) {
    const centred = f32x4.sub(v128.load(x + o), mean);
    squares = multiplyAdd(squares, centred, centred);
  }
  const variance = multiplyAdd(f32x4.splat(EPSILON), squares, share);
  const inverse = f32x4.div(f32x4.splat(1), f32x4.sqrt(variance));
  v128.store(statistics, mean);
  v128.store(statistics, inverse, 32);
  const bias = gain + rowBytes;
  for (let o: usize = 0; o < end; o += 32) {
    const standard = f32x4.mul(f32x4.sub(v128.load(x + o), mean), inverse);
    const g = v128.load_splat<f32>(gain + (o >> 3));
    v128.store(y + o, multiplyAdd(v128.load_splat<f32>(bias + (o >> 3)), standard, g));
  }
}

/**
 * The gradient of `normalize`.
 *
 * @param dx - gets the gradient of x, or has it added
 * @param gainGradient - has the gradients of gain and bias added
 * @param space - 32 bytes a feature
 */
export function normalizeBackward(
  dy: usize,
  x: usize,
  gain: usize,
  statistics: usize,
  dx: usize,
  add: bool,
  gainGradient: usize,
  panels: usize,
  space: usize,
): void {
  memory.fill(space, 0, factors << 5);
  for (let p: usize = 0; p < panels; p++) {
    normalizeHalfBackward(dy, x, gain, statistics, dx, add, space);
    normalizeHalfBackward(dy + 16, x + 16, gain, statistics + 16, dx + 16, add, space);
    dy += panelBytes;
    x += panelBytes;
    dx += panelBytes;
    statistics += 64;
  }
  const biasGradient = gainGradient + rowBytes;
  for (let f: usize = 0; f < factors; f++) {
    const o = f << 2;
    const sums = space + (f << 5);
    store<f32>(gainGradient + o, load<f32>(gainGradient + o) + laneSum(v128.load(sums)));
    store<f32>(biasGradient + o, load<f32>(biasGradient + o) + laneSum(v128.load(sums, 16)));
  }
}

function normalizeHalfBackward(
  dy: usize,
  x: usize,
  gain: usize,
  statistics: usize,
  dx: usize,
  add: bool,
  space: usize,
): void {
  const end = factors << 5;
  const share = f32x4.splat(<f32>1 / <f32>factors);
  const mean = v128.load(statistics);
  const inverse = v128.load(statistics, 32);
  let sum = f32x4.splat(0);
  let product = sum;
  for (let o: usize = 0; o < end; o += 32) {
    const d = v128.load(dy + o);
    const standard = f32x4.mul(f32x4.sub(v128.load(x + o), mean), inverse);
    const both = f32x4.mul(d, standard);
    const g = v128.load_splat<f32>(gain + (o >> 3));
    sum = multiplyAdd(sum, d, g);
    product = multiplyAdd(product, both, g);
    v128.store(space + o, f32x4.add(v128.load(space + o), both));
    v128.store(space + o, f32x4.add(v128.load(space + o, 16), d), 16);
  }
  sum = f32x4.mul(sum, share);
  product = f32x4.mul(product, share);
  for (let o: usize = 0; o < end; o += 32) {
    const g = v128.load_splat<f32>(gain + (o >> 3));
    const standard = f32x4.mul(f32x4.sub(v128.load(x + o), mean), inverse);
    const centred = f32x4.sub(f32x4.mul(v128.load(dy + o), g), sum);
    let d = f32x4.mul(inverse, f32x4.sub(centred, f32x4.mul(product, standard)));
    if (add) d = f32x4.add(d, v128.load(dx + o));
    v128.store(dx + o, d);
  }
}

/** The sums of each feature over all positions, added to a row. */
export function biasGradient(dy: usize, to: usize, panels: usize): void {
  for (let f: usize = 0; f < factors; f++) {
    let sum = f32x4.splat(0);
    let other = sum;
    let from = dy + (f << 5);
    for (let p: usize = 0; p < panels; p++) {
      sum = f32x4.add(sum, v128.load(from));
      other = f32x4.add(other, v128.load(from, 16));
      from += panelBytes;
    }
    const o = f << 2;
    store<f32>(to + o, load<f32>(to + o) + laneSum(f32x4.add(sum, other)));
  }
}

/** Adds whole panels. */
export function addPanels(to: usize, x: usize, panels: usize): void {
  for (const end = to + panels * panelBytes; to < end; to += 32) {
    v128.store(to, f32x4.add(v128.load(to), v128.load(x)));
    v128.store(to, f32x4.add(v128.load(to, 16), v128.load(x, 16)), 16);
    x += 32;
  }
}

/** max(x, 0) in place. */
export function rectify(x: usize, panels: usize): void {
  const zero = f32x4.splat(0);
  for (const end = x + panels * panelBytes; x < end; x += 16) {
    v128.store(x, f32x4.max(v128.load(x), zero));
  }
}

/** The gradient of `rectify` and the dropout after it, in place: kept, times `scale`, where the result was above 0. */
export function rectifyBackward(dx: usize, y: usize, scale: f32, panels: usize): void {
  const zero = f32x4.splat(0);
  const factor = f32x4.splat(scale);
  for (const end = dx + panels * panelBytes; dx < end; dx += 16) {
    const kept = f32x4.gt(v128.load(y), zero);
    v128.store(dx, v128.and(f32x4.mul(v128.load(dx), factor), kept));
    y += 16;
  }
}
