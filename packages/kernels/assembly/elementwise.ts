// Element-wise functions of one, two and three arrays in single precision. Each operation is a loop of its own, in a function
// of its own: the operation is a constant there, so that only its branch is left.
import { exp4, log1p4, log4, sigmoid4, softplus4, tanh4 } from './elementary';
import { nextChunk, parameter, realParameter } from './pool';

/** Numbers that a chunk computes; the arrays' blocks are whole cache lines, so the last vector may be incomplete. */
const CHUNK: usize = 32768;

/** Operation number `op` of `mapOperations` in src/array-functions.ts. */
@inline
function mapped(op: i32, x: v128, p: v128, q: v128): v128 {
  const zero = f32x4.splat(0);
  const one = f32x4.splat(1);
  if (op == 0) return f32x4.neg(x);
  if (op == 1) return f32x4.abs(x);
  if (op == 2) return f32x4.mul(x, x);
  if (op == 3) return f32x4.sqrt(x);
  if (op == 4) return f32x4.div(one, f32x4.sqrt(x));
  if (op == 5) return f32x4.div(one, x);
  if (op == 6) return exp4(x);
  if (op == 7) return log4(x);
  if (op == 8) return log1p4(x);
  if (op == 9) return sigmoid4(x);
  if (op == 10) return tanh4(x);
  if (op == 11) return softplus4(x);
  if (op == 12) return f32x4.max(x, zero);
  // NaN in x is neither above nor below a bound: min and max hand it on.
  if (op == 13) return f32x4.min(f32x4.max(x, p), q);
  if (op == 14) return v128.bitselect(f32x4.mul(x, p), x, f32x4.lt(x, zero));
  if (op == 15) return v128.bitselect(f32x4.sub(exp4(x), one), x, f32x4.lt(x, zero));
  if (op == 16) {
    const steps = v128.bitselect(one, p, f32x4.gt(x, zero));
    return v128.bitselect(steps, x, f32x4.eq(x, x));
  }
  if (op == 17) return f32x4.floor(x);
  if (op == 18) return f32x4.ceil(x);
  if (op == 19) return f32x4.nearest(x);
  if (op == 20) return v128.and(signs(x), f32x4.gt(f32x4.abs(x), zero));
  if (op == 21) return v128.and(f32x4.eq(x, zero), one);
  return p;
}

/** −1 or 1. */
@inline
function signs(x: v128): v128 {
  return v128.bitselect(x, f32x4.splat(1), f32x4.splat(-0.0));
}

@inline
function mapLoop(op: i32, x: usize, to: usize, count: usize, p: v128, q: v128): void {
  for (const end = to + (count << 2); to < end; ) {
    v128.store(to, mapped(op, v128.load(x), p, q));
    x += 16;
    to += 16;
  }
}

