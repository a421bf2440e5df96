import { productError, sumError } from './double-double.js';

// JavaScript engines may round Math.exp and its kin as they like, and do. Everything here is made of + - * /,
// Math.floor and bit fields, which the language fixes to the bit, so every engine gives the same result.

const INVERSE_LN2 = 1.4426950408889634;
const LN2_HIGH = 0.6931471803691238; // 32 bits of ln 2: times an exponent it is exact
const LN2_LOW = 1.9082149292705877e-10;
const THIRD_HIGH = 1 / 3;
const THIRD_LOW = 1.850371707708594e-17;
const SQRT_2 = Math.sqrt(2);
const TWO_54 = 18014398509481984;

const bits = new DataView(new ArrayBuffer(8));

/** 2 to an integer power in [-1022, 1023]. */
function powerOfTwo(exponent: number): number {
  bits.setUint32(0, (exponent + 1023) << 20);
  bits.setUint32(4, 0);
  return bits.getFloat64(0);
}

/** `value` · 2^`exponent`, rounded once; `value` near 1, `exponent` in [-1080, 1030]. */
function scale(value: number, exponent: number): number {
  if (exponent > 1023) return value * 2 * powerOfTwo(exponent - 1);
  if (exponent < -1022) return (value * powerOfTwo(exponent + 54)) / TWO_54;
  return value * powerOfTwo(exponent);
}

/** The binary exponent of a positive finite number for which the rest, the significand, lies in [√½, √2]. */
function exponentOf(x: number): number {
  bits.setFloat64(0, x);
  const exponent = (bits.getUint32(0) >>> 20) - 1023;
  if (exponent === -1023) return exponentOf(x * TWO_54) - 54;
  return significandOf(x, exponent) > SQRT_2 ? exponent + 1 : exponent;
}

/** `x` / 2^`exponent`, exact, for an exponent of {@link exponentOf}. */
function significandOf(x: number, exponent: number): number {
  if (exponent < -1022) return x * TWO_54 * powerOfTwo(-exponent - 54);
  return exponent > 1022 ? x * 0.25 * powerOfTwo(2 - exponent) : x * powerOfTwo(-exponent);
}

/** e^(x + correction) for |correction| far below |x| and a result anywhere between 0 and Infinity. */
function expOfSum(x: number, correction: number): number {
  if (x > 710) return Infinity;
  if (x < -746) return 0;
  // x = exponent · ln 2 + r, |r| <= ln 2 / 2; then the Taylor series of e^r.
  const exponent = Math.floor(x * INVERSE_LN2 + 0.5);
  const high = x - exponent * LN2_HIGH;
  const low = exponent * LN2_LOW - correction;
  const r = high - low;
  const rError = high - r - low;
  let series = 1 / 87178291200;
  series = series * r + 1 / 6227020800;
  series = series * r + 1 / 479001600;
  series = series * r + 1 / 39916800;
  series = series * r + 1 / 3628800;
  series = series * r + 1 / 362880;
  series = series * r + 1 / 40320;
  series = series * r + 1 / 5040;
  series = series * r + 1 / 720;
  series = series * r + 1 / 120;
  series = series * r + 1 / 24;
  series = series * r + 1 / 6;
  series = series * r + 1 / 2;
  return scale(1 + (r + (series * r * r + rError)), exponent);
}

/**
 * 1/5 + z/7 + z²/9 + …, the tail of the series of the inverse hyperbolic tangent
 * atanh(s) = s · (1 + z/3 + z² · tail(z)) with z = s², for z <= 0.0295.
 */
function atanhTail(z: number): number {
  let series = 1 / 25;
  series = series * z + 1 / 23;
  series = series * z + 1 / 21;
  series = series * z + 1 / 19;
  series = series * z + 1 / 17;
  series = series * z + 1 / 15;
  series = series * z + 1 / 13;
  series = series * z + 1 / 11;
  series = series * z + 1 / 9;
  series = series * z + 1 / 7;
  return series * z + 1 / 5;
}

