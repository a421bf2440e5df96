import type { ReadonlyInt32Array } from '@tensorec/core';
import { log, requireArgument } from '@tensorec/kernels';
import type { PairBatch } from '../batches/pairs.js';
import { KnownItems } from './known-items.js';
import type { SamplerOptions } from './sampler.js';

/** What a batch's own items are as negatives of each other's users. */
export interface InBatchNegatives {
  /**
   * log Q of each pair's item, size entries: the logarithm of its share of all pairs. Sampled softmax subtracts it from the
   * column of the item (Bengio and Senécal 2008; Yi et al. 2019).
   */
  readonly logProbabilities: Float32Array;
  /**
   * size × size, row-major: 1 where the item of pair `column` is no negative for the user of pair `row`, because it is the
   * user's own positive or the user knows it. 0 on the diagonal, where the positives are.
   */
  readonly excluded: Uint8Array;
}

/** The other positives of a batch as negatives: they come without a draw, as often as they are popular. */
export class InBatchSampler {
  readonly #logShares: Float64Array;
  readonly #known: KnownItems | undefined;
  /** For each item the last pair of the batch that has it, −1 for none. */
  readonly #last: Int32Array;

  /**
   * @param counts - pairs an item, of the data that the batches are made from
   * @throws TensorecError `invalid-argument` for a count below 0 and for known items of another catalogue.
   */
  constructor(counts: ReadonlyInt32Array, { known }: SamplerOptions = {}) {
    let total = 0;
    for (let item = 0; item < counts.length; item++) {
      requireArgument(
        counts[item]! >= 0,
        () => `counts[${item}] is ${counts[item]!}; give counts of 0 or more.`,
      );
      total += counts[item]!;
    }
    this.#logShares = Float64Array.from(counts, (count) => log(count / total));
    this.#known = known && new KnownItems(known, counts.length);
    this.#last = new Int32Array(counts.length).fill(-1);
  }

  /**
   * Linear in size² for the mask, and in the known items of the batch's users.
   *
   * @throws TensorecError `invalid-argument` for an item without a count, whose probability would be 0.
   */
  negatives({ size, userRows, itemRows }: PairBatch): InBatchNegatives {
    const logProbabilities = new Float32Array(size);
    for (let n = 0; n < size; n++) {
      const share = this.#logShares[itemRows[n]!];
      requireArgument(
        share !== undefined && share > -Infinity,
        () =>
          `The item row ${itemRows[n]!} of the batch has no count; count the data that the batches are made from.`,
      );
      logProbabilities[n] = share;
    }
    return { logProbabilities, excluded: this.#exclude(size, userRows, itemRows) };
  }

  #exclude(size: number, userRows: ReadonlyInt32Array, itemRows: ReadonlyInt32Array): Uint8Array {
    const excluded = new Uint8Array(size * size);
    const last = this.#last;
    // Pairs with the same item form a list that begins at the last of them.
    const before = new Int32Array(size);
    for (let n = 0; n < size; n++) {
      before[n] = last[itemRows[n]!]!;
      last[itemRows[n]!] = n;
    }
    for (let row = 0; row < size; row++) {
      const exclude = (item: number): void => {
        for (let n = last[item]!; n >= 0; n = before[n]!) excluded[row * size + n] = 1;
      };
      exclude(itemRows[row]!);
      if (this.#known) {
        const user = userRows[row]!;
        this.#known.requireUser(user);
        const { offsets, indices } = this.#known;
        for (let n = offsets[user]!; n < offsets[user + 1]!; n++) exclude(indices[n]!);
      }
      excluded[row * size + row] = 0;
    }
    for (let n = 0; n < size; n++) last[itemRows[n]!] = -1;
    return excluded;
  }
}
