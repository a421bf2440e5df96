/** Counts of rows 0, 1, 2, …, that grow with the rows. */
export class RowCounts {
  #counts = new Int32Array(1024);

  /** Counts one more of every row. */
  add(rows: Int32Array): void {
    for (let n = 0; n < rows.length; n++) {
      const row = rows[n]!;
      if (row >= this.#counts.length) this.#grow(row);
      this.#counts[row]!++;
    }
  }

  /** The counts of rows that occurred, ascending. */
  sorted(): Int32Array {
    return this.#counts.filter((count) => count > 0).sort();
  }

  #grow(row: number): void {
    const counts = new Int32Array(Math.max(row + 1, 2 * this.#counts.length));
    counts.set(this.#counts);
    this.#counts = counts;
  }
}

/** How numbers are spread. */
export interface Distribution {
  readonly minimum: number;
  readonly mean: number;
  readonly maximum: number;
  /** The 1st to the 9th decile, each the smallest number that so many tenths are not above; the 5th is the median. */
  readonly deciles: readonly number[];
}

/** The distribution of numbers that ascend; all `NaN` when there are none. */
export function distribution(sorted: Int32Array): Distribution {
  const count = sorted.length;
  const at = (place: number): number => sorted[place] ?? NaN;
  let sum = 0;
  for (let n = 0; n < count; n++) sum += sorted[n]!;
  return {
    minimum: at(0),
    mean: sum / count,
    maximum: at(count - 1),
    deciles: Array.from({ length: 9 }, (_, n) => at(Math.ceil(((n + 1) * count) / 10) - 1)),
  };
}

/** How much of the events a few items have. */
export interface LongTail {
  /** Share of the events that the most frequent 1 %, 10 % and 20 % of the items have; counts of items are rounded up. */
  readonly top1: number;
  readonly top10: number;
  readonly top20: number;
  /** Gini coefficient of the events of the items that occur: 0 all alike, towards 1 one item has all. */
  readonly gini: number;
}

/** The long tail of item counts that ascend. */
export function longTail(sorted: Int32Array): LongTail {
  const count = sorted.length;
  let sum = 0;
  let weighted = 0;
  for (let n = 0; n < count; n++) {
    sum += sorted[n]!;
    weighted += (n + 1) * sorted[n]!;
  }
  const top = (percent: number): number => {
    let events = 0;
    for (let n = count - Math.ceil((count * percent) / 100); n < count; n++) events += sorted[n]!;
    return events / sum;
  };
  return {
    top1: top(1),
    top10: top(10),
    top20: top(20),
    gini: (2 * weighted) / (count * sum) - (count + 1) / count,
  };
}