function map0(x: usize, to: usize, count: usize, p: v128, q: v128): void { mapLoop(0, x, to, count, p, q); }
function map1(x: usize, to: usize, count: usize, p: v128, q: v128): void { mapLoop(1, x, to, count, p, q); }
function map2(x: usize, to: usize, count: usize, p: v128, q: v128): void { mapLoop(2, x, to, count, p, q); }
function map3(x: usize, to: usize, count: usize, p: v128, q: v128): void { mapLoop(3, x, to, count, p, q); }
function map4(x: usize, to: usize, count: usize, p: v128, q: v128): void { mapLoop(4, x, to, count, p, q); }
function map5(x: usize, to: usize, count: usize, p: v128, q: v128): void { mapLoop(5, x, to, count, p, q); }
function map6(x: usize, to: usize, count: usize, p: v128, q: v128): void { mapLoop(6, x, to, count, p, q); }
function map7(x: usize, to: usize, count: usize, p: v128, q: v128): void { mapLoop(7, x, to, count, p, q); }
function map8(x: usize, to: usize, count: usize, p: v128, q: v128): void { mapLoop(8, x, to, count, p, q); }
function map9(x: usize, to: usize, count: usize, p: v128, q: v128): void { mapLoop(9, x, to, count, p, q); }
function map10(x: usize, to: usize, count: usize, p: v128, q: v128): void { mapLoop(10, x, to, count, p, q); }
function map11(x: usize, to: usize, count: usize, p: v128, q: v128): void { mapLoop(11, x, to, count, p, q); }
function map12(x: usize, to: usize, count: usize, p: v128, q: v128): void { mapLoop(12, x, to, count, p, q); }
function map13(x: usize, to: usize, count: usize, p: v128, q: v128): void { mapLoop(13, x, to, count, p, q); }
function map14(x: usize, to: usize, count: usize, p: v128, q: v128): void { mapLoop(14, x, to, count, p, q); }
function map15(x: usize, to: usize, count: usize, p: v128, q: v128): void { mapLoop(15, x, to, count, p, q); }
function map16(x: usize, to: usize, count: usize, p: v128, q: v128): void { mapLoop(16, x, to, count, p, q); }
function map17(x: usize, to: usize, count: usize, p: v128, q: v128): void { mapLoop(17, x, to, count, p, q); }
function map18(x: usize, to: usize, count: usize, p: v128, q: v128): void { mapLoop(18, x, to, count, p, q); }
function map19(x: usize, to: usize, count: usize, p: v128, q: v128): void { mapLoop(19, x, to, count, p, q); }
function map20(x: usize, to: usize, count: usize, p: v128, q: v128): void { mapLoop(20, x, to, count, p, q); }
function map21(x: usize, to: usize, count: usize, p: v128, q: v128): void { mapLoop(21, x, to, count, p, q); }
function map22(x: usize, to: usize, count: usize, p: v128, q: v128): void { mapLoop(22, x, to, count, p, q); }

/**
 * A function of each number.
 *
 * Parameters: number of the operation, x, result, count, two parameters of the operation.
 */
export function mapNumbers(): void {
  const op = <i32>parameter(0);
  const count = parameter(3);
  const p = f32x4.splat(<f32>realParameter(4));
  const q = f32x4.splat(<f32>realParameter(5));
  for (let chunk = nextChunk(); chunk >= 0; chunk = nextChunk()) {
    const from = <usize>chunk * CHUNK;
    const n = min(CHUNK, count - from);
    const x = parameter(1) + (from << 2);
    const to = parameter(2) + (from << 2);
    switch (op) {
      case 0: map0(x, to, n, p, q); break;
      case 1: map1(x, to, n, p, q); break;
      case 2: map2(x, to, n, p, q); break;
      case 3: map3(x, to, n, p, q); break;
      case 4: map4(x, to, n, p, q); break;
      case 5: map5(x, to, n, p, q); break;
      case 6: map6(x, to, n, p, q); break;
      case 7: map7(x, to, n, p, q); break;
      case 8: map8(x, to, n, p, q); break;
      case 9: map9(x, to, n, p, q); break;
      case 10: map10(x, to, n, p, q); break;
      case 11: map11(x, to, n, p, q); break;
      case 12: map12(x, to, n, p, q); break;
      case 13: map13(x, to, n, p, q); break;
      case 14: map14(x, to, n, p, q); break;
      case 15: map15(x, to, n, p, q); break;
      case 16: map16(x, to, n, p, q); break;
      case 17: map17(x, to, n, p, q); break;
      case 18: map18(x, to, n, p, q); break;
      case 19: map19(x, to, n, p, q); break;
      case 20: map20(x, to, n, p, q); break;
      case 21: map21(x, to, n, p, q); break;
      default: map22(x, to, n, p, q);
    }
  }
}

