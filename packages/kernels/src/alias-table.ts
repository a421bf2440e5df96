import type { ReadonlyNumbers } from './arrays.js';
import { requireArgument } from './errors.js';
import { drawAliasesAt, engineFor, fillSlices, type Random } from './random.js';

/**
 * Draws indices with given weights in constant time each, after a preparation in linear time (Walker 1977; Vose
 * 1991).
 */
export class AliasTable {
  readonly #keep: Float64Array;
  readonly #alias: Int32Array;

  /**
   * @param weights - index `i` is drawn with probability `weights[i]` / sum; finite, >= 0, not all zero.
   * @throws TensorecError `invalid-argument` naming the first weight that is not, or that there is none above zero.
   */
  constructor(weights: ReadonlyNumbers) {
    const { length } = weights;
    let greatest = 0;
    let heaviest = 0;
    for (let i = 0; i < length; i++) {
      const weight = weights[i]!;
      requireArgument(
        weight >= 0 && weight < Infinity,
        () => `weights[${i}] is ${weight}; give finite weights of 0 or more.`,
      );
      if (weight > greatest) {
        greatest = weight;
        heaviest = i;
      }
    }
    requireArgument(
      greatest > 0,
      () => `None of the ${length} weights is above 0; give at least one that is.`,
    );

    // Dividing by the greatest first keeps the sum of huge weights finite.
    let sum = 0;
    for (let i = 0; i < length; i++) sum += weights[i]! / greatest;
    const keep = new Float64Array(length);
    const alias = new Int32Array(length);
    const below: number[] = [];
    const above: number[] = [];
    for (let i = 0; i < length; i++) {
      keep[i] = (weights[i]! / greatest / sum) * length;
      alias[i] = i;
      (keep[i]! < 1 ? below : above).push(i);
    }
    while (below.length > 0 && above.length > 0) {
      const small = below.pop()!;
      const large = above[above.length - 1]!;
      alias[small] = large;
      keep[large] = keep[large]! - (1 - keep[small]!);
      if (keep[large] < 1) {
        above.pop();
        below.push(large);
      }
    }
    // What is left is 1 but for rounding, and its alias is itself; only an index without weight must go elsewhere.
    for (const small of below) if (weights[small] === 0) alias[small] = heaviest;
    this.#keep = keep;
    this.#alias = alias;
  }

  /** The next index, drawn with the table's weights. */
  sample(random: Random): number {
    const index = random.integer(this.#keep.length);
    return random.uniform() < this.#keep[index]! ? index : this.#alias[index]!;
  }

  /** Fills `out` with the next indices, those that {@link AliasTable.sample} would return. */
  fill(random: Random, out: Int32Array): void {
    // The table is copied for each call, which only pays for as many draws.
    const engine = out.length >= this.#keep.length ? engineFor(out.length) : undefined;
    if (engine === undefined) {
      for (let i = 0; i < out.length; i++) out[i] = this.sample(random);
      return;
    }
    const memory = engine.open();
    try {
      const table = [memory.place(this.#keep), memory.place(this.#alias), this.#keep.length];
      fillSlices(engine, out, (address, length) => {
        drawAliasesAt(random, engine, address, length, table);
      });
    } finally {
      memory.close();
    }
  }
}
