import { AliasTable, log, Random, TopK } from '@tensorec/kernels';
import type { SampledSettings } from './settings.js';

/** Draws per item wanted before the rest is drawn from a list of what is left. */
const patience = 16;

/** Draws negatives in proportion to weights, for each user from a stream of its own. */
export class NegativeSampler {
  readonly #weights: Float64Array;
  readonly #settings: SampledSettings;
  readonly #table: AliasTable;

  /** @param weights - one an item, none below 0 and one at least above it */
  constructor(weights: Float64Array, settings: SampledSettings) {
    this.#weights = weights;
    this.#settings = settings;
    this.#table = new AliasTable(weights);
  }

  /**
   * The negatives of a user: as many as were asked for, or without replacement all that can be drawn where they are
   * fewer. Without replacement each draw is in proportion to the weights of the items still left.
   *
   * @param user - names the stream, so that the draws of one user do not depend on those of others
   * @param avoided - 1 for items not to draw; the same again afterwards
   */
  draw(user: number, avoided: Uint8Array): Int32Array {
    const { sampled, replacement, seed } = this.#settings;
    const random = new Random(seed, user);
    const drawn = new Int32Array(replacement ? sampled : Math.min(sampled, avoided.length));
    let size = 0;
    for (let n = 0; n < patience * drawn.length && size < drawn.length; n++) {
      const item = this.#table.sample(random);
      if (avoided[item] === 1) continue;
      drawn[size++] = item;
      if (!replacement) avoided[item] = 1;
    }
    const first = drawn.subarray(0, size);
    const rest = drawn.subarray(size);
    if (rest.length > 0) {
      size += replacement
        ? this.#drawRepeatedly(rest, avoided, random)
        : this.#drawDistinct(rest, avoided, random);
    }
    if (!replacement) for (const item of first) avoided[item] = 0;
    return drawn.subarray(0, size);
  }

  #drawRepeatedly(drawn: Int32Array, avoided: Uint8Array, random: Random): number {
    const weights = this.#weights.map((weight, item) => (avoided[item] === 1 ? 0 : weight));
    if (!weights.some((weight) => weight > 0)) return 0;
    const table = new AliasTable(weights);
    for (let n = 0; n < drawn.length; n++) drawn[n] = table.sample(random);
    return drawn.length;
  }

  /** The items with the least exponential variates of rate `weight` (Efraimidis & Spirakis 2006). */
  #drawDistinct(drawn: Int32Array, avoided: Uint8Array, random: Random): number {
    const keys = this.#weights.map((weight, item) =>
      avoided[item] === 1 || weight === 0 ? -Infinity : log(1 - random.uniform()) / weight,
    );
    const top = new TopK(drawn.length);
    const found = top.select(keys, 0, keys.length);
    drawn.set(top.indices.subarray(0, found));
    return found;
  }
}
