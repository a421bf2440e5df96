import type { ReadonlyInt32Array } from '@tensorec/core';
import { TensorecError, type Random } from '@tensorec/kernels';
import { requireWhole } from '../batches/batches.js';
import { prefixed, type Identity } from '../identity.js';
import { drawsPerUser, type NegativeSampler } from './sampler.js';

/**
 * Scores candidates by the model as it is.
 *
 * @param itemRows - as many candidates for each user, row-major
 * @param scores - out: one a candidate, higher is better, never NaN
 */
export type CandidateScorer = (
  userRows: ReadonlyInt32Array,
  itemRows: ReadonlyInt32Array,
  scores: Float32Array,
) => void;

/** Options of {@link HardNegativeSampler}. */
export interface HardNegativeOptions {
  /** Draws of which the best scored is taken, a whole number ≥ 1. */
  readonly candidates: number;
  /** Scores the draws. */
  readonly score: CandidateScorer;
}

/**
 * Dynamic negative sampling (Zhang, Chen, Wang and Yu, "Optimizing top-N collaborative filtering via dynamic negative item
 * sampling", SIGIR 2013): each negative is the best scored of some draws of another sampler, the first of equal ones. What
 * is drawn follows the model, so its probability is not known.
 */
export class HardNegativeSampler implements NegativeSampler {
  readonly #sampler: NegativeSampler;
  readonly #options: HardNegativeOptions;
  #candidates = new Int32Array(0);
  #scores = new Float32Array(0);

  /**
   * @param sampler - draws the candidates
   * @throws TensorecError `invalid-argument` when `candidates` is no whole number ≥ 1.
   */
  constructor(sampler: NegativeSampler, options: HardNegativeOptions) {
    requireWhole('candidates', options.candidates);
    this.#sampler = sampler;
    this.#options = options;
  }

  get identity(): Identity {
    return {
      sampler: 'hard',
      candidates: this.#options.candidates,
      ...prefixed('of', this.#sampler.identity),
    };
  }

  /** @throws TensorecError as {@link NegativeSampler.sample}; `numerical` when a score is NaN. */
  sample(userRows: ReadonlyInt32Array, items: Int32Array, random: Random): void {
    const draws = drawsPerUser(userRows, items);
    const { candidates } = this.#options;
    const length = items.length * candidates;
    if (this.#candidates.length < length) {
      this.#candidates = new Int32Array(length);
      this.#scores = new Float32Array(length);
    }
    const drawn = this.#candidates.subarray(0, length);
    const scores = this.#scores.subarray(0, length);
    this.#sampler.sample(userRows, drawn, random);
    this.#options.score(userRows, drawn, scores);
    for (let n = 0; n < items.length; n++) {
      let best = n * candidates;
      for (let at = best; at < (n + 1) * candidates; at++) {
        if (Number.isNaN(scores[at])) throw noScore(userRows[Math.floor(n / draws)]!, drawn[at]!);
        if (scores[at]! > scores[best]!) best = at;
      }
      items[n] = drawn[best]!;
    }
  }
}

function noScore(user: number, item: number): TensorecError {
  return new TensorecError(
    'numerical',
    `The score of user row ${user} and item row ${item} is NaN; look at the scorer, or lower the learning rate.`,
  );
}
