import type { Random } from '@tensorec/kernels';
import type { NegativeSampler, ProposalSampler } from '../samplers/sampler.js';
import { mapBatches, requireWhole, type Batches } from './batches.js';

/** Batches with a user for each example: pairs, and the targets of sequences. */
export interface UserBatch {
  /** Row of each example's user. */
  readonly userRows: Int32Array;
}

/** Negative items of a batch. */
export interface NegativeItems {
  /** Items for each entry of `userRows`, row-major: `negatives` of them each. */
  readonly negatives: Int32Array;
}

/** Negative items of a batch, with their probabilities. */
export interface WeighedNegativeItems extends NegativeItems {
  /** The natural logarithm of the probability of each draw. */
  readonly logProbabilities: Float32Array;
}

/** Options of {@link withNegatives}. */
export interface NegativeOptions {
  /** Draws an example, a whole number ≥ 1; default 1. */
  readonly negatives?: number | undefined;
  /** Seed of the draws, a safe integer ≥ 0; default 0. Each batch of each epoch has a stream of its own. */
  readonly seed?: number | undefined;
}

/**
 * Adds negatives to each batch, new ones in each epoch. They are drawn when the batch is asked for, so a sampler that scores by
 * the model sees it as the batch before left it.
 *
 * @throws TensorecError `invalid-argument` when `negatives` is no whole number ≥ 1.
 */
export function withNegatives<Batch extends UserBatch>(
  batches: Batches<Batch>,
  sampler: NegativeSampler,
  options: NegativeOptions = {},
): Batches<Batch & NegativeItems> {
  return mapped(batches, sampler, options, (batch, { negatives }, random) => {
    sampler.sample(batch.userRows, negatives, random);
    return { ...batch, negatives };
  });
}

/** As {@link withNegatives}, with the log-probabilities of the draws, which sampled softmax wants. */
export function withWeighedNegatives<Batch extends UserBatch>(
  batches: Batches<Batch>,
  sampler: ProposalSampler,
  options: NegativeOptions = {},
): Batches<Batch & WeighedNegativeItems> {
  return mapped(batches, sampler, options, (batch, drawn, random) => {
    sampler.sample(batch.userRows, drawn.negatives, random, drawn.logProbabilities);
    return { ...batch, ...drawn };
  });
}

/** Batches changed with the arrays for their draws. */
function mapped<Batch extends UserBatch, Output>(
  batches: Batches<Batch>,
  sampler: NegativeSampler,
  { negatives: count = 1, seed }: NegativeOptions,
  draw: (batch: Batch, arrays: WeighedNegativeItems, random: Random) => Output,
): Batches<Output> {
  requireWhole('negatives', count);
  return mapBatches(batches, {
    name: 'negatives',
    seed,
    get identity() {
      return { count, ...sampler.identity };
    },
    changer() {
      const arrays = new Arrays();
      return (batch, random) => draw(batch, arrays.of(batch.userRows.length * count), random);
    },
  });
}

/** Arrays that the batches of an epoch share. */
class Arrays {
  #negatives = new Int32Array(0);
  #logProbabilities = new Float32Array(0);

  of(length: number): WeighedNegativeItems {
    if (this.#negatives.length < length) {
      this.#negatives = new Int32Array(length);
      this.#logProbabilities = new Float32Array(length);
    }
    return {
      negatives: this.#negatives.subarray(0, length),
      logProbabilities: this.#logProbabilities.subarray(0, length),
    };
  }
}
