import type { PerItem } from './evaluation.js';
import type { RankedUser } from './rank-all.js';

/** Counts what became of each item in the lists of users. */
export class ItemTally {
  readonly #cut: number;
  readonly #itemOf: Int32Array;
  readonly #places: Int32Array;
  readonly #relevant: Int32Array;
  readonly #hits: Int32Array;

  /**
   * @param cut - the longest cut of the metrics
   * @param itemOf - the model's row of each item of the test part; −1 where the model does not know it
   * @param items - the items of the model
   */
  constructor(cut: number, itemOf: Int32Array, items: number) {
    this.#cut = cut;
    this.#itemOf = itemOf;
    this.#places = new Int32Array(items);
    this.#relevant = new Int32Array(itemOf.length);
    this.#hits = new Int32Array(itemOf.length);
  }

  record({ items, relevant, rankOf }: RankedUser): void {
    for (const item of items) this.#places[item]!++;
    for (const item of relevant) {
      this.#relevant[item]!++;
      if ((rankOf[this.#itemOf[item]!] ?? 0) > 0) this.#hits[item]!++;
    }
  }

  result(): PerItem {
    return {
      cut: this.#cut,
      recommended: this.#itemOf.map((item) => this.#places[item] ?? 0),
      relevant: this.#relevant,
      hits: this.#hits,
    };
  }
}
