// Half a step of alternating least squares by conjugate gradients. In the basis of the eigenvectors of the Gram matrix
// of the other side's factors, the part of a row's system that comes from all pairs is a diagonal D; with the factors
// scaled by D^-½ the system is 1 + Σ c·y·yᵀ over the row's entries alone.
import { addWeighted, dots, gather, paddedRows } from './gathered';
import { BLOCK_ROWS, multiplyRows, rowSpace } from './gemm';
import { nextChunk, parameter, realParameter, threadIndex } from './pool';
import { laneSum, multiplyAdd } from './simd';

/** Bytes of gathered rows that are kept for all steps; rows with more entries are gathered again, part by part. */
const KEPT: usize = 1 << 20;

/** Bytes of gathered rows that are worked on while they lie in the second-level cache. */
const PART: usize = 1 << 17;

/** How many gathered rows are worked on at once. */
@inline
function partRows(bytes: usize): usize {
  return max<usize>(8, (PART / bytes) & ~7);
}

/** How many gathered rows are kept. */
@inline
function keptRows(bytes: usize): usize {
  return max<usize>(8, (KEPT / bytes) & ~7);
}

/** Bytes of a thread's work space for rows of `width` numbers. */
export function solveSpace(width: usize): usize {
  const bytes = width << 2;
  return (
    rowSpace(width) + BLOCK_ROWS * bytes + 5 * bytes + keptRows(bytes) * bytes + 8 * partRows(bytes) + 64
  );
}

function squaredLength(x: usize, bytes: usize): f32 {
  return product(x, x, bytes);
}

function product(x: usize, y: usize, bytes: usize): f32 {
  let a = f32x4.splat(0);
  let b = a;
  for (const end = x + bytes; x < end; x += 32) {
    a = multiplyAdd(a, v128.load(x), v128.load(y));
    b = multiplyAdd(b, v128.load(x, 16), v128.load(y, 16));
    y += 32;
  }
  return laneSum(f32x4.add(a, b));
}

/** to += factor · x */
function addMultiple(to: usize, factor: f32, x: usize, bytes: usize): void {
  const s = f32x4.splat(factor);
  for (const end = to + bytes; to < end; to += 16) {
    v128.store(to, multiplyAdd(v128.load(to), s, v128.load(x)));
    x += 16;
  }
}

/** to = x + factor · to */
function addToMultiple(to: usize, factor: f32, x: usize, bytes: usize): void {
  const s = f32x4.splat(factor);
  for (const end = to + bytes; to < end; to += 16) {
    v128.store(to, multiplyAdd(v128.load(x), s, v128.load(to)));
    x += 16;
  }
}

/** The entries of one row and the rows of the other side that they name. */
let factors: usize = 0;
let indices: usize = 0;
let values: usize = 0;
let entries: usize = 0;
let width: usize = 0; // bytes of a row of factors
let scale: usize = 0; // D^-½
let rows: usize = 0; // gathered rows
let weights: usize = 0; // room for values with zeros beyond
let coefficients: usize = 0;
let kept: usize = 0;
/** Σ c · (constant + sign · y·x)² of the last `applyEntries`. */
let weightedSquares: f32 = 0;

/** Where the rows of the entries from `from` on lie; gathers them unless they are kept and there already. */
function partAt(from: usize, count: usize, gathered: bool): usize {
  const all = entries <= kept;
  const at = all ? rows + from * width : rows;
  if (all && gathered) return at;
  gather(factors, indices + (from << 2), count, width, scale, at);
  return at;
}

/** Values of the entries from `from` on, zeros after them up to `padded`. */
function valuesAt(from: usize, count: usize, padded: usize): usize {
  if (count == padded) return values + (from << 2);
  memory.copy(weights, values + (from << 2), count << 2);
  memory.fill(weights + (count << 2), 0, (padded - count) << 2);
  return weights;
}

