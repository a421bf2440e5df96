import { TensorecError } from '@tensorec/core';
import type { ReadonlyInt32Array } from '@tensorec/kernels';
import type { MetricTable } from './metric-table.js';
import type { Scorer } from './scorer.js';

/**
 * Ranks relevant items and negatives by descending score, ties by item row, and records the metrics of the list.
 * Items without a training event come last, by item row.
 */
export class CandidateRanking {
  readonly #scorer: Scorer;
  readonly #table: MetricTable;

  constructor(scorer: Scorer, table: MetricTable) {
    this.#scorer = scorer;
    this.#table = table;
  }

  /**
   * Records one list of the user at a position. O(n log n) in the number of candidates.
   *
   * @param relevant - by rows of the test part, distinct
   * @param negatives - by rows of the test part, none of them relevant
   * @param scores - by the model's rows
   * @throws TensorecError `numerical` for a score that is NaN.
   */
  record(
    position: number,
    relevant: ReadonlyInt32Array,
    negatives: ReadonlyInt32Array,
    scores: Float32Array,
  ): void {
    const { itemOf, model } = this.#scorer;
    const items = new Int32Array(relevant.length + negatives.length);
    items.set(relevant);
    items.set(negatives, relevant.length);
    const scoreOf = Float32Array.from(items, (item) => scores[itemOf[item]!] ?? -Infinity);
    const notANumber = scoreOf.findIndex((score) => Number.isNaN(score));
    if (notANumber >= 0) {
      throw new TensorecError(
        'numerical',
        `${model.name} gave the item of row ${itemOf[items[notANumber]!]!} the score NaN; check the model's parameters and its input.`,
      );
    }
    const order = Int32Array.from(items.keys()).sort((a, b) =>
      scoreOf[a] === scoreOf[b] ? items[a]! - items[b]! : scoreOf[b]! > scoreOf[a]! ? 1 : -1,
    );
    const flags = Uint8Array.from(order.subarray(0, this.#table.longest), (candidate) =>
      candidate < relevant.length ? 1 : 0,
    );
    const tied = this.#table.tieCuts.some(
      (cut) => cut < order.length && scoreOf[order[cut - 1]!] === scoreOf[order[cut]!],
    );
    this.#table.record(position, flags, relevant.length, tied);
  }
}