/**
 * e to the power `x`, the same bits on every engine; within 1 unit in the last place of the exact value.
 *
 * Infinity above 709.78, subnormal below -708.4, 0 below -745.13; NaN for NaN.
 */
export function exp(x: number): number {
  return x !== x ? x : expOfSum(x, 0);
}

/**
 * The natural logarithm of `x`, the same bits on every engine; within 1 unit in the last place of the exact value.
 *
 * -Infinity at 0, Infinity at Infinity, NaN below 0 and for NaN.
 */
export function log(x: number): number {
  if (x !== x || x < 0) return NaN;
  if (x === 0) return -Infinity;
  if (x === Infinity) return x;
  // log(1 + f) = 2 atanh(s), s = f / (2 + f); written as f - f²/2 + s · (f²/2 + rest), whose first term is exact.
  const exponent = exponentOf(x);
  const f = significandOf(x, exponent) - 1;
  const s = f / (2 + f);
  const z = s * s;
  const rest = 2 * z * (1 / 3 + z * atanhTail(z));
  const half = 0.5 * f * f;
  return exponent * LN2_HIGH + (f - (half - (s * (half + rest) + exponent * LN2_LOW)));
}

/** |x| to the power y for finite non-zero x and y, |x| not 1. */
function positivePower(x: number, y: number): number {
  // log x to some 64 bits, as high + low, because y multiplies its error by up to 745.
  const exponent = exponentOf(x);
  const significand = significandOf(x, exponent);
  const f = significand - 1;
  const g = significand + 1;
  const sHigh = f / g;
  const product = sHigh * g;
  const sLow =
    (f - product - productError(sHigh, g, product) - sHigh * sumError(significand, 1, g)) / g;
  const zHigh = sHigh * sHigh;
  const zLow = productError(sHigh, sHigh, zHigh) + 2 * sHigh * sLow;
  const third = zHigh * THIRD_HIGH;
  const thirdLow = productError(zHigh, THIRD_HIGH, third) + zHigh * THIRD_LOW + zLow * THIRD_HIGH;
  const tail = zHigh * zHigh * atanhTail(zHigh);
  const q = third + tail;
  const qLow = sumError(third, tail, q) + thirdLow;
  const p = sHigh * q;
  const pLow = productError(sHigh, q, p) + sHigh * qLow + sLow * q;
  const atanh = sHigh + p;
  const atanhLow = sumError(sHigh, p, atanh) + pLow + sLow;
  const whole = exponent * LN2_HIGH;
  const sum = whole + 2 * atanh;
  const sumLow = sumError(whole, 2 * atanh, sum) + (2 * atanhLow + exponent * LN2_LOW);
  const logHigh = sum + sumLow;
  const logLow = sumError(sum, sumLow, logHigh);

  const power = y * logHigh;
  if (power > 710) return Infinity;
  if (power < -746) return 0;
  return expOfSum(power, productError(y, logHigh, power) + y * logLow);
}

/**
 * `x` to the power `y`, the same bits on every engine; within 1 unit in the last place of the exact value.
 *
 * Special values are those of the language's `**`: anything to the power 0 is 1, a negative `x` with a fractional
 * `y` is NaN, and so is ±1 to the power ±Infinity.
 */
export function pow(x: number, y: number): number {
  if (y === 0) return 1;
  if (x !== x || y !== y) return NaN;
  const magnitude = Math.abs(x);
  if (y === Infinity || y === -Infinity) {
    if (magnitude === 1) return NaN;
    return magnitude > 1 === y > 0 ? Infinity : 0;
  }
  const odd = Math.abs(y % 2) === 1;
  const negative = odd && (x < 0 || Object.is(x, -0));
  let power: number;
  if (x < 0 && magnitude < Infinity && y % 1 !== 0) return NaN;
  if (magnitude === 1) power = 1;
  else if (magnitude === 0) power = y > 0 ? 0 : Infinity;
  else if (magnitude === Infinity) power = y > 0 ? Infinity : 0;
  else power = positivePower(magnitude, y);
  return negative ? -power : power;
}
