import {
  FoldingModel,
  parseParameters,
  selectRows,
  startFit,
  type Csr,
  type FitOptions,
  type Id,
  type ModelDescriptor,
  type ModelState,
  type ReadonlyInt32Array,
  type Recommender,
  type Steps,
  type TrainingData,
  type TrainingRecord,
} from '../src/index.js';
import * as z from 'zod/mini';

/** Hyper-parameters of {@link Cooccurrence}. */
export interface CooccurrenceParameters {
  /** Pairs of items that fewer users share count nothing; a whole number ≥ 1, default 1. */
  readonly minimumUsers: number;
}

/** Scores an item by how often it was seen together with the items of the history. */
export class Cooccurrence implements Recommender {
  readonly name = 'cooccurrence';
  readonly parameters: Readonly<CooccurrenceParameters>;

  constructor(parameters: Partial<CooccurrenceParameters> = {}) {
    this.parameters = parseParameters(cooccurrence, parameters);
  }

  async fit<User extends Id, Item extends Id>(
    train: TrainingData<User, Item>,
    options: FitOptions<User, Item> = {},
  ): Promise<CooccurrenceModel<User, Item>> {
    const run = startFit(this, train, options, 'one');
    const counts = await run.run(countPairs(run.record.history, this.parameters.minimumUsers), 1);
    return new CooccurrenceModel(run.record, this.parameters, counts);
  }
}

function* countPairs(history: Csr, minimumUsers: number): Steps<Float32Array> {
  const { rows, columns, offsets, indices } = history;
  const counts = new Float32Array(columns * columns);
  for (let user = 0; user < rows; user++) {
    const seen = indices.subarray(offsets[user], offsets[user + 1]);
    for (const a of seen) for (const b of seen) if (a !== b) counts[a * columns + b]! += 1;
    yield (user + 1) / rows;
  }
  return counts.map((count) => (count < minimumUsers ? 0 : count));
}

/** What {@link Cooccurrence} learns. */
export class CooccurrenceModel<User extends Id = Id, Item extends Id = Id> extends FoldingModel<
  User,
  Item
> {
  readonly name = 'cooccurrence';
  readonly #counts: Float32Array;

  constructor(training: TrainingRecord<User, Item>, parameters: object, counts: Float32Array) {
    super(training, parameters);
    this.#counts = counts;
  }

  scoreRows(userRows: ReadonlyInt32Array, scores: Float32Array): void {
    this.scoreHistories(selectRows(this.training.history, userRows), scores);
  }

  scoreHistories({ rows, columns, offsets, indices }: Csr, scores: Float32Array): void {
    scores.fill(0);
    for (let row = 0; row < rows; row++) {
      for (const seen of indices.subarray(offsets[row], offsets[row + 1])) {
        for (let item = 0; item < columns; item++) {
          scores[row * columns + item]! += this.#counts[seen * columns + item]!;
        }
      }
    }
  }

  state(): ModelState {
    return { counts: { shape: [this.items.size, this.items.size], data: this.#counts } };
  }
}

/** Describes {@link Cooccurrence} to lists, experiment files and `load`. */
export const cooccurrence: ModelDescriptor<CooccurrenceParameters> = {
  name: 'cooccurrence',
  summary: 'Items seen together with those of the history',
  paper: 'Sarwar, Karypis, Konstan and Riedl (2001), Item-based collaborative filtering',
  tasks: ['ranking'],
  capabilities: ['folds-in'],
  schema: z.strictObject({
    minimumUsers: z._default(z.int().check(z.gte(1), z.describe('Fewest users of a pair.')), 1),
  }),
  searchSpace: { minimumUsers: { from: 1, to: 10, integer: true } },
  create: (parameters) => new Cooccurrence(parameters),
  restore: (training, parameters, tensors) => {
    const { size } = training.items;
    return new CooccurrenceModel(training, parameters, tensors.float32('counts', [size, size]));
  },
};
