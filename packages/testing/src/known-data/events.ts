import { Interactions, Vocabulary } from '@tensorec/core';

/** Where known data ends up: train and test over the same vocabularies. */
export interface KnownParts {
  readonly train: Interactions<string, string, 'train'>;
  readonly test: Interactions<string, string, 'test'>;
}

/** Collects events by row, each for train or for test, one minute apart. */
export class EventCollector {
  readonly #users: number[] = [];
  readonly #items: number[] = [];
  readonly #values: number[] = [];
  readonly #train: number[] = [];
  readonly #test: number[] = [];

  add(part: 'train' | 'test', user: number, item: number, value: number): void {
    (part === 'train' ? this.#train : this.#test).push(this.#users.length);
    this.#users.push(user);
    this.#items.push(item);
    this.#values.push(value);
  }

  /** The events as parts of one split; users are called `user-0` …, items `item-0` …. */
  parts(users: number, items: number, splitId: string): KnownParts {
    const all = new Interactions({
      role: 'whole',
      users: names('user', users),
      items: names('item', items),
      userRows: Int32Array.from(this.#users),
      itemRows: Int32Array.from(this.#items),
      values: Float32Array.from(this.#values),
      timestamps: Float64Array.from(this.#users, (_, position) => firstEvent + 60_000 * position),
    });
    return {
      train: all.part(Int32Array.from(this.#train), 'train', splitId),
      test: all.part(Int32Array.from(this.#test), 'test', splitId),
    };
  }
}

const firstEvent = Date.UTC(2020, 0, 1);

function names(prefix: string, size: number): Vocabulary<string> {
  return Vocabulary.from(Array.from({ length: size }, (_, row) => `${prefix}-${row}`));
}
