// Steps of optimizers: parameters and what is remembered of their gradients change in place, in one pass. Each method is a
// loop of its own, in a function of its own.
import { nextChunk, parameter, realParameter } from './pool';
import { multiplyAdd } from './simd';

/** Four numbers, or where fewer are left, one. */
@inline
function loadSome(from: usize, left: usize): v128 {
  return left >= 4 ? v128.load(from) : v128.load_splat<f32>(from);
}

@inline
function storeSome(to: usize, x: v128, left: usize): void {
  if (left >= 4) v128.store(to, x);
  else store<f32>(to, f32x4.extract_lane(x, 0));
}

/** θ ← θ − rate · g. */
function descend(x: usize, g: usize, left: usize, rate: v128): void {
  while (left > 0) {
    storeSome(x, f32x4.sub(loadSome(x, left), f32x4.mul(rate, loadSome(g, left))), left);
    const done: usize = left >= 4 ? 4 : 1;
    left -= done;
    x += done << 2;
    g += done << 2;
  }
}

/** b ← momentum · b + g; θ ← θ − rate · (ahead · b + now · g). */
function descendWithMomentum(
  x: usize, g: usize, b: usize, left: usize,
  rate: v128, momentum: v128, ahead: v128, now: v128,
): void {
  while (left > 0) {
    const gradient = loadSome(g, left);
    const velocity = multiplyAdd(gradient, momentum, loadSome(b, left));
    const direction = multiplyAdd(f32x4.mul(ahead, velocity), now, gradient);
    storeSome(b, velocity, left);
    storeSome(x, f32x4.sub(loadSome(x, left), f32x4.mul(rate, direction)), left);
    const done: usize = left >= 4 ? 4 : 1;
    left -= done;
    x += done << 2;
    g += done << 2;
    b += done << 2;
  }
}

/** s ← s + g²; θ ← θ − rate · g / (√s + ε). */
function descendByAdagrad(x: usize, g: usize, s: usize, left: usize, rate: v128, epsilon: v128): void {
  while (left > 0) {
    const gradient = loadSome(g, left);
    const sum = multiplyAdd(loadSome(s, left), gradient, gradient);
    const direction = f32x4.div(gradient, f32x4.add(f32x4.sqrt(sum), epsilon));
    storeSome(s, sum, left);
    storeSome(x, f32x4.sub(loadSome(x, left), f32x4.mul(rate, direction)), left);
    const done: usize = left >= 4 ? 4 : 1;
    left -= done;
    x += done << 2;
    g += done << 2;
    s += done << 2;
  }
}

/** m ← β₁ m + (1 − β₁) g; v ← β₂ v + (1 − β₂) g²; θ ← decay · θ − rate · m / (√v · scale + ε). */
function descendByAdam(
  x: usize, g: usize, m: usize, v: usize, left: usize,
  rate: v128, beta1: v128, rest1: v128, beta2: v128, rest2: v128, scale: v128, epsilon: v128, decay: v128,
): void {
  while (left > 0) {
    const gradient = loadSome(g, left);
    const first = multiplyAdd(f32x4.mul(beta1, loadSome(m, left)), rest1, gradient);
    const square = f32x4.mul(gradient, gradient);
    const second = multiplyAdd(f32x4.mul(beta2, loadSome(v, left)), rest2, square);
    const root = multiplyAdd(epsilon, scale, f32x4.sqrt(second));
    storeSome(m, first, left);
    storeSome(v, second, left);
    const kept = f32x4.mul(decay, loadSome(x, left));
    storeSome(x, f32x4.sub(kept, f32x4.div(f32x4.mul(rate, first), root)), left);
    const done: usize = left >= 4 ? 4 : 1;
    left -= done;
    x += done << 2;
    g += done << 2;
    m += done << 2;
    v += done << 2;
  }
}

/** The number with index `index` of the method, in all lanes. */
@inline
function setting(index: i32): v128 {
  return f32x4.splat(<f32>realParameter(8 + index));
}

/** One step of method number `method` of `methods` in src/array-optimizers.ts for `count` numbers. */
function stepOf(method: i32, x: usize, g: usize, a: usize, b: usize, count: usize): void {
  if (method == 0) descend(x, g, count, setting(0));
  else if (method == 1) {
    descendWithMomentum(x, g, a, count, setting(0), setting(1), setting(2), setting(3));
  } else if (method == 2) descendByAdagrad(x, g, a, count, setting(0), setting(1));
  else {
    descendByAdam(
      x, g, a, b, count,
      setting(0), setting(1), setting(2), setting(3), setting(4), setting(5), setting(6), setting(7),
    );
  }
}

/**
 * One step of an optimizer, for rows of `columns` numbers. Row n of the gradient belongs to the row of the parameters, and
 * of what is remembered, whose number stands at place n of the row numbers; where there are none, to row n. Row numbers are
 * all different, so each row is written by one chunk.
 *
 * Parameters: number of the method; parameters, gradient, what is remembered (two arrays, or 0); row numbers or 0; rows of
 * the gradient, columns; eight numbers of the method; columns of the last row, rows a chunk.
 */
export function stepParameters(): void {
  const method = <i32>parameter(0);
  const numbers = parameter(5);
  const rows = parameter(6);
  const columns = parameter(7);
  const part = parameter(17);
  for (let chunk = nextChunk(); chunk >= 0; chunk = nextChunk()) {
    const from = <usize>chunk * part;
    const end = min(from + part, rows);
    for (let n = from; n < end; n++) {
      const row = numbers != 0 ? <usize>load<i32>(numbers + (n << 2)) : n;
      const at = (row * columns) << 2;
      const count = n + 1 == rows ? parameter(16) : columns;
      stepOf(method, parameter(1) + at, parameter(2) + ((n * columns) << 2), parameter(3) + at, parameter(4) + at, count);
    }
  }
}
