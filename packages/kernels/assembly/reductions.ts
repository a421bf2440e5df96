// Reductions of arrays of outer × size × inner numbers along the middle axis, and softmax of rows.
import { exp4 } from './elementary';
import { nextChunk, parameter, realParameter } from './pool';

/** Numbers that are added in single precision before the sum goes on in double precision. */
const SHORT: usize = 1024;

/** The sum of `count` numbers in a row. */
function rowSum(x: usize, count: usize): f64 {
  let total: f64 = 0;
  while (count >= 4) {
    const part = min(count, SHORT) & ~3;
    total += shortSum(x, part);
    x += part << 2;
    count -= part;
  }
  for (; count > 0; count--) {
    total += <f64>load<f32>(x);
    x += 4;
  }
  return total;
}

/** The sum of at most SHORT numbers, a multiple of 4. */
function shortSum(x: usize, count: usize): f64 {
  let a = f32x4.splat(0);
  let b = a;
  const end = x + (count << 2);
  for (const pairs = x + ((count & ~7) << 2); x < pairs; x += 32) {
    a = f32x4.add(a, v128.load(x));
    b = f32x4.add(b, v128.load(x, 16));
  }
  if (x < end) a = f32x4.add(a, v128.load(x));
  const sum = f64x2.add(
    f64x2.add(f64x2.promote_low_f32x4(a), f64x2.promote_low_f32x4(v128.shuffle<f32>(a, a, 2, 3, 2, 3))),
    f64x2.add(f64x2.promote_low_f32x4(b), f64x2.promote_low_f32x4(v128.shuffle<f32>(b, b, 2, 3, 2, 3))),
  );
  return f64x2.extract_lane(sum, 0) + f64x2.extract_lane(sum, 1);
}

/** The sums of columns `from` … `to` − 1 of `size` rows, times `scale`. */
function columnSums(x: usize, size: usize, inner: usize, from: usize, to: usize, result: usize, scale: f64): void {
  let column = from;
  for (; column + 8 <= to; column += 8) {
    let a = f64x2.splat(0);
    let b = a;
    let c = a;
    let d = a;
    let at = x + (column << 2);
    for (let k: usize = 0; k < size; k++) {
      const u = v128.load(at);
      const v = v128.load(at, 16);
      a = f64x2.add(a, f64x2.promote_low_f32x4(u));
      b = f64x2.add(b, f64x2.promote_low_f32x4(v128.shuffle<f32>(u, u, 2, 3, 2, 3)));
      c = f64x2.add(c, f64x2.promote_low_f32x4(v));
      d = f64x2.add(d, f64x2.promote_low_f32x4(v128.shuffle<f32>(v, v, 2, 3, 2, 3)));
      at += inner << 2;
    }
    const factor = f64x2.splat(scale);
    const target = result + (column << 2);
    v128.store64_lane(target, f32x4.demote_f64x2_zero(f64x2.mul(a, factor)), 0);
    v128.store64_lane(target, f32x4.demote_f64x2_zero(f64x2.mul(b, factor)), 0, 8);
    v128.store64_lane(target, f32x4.demote_f64x2_zero(f64x2.mul(c, factor)), 0, 16);
    v128.store64_lane(target, f32x4.demote_f64x2_zero(f64x2.mul(d, factor)), 0, 24);
  }
  for (; column < to; column++) {
    let sum: f64 = 0;
    let at = x + (column << 2);
    for (let k: usize = 0; k < size; k++) {
      sum += <f64>load<f32>(at);
      at += inner << 2;
    }
    store<f32>(result + (column << 2), <f32>(sum * scale));
  }
}

/** The greatest of `count` numbers, NaN if one is; with `sign` −1 of their negatives. */
function rowMaximum(x: usize, count: usize, sign: f32): f32 {
  let best = f32x4.splat(-Infinity);
  const factor = f32x4.splat(sign);
  const end = x + (count << 2);
  for (const whole = x + ((count & ~3) << 2); x < whole; x += 16) {
    best = f32x4.max(best, f32x4.mul(factor, v128.load(x)));
  }
  let result = max(
    max(f32x4.extract_lane(best, 0), f32x4.extract_lane(best, 1)),
    max(f32x4.extract_lane(best, 2), f32x4.extract_lane(best, 3)),
  );
  for (; x < end; x += 4) result = max(result, sign * load<f32>(x));
  return result;
}

function columnMaxima(x: usize, size: usize, inner: usize, from: usize, to: usize, result: usize, sign: f32): void {
  for (let column = from; column < to; column++) {
    let best: f32 = -Infinity;
    let at = x + (column << 2);
    for (let k: usize = 0; k < size; k++) {
      best = max(best, sign * load<f32>(at));
      at += inner << 2;
    }
    store<f32>(result + (column << 2), sign * best);
  }
}