/** Operation number `op` of `combineOperations` in src/array-functions.ts. */
@inline
function combined(op: i32, a: v128, b: v128): v128 {
  if (op == 0) return f32x4.add(a, b);
  if (op == 1) return f32x4.sub(a, b);
  if (op == 2) return f32x4.mul(a, b);
  if (op == 3) return f32x4.div(a, b);
  if (op == 4) return f32x4.max(a, b);
  if (op == 5) return f32x4.min(a, b);
  if (op == 6) {
    const difference = f32x4.sub(a, b);
    return f32x4.mul(difference, difference);
  }
  return v128.and(holds(op, a, b), f32x4.splat(1));
}

/** All bits where a relation holds, no bits where not. */
@inline
function holds(op: i32, a: v128, b: v128): v128 {
  if (op == 7) return f32x4.eq(a, b);
  if (op == 8) return f32x4.ne(a, b);
  if (op == 9) return f32x4.lt(a, b);
  if (op == 10) return f32x4.le(a, b);
  if (op == 11) return f32x4.gt(a, b);
  if (op == 12) return f32x4.ge(a, b);
  const zero = f32x4.splat(0);
  if (op == 13) return v128.and(f32x4.ne(a, zero), f32x4.ne(b, zero));
  return v128.or(f32x4.ne(a, zero), f32x4.ne(b, zero));
}

/** A row: each operand goes on by `step` bytes a number, 4 or 0. */
@inline
function combineLoop(op: i32, a: usize, aStep: usize, b: usize, bStep: usize, to: usize, count: usize): void {
  const end = to + (count << 2);
  const whole = to + ((count & ~3) << 2);
  if (aStep != 0 && bStep != 0) {
    for (; to < whole; to += 16) {
      v128.store(to, combined(op, v128.load(a), v128.load(b)));
      a += 16;
      b += 16;
    }
  } else if (bStep == 0) {
    const y = v128.load_splat<f32>(b);
    for (; to < whole; to += 16) {
      v128.store(to, combined(op, v128.load(a), y));
      a += aStep << 2;
    }
  } else {
    const x = v128.load_splat<f32>(a);
    for (; to < whole; to += 16) {
      v128.store(to, combined(op, x, v128.load(b)));
      b += 16;
    }
  }
  for (; to < end; to += 4) {
    const result = combined(op, v128.load_splat<f32>(a), v128.load_splat<f32>(b));
    store<f32>(to, f32x4.extract_lane(result, 0));
    a += aStep;
    b += bStep;
  }
}

function combine0(a: usize, aStep: usize, b: usize, bStep: usize, to: usize, count: usize): void { combineLoop(0, a, aStep, b, bStep, to, count); }
function combine1(a: usize, aStep: usize, b: usize, bStep: usize, to: usize, count: usize): void { combineLoop(1, a, aStep, b, bStep, to, count); }
function combine2(a: usize, aStep: usize, b: usize, bStep: usize, to: usize, count: usize): void { combineLoop(2, a, aStep, b, bStep, to, count); }
function combine3(a: usize, aStep: usize, b: usize, bStep: usize, to: usize, count: usize): void { combineLoop(3, a, aStep, b, bStep, to, count); }
function combine4(a: usize, aStep: usize, b: usize, bStep: usize, to: usize, count: usize): void { combineLoop(4, a, aStep, b, bStep, to, count); }
function combine5(a: usize, aStep: usize, b: usize, bStep: usize, to: usize, count: usize): void { combineLoop(5, a, aStep, b, bStep, to, count); }
function combine6(a: usize, aStep: usize, b: usize, bStep: usize, to: usize, count: usize): void { combineLoop(6, a, aStep, b, bStep, to, count); }
function combine7(a: usize, aStep: usize, b: usize, bStep: usize, to: usize, count: usize): void { combineLoop(7, a, aStep, b, bStep, to, count); }
function combine8(a: usize, aStep: usize, b: usize, bStep: usize, to: usize, count: usize): void { combineLoop(8, a, aStep, b, bStep, to, count); }
function combine9(a: usize, aStep: usize, b: usize, bStep: usize, to: usize, count: usize): void { combineLoop(9, a, aStep, b, bStep, to, count); }
function combine10(a: usize, aStep: usize, b: usize, bStep: usize, to: usize, count: usize): void { combineLoop(10, a, aStep, b, bStep, to, count); }
function combine11(a: usize, aStep: usize, b: usize, bStep: usize, to: usize, count: usize): void { combineLoop(11, a, aStep, b, bStep, to, count); }
function combine12(a: usize, aStep: usize, b: usize, bStep: usize, to: usize, count: usize): void { combineLoop(12, a, aStep, b, bStep, to, count); }
function combine13(a: usize, aStep: usize, b: usize, bStep: usize, to: usize, count: usize): void { combineLoop(13, a, aStep, b, bStep, to, count); }
function combine14(a: usize, aStep: usize, b: usize, bStep: usize, to: usize, count: usize): void { combineLoop(14, a, aStep, b, bStep, to, count); }

