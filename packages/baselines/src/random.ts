import {
  BaseModel,
  parseParameters,
  startFit,
  type FitOptions,
  type Id,
  type ModelDescriptor,
  type ModelState,
  type Recommender,
  type Schema,
  type TrainingData,
  type TrainingRecord,
} from '@tensorec/core';
import { Random, type ReadonlyInt32Array, type Steps } from '@tensorec/kernels';
import * as z from 'zod/mini';

/** {@link RandomItems} has no hyper-parameters; its lists follow from the seed of `fit`. */
export type RandomParameters = Record<string, never>;

const schema: Schema<RandomParameters> = z.strictObject({});

/** Recommends to each user the items in an order of their own, drawn at random: the floor of every comparison. */
export class RandomItems implements Recommender {
  readonly name = 'random';
  readonly parameters: Readonly<RandomParameters>;

  /** @throws TensorecError `invalid-argument` for any parameter. */
  constructor(parameters: Partial<RandomParameters> = {}) {
    this.parameters = parseParameters(random, parameters);
  }

  /**
   * Remembers who saw what, and the seed.
   *
   * @throws TensorecError as {@link startFit}.
   */
  async fit<User extends Id, Item extends Id>(
    train: TrainingData<User, Item>,
    options: FitOptions<User, Item> = {},
  ): Promise<RandomModel<User, Item>> {
    const run = startFit(this, train, options, 'one');
    await run.run(noWork(), 1);
    return new RandomModel(run.record, this.parameters);
  }
}

/** Reports progress and serves an abort, as every `fit` does. */
function* noWork(): Steps {
  yield 1;
}

/**
 * What {@link RandomItems} learns: nothing. A score is uniform on [0, 1) and follows from the seed, the user's row and
 * the item's row alone, so it is the same whatever else is asked in the same call.
 */
export class RandomModel<User extends Id = Id, Item extends Id = Id> extends BaseModel<User, Item> {
  readonly name = 'random';
  override readonly answersAnyone = true;
  readonly #random: Random;

  /** The seed is that of the record. */
  constructor(training: TrainingRecord<User, Item>, parameters: Readonly<RandomParameters>) {
    super(training, parameters);
    this.#random = new Random(training.seed);
  }

  scoreRows(userRows: ReadonlyInt32Array, scores: Float32Array): void {
    const items = this.items.size;
    for (let n = 0; n < userRows.length; n++) {
      this.#random.fork(userRows[n]!).fillUniform(scores.subarray(n * items, (n + 1) * items));
    }
  }

  state(): ModelState {
    return {};
  }
}

/** Descriptor of {@link RandomItems}. */
export const random: ModelDescriptor<RandomParameters> = {
  name: 'random',
  summary: 'Recommends items in random order, another one for each user.',
  paper: 'none: the floor that every model has to beat',
  tasks: ['ranking', 'next-item'],
  capabilities: [],
  schema,
  searchSpace: {},
  create: (parameters) => new RandomItems(parameters),
  restore: (training, parameters) => new RandomModel(training, parameters),
};
