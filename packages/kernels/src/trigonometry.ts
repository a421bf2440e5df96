import { productError, sumError } from './double-double.js';

// π/2 in four pieces, the first three of 33 bits: times a quadrant number of at most 20 bits they are exact.
const HALF_PI_1 = 1.5707963267341256;
const HALF_PI_2 = 6.077100506303966e-11;
const HALF_PI_3 = 2.0222662487111665e-21;
const HALF_PI_4 = 8.4784276603689e-32;
const HALF_PI_HIGH = 1.5707963267948966;
const HALF_PI_LOW = 6.123233995736766e-17;
const TWO_OVER_PI = 0.6366197723675814;

/** Beyond this the four pieces no longer suffice. */
const LARGE = 1048576;

/** The integer part of 2/π · 2¹²⁰⁰, enough for the largest double (Payne & Hanek 1983). */
const TWO_OVER_PI_DIGITS =
  0xa2f9836e4e441529fc2757d1f534ddc0db6295993c439041fe5163abdebbc561b7246e3a424dd2e006492eea09d1921cfe1deb1cb129a73ee88235f52ebb4484e99c7026b45f7e413991d639835339f49c845f8bbdf9283b1ff897ffde05980fef2f118b5a0a6d1f6d367ecf27cb09b74f463f669e5fea2d7527bac7ebe5f17b3d0739f78a5292ea6bfb5fb11f8d5d0856033046fc7bn;
const FRACTION_BITS = 1200n;
/** Bits of the fraction of a quadrant that are kept: 53 + 53, and as many as the fraction can start with zeros. */
const KEPT_BITS = 170n;
const KEPT_SCALE = 1 / Number(1n << KEPT_BITS);

/** An angle as quadrant · π/2 + high + low, |high| <= π/4. */
interface ReducedAngle {
  quadrant: number;
  high: number;
  low: number;
}

function reduceLarge(x: number): ReducedAngle {
  // x is a multiple of 2⁻³², so this product is exact.
  const magnitude = Math.abs(x);
  const whole = Math.floor(magnitude);
  const multiple = (BigInt(whole) << 32n) + BigInt((magnitude - whole) * 4294967296);
  const quadrants = (multiple * TWO_OVER_PI_DIGITS) >> 32n;
  const nearest = (quadrants + (1n << (FRACTION_BITS - 1n))) >> FRACTION_BITS;
  const fraction = (quadrants - (nearest << FRACTION_BITS)) >> (FRACTION_BITS - KEPT_BITS);
  const fractionHigh = Number(fraction);
  const fractionLow = Number(fraction - BigInt(fractionHigh)) * KEPT_SCALE;
  const leading = fractionHigh * KEPT_SCALE;
  const product = leading * HALF_PI_HIGH;
  const rest =
    productError(leading, HALF_PI_HIGH, product) +
    leading * HALF_PI_LOW +
    fractionLow * HALF_PI_HIGH;
  const high = product + rest;
  const low = sumError(product, rest, high);
  const quadrant = Number(nearest & 3n);
  return x < 0 ? { quadrant: (4 - quadrant) & 3, high: -high, low: -low } : { quadrant, high, low };
}

function reduce(x: number): ReducedAngle {
  if (Math.abs(x) > LARGE) return reduceLarge(x);
  const quadrant = Math.floor(x * TWO_OVER_PI + 0.5);
  if (quadrant === 0) return { quadrant, high: x, low: 0 };
  const first = x - quadrant * HALF_PI_1;
  const second = -quadrant * HALF_PI_2;
  const third = -quadrant * HALF_PI_3;
  const a = first + second;
  const b = a + third;
  const rest = sumError(first, second, a) + (sumError(a, third, b) - quadrant * HALF_PI_4);
  const high = b + rest;
  return { quadrant: quadrant & 3, high, low: sumError(b, rest, high) };
}

/** sin(x + low) for |x| <= π/4, by its Taylor series. */
function sinOfSum(x: number, low: number): number {
  const z = x * x;
  let series = 1 / 355687428096000;
  series = series * z - 1 / 1307674368000;
  series = series * z + 1 / 6227020800;
  series = series * z - 1 / 39916800;
  series = series * z + 1 / 362880;
  series = series * z - 1 / 5040;
  series = series * z + 1 / 120;
  series = series * z - 1 / 6;
  return x + (series * z * x + low * (1 - 0.5 * z));
}

/** cos(x + low) for |x| <= π/4, by its Taylor series; 1 - z/2 is kept with its rounding error. */
function cosOfSum(x: number, low: number): number {
  const z = x * x;
  let series = -1 / 6402373705728000;
  series = series * z + 1 / 20922789888000;
  series = series * z - 1 / 87178291200;
  series = series * z + 1 / 479001600;
  series = series * z - 1 / 3628800;
  series = series * z + 1 / 40320;
  series = series * z - 1 / 720;
  series = series * z + 1 / 24;
  const half = 0.5 * z;
  const leading = 1 - half;
  return leading + (1 - leading - half + (series * z * z - x * low));
}

/**
 * The sine of `x` radians, the same bits on every engine; within 1 unit in the last place of the exact value for
 * every finite `x`, however large. NaN for NaN and ±Infinity.
 */
export function sin(x: number): number {
  if (!Number.isFinite(x)) return NaN;
  if (x === 0) return x;
  const { quadrant, high, low } = reduce(x);
  const magnitude = (quadrant & 1) === 0 ? sinOfSum(high, low) : cosOfSum(high, low);
  return (quadrant & 2) === 0 ? magnitude : -magnitude;
}

/**
 * The cosine of `x` radians, the same bits on every engine; within 1 unit in the last place of the exact value for
 * every finite `x`, however large. NaN for NaN and ±Infinity.
 */
export function cos(x: number): number {
  if (!Number.isFinite(x)) return NaN;
  const { quadrant, high, low } = reduce(x);
  const magnitude = (quadrant & 1) === 0 ? cosOfSum(high, low) : sinOfSum(high, low);
  return ((quadrant + 1) & 2) === 0 ? magnitude : -magnitude;
}
