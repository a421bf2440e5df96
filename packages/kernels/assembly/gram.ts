// Gram matrices of dense row-major matrices in single precision, whose rows have a multiple of 8 numbers.
import { nextChunk, parameter } from './pool';
import { multiplyAdd } from './simd';

/** Numbers of the rows that are summed while they lie in the first-level cache. */
const PANEL_NUMBERS: usize = 8192;
/** The most of such rows: their sums are in single precision, whose rounding may all go the same way. */
const PANEL_ROWS: usize = 128;

/** Adds Σ a[i]·b[j] over `count` rows to 4 × 8 numbers of G. */
function addTile(a: usize, b: usize, stride: usize, count: usize, g: usize): void {
  const g1 = g + stride;
  const g2 = g1 + stride;
  const g3 = g2 + stride;
  let x0 = f32x4.splat(0);
  let y0 = x0;
  let x1 = x0;
  let y1 = x0;
  let x2 = x0;
  let y2 = x0;
  let x3 = x0;
  let y3 = x0;
  for (let row: usize = 0; row < count; row++) {
    const u = v128.load(b);
    const v = v128.load(b, 16);
    let s = v128.load_splat<f32>(a);
    x0 = multiplyAdd(x0, s, u);
    y0 = multiplyAdd(y0, s, v);
    s = v128.load_splat<f32>(a, 4);
    x1 = multiplyAdd(x1, s, u);
    y1 = multiplyAdd(y1, s, v);
    s = v128.load_splat<f32>(a, 8);
    x2 = multiplyAdd(x2, s, u);
    y2 = multiplyAdd(y2, s, v);
    s = v128.load_splat<f32>(a, 12);
    x3 = multiplyAdd(x3, s, u);
    y3 = multiplyAdd(y3, s, v);
    a += stride;
    b += stride;
  }
  v128.store(g, f32x4.add(v128.load(g), x0));
  v128.store(g, f32x4.add(v128.load(g, 16), y0), 16);
  v128.store(g1, f32x4.add(v128.load(g1), x1));
  v128.store(g1, f32x4.add(v128.load(g1, 16), y1), 16);
  v128.store(g2, f32x4.add(v128.load(g2), x2));
  v128.store(g2, f32x4.add(v128.load(g2, 16), y2), 16);
  v128.store(g3, f32x4.add(v128.load(g3), x3));
  v128.store(g3, f32x4.add(v128.load(g3, 16), y3), 16);
}

/**
 * The upper triangle of the Gram matrix of a chunk's rows, each chunk in a matrix of its own.
 *
 * Parameters: matrix, numbers of a row, rows, rows of a chunk, results.
 */
export function gramOfRows(): void {
  const matrix = parameter(0);
  const width = parameter(1);
  const rows = parameter(2);
  const chunkRows = parameter(3);
  const stride = width << 2;
  const panel = min(PANEL_ROWS, max<usize>(8, PANEL_NUMBERS / max<usize>(1, width)));
  for (let chunk = nextChunk(); chunk >= 0; chunk = nextChunk()) {
    const gram = parameter(4) + <usize>chunk * stride * width;
    memory.fill(gram, 0, stride * width);
    const end = min(rows, (<usize>chunk + 1) * chunkRows);
    for (let row = <usize>chunk * chunkRows; row < end; row += panel) {
      const from = matrix + row * stride;
      const count = min(panel, end - row);
      for (let i: usize = 0; i < width; i += 4) {
        for (let j = i & ~7; j < width; j += 8) {
          addTile(from + (i << 2), from + (j << 2), stride, count, gram + i * stride + (j << 2));
        }
      }
    }
  }
}

/**
 * The sum of upper triangles as a full symmetric matrix of doubles, one row a chunk.
 *
 * Parameters: matrices, how many, numbers of their rows, n, result: n × n.
 */
export function sumOfGrams(): void {
  const grams = parameter(0);
  const count = parameter(1);
  const width = parameter(2);
  const n = parameter(3);
  const result = parameter(4);
  const size = (width * width) << 2;
  for (let chunk = nextChunk(); chunk >= 0; chunk = nextChunk()) {
    const i = <usize>chunk;
    for (let j = i; j < n; j++) {
      let at = grams + ((i * width + j) << 2);
      let sum: f64 = 0;
      for (let k: usize = 0; k < count; k++) {
        sum += <f64>load<f32>(at);
        at += size;
      }
      store<f64>(result + ((i * n + j) << 3), sum);
      store<f64>(result + ((j * n + i) << 3), sum);
    }
  }
}
