import type { ReadonlyInt32Array } from '@tensorec/kernels';

type RowNumbers = ReadonlyInt32Array | readonly number[];

/** Row numbers of a batch, each once, ascending, and the place of each among them. */
export interface RowPlaces {
  /** Each row number once, ascending. */
  readonly rows: Int32Array;
  /** The place of each row number; −1 for those that are not here. */
  of(indices: RowNumbers): Int32Array;
}

/** A table of so many rows for each number of the batch has a slot for each row. */
const FEW = 4;

/**
 * @param indices - integers from 0 to `count` − 1
 * @param count - rows of the table; time does not depend on it where it is great
 */
export function rowPlaces(indices: RowNumbers, count: number): RowPlaces {
  return count <= FEW * indices.length
    ? new DirectPlaces(indices, count)
    : new HashedPlaces(indices);
}

/** A slot for each row of the table. */
class DirectPlaces implements RowPlaces {
  readonly rows: Int32Array;
  readonly #places: Int32Array;

  constructor(indices: RowNumbers, count: number) {
    const places = new Int32Array(count).fill(-1);
    let found = 0;
    for (let n = 0; n < indices.length; n++) {
      const row = indices[n]!;
      if (places[row] === 0) continue;
      places[row] = 0;
      found++;
    }
    this.rows = new Int32Array(found);
    for (let row = 0, place = 0; place < found; row++) {
      if (places[row] === -1) continue;
      this.rows[place] = row;
      places[row] = place++;
    }
    this.#places = places;
  }

  of(indices: RowNumbers): Int32Array {
    const places = new Int32Array(indices.length);
    for (let n = 0; n < places.length; n++) places[n] = this.#places[indices[n]!] ?? -1;
    return places;
  }
}

/** 2³² divided by the golden ratio: its products spread neighbouring numbers over the table (Knuth 1973, § 6.4). */
const SPREAD = 0x9e3779b1;

/** A hash table, open to be searched on. */
class HashedPlaces implements RowPlaces {
  readonly rows: Int32Array;
  /** Row number and place of each slot; −1 where it is empty. */
  readonly #slots: Int32Array;
  readonly #shift: number;

  constructor(indices: RowNumbers) {
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

  of(indices: RowNumbers): Int32Array {
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
