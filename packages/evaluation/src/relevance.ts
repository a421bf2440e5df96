import { mergeRepeats, type Csr, type ReadonlyInt32Array } from '@tensorec/kernels';
import { columnsOf } from './alignment.js';
import type { TestPart } from './settings.js';

/** The test interactions by user. */
export class Relevance {
  readonly #distinct: Csr;
  readonly #offsets: Int32Array;
  readonly #positions: Int32Array;

  constructor(test: TestPart) {
    this.#distinct = mergeRepeats(test.byUser(), 'one');
    this.#offsets = new Int32Array(test.users.size + 1);
    for (const user of test.userRows) this.#offsets[user + 1]!++;
    for (let user = 0; user < test.users.size; user++) {
      this.#offsets[user + 1]! += this.#offsets[user]!;
    }
    const next = this.#offsets.slice();
    this.#positions = new Int32Array(test.size);
    for (let n = 0; n < test.size; n++) this.#positions[next[test.userRows[n]!]!++] = n;
  }

  /** Distinct items of a user, by row of the test part. */
  itemsOf(user: number): ReadonlyInt32Array {
    return columnsOf(this.#distinct, user);
  }

  /** Positions of a user's interactions in the test part, in its order. */
  positionsOf(user: number): Int32Array {
    return this.#positions.subarray(this.#offsets[user], this.#offsets[user + 1]);
  }
}
