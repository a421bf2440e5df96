import type { PerItem } from './evaluation.js';
import type { RankedUser } from './rank-all.js';
import type { Relevance } from './relevance.js';
import type { Scorer } from './scorer.js';

/** Counts what became of each item in the lists of users. */
export class ItemTally {
  readonly #cut: number;
  readonly #itemOf: Int32Array;
  readonly #places: Int32Array;
  readonly #relevant: Int32Array;
  readonly #hits: Int32Array;

  /**
   * @param cut - the longest cut of the metrics
   * @param users - rows of the test part's users: all that are evaluated, whether they get a list or not
   */
  constructor(cut: number, { itemOf, model }: Scorer, users: Int32Array, relevance: Relevance) {
    this.#cut = cut;
    this.#itemOf = itemOf;
    this.#places = new Int32Array(model.items.size);
    this.#relevant = new Int32Array(itemOf.length);
    this.#hits = new Int32Array(itemOf.length);
    for (const user of users) {
      for (const item of relevance.itemsOf(user)) this.#relevant[item]!++;
    }
  }

  record({ items, relevant, rankOf }: RankedUser): void {
    for (const item of items) this.#places[item]!++;
    for (const item of relevant) {
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
