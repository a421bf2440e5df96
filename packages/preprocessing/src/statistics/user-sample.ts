import type { Columns } from '../read/column-builder.js';
import { group } from '../positions.js';

/** Events that are kept at most. */
const MOST_EVENTS = 1 << 21;

/**
 * All events of some users, chosen by a hash of their rows, so that what takes all events of a user can be estimated in
 * bounded memory: adaptive sampling (Flajolet, "On adaptive sampling", Computing 43, 1990). All users are kept until
 * there are too many events; then every other one is let go, and so on.
 */
export class UserSample {
  #userRows = new Int32Array(1024);
  #itemRows = new Int32Array(1024);
  #values = new Float32Array(1024);
  #times = new Float64Array(1024);
  #size = 0;
  #halvings = 0;
  readonly #most: number;

  /** @param most - events that are kept at most */
  constructor(most: number = MOST_EVENTS) {
    this.#most = most;
  }

  /** Share of the users that is kept. */
  get share(): number {
    return 2 ** -this.#halvings;
  }

  /** Takes events in. */
  add({ userRows, itemRows, values, timestamps }: Columns): void {
    for (let n = 0; n < userRows.length; n++) {
      if (!this.#keeps(userRows[n]!)) continue;
      while (this.#size === this.#most) this.#halve();
      if (!this.#keeps(userRows[n]!)) continue;
      if (this.#size === this.#userRows.length) this.#grow();
      const place = this.#size++;
      this.#userRows[place] = userRows[n]!;
      this.#itemRows[place] = itemRows[n]!;
      this.#values[place] = values?.[n] ?? 0;
      this.#times[place] = timestamps?.[n] ?? 0;
    }
  }

  /** The events of each user that is kept, one user after the other. */
  *users(): Generator<SampledEvents> {
    const rows = this.#userRows.subarray(0, this.#size);
    const count = rows.reduce((greatest, row) => Math.max(greatest, row), -1) + 1;
    const { offsets, positions } = group(rows, count);
    for (let row = 0; row < count; row++) {
      if (offsets[row] === offsets[row + 1]) continue;
      const own = positions.subarray(offsets[row], offsets[row + 1]);
      yield {
        itemRows: Int32Array.from(own, (position) => this.#itemRows[position]!),
        values: Float32Array.from(own, (position) => this.#values[position]!),
        times: Float64Array.from(own, (position) => this.#times[position]!),
        done: offsets[row + 1]! / this.#size,
      };
    }
  }

  #keeps(userRow: number): boolean {
    let hash = Math.imul(userRow ^ (userRow >>> 16), 0x85ebca6b);
    hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
    hash ^= hash >>> 16;
    return this.#halvings === 0 || (this.#halvings < 32 && hash << (32 - this.#halvings) === 0);
  }

  #halve(): void {
    this.#halvings++;
    let kept = 0;
    for (let n = 0; n < this.#size; n++) {
      if (!this.#keeps(this.#userRows[n]!)) continue;
      this.#userRows[kept] = this.#userRows[n]!;
      this.#itemRows[kept] = this.#itemRows[n]!;
      this.#values[kept] = this.#values[n]!;
      this.#times[kept] = this.#times[n]!;
      kept++;
    }
    this.#size = kept;
  }

  #grow(): void {
    const length = Math.min(this.#most, 2 * this.#size);
    const grown = <Column extends Int32Array | Float32Array | Float64Array>(
      from: Column,
      to: Column,
    ): Column => {
      to.set(from);
      return to;
    };
    this.#userRows = grown(this.#userRows, new Int32Array(length));
    this.#itemRows = grown(this.#itemRows, new Int32Array(length));
    this.#values = grown(this.#values, new Float32Array(length));
    this.#times = grown(this.#times, new Float64Array(length));
  }
}

/** The events of one user, in the order of the data. */
export interface SampledEvents {
  readonly itemRows: Int32Array;
  readonly values: Float32Array;
  /** As they stand in the file. */
  readonly times: Float64Array;
  /** Share of the sample that ends with this user. */
  readonly done: number;
}
