// Elementary functions of four numbers in single precision, within 2 units in the last place of the exact value, after
// Moshier's Cephes library (expf, logf, tanhf). NaN stays NaN; results below the smallest normal number may be 0.
import { multiplyAdd } from './simd';

@inline
function f(value: f32): v128 {
  return f32x4.splat(value);
}

@inline
function select(then: v128, otherwise: v128, mask: v128): v128 {
  return v128.bitselect(then, otherwise, mask);
}

/** 2^n for n from −126 to 127. */
@inline
function powerOfTwo(n: v128): v128 {
  return i32x4.shl(i32x4.add(n, i32x4.splat(127)), 23);
}

/** e^x. */
@inline
export function exp4(x: v128): v128 {
  // The bounds come second: NaN is then handed on.
  const bounded = f32x4.pmax(f32x4.pmin(x, f(89)), f(-104));
  // Beside 1.5 · 2^23 there is room for whole numbers alone, which stand in the lowest bits.
  const shifted = multiplyAdd(f(12582912), bounded, f(1.44269504088896341));
  const n = f32x4.sub(shifted, f(12582912));
  const whole = i32x4.sub(shifted, i32x4.splat(0x4b400000));
  let r = f32x4.sub(bounded, f32x4.mul(n, f(0.693359375)));
  r = f32x4.add(r, f32x4.mul(n, f(2.12194440e-4)));
  let y = multiplyAdd(f(1.3981999507e-3), r, f(1.9875691500e-4));
  y = multiplyAdd(f(8.3334519073e-3), r, y);
  y = multiplyAdd(f(4.1665795894e-2), r, y);
  y = multiplyAdd(f(1.6666665459e-1), r, y);
  y = multiplyAdd(f(5.0000001201e-1), r, y);
  y = f32x4.add(multiplyAdd(r, f32x4.mul(r, r), y), f(1));
  // In two factors: 2^n alone may be too great or too small for a number.
  const half = i32x4.shr_s(whole, 1);
  return f32x4.mul(f32x4.mul(y, powerOfTwo(half)), powerOfTwo(i32x4.sub(whole, half)));
}

/** The natural logarithm of x: −∞ of 0, NaN below. */
@inline
export function log4(x: v128): v128 {
  const tiny = f32x4.lt(x, f(1.17549435e-38));
  const scaled = select(f32x4.mul(x, f(8388608)), x, tiny);
  // x = m · 2^e with m from √½ to √2.
  const bits = i32x4.sub(scaled, i32x4.splat(0x3f3504f3));
  let e = f32x4.convert_i32x4_s(i32x4.shr_s(bits, 23));
  e = f32x4.sub(e, v128.and(tiny, f(23)));
  const m = i32x4.add(v128.and(bits, i32x4.splat(0x007fffff)), i32x4.splat(0x3f3504f3));
  const r = f32x4.sub(m, f(1));
  const z = f32x4.mul(r, r);
  let y = multiplyAdd(f(-1.1514610310e-1), r, f(7.0376836292e-2));
  y = multiplyAdd(f(1.1676998740e-1), r, y);
  y = multiplyAdd(f(-1.2420140846e-1), r, y);
  y = multiplyAdd(f(1.4249322787e-1), r, y);
  y = multiplyAdd(f(-1.6668057665e-1), r, y);
  y = multiplyAdd(f(2.0000714765e-1), r, y);
  y = multiplyAdd(f(-2.4999993993e-1), r, y);
  y = multiplyAdd(f(3.3333331174e-1), r, y);
  y = f32x4.mul(f32x4.mul(y, r), z);
  y = multiplyAdd(y, e, f(-2.12194440e-4));
  y = multiplyAdd(y, z, f(-0.5));
  const result = multiplyAdd(f32x4.add(r, y), e, f(0.693359375));
  // ∞ and NaN as they are, −∞ of 0, NaN below 0.
  const special = select(f(-Infinity), f(NaN), f32x4.eq(x, f(0)));
  const finite = select(result, x, f32x4.lt(x, f(Infinity)));
  return select(finite, special, f32x4.gt(x, f(0)));
}

/** log(1 + x), exact to the last places for small x. */
@inline
export function log1p4(x: v128): v128 {
  const u = f32x4.add(x, f(1));
  const lost = f32x4.div(f32x4.sub(x, f32x4.sub(u, f(1))), u);
  const result = f32x4.add(log4(u), lost);
  return select(result, log4(u), f32x4.lt(f32x4.abs(lost), f(1)));
}

/** 1 / (1 + e^−x). */
@inline
export function sigmoid4(x: v128): v128 {
  return f32x4.div(f(1), f32x4.add(f(1), exp4(f32x4.neg(x))));
}

/** The hyperbolic tangent. */
@inline
export function tanh4(x: v128): v128 {
  const z = f32x4.mul(x, x);
  let y = multiplyAdd(f(2.06390887954531e-2), z, f(-5.70498872745e-3));
  y = multiplyAdd(f(-5.37397155531e-2), z, y);
  y = multiplyAdd(f(1.33314422036e-1), z, y);
  y = multiplyAdd(f(-3.33332819422e-1), z, y);
  const near = multiplyAdd(x, f32x4.mul(z, x), y);
  const size = f32x4.abs(x);
  const far = f32x4.sub(f(1), f32x4.div(f(2), f32x4.add(exp4(f32x4.add(size, size)), f(1))));
  const signed = v128.or(far, v128.and(x, f(-0.0)));
  return select(near, signed, f32x4.lt(size, f(0.625)));
}

/** log(1 + e^x). */
@inline
export function softplus4(x: v128): v128 {
  return f32x4.add(f32x4.max(x, f(0)), log1p4(exp4(f32x4.neg(f32x4.abs(x)))));
}
