// The inverse of a symmetric positive definite matrix by the sweep operator, block by block. Sweeping block k with
// D = A_kk⁻¹ makes A_kk = −D, A_ik = A_ik·D and A_ij = A_ij − A_ik·D·A_kj; after all blocks the matrix is −A⁻¹. Only
// what lies left of the diagonal and on it is kept up to date. The product is that of gemm.ts; the rest is here.
import { nextChunk, parameter, realParameter } from './pool';

/** Rows of a chunk. */
const ROWS: usize = 64;

/**
 * Copies the columns of a block, above the diagonal by symmetry, to a matrix of n × width; ROWS rows a chunk.
 *
 * Parameters: the matrix, its stride in bytes, n, the first column, the width, the copy.
 */
export function copyBlockColumns(): void {
  const matrix = parameter(0);
  const stride = parameter(1);
  const first = parameter(3);
  const width = parameter(4);
  for (let chunk = nextChunk(); chunk >= 0; chunk = nextChunk()) {
    const end = min(parameter(2), (<usize>chunk + 1) * ROWS);
    for (let row = <usize>chunk * ROWS; row < end; row++) {
      const to = parameter(5) + ((row * width) << 2);
      const left: usize = row < first ? 0 : min(width, row - first + 1);
      memory.copy(to, matrix + row * stride + (first << 2), left << 2);
      let above = matrix + (first + left) * stride + (row << 2);
      for (let j = left; j < width; j++) {
        store<f32>(to + (j << 2), load<f32>(above));
        above += stride;
      }
    }
  }
}

/**
 * Inverts the block on the diagonal in double precision by single sweeps.
 *
 * Parameters: the block, width × width, f32; the width; its inverse, f32; work space of (width + 1)·(width + 2) f64;
 * where the number of the first pivot that is not above 0 is written, or the width, and behind it that pivot (f64 both).
 */
export function invertBlock(): void {
  const block = parameter(0);
  const width = parameter(1);
  const inverse = parameter(2);
  const stride = (width + 2) << 3;
  const a = parameter(3);
  const column = a + width * stride;
  const failure = parameter(4);
  for (let i: usize = 0; i < width; i++) {
    for (let j: usize = 0; j <= i; j++) {
      store<f64>(a + i * stride + (j << 3), load<f32>(block + ((i * width + j) << 2)));
    }
  }
  for (let k: usize = 0; k < width; k++) {
    const pivot = load<f64>(a + k * stride + (k << 3));
    if (!(pivot > 0 && pivot < Infinity)) {
      store<f64>(failure, <f64>k);
      store<f64>(failure, pivot, 8);
      return;
    }
    sweep(a, stride, width, k, 1 / pivot, column);
  }
  for (let i: usize = 0; i < width; i++) {
    for (let j: usize = 0; j <= i; j++) {
      const value = <f32>-load<f64>(a + i * stride + (j << 3));
      store<f32>(inverse + ((i * width + j) << 2), value);
      store<f32>(inverse + ((j * width + i) << 2), value);
    }
  }
  store<f64>(failure, <f64>width);
}

/** Sweeps pivot k of the lower triangle; d is its inverse. */
function sweep(a: usize, stride: usize, width: usize, k: usize, d: f64, column: usize): void {
  memory.copy(column, a + k * stride, k << 3);
  for (let i = k; i < width; i++) store<f64>(column + (i << 3), load<f64>(a + i * stride + (k << 3)));
  for (let i: usize = 0; i < width; i++) {
    const row = a + i * stride;
    const factor = f64x2.splat(load<f64>(column + (i << 3)) * d);
    for (let o: usize = 0; o <= i << 3; o += 16) {
      const taken = f64x2.mul(factor, v128.load(column + o));
      v128.store(row + o, f64x2.sub(v128.load(row + o), taken));
    }
  }
  for (let j: usize = 0; j < k; j++) {
    store<f64>(a + k * stride + (j << 3), load<f64>(column + (j << 3)) * d);
  }
  for (let i = k; i < width; i++) {
    store<f64>(a + i * stride + (k << 3), load<f64>(column + (i << 3)) * d);
  }
  store<f64>(a + k * stride + (k << 3), -d);
}

/**
 * Writes the columns of a swept block and its row; ROWS rows of the columns a chunk.
 *
 * Parameters: the matrix, its stride in bytes, n, the first column, the width, the columns n × width, the inverse of the
 * block.
 */
export function storeBlockColumns(): void {
  const matrix = parameter(0);
  const stride = parameter(1);
  const first = parameter(3);
  const width = parameter(4);
  for (let chunk = nextChunk(); chunk >= 0; chunk = nextChunk()) {
    const end = min(parameter(2), (<usize>chunk + 1) * ROWS);
    for (let row = <usize>chunk * ROWS; row < end; row++) {
      const from = parameter(5) + ((row * width) << 2);
      if (row >= first + width) {
        memory.copy(matrix + row * stride + (first << 2), from, width << 2);
        continue;
      }
      if (row >= first) {
        const inverse = parameter(6) + (((row - first) * width) << 2);
        const to = matrix + row * stride + (first << 2);
        for (let j: usize = 0; j <= (row - first) << 2; j += 4) {
          store<f32>(to + j, -load<f32>(inverse + j));
        }
        continue;
      }
      let to = matrix + first * stride + (row << 2);
      for (let j: usize = 0; j < width; j++) {
        store<f32>(to, load<f32>(from + (j << 2)));
        to += stride;
      }
    }
  }
}

/**
 * Multiplies what lies left of the diagonal and on it by a factor and copies it to the right of it; tiles of 64 × 64, a
 * row of tiles a chunk. Parameters: the matrix, its stride in bytes, n, the factor.
 */
export function mirrorLower(): void {
  const matrix = parameter(0);
  const stride = parameter(1);
  const factor = <f32>realParameter(3);
  for (let chunk = nextChunk(); chunk >= 0; chunk = nextChunk()) {
    const start = <usize>chunk * ROWS;
    const end = min(parameter(2), start + ROWS);
    for (let tile: usize = 0; tile <= start; tile += ROWS) {
      for (let row = start; row < end; row++) {
        const columns = min(row + 1, tile + ROWS);
        for (let column = tile; column < columns; column++) {
          const at = matrix + row * stride + (column << 2);
          const value = factor * load<f32>(at);
          store<f32>(at, value);
          store<f32>(matrix + column * stride + (row << 2), value);
        }
      }
    }
  }
}

/** Multiplies each column by its factor (f32), 64 rows a chunk. Parameters: the matrix, its stride, rows, columns, factors. */
export function scaleMatrixColumns(): void {
  const columns = parameter(3);
  const factors = parameter(4);
  for (let chunk = nextChunk(); chunk >= 0; chunk = nextChunk()) {
    const end = min(parameter(2), (<usize>chunk + 1) * ROWS);
    for (let row = <usize>chunk * ROWS; row < end; row++) {
      const at = parameter(0) + row * parameter(1);
      for (let o: usize = 0; o < columns << 2; o += 4) {
        store<f32>(at + o, load<f32>(at + o) * load<f32>(factors + o));
      }
    }
  }
}
