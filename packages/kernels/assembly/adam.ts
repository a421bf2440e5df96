// Adam (Kingma & Ba 2015) on numbers beside one another.
import { multiplyAdd } from './simd';

/** What is the same for all numbers of a step. */
let rate: f32 = 0;
let beta1: f32 = 0;
let beta2: f32 = 0;
let epsilon: f32 = 0;
let inverseRoot: f32 = 0;

/**
 * @param learningRate - over 1 − beta1^step
 * @param inverse - 1 / √(1 − beta2^step)
 */
export function setAdam(learningRate: f64, first: f64, second: f64, least: f64, inverse: f64): void {
  rate = <f32>learningRate;
  beta1 = <f32>first;
  beta2 = <f32>second;
  epsilon = <f32>least;
  inverseRoot = <f32>inverse;
}

/** Moves numbers and their moments by a gradient; `bytes` is a multiple of 16. */
export function adam(numbers: usize, first: usize, second: usize, gradient: usize, bytes: usize): void {
  const decay1 = f32x4.splat(beta1);
  const decay2 = f32x4.splat(beta2);
  const share1 = f32x4.splat(1 - beta1);
  const share2 = f32x4.splat(1 - beta2);
  const step = f32x4.splat(rate);
  const root = f32x4.splat(inverseRoot);
  const least = f32x4.splat(epsilon);
  for (const end = gradient + bytes; gradient < end; gradient += 16) {
    const g = v128.load(gradient);
    const m = multiplyAdd(f32x4.mul(decay1, v128.load(first)), share1, g);
    const v = multiplyAdd(f32x4.mul(decay2, v128.load(second)), share2, f32x4.mul(g, g));
    v128.store(first, m);
    v128.store(second, v);
    const divisor = multiplyAdd(least, f32x4.sqrt(v), root);
    v128.store(numbers, f32x4.sub(v128.load(numbers), f32x4.div(f32x4.mul(step, m), divisor)));
    numbers += 16;
    first += 16;
    second += 16;
  }
}
