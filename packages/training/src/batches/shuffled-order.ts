import type { Random } from '@tensorec/kernels';

/** Random numbers drawn at a time, enough for the engine to fill them. */
const drawn = 4096;

/** The positions 0 … `count` − 1 in random order, drawn as they are taken. */
export class ShuffledOrder {
  readonly #order: Int32Array;
  readonly #random: Random | undefined;
  readonly #uniform: Float64Array;
  #next = 0;

  /** @param random - undefined leaves the positions in ascending order */
  constructor(count: number, random: Random | undefined) {
    this.#order = new Int32Array(count);
    for (let n = 0; n < count; n++) this.#order[n] = n;
    this.#random = random;
    this.#uniform = new Float64Array(Math.min(drawn, count));
  }

  /** Fills `out` with the next positions. */
  take(out: Int32Array): void {
    const from = this.#next;
    this.skip(out.length);
    out.set(this.#order.subarray(from, this.#next));
  }

  /** Passes over positions. */
  skip(count: number): void {
    const order = this.#order;
    const end = this.#next + count;
    if (this.#random === undefined) this.#next = end;
    for (; this.#next < end; this.#next++) {
      const next = this.#next;
      const place = next % drawn;
      if (place === 0) this.#random?.fillUniform(this.#uniform);
      const other = next + Math.floor(this.#uniform[place]! * (order.length - next));
      const position = order[other]!;
      order[other] = order[next]!;
      order[next] = position;
    }
  }
}
