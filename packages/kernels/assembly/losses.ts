// Losses of scores and their gradients in one pass. A loss of a position compares one positive score with several negative
// ones; binary cross-entropy also stands alone, with a label for each score.
import { exp4, log1p4, log4 } from './elementary';
import { nextChunk, parameter, realParameter, threadIndex } from './pool';

/** Which loss of a position; the numbers of `pairLosses` in src/array-losses.ts. */
const BPR: i32 = 1;
const SOFTMAX: i32 = 2;

/** Numbers that are added in single precision before the sum goes on in double precision. */
const SHORT: usize = 1024;
/** Numbers that a chunk of binary cross-entropy takes. */
const CHUNK: usize = 16384;

/** log(1 + e^x), of x and e^−|x|. */
@inline
function softplusFrom(x: v128, e: v128): v128 {
  return f32x4.add(f32x4.max(x, f32x4.splat(0)), log1p4(e));
}

/** 1 / (1 + e^−x), of x and e^−|x|. */
@inline
function sigmoidFrom(x: v128, e: v128): v128 {
  const one = f32x4.splat(1);
  const near = f32x4.div(one, f32x4.add(one, e));
  return v128.bitselect(f32x4.mul(e, near), near, f32x4.lt(x, f32x4.splat(0)));
}

@inline
function exponentialOfSize(x: v128): v128 {
  return exp4(f32x4.neg(f32x4.abs(x)));
}

/** The sum of the lanes in double precision. */
@inline
export function wideSum(a: v128): f64 {
  return (
    <f64>f32x4.extract_lane(a, 0) +
    <f64>f32x4.extract_lane(a, 1) +
    (<f64>f32x4.extract_lane(a, 2) + <f64>f32x4.extract_lane(a, 3))
  );
}

/** What the last call of `softplusSum` or `rowLoss` found beside the loss. */
let slope: f64 = 0;

/** The derivative of the last row's loss by its positive score. */
export function positiveSlope(): f32 {
  return <f32>slope;
}

/** Σ log(1 + e^(x − shift)); numbers become `scale` times their derivatives, whose sum is `slope`. */
function softplusSum(x: usize, count: usize, shift: f32, scale: f32): f64 {
  const by = f32x4.splat(shift);
  const factor = f32x4.splat(scale);
  let total: f64 = 0;
  slope = 0;
  for (const last = x + (count << 2); x < last; ) {
    let losses = f32x4.splat(0);
    let slopes = losses;
    for (const end = min(x + (SHORT << 2), last); x < end; x += 16) {
      const y = f32x4.sub(v128.load(x), by);
      const e = exponentialOfSize(y);
      const derivative = f32x4.mul(factor, sigmoidFrom(y, e));
      losses = f32x4.add(losses, softplusFrom(y, e));
      slopes = f32x4.add(slopes, derivative);
      v128.store(x, derivative);
    }
    total += wideSum(losses);
    slope += wideSum(slopes);
  }
  return total;
}

function greatestOf(x: usize, count: usize, least: f32): f32 {
  let best = f32x4.splat(least);
  for (const end = x + (count << 2); x < end; x += 16) best = f32x4.max(best, v128.load(x));
  return max(
    max(f32x4.extract_lane(best, 0), f32x4.extract_lane(best, 1)),
    max(f32x4.extract_lane(best, 2), f32x4.extract_lane(best, 3)),
  );
}

/** Σ e^(x − shift); numbers become e^(x − shift). */
function exponentialSum(x: usize, count: usize, shift: f32): f64 {
  const by = f32x4.splat(shift);
  let total: f64 = 0;
  for (const last = x + (count << 2); x < last; ) {
    let sum = f32x4.splat(0);
    for (const end = min(x + (SHORT << 2), last); x < end; x += 16) {
      const y = exp4(f32x4.sub(v128.load(x), by));
      sum = f32x4.add(sum, y);
      v128.store(x, y);
    }
    total += wideSum(sum);
  }
  return total;
}

/**
 * log(own + others), of `own` in (0, 1]. Here, as in all of this folder, without the functions of `Math`: those of
 * AssemblyScript read tables, which would lie where the control block is.
 */
export function logSum(own: f64, others: f64): f64 {
  const logarithm =
    own == 1 ? log1p4(f32x4.splat(<f32>others)) : log4(f32x4.splat(<f32>(own + others)));
  return <f64>f32x4.extract_lane(logarithm, 0);
}

/** e^x. */
export function exponential(x: f32): f64 {
  return <f64>f32x4.extract_lane(exp4(f32x4.splat(x)), 0);
}

/** The cross-entropy of the positive score among all. Its derivative comes from the others, never as 1 minus something. */
function softmaxLoss(positive: f32, x: usize, count: usize, scale: f32): f64 {
  const best = greatestOf(x, count, positive);
  const others = exponentialSum(x, count, best);
  const own = exponential(positive - best);
  const all = own + others;
  const by = f32x4.splat(<f32>(<f64>scale / all));
  for (const end = x + (count << 2); x < end; x += 16) v128.store(x, f32x4.mul(by, v128.load(x)));
  slope = (-<f64>scale * others) / all;
  return <f64>(best - positive) + logSum(own, others);
}

/**
 * The loss of a position: for binary cross-entropy `weight` · log(1 + e^−p) + Σ log(1 + e^n), for BPR Σ log(1 + e^(n − p)),
 * for softmax log Σ e^s − p. Negative scores become `scale` times the derivatives by them; −∞ has no part.
 *
 * @param x - `count` negative scores, a multiple of 4
 */
