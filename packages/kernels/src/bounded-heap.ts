/**
 * The best few of the entries offered: greater score first, then smaller index. A binary heap with the worst entry at
 * its root, so an entry that is no better costs one comparison and a better one the logarithm of the capacity.
 */
export class BoundedHeap {
  readonly capacity: number;
  readonly indices: Int32Array;
  readonly scores: Float64Array;
  size = 0;

  constructor(capacity: number) {
    this.capacity = capacity;
    this.indices = new Int32Array(capacity);
    this.scores = new Float64Array(capacity);
  }

  clear(): void {
    this.size = 0;
  }

  /** Takes the entry if there is room or it is better than the worst one, which then leaves. */
  offer(score: number, index: number): void {
    if (this.size < this.capacity) {
      this.#rise(this.size++, score, index);
    } else if (score > this.scores[0]! || (score === this.scores[0]! && index < this.indices[0]!)) {
      this.#sink(0, this.size, score, index);
    }
  }

  /** Puts the entries in order, the best first; the heap must be cleared before the next offer. */
  sort(): void {
    const { scores, indices } = this;
    for (let last = this.size - 1; last > 0; last--) {
      const score = scores[last]!;
      const index = indices[last]!;
      scores[last] = scores[0]!;
      indices[last] = indices[0]!;
      this.#sink(0, last, score, index);
    }
  }

  #rise(from: number, score: number, index: number): void {
    const { scores, indices } = this;
    let place = from;
    while (place > 0) {
      const parent = (place - 1) >> 1;
      const parentScore = scores[parent]!;
      if (parentScore < score || (parentScore === score && indices[parent]! > index)) break;
      scores[place] = parentScore;
      indices[place] = indices[parent]!;
      place = parent;
    }
    scores[place] = score;
    indices[place] = index;
  }

  #sink(from: number, size: number, score: number, index: number): void {
    const { scores, indices } = this;
    let place = from;
    for (;;) {
      let child = 2 * place + 1;
      if (child >= size) break;
      const sibling = child + 1;
      if (
        sibling < size &&
        (scores[sibling]! < scores[child]! ||
          (scores[sibling] === scores[child] && indices[sibling]! > indices[child]!))
      ) {
        child = sibling;
      }
      const childScore = scores[child]!;
      if (childScore > score || (childScore === score && indices[child]! < index)) break;
      scores[place] = childScore;
      indices[place] = indices[child]!;
      place = child;
    }
    scores[place] = score;
    indices[place] = index;
  }
}
