import type { ReadonlyInt32Array } from '@tensorec/core';
import { AliasTable, fingerprint, log, pow, requireArgument, type Random } from '@tensorec/kernels';
import type { Identity } from '../identity.js';
import { KnownItems } from './known-items.js';
import {
  drawsPerUser,
  requirePlaces,
  type ProposalSampler,
  type SamplerOptions,
} from './sampler.js';

/** Draws for one place before the items that are left are listed. */
const tries = 32;

/** Options of {@link PopularitySampler}. */
export interface PopularitySamplerOptions extends SamplerOptions {
  /**
   * β in count^β: 1 draws items as often as they occur, 0 all that occur alike. A finite number, default 0.75 (Mikolov,
   * Sutskever, Chen, Corrado and Dean 2013).
   */
  readonly exponent?: number | undefined;
}

/**
 * Draws items in proportion to count^β, with replacement; items without a count are never drawn. A draw takes constant time
 * (alias method). A known item is drawn again, at most 32 times; then the draw is made from a list of the items left, in
 * time linear in the catalogue. Both give each unknown item its share.
 */
export class PopularitySampler implements ProposalSampler {
  readonly #counts: ReadonlyInt32Array;
  readonly #exponent: number;
  readonly #weights: Float64Array;
  readonly #table: AliasTable;
  readonly #known: KnownItems | undefined;
  /** For each user the logarithm of the weight of the items that the user does not know; that of all where it is 0. */
  readonly #logFree: Float64Array;
  readonly #logTotal: number;
  /** 1 for the users for whom nothing is excluded. */
  readonly #knowsAll: Uint8Array;

  /**
   * @param counts - how often each item occurs, whole numbers ≥ 0, not all zero: `itemCounts` of a training record
   * @throws TensorecError `invalid-argument` for such counts, an exponent that is not finite, weights beyond all bounds,
   * and known items of another catalogue.
   */
  constructor(counts: ReadonlyInt32Array, options: PopularitySamplerOptions = {}) {
    const { exponent = 0.75, known } = options;
    requireArgument(
      Number.isFinite(exponent),
      () => `exponent is ${exponent}; give a finite number.`,
    );
    this.#counts = counts;
    this.#exponent = exponent;
    this.#weights = weightsOf(counts, exponent);
    this.#table = new AliasTable(this.#weights);
    this.#logTotal = log(sum(this.#weights));
    this.#known = known && new KnownItems(known, counts.length);
    this.#logFree = new Float64Array(this.#known?.rows ?? 0);
    this.#knowsAll = new Uint8Array(this.#logFree.length);
    if (this.#known) this.#weighUsers(this.#known);
  }

  get identity(): Identity {
    return {
      sampler: 'popularity',
      exponent: this.#exponent,
      counts: fingerprint([this.#counts]),
      known: this.#known?.fingerprint ?? 'none',
    };
  }

  sample(
    userRows: ReadonlyInt32Array,
    items: Int32Array,
    random: Random,
    logProbabilities?: Float32Array,
  ): void {
    const draws = drawsPerUser(userRows, items);
    if (logProbabilities) requirePlaces(logProbabilities, items);
    this.#table.fill(random, items);
    for (let n = 0; n < userRows.length; n++) {
      const user = userRows[n]!;
      this.#known?.requireUser(user);
      for (let at = n * draws; at < (n + 1) * draws; at++) {
        if (this.#isExcluded(user, items[at]!)) items[at] = this.#drawAgain(user, random);
        if (logProbabilities) {
          const logTotal = this.#known ? this.#logFree[user]! : this.#logTotal;
          logProbabilities[at] = log(this.#weights[items[at]!]!) - logTotal;
        }
      }
    }
  }

  logProbabilities(items: ReadonlyInt32Array, out: Float32Array): void {
    requirePlaces(out, items);
    for (let n = 0; n < items.length; n++) {
      const weight = this.#weights[items[n]!];
      requireArgument(
        weight !== undefined,
        () => `The item row ${items[n]!} is out of range; there are ${this.#weights.length} items.`,
      );
      out[n] = weight === 0 ? -Infinity : log(weight) - this.#logTotal;
    }
  }

  #isExcluded(user: number, item: number): boolean {
    return this.#known !== undefined && this.#knowsAll[user] === 0 && this.#known.has(user, item);
  }

  #drawAgain(user: number, random: Random): number {
    for (let n = 1; n < tries; n++) {
      const item = this.#table.sample(random);
      if (!this.#isExcluded(user, item)) return item;
    }
    return this.#drawFromList(user, random);
  }

  /** Draws from the items that the user does not know, of which there is one with weight at least. */
  #drawFromList(user: number, random: Random): number {
    const weights = this.#weightsWithout(this.#known!, user);
    let left = random.uniform() * sum(weights);
    let last = 0;
    for (let item = 0; item < weights.length; item++) {
      if (weights[item] === 0) continue;
      last = item;
      left -= weights[item]!;
      if (left < 0) break;
    }
    return last;
  }

  /** The weights with 0 for the items that a user knows. */
  #weightsWithout({ offsets, indices }: KnownItems, user: number): Float64Array {
    const weights = this.#weights.slice();
    for (let n = offsets[user]!; n < offsets[user + 1]!; n++) weights[indices[n]!] = 0;
    return weights;
  }

  #weighUsers(known: KnownItems): void {
    const { rows, offsets, indices } = known;
    const drawable = this.#weights.filter((weight) => weight > 0).length;
    const total = sum(this.#weights);
    for (let user = 0; user < rows; user++) {
      let free = total;
      let freeItems = drawable;
      for (let n = offsets[user]!; n < offsets[user + 1]!; n++) {
        const weight = this.#weights[indices[n]!]!;
        free -= weight;
        if (weight > 0) freeItems--;
      }
      // Where next to nothing is left, the difference is mostly rounding.
      if (freeItems > 0 && free < 1e-6 * total) free = sum(this.#weightsWithout(known, user));
      this.#knowsAll[user] = freeItems === 0 ? 1 : 0;
      this.#logFree[user] = freeItems === 0 ? this.#logTotal : log(free);
    }
  }
}

/** count^β, relative to the greatest count, so that no weight overflows; 0 for an item without a count. */
function weightsOf(counts: ReadonlyInt32Array, exponent: number): Float64Array {
  let greatest = 0;
  for (const count of counts) greatest = Math.max(greatest, count);
  return Float64Array.from(counts, (count, item) => {
    requireArgument(count >= 0, () => `counts[${item}] is ${count}; give counts of 0 or more.`);
    return count === 0 ? 0 : pow(count / greatest, exponent);
  });
}

function sum(weights: Float64Array): number {
  let total = 0;
  for (const weight of weights) total += weight;
  return total;
}