@inline
function isSum(): bool {
  return parameter(0) == 0;
}

/**
 * Sums times a factor, or the greatest or smallest numbers.
 *
 * Parameters: 0 for sums, 1 for the greatest, 2 for the smallest; x, result, outer, size, inner; factor; results a chunk,
 * counted over outer · inner.
 */
export function reduceNumbers(): void {
  const outer = parameter(3);
  const size = parameter(4);
  const inner = parameter(5);
  const factor = realParameter(6);
  const sign: f32 = parameter(0) == 1 ? 1 : -1;
  for (let chunk = nextChunk(); chunk >= 0; chunk = nextChunk()) {
    let from = <usize>chunk * parameter(7);
    const end = min(from + parameter(7), outer * inner);
    while (from < end) {
      const row = from / inner;
      const x = parameter(1) + ((row * size * inner) << 2);
      const result = parameter(2) + ((row * inner) << 2);
      if (inner == 1) {
        if (isSum()) store<f32>(result, <f32>(rowSum(x, size) * factor));
        else store<f32>(result, sign * rowMaximum(x, size, sign));
        from++;
      } else {
        const column = from - row * inner;
        const to = min(inner, column + end - from);
        if (isSum()) columnSums(x, size, inner, column, to, result, factor);
        else columnMaxima(x, size, inner, column, to, result, sign);
        from += to - column;
      }
    }
  }
}

/** The greatest of `count` numbers that are not NaN. */
function greatest(x: usize, count: usize): f32 {
  let a = f32x4.splat(-Infinity);
  let b = a;
  const end = x + (count << 2);
  for (const whole = x + ((count & ~7) << 2); x < whole; x += 32) {
    a = f32x4.pmax(a, v128.load(x));
    b = f32x4.pmax(b, v128.load(x, 16));
  }
  a = f32x4.pmax(a, b);
  let result = max(
    max(f32x4.extract_lane(a, 0), f32x4.extract_lane(a, 1)),
    max(f32x4.extract_lane(a, 2), f32x4.extract_lane(a, 3)),
  );
  for (; x < end; x += 4) {
    const value = load<f32>(x);
    if (value > result) result = value;
  }
  return result;
}

/** Writes e^(x − shift) of a row to `to`; returns their sum. */
function exponentials(x: usize, to: usize, count: usize, shift: f32): f64 {
  const by = f32x4.splat(shift);
  let total: f64 = 0;
  while (count >= 4) {
    const part = min(count, SHORT) & ~3;
    let sum = f32x4.splat(0);
    for (const end = x + (part << 2); x < end; ) {
      const y = exp4(f32x4.sub(v128.load(x), by));
      sum = f32x4.add(sum, y);
      v128.store(to, y);
      x += 16;
      to += 16;
    }
    total +=
      <f64>f32x4.extract_lane(sum, 0) +
      <f64>f32x4.extract_lane(sum, 1) +
      <f64>f32x4.extract_lane(sum, 2) +
      <f64>f32x4.extract_lane(sum, 3);
    count -= part;
  }
  for (; count > 0; count--) {
    const y = f32x4.extract_lane(exp4(f32x4.sub(v128.load_splat<f32>(x), by)), 0);
    total += <f64>y;
    store<f32>(to, y);
    x += 4;
    to += 4;
  }
  return total;
}

/** Multiplies each number of a row. */
function scaleRow(x: usize, count: usize, factor: f32): void {
  const f = f32x4.splat(factor);
  const end = x + (count << 2);
  for (const whole = x + ((count & ~3) << 2); x < whole; x += 16) {
    v128.store(x, f32x4.mul(f, v128.load(x)));
  }
  for (; x < end; x += 4) store<f32>(x, factor * load<f32>(x));
}

/**
 * Softmax of each row.
 *
 * Parameters: x, result, rows, columns, rows a chunk.
 */
export function softmaxRows(): void {
  const rows = parameter(2);
  const columns = parameter(3);
  for (let chunk = nextChunk(); chunk >= 0; chunk = nextChunk()) {
    const from = <usize>chunk * parameter(4);
    const end = min(from + parameter(4), rows);
    for (let row = from; row < end; row++) {
      const x = parameter(0) + ((row * columns) << 2);
      const to = parameter(1) + ((row * columns) << 2);
      const sum = exponentials(x, to, columns, greatest(x, columns));
      scaleRow(to, columns, <f32>(1 / sum));
    }
  }
}