/**
 * A function of two arrays of `rows` × `columns`, row-major; an operand may have one row for all rows, one column for all
 * columns, or one number.
 *
 * Parameters: number of the operation; a, its bytes from row to row (0: one row) and from column to column (4 or 0);
 * b likewise; result; rows, columns, rows a chunk; numbers of the result, which end the last row.
 */
export function combineNumbers(): void {
  const op = <i32>parameter(0);
  const aRow = parameter(2);
  const aStep = parameter(3);
  const bRow = parameter(5);
  const bStep = parameter(6);
  const rows = parameter(8);
  const columns = parameter(9);
  const chunkRows = parameter(10);
  const count = parameter(11);
  for (let chunk = nextChunk(); chunk >= 0; chunk = nextChunk()) {
    const from = <usize>chunk * chunkRows;
    const end = min(from + chunkRows, rows);
    for (let row = from; row < end; row++) {
      const a = parameter(1) + row * aRow;
      const b = parameter(4) + row * bRow;
      const to = parameter(7) + ((row * columns) << 2);
      const n = min(columns, count - row * columns);
      switch (op) {
        case 0: combine0(a, aStep, b, bStep, to, n); break;
        case 1: combine1(a, aStep, b, bStep, to, n); break;
        case 2: combine2(a, aStep, b, bStep, to, n); break;
        case 3: combine3(a, aStep, b, bStep, to, n); break;
        case 4: combine4(a, aStep, b, bStep, to, n); break;
        case 5: combine5(a, aStep, b, bStep, to, n); break;
        case 6: combine6(a, aStep, b, bStep, to, n); break;
        case 7: combine7(a, aStep, b, bStep, to, n); break;
        case 8: combine8(a, aStep, b, bStep, to, n); break;
        case 9: combine9(a, aStep, b, bStep, to, n); break;
        case 10: combine10(a, aStep, b, bStep, to, n); break;
        case 11: combine11(a, aStep, b, bStep, to, n); break;
        case 12: combine12(a, aStep, b, bStep, to, n); break;
        case 13: combine13(a, aStep, b, bStep, to, n); break;
        default: combine14(a, aStep, b, bStep, to, n);
      }
    }
  }
}

/**
 * Numbers of one array where a condition is not 0, else of another one.
 *
 * Parameters: condition, the one, the other, result, count.
 */
export function selectNumbers(): void {
  const count = parameter(4);
  const zero = f32x4.splat(0);
  for (let chunk = nextChunk(); chunk >= 0; chunk = nextChunk()) {
    const from = <usize>chunk * CHUNK;
    const offset = from << 2;
    const end = offset + (min(CHUNK, count - from) << 2);
    for (let at = offset; at < end; at += 16) {
      const mask = f32x4.ne(v128.load(parameter(0) + at), zero);
      v128.store(parameter(3) + at, v128.bitselect(v128.load(parameter(1) + at), v128.load(parameter(2) + at), mask));
    }
  }
}
