import type { ReadonlyInt32Array } from '@tensorec/core';
import { log, type Random } from '@tensorec/kernels';
import { requireWhole } from '../batches/batches.js';
import type { Identity } from '../identity.js';
import { KnownItems } from './known-items.js';
import {
  drawsPerUser,
  requirePlaces,
  type ProposalSampler,
  type SamplerOptions,
} from './sampler.js';

/**
 * Draws every item with the same probability, with replacement. Items that a user knows are left out by counting, not by
 * trying again: the n-th of the items that the user does not know is found in time logarithmic in the known ones.
 */
export class UniformSampler implements ProposalSampler {
  readonly #items: number;
  readonly #known: KnownItems | undefined;
  /** For each known item, how many items that its user does not know come before it. */
  readonly #before: Int32Array;
  #uniform = new Float64Array(0);

  /**
   * @param items - size of the catalogue, a whole number ≥ 1
   * @throws TensorecError `invalid-argument` for another size, and for known items of another catalogue.
   */
  constructor(items: number, { known }: SamplerOptions = {}) {
    requireWhole('items', items);
    this.#items = items;
    this.#known = known && new KnownItems(known, items);
    this.#before = this.#known ? unknownBefore(this.#known) : new Int32Array(0);
  }

  get identity(): Identity {
    const known = this.#known?.fingerprint ?? 'none';
    return { sampler: 'uniform', items: this.#items, known };
  }

  sample(
    userRows: ReadonlyInt32Array,
    items: Int32Array,
    random: Random,
    logProbabilities?: Float32Array,
  ): void {
    const draws = drawsPerUser(userRows, items);
    if (logProbabilities) requirePlaces(logProbabilities, items);
    const uniform = this.#fillUniform(items.length, random);
    for (let n = 0; n < userRows.length; n++) {
      const [start, end] = this.#knownOf(userRows[n]!);
      const free = this.#items - (end - start);
      const from = n * draws;
      for (let at = from; at < from + draws; at++) {
        const place = Math.floor(uniform[at]! * free);
        items[at] = place + this.#countUpTo(place, start, end);
      }
      logProbabilities?.fill(-log(free), from, from + draws);
    }
  }

  logProbabilities(items: ReadonlyInt32Array, out: Float32Array): void {
    requirePlaces(out, items);
    out.fill(-log(this.#items));
  }

  #fillUniform(length: number, random: Random): Float64Array {
    if (this.#uniform.length < length) this.#uniform = new Float64Array(length);
    const uniform = this.#uniform.subarray(0, length);
    random.fillUniform(uniform);
    return uniform;
  }

  /** Where the items to leave out lie; nowhere for a user who knows them all. */
  #knownOf(user: number): readonly [start: number, end: number] {
    if (this.#known === undefined) return [0, 0];
    this.#known.requireUser(user);
    const start = this.#known.offsets[user]!;
    const end = this.#known.offsets[user + 1]!;
    return end - start === this.#items ? [start, start] : [start, end];
  }

  /** How many of the known items lie before the unknown one that has `place` unknown ones before it. */
  #countUpTo(place: number, start: number, end: number): number {
    const before = this.#before;
    let low = start;
    let high = end;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (before[middle]! <= place) low = middle + 1;
      else high = middle;
    }
    return low - start;
  }
}

function unknownBefore({ rows, offsets, indices }: KnownItems): Int32Array {
  const before = new Int32Array(indices.length);
  for (let row = 0; row < rows; row++) {
    const start = offsets[row]!;
    const end = offsets[row + 1]!;
    for (let n = start; n < end; n++) before[n] = indices[n]! - (n - start);
  }
  return before;
}
