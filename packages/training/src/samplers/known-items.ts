import type { Csr } from '@tensorec/core';
import {
  fingerprint,
  mergeRepeats,
  requireArgument,
  type ReadonlyInt32Array,
} from '@tensorec/kernels';

/** The items that each user knows, ascending and each once. */
export class KnownItems {
  /** Users. */
  readonly rows: number;
  /** The items of user u are at offsets[u] … offsets[u + 1] − 1. */
  readonly offsets: ReadonlyInt32Array;
  readonly indices: ReadonlyInt32Array;

  /** @throws TensorecError `invalid-argument` when the matrix is not over this many items. */
  constructor(known: Csr, items: number) {
    requireArgument(
      known.columns === items,
      () =>
        `The known items are of a catalogue of ${known.columns}, and the sampler's has ${items}; give both the same.`,
    );
    const { rows, offsets, indices } = isAscending(known) ? known : mergeRepeats(known, 'one');
    this.rows = rows;
    this.offsets = offsets;
    this.indices = indices;
  }

  /** Names the matrix by its content. */
  get fingerprint(): string {
    return fingerprint([this.offsets, this.indices]);
  }

  /** Throws unless there is such a user. */
  requireUser(user: number): void {
    requireArgument(
      user >= 0 && user < this.rows,
      () =>
        `The user row ${user} is out of range; the known items are those of ${this.rows} users.`,
    );
  }

  /** Whether a user knows an item: a binary search. */
  has(user: number, item: number): boolean {
    let low = this.offsets[user]!;
    let high = this.offsets[user + 1]!;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.indices[middle]! < item) low = middle + 1;
      else high = middle;
    }
    return low < this.offsets[user + 1]! && this.indices[low] === item;
  }
}

/** Whether the columns of each row ascend without repeats. */
function isAscending({ rows, offsets, indices }: Csr): boolean {
  for (let row = 0; row < rows; row++) {
    const end = offsets[row + 1]!;
    for (let n = offsets[row]! + 1; n < end; n++) if (indices[n - 1]! >= indices[n]!) return false;
  }
  return true;
}
