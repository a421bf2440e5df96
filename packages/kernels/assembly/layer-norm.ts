// Layer normalization of rows, and its gradients.
import { nextChunk, parameter, realParameter } from './pool';
import { laneSum, multiplyAdd } from './simd';

/** The mean of a row. */
function meanOf(x: usize, count: usize): f32 {
  let a = f32x4.splat(0);
  const end = x + (count << 2);
  for (const whole = x + ((count & ~3) << 2); x < whole; x += 16) a = f32x4.add(a, v128.load(x));
  let sum = laneSum(a);
  for (; x < end; x += 4) sum += load<f32>(x);
  return sum / <f32>count;
}

/** The mean squared distance of a row from its mean. */
function varianceOf(x: usize, count: usize, mean: f32): f32 {
  let a = f32x4.splat(0);
  const means = f32x4.splat(mean);
  const end = x + (count << 2);
  for (const whole = x + ((count & ~3) << 2); x < whole; x += 16) {
    const distance = f32x4.sub(v128.load(x), means);
    a = multiplyAdd(a, distance, distance);
  }
  let sum = laneSum(a);
  for (; x < end; x += 4) {
    const distance = load<f32>(x) - mean;
    sum += distance * distance;
  }
  return sum / <f32>count;
}

function normalizeRow(x: usize, count: usize, mean: f32, factor: f32, gain: usize, bias: usize, to: usize): void {
  const means = f32x4.splat(mean);
  const factors = f32x4.splat(factor);
  const end = x + (count << 2);
  for (const whole = x + ((count & ~3) << 2); x < whole; x += 16) {
    const normal = f32x4.mul(f32x4.sub(v128.load(x), means), factors);
    v128.store(to, multiplyAdd(v128.load(bias), normal, v128.load(gain)));
    to += 16;
    gain += 16;
    bias += 16;
  }
  for (; x < end; x += 4) {
    store<f32>(to, load<f32>(bias) + (load<f32>(x) - mean) * factor * load<f32>(gain));
    to += 4;
    gain += 4;
    bias += 4;
  }
}

/**
 * (x − mean) / √(variance + epsilon) · gain + bias of each row.
 *
 * Parameters: x, gain, bias, epsilon; rows, columns, rows a chunk; result; out: mean and 1 / √(variance + epsilon) of each row.
 */
export function normalizeRows(): void {
  const epsilon = <f32>realParameter(3);
  const rows = parameter(4);
  const columns = parameter(5);
  for (let chunk = nextChunk(); chunk >= 0; chunk = nextChunk()) {
    const from = <usize>chunk * parameter(6);
    const end = min(from + parameter(6), rows);
    for (let row = from; row < end; row++) {
      const x = parameter(0) + ((row * columns) << 2);
      const mean = meanOf(x, columns);
      const factor = <f32>1 / sqrt<f32>(varianceOf(x, columns, mean) + epsilon);
      const statistics = parameter(8) + (row << 3);
      store<f32>(statistics, mean);
      store<f32>(statistics, factor, 4);
      normalizeRow(x, columns, mean, factor, parameter(1), parameter(2), parameter(7) + ((row * columns) << 2));
    }
  }
}

/** Sums over a row of g · gain and of that times the normalized number. */
let plainSum: f32 = 0;
let normalSum: f32 = 0;

/** Makes these sums, and adds to the gradients of gain and bias. */
function sumRow(
  x: usize,
  gradient: usize,
  gain: usize,
  count: usize,
  mean: f32,
  factor: f32,
  ofGain: usize,
  ofBias: usize,
): void {
  const means = f32x4.splat(mean);
  const factors = f32x4.splat(factor);
  let a = f32x4.splat(0);
  let b = a;
  const end = x + (count << 2);
  for (const whole = x + ((count & ~3) << 2); x < whole; x += 16) {
    const normal = f32x4.mul(f32x4.sub(v128.load(x), means), factors);
    const g = v128.load(gradient);
    v128.store(ofGain, multiplyAdd(v128.load(ofGain), g, normal));
    v128.store(ofBias, f32x4.add(v128.load(ofBias), g));
    const scaled = f32x4.mul(g, v128.load(gain));
    a = f32x4.add(a, scaled);
    b = multiplyAdd(b, scaled, normal);
    gradient += 16;
    gain += 16;
    ofGain += 16;
    ofBias += 16;
  }
  plainSum = laneSum(a);
  normalSum = laneSum(b);
  for (; x < end; x += 4) {
    const normal = (load<f32>(x) - mean) * factor;
    const g = load<f32>(gradient);
    store<f32>(ofGain, load<f32>(ofGain) + g * normal);
    store<f32>(ofBias, load<f32>(ofBias) + g);
    plainSum += g * load<f32>(gain);
    normalSum += g * load<f32>(gain) * normal;
    gradient += 4;
    gain += 4;
    ofGain += 4;
    ofBias += 4;
  }
}

/** factor · (g · gain − plain − normal · slope), where plain and slope are the means of the sums above. */
function returnRow(
  x: usize,
  gradient: usize,
  gain: usize,
  count: usize,
  mean: f32,
  factor: f32,
  plain: f32,
  slope: f32,
  to: usize,
): void {
  const means = f32x4.splat(mean);
  const factors = f32x4.splat(factor);
  const plains = f32x4.splat(plain);
  const slopes = f32x4.splat(slope);
  const end = x + (count << 2);
  for (const whole = x + ((count & ~3) << 2); x < whole; x += 16) {
    const normal = f32x4.mul(f32x4.sub(v128.load(x), means), factors);
    const scaled = f32x4.mul(v128.load(gradient), v128.load(gain));
    const difference = f32x4.sub(f32x4.sub(scaled, plains), f32x4.mul(normal, slopes));
    v128.store(to, f32x4.mul(factors, difference));
    gradient += 16;
    gain += 16;
    to += 16;
  }
  for (; x < end; x += 4) {
    const normal = (load<f32>(x) - mean) * factor;
    store<f32>(to, factor * (load<f32>(gradient) * load<f32>(gain) - plain - normal * slope));
    gradient += 4;
    gain += 4;
    to += 4;
  }
}

/**
 * Gradients of `normalizeRows`; those of gain and bias as the sums of each chunk.
 *
 * Parameters: x, gain, mean and 1 / √(variance + epsilon) of each row, gradient of the result; rows, columns, rows a chunk;
 * out: gradient of x, and columns sums for gain and columns sums for bias for each chunk.
 */
export function normalizeRowsBackward(): void {
  const gain = parameter(1);
  const rows = parameter(4);
  const columns = parameter(5);
  for (let chunk = nextChunk(); chunk >= 0; chunk = nextChunk()) {
    const ofGain = parameter(8) + ((<usize>chunk * 2 * columns) << 2);
    const ofBias = ofGain + (columns << 2);
    memory.fill(ofGain, 0, columns << 3);
    const from = <usize>chunk * parameter(6);
    const end = min(from + parameter(6), rows);
    for (let row = from; row < end; row++) {
      const offset = (row * columns) << 2;
      const x = parameter(0) + offset;
      const gradient = parameter(3) + offset;
      const mean = load<f32>(parameter(2) + (row << 3));
      const factor = load<f32>(parameter(2) + (row << 3), 4);
      sumRow(x, gradient, gain, columns, mean, factor, ofGain, ofBias);
      const count = <f32>columns;
      const slope = normalSum / count;
      returnRow(x, gradient, gain, columns, mean, factor, plainSum / count, slope, parameter(7) + offset);
    }
  }
}
