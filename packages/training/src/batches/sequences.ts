import type { Interactions, ReadonlyFloat64Array, ReadonlyInt32Array } from '@tensorec/core';
import { batchesOf, requireWhole, type Batches, type BatchOptions } from './batches.js';

/** Histories of a batch with the next item of each event, one after the other. */
export interface SequenceBatch {
  /** Sequences in the batch. */
  readonly size: number;
  /** Row of each sequence's user, size entries. */
  readonly sequenceUsers: Int32Array;
  /** The events of sequence n are at offsets[n] … offsets[n + 1] − 1 of the arrays below; at least one each. */
  readonly offsets: Int32Array;
  /** Item of each event, oldest first. */
  readonly itemRows: Int32Array;
  /** The item that came next. */
  readonly targetRows: Int32Array;
  /** User of each event, as negative samplers want it. */
  readonly userRows: Int32Array;
}

/** Options of {@link sequenceBatches}; `batchSize` counts sequences. */
export interface SequenceOptions extends BatchOptions {
  /** Most events of a sequence, the last ones of a longer history; a whole number ≥ 1. */
  readonly maxLength: number;
}

/**
 * Each history once an epoch, in time order: by timestamp where the data has some, equal ones in the order of the data.
 * Every event but the last of a history has the next one as its target, so users with fewer than two events are left out.
 *
 * @throws TensorecError `invalid-argument` as {@link batchesOf}, also when no user has two events, and for a `maxLength`
 * that is no whole number ≥ 1.
 */
export function sequenceBatches(
  data: Interactions,
  options: SequenceOptions,
): Batches<SequenceBatch> {
  const { maxLength, batchSize } = options;
  requireWhole('maxLength', maxLength);
  const histories = historiesOf(data);
  const users = usersWithTargets(histories.offsets);
  return batchesOf({
    ...options,
    count: users.length,
    get identity() {
      return { kind: 'sequences', data: data.fingerprint, maxLength };
    },
    gatherer() {
      const arrays = new SequenceArrays(Math.min(batchSize, users.length), maxLength);
      return (positions) => arrays.gather(histories, positions, users);
    },
  });
}

/** Items of all users in time order. */
interface Histories {
  readonly offsets: ReadonlyInt32Array;
  readonly itemRows: Int32Array;
}

/** Arrays that the batches of an epoch share; those of events grow to what the longest batch needs. */
class SequenceArrays {
  readonly #maxLength: number;
  readonly #users: Int32Array;
  readonly #offsets: Int32Array;
  #itemRows = new Int32Array(0);
  #targetRows = new Int32Array(0);
  #userRows = new Int32Array(0);

  constructor(capacity: number, maxLength: number) {
    this.#maxLength = maxLength;
    this.#users = new Int32Array(capacity);
    this.#offsets = new Int32Array(capacity + 1);
  }

  gather(
    { offsets, itemRows }: Histories,
    positions: Int32Array,
    users: Int32Array,
  ): SequenceBatch {
    const size = positions.length;
    for (let n = 0; n < size; n++) {
      const user = users[positions[n]!]!;
      const events = offsets[user + 1]! - offsets[user]! - 1;
      this.#users[n] = user;
      this.#offsets[n + 1] = this.#offsets[n]! + Math.min(events, this.#maxLength);
    }
    const total = this.#offsets[size]!;
    this.#reserve(total);
    for (let n = 0; n < size; n++) {
      const user = this.#users[n]!;
      const from = this.#offsets[n]!;
      const end = offsets[user + 1]! - 1;
      const start = end - (this.#offsets[n + 1]! - from);
      this.#itemRows.set(itemRows.subarray(start, end), from);
      this.#targetRows.set(itemRows.subarray(start + 1, end + 1), from);
      this.#userRows.fill(user, from, this.#offsets[n + 1]);
    }
    return {
      size,
      sequenceUsers: this.#users.subarray(0, size),
      offsets: this.#offsets.subarray(0, size + 1),
      itemRows: this.#itemRows.subarray(0, total),
      targetRows: this.#targetRows.subarray(0, total),
      userRows: this.#userRows.subarray(0, total),
    };
  }

  #reserve(events: number): void {
    if (this.#itemRows.length >= events) return;
    this.#itemRows = new Int32Array(events);
    this.#targetRows = new Int32Array(events);
    this.#userRows = new Int32Array(events);
  }
}

function historiesOf(data: Interactions): Histories {
  const { offsets, indices } = data.byUser();
  const { timestamps, users, userRows } = data;
  if (timestamps === undefined) return { offsets, itemRows: indices.slice() };
  const order = positionsByUser(offsets, userRows);
  for (let user = 0; user < users.size; user++) {
    sortByTime(order.subarray(offsets[user], offsets[user + 1]), timestamps);
  }
  return { offsets, itemRows: order.map((position) => data.itemRows[position]!) };
}

/** Positions of the interactions, those of each user together, in the order of the data. */
function positionsByUser(offsets: ReadonlyInt32Array, userRows: ReadonlyInt32Array): Int32Array {
  const next = offsets.slice();
  const order = new Int32Array(userRows.length);
  for (let position = 0; position < userRows.length; position++) {
    order[next[userRows[position]!]!++] = position;
  }
  return order;
}

/** Sorts ascending positions by time, and equal times by position. */
function sortByTime(positions: Int32Array, timestamps: ReadonlyFloat64Array): void {
  for (let n = 1; n < positions.length; n++) {
    if (timestamps[positions[n - 1]!]! <= timestamps[positions[n]!]!) continue;
    positions.sort((a, b) => timestamps[a]! - timestamps[b]! || a - b);
    return;
  }
}

function usersWithTargets(offsets: ReadonlyInt32Array): Int32Array {
  const users: number[] = [];
  for (let user = 0; user + 1 < offsets.length; user++) {
    if (offsets[user + 1]! - offsets[user]! >= 2) users.push(user);
  }
  return Int32Array.from(users);
}
