import type { Csr, ReadonlyInt32Array } from '@tensorec/core';
import type { Random } from '@tensorec/kernels';

/** Draws items that a user does not have, each that has training events with the same probability. */
export class UniformNegatives {
  /** Items with training events, ascending; an item's place is its number in that list. */
  readonly #items: Int32Array;
  readonly #offsets: ReadonlyInt32Array;
  /** Places of the items of each user, ascending. */
  readonly #known: Int32Array;

  /**
   * @param history - a row a user: items, ascending, each once
   * @param itemCounts - users of each item
   */
  constructor({ offsets, indices }: Csr, itemCounts: ReadonlyInt32Array) {
    const places = new Int32Array(itemCounts.length);
    let active = 0;
    for (let item = 0; item < places.length; item++) {
      places[item] = active;
      if (itemCounts[item]! > 0) active++;
    }
    this.#items = new Int32Array(active);
    for (let item = 0; item < places.length; item++) {
      if (itemCounts[item]! > 0) this.#items[places[item]!] = item;
    }
    this.#offsets = offsets;
    this.#known = Int32Array.from(indices, (item) => places[item]!);
  }

  /** One number from `random`, in the order of log(items of the user). A user who has all items gets any. */
  draw(user: number, random: Random): number {
    const items = this.#items;
    const known = this.#known;
    const first = this.#offsets[user]!;
    const count = this.#offsets[user + 1]! - first;
    if (count === items.length) return items[random.integer(items.length)]!;
    const drawn = random.integer(items.length - count);
    // The free place number `drawn` lies behind as many known places as have at most `drawn` free ones before them.
    let low = 0;
    let high = count;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (known[first + middle]! - middle <= drawn) low = middle + 1;
      else high = middle;
    }
    return items[drawn + low]!;
  }
}
