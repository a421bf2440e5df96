import type { ReadonlyInt32Array } from '@tensorec/kernels';

/** 2³² divided by the golden ratio: its products spread neighbouring numbers over the table (Knuth 1973, § 6.4). */
const SPREAD = 0x9e3779b1;

/** Row numbers of a batch, each once, ascending, and the place of each among them: a hash table, open to be searched on. */
export class RowPlaces {
  /** Each row number once, ascending. */
  readonly rows: Int32Array;
  /** Row number and place of each slot; −1 where it is empty. */
  readonly #slots: Int32Array;
  readonly #shift: number;

  /** @param indices - row numbers from 0 on */
  constructor(indices: ReadonlyInt32Array | readonly number[]) {
    const bits = 33 - Math.clz32(indices.length);
    this.#shift = 32 - bits;
    this.#slots = new Int32Array(2 ** (bits + 1)).fill(-1);
    const found = new Int32Array(indices.length);
    let count = 0;
    for (let n = 0; n < indices.length; n++) {
      const row = indices[n]!;
      const slot = this.#slotOf(row);
      if (this.#slots[slot] === row) continue;
      this.#slots[slot] = row;
      found[count++] = row;
    }
    this.rows = found.slice(0, count).sort();
    this.rows.forEach((row, place) => {
      this.#slots[this.#slotOf(row) + 1] = place;
    });
  }

  /** The place of each row number; −1 for those that are not here. */
  of(indices: ReadonlyInt32Array | readonly number[]): Int32Array {
    const places = new Int32Array(indices.length);
    for (let n = 0; n < places.length; n++) {
      places[n] = this.#slots[this.#slotOf(indices[n]!) + 1]!;
    }
    return places;
  }

  /** Where a row number stands, or would. */
  #slotOf(row: number): number {
    const slots = this.#slots;
    const mask = slots.length - 1;
    let slot = 2 * (Math.imul(row, SPREAD) >>> this.#shift);
    while (slots[slot] !== row && slots[slot] !== -1) slot = (slot + 2) & mask;
    return slot;
  }
}
