// The Gaussian error linear unit x · Φ(x) and its slope, Φ the normal distribution function: by the error function after
// Moshier's Cephes library (erff, erfcf).
import { exp4 } from './elementary';
import { nextChunk, parameter } from './pool';
import { multiplyAdd } from './simd';

const CHUNK: usize = 16384;
const SQRT_HALF: f32 = 0.70710678118654752;
const INVERSE_SQRT_TWO_PI: f32 = 0.39894228040143268;

@inline
function f(value: f32): v128 {
  return f32x4.splat(value);
}

/** (√π / 2) erf(t) / t · 2 / √π for |t| < 1, by t². */
@inline
function nearSeries(z: v128): v128 {
  let y = multiplyAdd(f(-8.010193625184903e-4), z, f(7.853861353153693e-5));
  y = multiplyAdd(f(5.188327685732524e-3), z, y);
  y = multiplyAdd(f(-2.685381193529856e-2), z, y);
  y = multiplyAdd(f(1.128358514861418e-1), z, y);
  y = multiplyAdd(f(-3.761262582423300e-1), z, y);
  return multiplyAdd(f(1.128379165726710), z, y);
}

/** e^t² · t · erfc(t) for t from 1 to 2, by 1 / t². */
@inline
function middleSeries(q: v128): v128 {
  let y = multiplyAdd(f(-1.387039388740657e-1), q, f(2.326819970068386e-2));
  y = multiplyAdd(f(3.687424674597105e-1), q, y);
  y = multiplyAdd(f(-5.824733027278666e-1), q, y);
  y = multiplyAdd(f(6.210004621745983e-1), q, y);
  y = multiplyAdd(f(-4.944515323274145e-1), q, y);
  y = multiplyAdd(f(3.404879937665872e-1), q, y);
  y = multiplyAdd(f(-2.741127028184656e-1), q, y);
  return multiplyAdd(f(5.638259427386472e-1), q, y);
}

/** The same for t above 2. */
@inline
function farSeries(q: v128): v128 {
  let y = multiplyAdd(f(1.297719955372516e1), q, f(-1.047766399936249e1));
  y = multiplyAdd(f(-7.495518717768503), q, y);
  y = multiplyAdd(f(2.921019019210786), q, y);
  y = multiplyAdd(f(-1.015265279202700), q, y);
  y = multiplyAdd(f(4.218463358204948e-1), q, y);
  y = multiplyAdd(f(-2.820767439740514e-1), q, y);
  return multiplyAdd(f(5.641895067754075e-1), q, y);
}

/** Φ(x); NaN stays NaN. */
@inline
function distribution4(x: v128): v128 {
  const t = f32x4.mul(x, f(SQRT_HALF));
  const near = multiplyAdd(f(0.5), f32x4.mul(t, f(0.5)), nearSeries(f32x4.mul(t, t)));
  const size = f32x4.max(f32x4.abs(t), f(0.5));
  const inverse = f32x4.div(f(1), size);
  const q = f32x4.mul(inverse, inverse);
  const series = v128.bitselect(middleSeries(q), farSeries(q), f32x4.lt(size, f(2)));
  // Φ(−|x|) = erfc(|t|) / 2
  const tail = f32x4.mul(f(0.5), f32x4.mul(f32x4.mul(exp4(f32x4.neg(f32x4.mul(size, size))), inverse), series));
  const far = v128.bitselect(tail, f32x4.sub(f(1), tail), f32x4.lt(x, f(0)));
  return v128.bitselect(near, far, f32x4.lt(size, f(1)));
}

/** x · Φ(x), 0 for −∞. */
function unitLoop(x: usize, to: usize, count: usize): void {
  for (const end = to + (count << 2); to < end; ) {
    const a = v128.load(x);
    const lower = f32x4.max(a, f(-1e4));
    v128.store(to, f32x4.mul(lower, distribution4(lower)));
    x += 16;
    to += 16;
  }
}

/** g · (Φ(x) + x · φ(x)), φ the normal density. */
function slopeLoop(x: usize, g: usize, to: usize, count: usize): void {
  for (const end = to + (count << 2); to < end; ) {
    const a = f32x4.min(f32x4.max(v128.load(x), f(-1e4)), f(1e4));
    const density = f32x4.mul(f(INVERSE_SQRT_TWO_PI), exp4(f32x4.mul(f(-0.5), f32x4.mul(a, a))));
    v128.store(to, f32x4.mul(v128.load(g), multiplyAdd(distribution4(a), a, density)));
    x += 16;
    g += 16;
    to += 16;
  }
}

/** The unit of each number. Parameters: x, result, count. */
export function gaussianUnits(): void {
  const count = parameter(2);
  for (let chunk = nextChunk(); chunk >= 0; chunk = nextChunk()) {
    const from = <usize>chunk * CHUNK;
    unitLoop(parameter(0) + (from << 2), parameter(1) + (from << 2), min(CHUNK, count - from));
  }
}

/** The gradient of the unit. Parameters: x, gradient of the result, gradient of x, count. */
export function gaussianUnitsBackward(): void {
  const count = parameter(3);
  for (let chunk = nextChunk(); chunk >= 0; chunk = nextChunk()) {
    const from = <usize>chunk * CHUNK;
    const o = from << 2;
    slopeLoop(parameter(0) + o, parameter(1) + o, parameter(2) + o, min(CHUNK, count - from));
  }
}
