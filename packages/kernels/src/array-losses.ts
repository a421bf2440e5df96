import { requireLength, runAll } from './array-functions.js';
import type { ReadonlyInt32Array } from './arrays.js';
import { requireEngine } from './engine/engine.js';
import type { Scope } from './engine/scope.js';
import { requireArgument } from './errors.js';
import type { ResidentArray } from './resident-array.js';

/** Numbers that a chunk takes. */
const CHUNK = 16_384;

const pairLosses = ['binary-cross-entropy', 'bpr', 'softmax'] as const;

/**
 * What compares the positive score p of a position with its m negative scores n: binary cross-entropy
 * (positiveWeight · log(1 + e^−p) + Σ log(1 + eⁿ)) / (m + 1), the loss of BPR Σ log(1 + e^(n − p)) / m, or the cross-entropy
 * of softmax log(e^p + Σ eⁿ) − p.
 */
export interface PairLoss {
  readonly kind: (typeof pairLosses)[number];
  /** Of `binary-cross-entropy`; default 1. */
  readonly positiveWeight?: number;
}

/** The number that kernels know a loss by. */
export function numberOfLoss({ kind }: PairLoss): number {
  return pairLosses.indexOf(kind);
}

/** Scores of `positions` positions, and how much each counts. */
export interface PairScores {
  readonly positives: ResidentArray;
  /** A row for each position. */
  readonly negatives: ResidentArray;
  /** Default: all the same. A position of weight 0 takes no part, even where its scores are NaN. */
  readonly weights?: ResidentArray | undefined;
}

/**
 * Writes the mean loss over positions, weighted, to the one number of `result`, and its derivatives by the scores. Without
 * weight, or without positions, all of them are 0. At once; time in the order of the scores.
 *
 * @throws TensorecError `invalid-argument` unless lengths agree and there is a negative score; `memory`.
 */
export function lossOfScores(
  loss: PairLoss,
  { positives, negatives, weights }: PairScores,
  result: ResidentArray,
  gradients?: { readonly positives: ResidentArray; readonly negatives: ResidentArray },
): void {
  const positions = positives.length;
  const count = positions === 0 ? 1 : negatives.length / positions;
  requireArgument(
    Number.isInteger(count) && count > 0,
    () =>
      `There are ${negatives.length} negative scores for ${positions} positions; give as many for each, 1 at least.`,
  );
  if (weights !== undefined) requireLength(weights, positions, 'weights');
  const memory = requireEngine().open();
  try {
    const shares = memory.place(sharesOf(memory, positions, weights, termsOf(loss, count)));
    const losses = memory.allocate(8 * positions);
    const space = memory.allocate(4 * (count + 3) * memory.engine.threads);
    const part = Math.max(1, Math.floor(CHUNK / count));
    runAll('lossesOfScores', Math.ceil(positions / part), [
      ...[numberOfLoss(loss), positives.address, negatives.address, positions, count],
      ...[shares, loss.positiveWeight ?? 1, losses],
      ...[gradients?.positives.address ?? 0, gradients?.negatives.address ?? 0, part, space],
    ]);
    writeSum(memory, losses, positions, 1, result);
  } finally {
    memory.close();
  }
}

/** What the sum of a position is divided by. */
export function termsOf({ kind }: PairLoss, negatives: number): number {
  if (kind === 'softmax') return 1;
  return kind === 'bpr' ? negatives : negatives + 1;
}

/**
 * What part of the result each position is: weight / (sum of the weights · `terms`), 0 where there is no weight.
 *
 * @param targets - of the positions; those below 0 take no part. Default: all take part
 */
export function sharesOf(
  memory: Scope,
  positions: number,
  weights: ResidentArray | undefined,
  terms: number,
  targets?: ReadonlyInt32Array,
): Float32Array {
  const given = weights && memory.view(Float32Array, weights.address, positions);
  const shares = new Float32Array(positions);
  let sum = 0;
  for (let i = 0; i < positions; i++) {
    if (targets !== undefined && targets[i]! < 0) continue;
    shares[i] = given === undefined ? 1 : given[i]!;
    sum += shares[i]!;
  }
  const factor = sum === 0 ? 0 : 1 / (sum * terms);
  for (let i = 0; i < positions; i++) shares[i]! *= factor;
  return shares;
}

/** Writes a factor times the sum of `count` doubles to the one number of `result`. */
export function writeSum(
  memory: Scope,
  address: number,
  count: number,
  factor: number,
  result: ResidentArray,
): void {
  requireLength(result, 1, 'result');
  const sum = memory.view(Float64Array, address, count).reduce((total, value) => total + value, 0);
  memory.view(Float32Array, result.address, 1)[0] = factor * sum;
}

/** Scores with a label each. */
export interface LabelledScores {
  readonly scores: ResidentArray;
  /** Usually 0 or 1; probabilities between are taken as such. */
  readonly labels: ResidentArray;
  /** Default: all the same. A score of weight 0 takes no part, even where it is NaN. */
  readonly weights?: ResidentArray | undefined;
}

/**
 * Writes the mean binary cross-entropy log(1 + e^x) − x · label, weighted, to the one number of `result`, and its
 * derivatives by the scores to `gradient`. Without weight all of them are 0. At once; time in the order of the scores.
 *
 * @throws TensorecError `invalid-argument` unless lengths agree; `memory`.
 */
export function crossEntropyOfScores(
  { scores, labels, weights }: LabelledScores,
  result: ResidentArray,
  gradient?: ResidentArray,
): void {
  const { length } = scores;
  requireLength(labels, length, 'labels');
  if (weights !== undefined) requireLength(weights, length, 'weights');
  if (gradient !== undefined) requireLength(gradient, length, 'gradient');
  const memory = requireEngine().open();
  try {
    const sum =
      weights === undefined
        ? length
        : memory
            .view(Float32Array, weights.address, length)
            .reduce((total, weight) => total + weight, 0);
    const factor = sum === 0 ? 0 : 1 / sum;
    const chunks = Math.ceil(length / CHUNK);
    const sums = memory.allocate(8 * chunks);
    runAll('crossEntropiesOfScores', chunks, [
      ...[scores.address, labels.address, weights?.address ?? 0, length],
      ...[sums, gradient?.address ?? 0, factor],
    ]);
    writeSum(memory, sums, chunks, factor, result);
  } finally {
    memory.close();
  }
}
