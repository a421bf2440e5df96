import { buildCsr, type Csr, type ReadonlyInt32Array, type Steps } from '@tensorec/kernels';
import { columnsOf } from './alignment.js';

/** Places of lists that are kept at most: 128 MB. */
const mostPlaces = 1 << 25;
/** Additions between two yields: a few milliseconds. */
const slice = 1 << 21;

/**
 * The diversity of lists by the training users that items share, as `diversityAt` of `@tensorec/metrics` defines it, for
 * all lists together: the items alike to one item are counted once for all the lists that it is in. O(Σ over the
 * recommended items, over their training users, of the items of the user), and O(k) for each place.
 */
export class ListPairs {
  readonly #histories: Csr;
  readonly #owners: Csr;
  readonly #longest: number;
  readonly #cuts: readonly number[];
  readonly #items: Int32Array;
  readonly #lengths: Int32Array;

  /**
   * @param histories - the items of each training user, each once
   * @param owners - the training users of each item
   * @param cuts - where to cut lists
   */
  constructor(histories: Csr, owners: Csr, cuts: readonly number[], users: number) {
    this.#histories = histories;
    this.#owners = owners;
    this.#cuts = cuts;
    this.#longest = longestOf(cuts, owners.rows);
    this.#items = new Int32Array(users * this.#longest);
    this.#lengths = new Int32Array(users);
  }

  /** Whether the lists of so many users fit in memory. */
  static fits(cuts: readonly number[], items: number, users: number): boolean {
    return users * longestOf(cuts, items) <= mostPlaces;
  }

  /** Keeps the list of the user at a position. */
  record(position: number, items: ReadonlyInt32Array): void {
    const length = Math.min(this.#longest, items.length);
    this.#items.set(items.subarray(0, length), position * this.#longest);
    this.#lengths[position] = length;
  }

  /** For each cut the diversity of every user's list; 0 for lists of fewer than two items. */
  *diversities(): Steps<ReadonlyMap<number, Float64Array>> {
    const similarities = yield* this.#similarities();
    return new Map(
      this.#cuts.map((k, cut) => [
        k,
        similarities[cut]!.map((similarity, position) => {
          const length = Math.min(k, this.#lengths[position]!);
          return length < 2 ? 0 : Math.max(0, 1 - similarity / ((length * (length - 1)) / 2));
        }),
      ]),
    );
  }

  /** For each cut the sum of the cosines of the pairs of every list. */
  *#similarities(): Steps<readonly Float64Array[]> {
    const sums = this.#cuts.map(() => new Float64Array(this.#lengths.length));
    const places = this.#placesOfItems();
    const common = new Float64Array(places.rows);
    let additions = 0;
    for (let item = 0; item < places.rows; item++) {
      const own = columnsOf(places, item);
      if (own.length === 0) continue;
      additions += this.#countCommon(item, common) + own.length * this.#longest;
      for (const place of own) this.#addPairs(item, place, common, sums);
      this.#clearCommon(item, common);
      if (additions < slice) continue;
      additions = 0;
      yield item / places.rows;
    }
    return sums;
  }

  /** For each item where it stands: position of the user · longest + rank from 0. */
  #placesOfItems(): Csr {
    const places = Int32Array.from({ length: this.#items.length }, (_, place) => place).filter(
      (place) => place % this.#longest < this.#lengths[Math.floor(place / this.#longest)]!,
    );
    const items = places.map((place) => this.#items[place]!);
    return buildCsr(this.#owners.rows, this.#items.length, items, places);
  }

  /** Counts the users that every item shares with one. */
  #countCommon(item: number, common: Float64Array): number {
    let additions = 0;
    for (const owner of columnsOf(this.#owners, item)) {
      const history = columnsOf(this.#histories, owner);
      for (const other of history) common[other]!++;
      additions += history.length;
    }
    return additions;
  }

  #clearCommon(item: number, common: Float64Array): void {
    for (const owner of columnsOf(this.#owners, item)) {
      for (const other of columnsOf(this.#histories, owner)) common[other] = 0;
    }
  }

  /** Adds the cosines of an item with those behind it in the list of the place. */
  #addPairs(
    item: number,
    place: number,
    common: Float64Array,
    sums: readonly Float64Array[],
  ): void {
    const position = Math.floor(place / this.#longest);
    const start = position * this.#longest;
    const end = start + this.#lengths[position]!;
    for (let next = place + 1; next < end; next++) {
      const other = this.#items[next]!;
      if (common[other] === 0) continue;
      const cosine = common[other]! / Math.sqrt(common[item]! * this.#countOf(other));
      for (let cut = 0; cut < this.#cuts.length; cut++) {
        if (next - start < this.#cuts[cut]!) sums[cut]![position]! += cosine;
      }
    }
  }

  #countOf(item: number): number {
    return this.#owners.offsets[item + 1]! - this.#owners.offsets[item]!;
  }
}

function longestOf(cuts: readonly number[], items: number): number {
  return Math.min(Math.max(...cuts), items);
}
