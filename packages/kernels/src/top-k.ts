import type { ReadonlyFloat32Array, ReadonlyFloat64Array } from './arrays.js';
import { BoundedHeap } from './bounded-heap.js';
import { requireArgument, TensorecError } from './errors.js';

/**
 * Selects the k greatest of many scores, again and again without allocating: the result of a call stays in
 * {@link TopK.indices} and {@link TopK.scores} until the next one.
 */
export class TopK {
  /** How many scores a call selects at most. */
  readonly k: number;
  /** Where the selected scores lie, relative to `from`: descending score, ties by ascending index. */
  readonly indices: Int32Array;
  /** The selected scores, in the same order. */
  readonly scores: Float64Array;

  readonly #heap: BoundedHeap;
  #tiedAtCut = false;

  /**
   * @param k - an integer of 1 or more.
   * @throws TensorecError `invalid-argument` when it is no such integer.
   */
  constructor(k: number) {
    requireArgument(
      Number.isInteger(k) && k >= 1 && k <= 0x7fffffff,
      () => `k is ${k}; give an integer of 1 or more.`,
    );
    this.k = k;
    this.#heap = new BoundedHeap(k);
    this.indices = this.#heap.indices;
    this.scores = this.#heap.scores;
  }

  /** Whether a score that the last call left out equals the last one that it selected. */
  get tiedAtCut(): boolean {
    return this.#tiedAtCut;
  }

  /**
   * Selects the k greatest of `scores[from]` … `scores[to - 1]`. A score of -Infinity is never selected, which is how
   * a caller excludes an element. Linear time, and O(log k) for each score that enters the selection.
   *
   * @returns how many were selected: k, or fewer when fewer are above -Infinity. What lies beyond in the two result
   * arrays is left from earlier calls.
   * @throws TensorecError `numerical` naming the first NaN, `invalid-argument` when the range leaves the array.
   */
  select(scores: ReadonlyFloat32Array | ReadonlyFloat64Array, from: number, to: number): number {
    requireArgument(
      Number.isInteger(from) &&
        Number.isInteger(to) &&
        from >= 0 &&
        from <= to &&
        to <= scores.length,
      () => `The range is [${from}, ${to}); give one inside the ${scores.length} scores.`,
    );
    const heap = this.#heap;
    heap.clear();
    let tied = false;
    let threshold = -Infinity;
    for (let position = from; position < to; position++) {
      const score = scores[position]!;
      if (score < threshold) continue;
      if (score === threshold) {
        tied = heap.size === heap.capacity;
        continue;
      }
      if (score !== score) {
        throw new TensorecError(
          'numerical',
          `The score at index ${position} is NaN; check the model's parameters and its input.`,
        );
      }
      heap.offer(score, position - from);
      if (heap.size === heap.capacity) {
        const leaving = threshold;
        threshold = heap.scores[0]!;
        tied = threshold === leaving;
      }
    }
    heap.sort();
    this.#tiedAtCut = tied;
    return heap.size;
  }
}
