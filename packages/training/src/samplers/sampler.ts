import type { Csr, ReadonlyInt32Array } from '@tensorec/core';
import { requireArgument, type Random } from '@tensorec/kernels';
import type { Identity } from '../identity.js';

/** Draws items that serve as negative examples of users. */
export interface NegativeSampler {
  /** Settings and data that the draws depend on. */
  readonly identity: Identity;
  /**
   * Fills `items` with as many draws for each user as fit, row-major: those of `userRows[0]` first. The same stream gives the
   * same items.
   *
   * @throws TensorecError `invalid-argument` when `items` has no equal number for each user, or for a user row out of range.
   */
  sample(userRows: ReadonlyInt32Array, items: Int32Array, random: Random): void;
}

/** A sampler that knows with which probability it draws what, as sampled softmax wants it. */
export interface ProposalSampler extends NegativeSampler {
  /**
   * As {@link NegativeSampler.sample}.
   *
   * @param logProbabilities - out: of each draw, the natural logarithm of its probability for that user
   */
  sample(
    userRows: ReadonlyInt32Array,
    items: Int32Array,
    random: Random,
    logProbabilities?: Float32Array,
  ): void;
  /** Fills `out` with the natural logarithm of each item's probability in a draw that excludes nothing. */
  logProbabilities(items: ReadonlyInt32Array, out: Float32Array): void;
}

/** Options of samplers that draw from a fixed distribution. */
export interface SamplerOptions {
  /**
   * The items that users know, users × items, such as the history of a training record: they are not drawn for them. Rows
   * in any order, repeats allowed; values do not matter. Default: any item may be drawn.
   *
   * For a user who knows every item that can be drawn, nothing is excluded: a batch has to be filled.
   */
  readonly known?: Csr | undefined;
}

/** How many draws each user gets; checks the lengths. */
export function drawsPerUser(userRows: ReadonlyInt32Array, items: ArrayLike<number>): number {
  const draws = userRows.length === 0 ? 0 : items.length / userRows.length;
  requireArgument(
    Number.isInteger(draws) && draws * userRows.length === items.length,
    () =>
      `There are ${items.length} places for draws of ${userRows.length} users; give each user the same number.`,
  );
  return draws;
}

/** Throws unless there is a place for each draw. */
export function requirePlaces(logProbabilities: Float32Array, items: ArrayLike<number>): void {
  requireArgument(
    logProbabilities.length === items.length,
    () =>
      `There are ${logProbabilities.length} places for ${items.length} log-probabilities; give one a draw.`,
  );
}