/** to += Σ c · (constant + sign · y·x) · y; `gathered` tells whether the entries were gathered before. */
function applyEntries(x: usize, constant: f32, sign: f32, to: usize, gathered: bool): void {
  const first = f32x4.splat(constant);
  const second = f32x4.splat(sign);
  let squares = f32x4.splat(0);
  const most = partRows(width);
  for (let from: usize = 0; from < entries; from += most) {
    const count = min(most, entries - from);
    const padded = paddedRows(count);
    const at = partAt(from, count, gathered);
    const c = valuesAt(from, count, padded);
    dots(at, padded, width, x, coefficients);
    for (let o: usize = 0; o < padded << 2; o += 16) {
      const inner = multiplyAdd(first, second, v128.load(coefficients + o));
      const weighted = f32x4.mul(v128.load(c + o), inner);
      squares = multiplyAdd(squares, weighted, inner);
      v128.store(coefficients + o, weighted);
    }
    addWeighted(at, padded, width, coefficients, to);
  }
  weightedSquares = laneSum(squares);
}

/** Σ c · (y·x)², after the entries were gathered. */
function quadraticForm(x: usize): f32 {
  let sum = f32x4.splat(0);
  const most = partRows(width);
  for (let from: usize = 0; from < entries; from += most) {
    const count = min(most, entries - from);
    const padded = paddedRows(count);
    const at = partAt(from, count, true);
    const c = valuesAt(from, count, padded);
    dots(at, padded, width, x, coefficients);
    for (let o: usize = 0; o < padded << 2; o += 16) {
      const inner = v128.load(coefficients + o);
      sum = multiplyAdd(sum, f32x4.mul(v128.load(c + o), inner), inner);
    }
  }
  return laneSum(sum);
}

/** D^-½ and, in `x`, the start D^½ · x. */
function scaleRow(spectrum: usize, regularization: f32, x: usize): void {
  const one = f32x4.splat(1);
  const added = f32x4.splat(regularization);
  for (let o: usize = 0; o < width; o += 16) {
    const root = f32x4.sqrt(f32x4.add(v128.load(spectrum + o), added));
    v128.store(scale + o, f32x4.div(one, root));
    v128.store(x + o, f32x4.mul(v128.load(x + o), root));
  }
}

/** Notes the first row whose system is not finite. */
function fail(failure: usize, row: usize): void {
  while (true) {
    const noted = atomic.load<i32>(failure);
    if (noted >= 0 && noted <= <i32>row) return;
    if (atomic.cmpxchg<i32>(failure, noted, <i32>row) == noted) return;
  }
}

/**
 * Moves the factors of rows towards their minimum; a row without entries gets zeros.
 *
 * Parameters: 0 factors of the rows; 1 of the other side, in the basis of the eigenvectors; 2 offsets, 3 indices and 4
 * values of the entries; 5 first row of each chunk, and the end; 6 numbers of a row of factors, a multiple of 8; 7 the
 * diagonal without regularization; 8 regularization of each row, singles; 9 packed matrix that takes the factors into
 * the basis, or 0 to start from zeros; 10 packed matrix that takes them back, or 0 to leave them there; 11 most steps;
 * 12 residual, as a part of the first one, at which a row is done; 13 out: the first row that failed, −1 before; 14 work
 * space, `solveSpace` bytes a thread.
 */