export function rowLoss(kind: i32, positive: f32, x: usize, count: usize, weight: f32, scale: f32): f64 {
  if (kind == SOFTMAX) return softmaxLoss(positive, x, count, scale);
  if (kind == BPR) {
    const loss = softplusSum(x, count, positive, scale);
    slope = -slope;
    return loss;
  }
  const loss = softplusSum(x, count, 0, scale);
  const y = f32x4.splat(-positive);
  const e = exponentialOfSize(y);
  slope = -<f64>scale * <f64>weight * <f64>f32x4.extract_lane(sigmoidFrom(y, e), 0);
  return loss + <f64>weight * <f64>f32x4.extract_lane(softplusFrom(y, e), 0);
}

/** Makes the numbers from `count` to before `end` those that have no part. */
export function closeRow(x: usize, count: usize, end: usize): void {
  for (; count < end; count++) store<f32>(x + (count << 2), -Infinity);
}

/**
 * Losses of positions whose scores are given. A position of share 0 is left out.
 *
 * Parameters: 0 which loss, 1 positive scores, 2 negative scores, 3 positions, 4 negative scores each; 5 share of each
 * position in the result, 6 weight of the positive score; 7 losses times shares (f64); 8 and 9 derivatives by the positive
 * and the negative scores, or 0; 10 positions a chunk; 11 work space, a row of a multiple of 4 numbers a thread.
 */
export function lossesOfScores(): void {
  const positions = parameter(3);
  const count = parameter(4);
  const padded = (count + 3) & ~3;
  const weight = <f32>realParameter(6);
  const row = parameter(11) + threadIndex() * (padded << 2);
  for (let chunk = nextChunk(); chunk >= 0; chunk = nextChunk()) {
    const from = <usize>chunk * parameter(10);
    const end = min(from + parameter(10), positions);
    for (let i = from; i < end; i++) {
      const share = load<f32>(parameter(5) + (i << 2));
      let loss: f64 = 0;
      slope = 0;
      if (share != 0) {
        memory.copy(row, parameter(2) + ((i * count) << 2), count << 2);
        closeRow(row, count, padded);
        const positive = load<f32>(parameter(1) + (i << 2));
        loss = <f64>share * rowLoss(<i32>parameter(0), positive, row, padded, weight, share);
      } else memory.fill(row, 0, count << 2);
      store<f64>(parameter(7) + (i << 3), loss);
      if (parameter(8) == 0) continue;
      store<f32>(parameter(8) + (i << 2), positiveSlope());
      memory.copy(parameter(9) + ((i * count) << 2), row, count << 2);
    }
  }
}

/** Weighted binary cross-entropy of numbers with labels; stores `scale` · weight · derivative, returns weight · loss. */
@inline
function crossEntropy(x: v128, label: v128, weight: v128): v128 {
  const e = exponentialOfSize(x);
  const loss = f32x4.sub(softplusFrom(x, e), f32x4.mul(x, label));
  // What weighs nothing takes no part, even NaN.
  return v128.andnot(f32x4.mul(weight, loss), f32x4.eq(weight, f32x4.splat(0)));
}

@inline
function crossEntropySlope(x: v128, label: v128, weight: v128): v128 {
  const derivative = f32x4.sub(sigmoidFrom(x, exponentialOfSize(x)), label);
  return v128.andnot(f32x4.mul(weight, derivative), f32x4.eq(weight, f32x4.splat(0)));
}

/** The sum over `count` numbers; weights go on by `step` bytes a number, 4 or 0. */
function crossEntropies(x: usize, labels: usize, weights: usize, step: usize, count: usize, gradient: usize, scale: f32): f64 {
  const factor = f32x4.splat(scale);
  let total: f64 = 0;
  const end = x + (count << 2);
  for (const whole = x + ((count & ~3) << 2); x < whole; ) {
    let sum = f32x4.splat(0);
    for (const stop = min(x + (SHORT << 2), whole); x < stop; x += 16) {
      const weight = step == 0 ? f32x4.splat(1) : v128.load(weights);
      sum = f32x4.add(sum, crossEntropy(v128.load(x), v128.load(labels), weight));
      if (gradient != 0) {
        const slopes = crossEntropySlope(v128.load(x), v128.load(labels), weight);
        v128.store(gradient, f32x4.mul(factor, slopes));
        gradient += 16;
      }
      labels += 16;
      weights += step << 2;
    }
    total += wideSum(sum);
  }
  for (; x < end; x += 4) {
    const weight = step == 0 ? f32x4.splat(1) : v128.load_splat<f32>(weights);
    const label = v128.load_splat<f32>(labels);
    const number = v128.load_splat<f32>(x);
    total += <f64>f32x4.extract_lane(crossEntropy(number, label, weight), 0);
    if (gradient != 0) {
      const slopes = f32x4.mul(factor, crossEntropySlope(number, label, weight));
      store<f32>(gradient, f32x4.extract_lane(slopes, 0));
      gradient += 4;
    }
    labels += 4;
    weights += step;
  }
  return total;
}

/**
 * Binary cross-entropy of scores.
 *
 * Parameters: scores, labels, weights or 0 for ones, how many; sums of the chunks (f64); derivatives or 0; their factor.
 */
export function crossEntropiesOfScores(): void {
  const count = parameter(3);
  const step: usize = parameter(2) == 0 ? 0 : 4;
  for (let chunk = nextChunk(); chunk >= 0; chunk = nextChunk()) {
    const from = <usize>chunk * CHUNK;
    const sum = crossEntropies(
      parameter(0) + (from << 2),
      parameter(1) + (from << 2),
      parameter(2) + from * step,
      step,
      min(CHUNK, count - from),
      parameter(5) == 0 ? 0 : parameter(5) + (from << 2),
      <f32>realParameter(6),
    );
    store<f64>(parameter(4) + (<usize>chunk << 3), sum);
  }
}
