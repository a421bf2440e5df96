/** Different values that are counted one by one. */
const MOST_DISTINCT = 64;
/** Powers of ten that 32-bit floats reach. */
const POWERS = 39;

/** Edges 1, 2, 5, 10, … of the bins of values of one sign. */
const edges = Float64Array.from({ length: 3 * (2 * POWERS + 1) }, (_, n) =>
  Number(`${[1, 2, 5][n % 3]!}e${Math.floor(n / 3) - POWERS}`),
);

/** So many values are `from`, where both ends are the same, or lie between them: the end nearer to 0 belongs to it. */
export interface ValueBin {
  readonly from: number;
  readonly to: number;
  readonly count: number;
}

/** What values there are. */
export interface ValueSummary {
  readonly minimum: number;
  readonly maximum: number;
  readonly mean: number;
  /** Whether all are integers. */
  readonly integers: boolean;
  /** Every value, where there are at most 64; else bins at 1, 2, 5, 10, 20, … Those without values are left out. */
  readonly bins: readonly ValueBin[];
}

/** Summarises values in memory that does not depend on how many there are. */
export class ValueCounts {
  #count = 0;
  #sum = 0;
  #minimum = Infinity;
  #maximum = -Infinity;
  #integers = true;
  readonly #distinct = new Map<number, number>();
  #tooMany = false;
  readonly #bins = new Float64Array(2 * edges.length + 1);

  /** Takes values in. */
  add(values: Float32Array): void {
    for (let n = 0; n < values.length; n++) this.#addOne(values[n]!);
    this.#count += values.length;
  }

  /** The summary; undefined without values. */
  summary(): ValueSummary | undefined {
    if (this.#count === 0) return undefined;
    return {
      minimum: this.#minimum,
      maximum: this.#maximum,
      mean: this.#sum / this.#count,
      integers: this.#integers,
      bins: this.#tooMany ? this.#filledBins() : this.#exactBins(),
    };
  }

  #addOne(value: number): void {
    this.#sum += value;
    this.#minimum = Math.min(this.#minimum, value);
    this.#maximum = Math.max(this.#maximum, value);
    if (!Number.isInteger(value)) this.#integers = false;
    this.#bins[binOf(value)]!++;
    if (this.#tooMany) return;
    this.#distinct.set(value, (this.#distinct.get(value) ?? 0) + 1);
    if (this.#distinct.size <= MOST_DISTINCT) return;
    this.#tooMany = true;
    this.#distinct.clear();
  }

  #exactBins(): ValueBin[] {
    return [...this.#distinct]
      .sort(([a], [b]) => a - b)
      .map(([value, count]) => ({ from: value, to: value, count }));
  }

  #filledBins(): ValueBin[] {
    const zero = edges.length;
    const edge = (place: number): number => (place === 0 ? 0 : edges[place - 1]!);
    return Array.from(this.#bins, (count, bin): ValueBin => {
      if (bin === zero) return { from: 0, to: 0, count };
      return bin > zero
        ? { from: edge(bin - zero), to: edges[bin - zero] ?? Infinity, count }
        : { from: -(edges[zero - bin] ?? Infinity), to: -edge(zero - bin), count };
    }).filter(({ count }) => count > 0);
  }
}

/** The bin of a value: the middle one for 0, those above for positive ones. */
function binOf(value: number): number {
  const magnitude = Math.abs(value);
  let low = 0;
  let high = edges.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (edges[middle]! <= magnitude) low = middle + 1;
    else high = middle;
  }
  return edges.length + Math.sign(value) * low;
}
