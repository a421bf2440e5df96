import { exp, type Random } from '@tensorec/kernels';

/** Streams of the seed, one a concern, so that none moves when another draws more. */
export const streams = {
  catalogue: 1,
  circles: 2,
  users: 3,
  events: 4,
  links: 5,
  trends: 6,
} as const;

/** One of a list, each as likely. */
export function pick<T>(list: readonly T[], random: Random): T {
  return list[random.integer(list.length)]!;
}

/** An index drawn with the given weights; linear time, for short lists that change between draws. */
export function pickWeighted(weights: ArrayLike<number>, random: Random): number {
  let total = 0;
  for (let n = 0; n < weights.length; n++) total += weights[n]!;
  let left = random.uniform() * total;
  let last = 0;
  for (let n = 0; n < weights.length; n++) {
    if (weights[n]! === 0) continue;
    last = n;
    left -= weights[n]!;
    if (left < 0) break;
  }
  return last;
}

/** Replaces logits by probabilities that sum to 1, in place; -Infinity becomes 0. */
export function softmax(logits: Float64Array): Float64Array {
  let greatest = -Infinity;
  for (const logit of logits) greatest = Math.max(greatest, logit);
  let sum = 0;
  for (let n = 0; n < logits.length; n++) sum += logits[n] = exp(logits[n]! - greatest);
  for (let n = 0; n < logits.length; n++) logits[n] = logits[n]! / sum;
  return logits;
}

/** 1 / (1 + exp(-x)). */
export function logistic(x: number): number {
  return 1 / (1 + exp(-x));
}