export function solveRows(): void {
  const x0 = parameter(0);
  factors = parameter(1);
  const offsets = parameter(2);
  const numbers = parameter(6);
  const spectrum = parameter(7);
  const into = parameter(9);
  const back = parameter(10);
  const steps = <i32>parameter(11);
  const tolerance = <f32>realParameter(12);
  const after = parameter(16) != 0;
  width = numbers << 2;
  kept = keptRows(width);
  const productSpace = parameter(14) + threadIndex() * solveSpace(numbers);
  const block = productSpace + rowSpace(numbers);
  scale = block + BLOCK_ROWS * width;
  const residual = scale + width;
  const direction = residual + width;
  const image = direction + width;
  weights = image + width;
  coefficients = weights + (partRows(width) << 2);
  rows = coefficients + (partRows(width) << 2);
  for (let chunk = nextChunk(); chunk >= 0; chunk = nextChunk()) {
    const bounds = parameter(5) + (<usize>chunk << 2);
    const first = <usize>load<i32>(bounds);
    const count = <usize>load<i32>(bounds, 4) - first;
    const own = x0 + first * width;
    if (into) {
      multiplyRows(own, width, false, count, numbers, into, numbers, block, width, 1, true, productSpace);
    } else memory.fill(block, 0, count * width);
    for (let i: usize = 0; i < count; i++) {
      const row = first + i;
      const from = <usize>load<i32>(offsets + (row << 2));
      const x = block + i * width;
      entries = <usize>load<i32>(offsets + (row << 2), 4) - from;
      const regularization = load<f32>(parameter(8) + (row << 2));
      const parts = parameter(15) + (row << 4);
      scaleRow(spectrum, regularization, x);
      if (entries == 0) {
        store<f64>(parts, after ? 0 : <f64>squaredLength(x, width));
        store<f64>(parts, 0, 8);
        memory.fill(x, 0, width);
        continue;
      }
      indices = parameter(3) + (from << 2);
      values = parameter(4) + (from << 2);
      if (!conjugateGradient(x, residual, direction, image, steps, tolerance)) fail(parameter(13), row);
      if (after) {
        applyEntries(x, 1, -1, image, true);
        objective = <f64>weightedSquares + <f64>squaredLength(x, width);
      }
      for (let o: usize = 0; o < width; o += 16) {
        v128.store(x + o, f32x4.mul(v128.load(x + o), v128.load(scale + o)));
      }
      store<f64>(parts, objective);
      store<f64>(parts, <f64>regularization * <f64>squaredLength(x, width), 8);
    }
    if (back) {
      multiplyRows(block, width, false, count, numbers, back, numbers, own, width, 1, true, productSpace);
    } else memory.copy(own, block, count * width);
  }
}

/** Σ c · (1 − y·x)² + ‖x‖² of a row: its part of the objective. */
let objective: f64 = 0;

/** Steps from x towards (1 + Σ c·y·yᵀ)⁻¹ Σ c·y; false when a number is not finite. */
function conjugateGradient(
  x: usize,
  residual: usize,
  direction: usize,
  image: usize,
  steps: i32,
  tolerance: f32,
): bool {
  for (let o: usize = 0; o < width; o += 16) v128.store(residual + o, f32x4.neg(v128.load(x + o)));
  applyEntries(x, 1, -1, residual, false);
  objective = <f64>weightedSquares + <f64>squaredLength(x, width);
  memory.copy(direction, residual, width);
  let squares = squaredLength(residual, width);
  if (!(squares < f32.MAX_VALUE)) return false;
  const enough = max<f32>(tolerance * tolerance * squares, f32.MIN_NORMAL_VALUE);
  for (let step = 1; squares > enough; step++) {
    if (step == steps) {
      // The residual is not needed any more, so neither is the image.
      const curvature = squaredLength(direction, width) + quadraticForm(direction);
      if (!(curvature < f32.MAX_VALUE)) return false;
      addMultiple(x, squares / curvature, direction, width);
      return true;
    }
    memory.copy(image, direction, width);
    applyEntries(direction, 0, 1, image, true);
    const curvature = product(direction, image, width);
    if (!(abs<f32>(curvature) < f32.MAX_VALUE)) return false;
    const length = squares / curvature;
    addMultiple(x, length, direction, width);
    addMultiple(residual, -length, image, width);
    const before = squares;
    squares = squaredLength(residual, width);
    addToMultiple(direction, squares / before, residual, width);
  }
  return true;
}
