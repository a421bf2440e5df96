import { TensorecError } from '@tensorec/core';
import { rowCounts, transpose, type Csr, type ReadonlyInt32Array } from '@tensorec/kernels';
import { popularityRanks, tailItems } from '@tensorec/metrics';
import { readCategories, type FeatureOption, type ItemCategories } from './features.js';
import type { Scorer } from './scorer.js';

/** What metrics of the items in lists go by: the training data of the model and the categories of its items. */
export class ListFacts {
  /** Training users of each of the model's items. */
  readonly itemUsers: ReadonlyInt32Array;
  /** The model's rows of items with a training user: the catalogue that lists are made of. */
  readonly catalogue: Int32Array;
  /** The categories of the model's items, where they were given. */
  readonly categories: ItemCategories | undefined;
  readonly #scorer: Scorer;
  #owners: Csr | undefined;
  #users: number | undefined;
  #tail: Uint8Array | undefined;
  #ranks: Int32Array | undefined;

  constructor(scorer: Scorer, itemFeatures: FeatureOption | undefined) {
    this.#scorer = scorer;
    this.itemUsers = scorer.model.training.itemCounts;
    this.catalogue = Int32Array.from({ length: this.itemUsers.length }, (_, item) => item).filter(
      (item) => scorer.isTrained(item),
    );
    this.categories = itemFeatures && readCategories(scorer, itemFeatures);
  }

  /** Users with a training event. */
  get users(): number {
    return (this.#users ??= this.#countUsers());
  }

  /** 1 for items of the tail. */
  get tail(): Uint8Array {
    return (this.#tail ??= tailItems(this.itemUsers));
  }

  /** Ranks of items by training users; 0 for items without one. */
  get ranks(): Int32Array {
    return (this.#ranks ??= popularityRanks(this.itemUsers));
  }

  /** The items of each training user, each once. */
  get histories(): Csr {
    return this.#history('diversity');
  }

  /** The training users of each item. */
  get owners(): Csr {
    return (this.#owners ??= transpose(this.histories));
  }

  /** The user's history, by the model's rows. */
  profileOf(user: number): ReadonlyInt32Array {
    return this.#scorer.profileOf(user);
  }

  #countUsers(): number {
    return rowCounts(this.#history('novelty')).reduce((users, n) => users + (n > 0 ? 1 : 0), 0);
  }

  #history(metric: string): Csr {
    const { model } = this.#scorer;
    if (model.training.history.rows > 0 || this.catalogue.length === 0) {
      return model.training.history;
    }
    throw new TensorecError(
      'invalid-argument',
      `The metric ${metric} goes by the training users of items, and ${model.name} was saved without its users. ` +
        'Save it with them, or leave the metric out.',
    );
  }
}
