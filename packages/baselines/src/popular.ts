import {
  FoldingModel,
  parseParameters,
  startFit,
  TensorecError,
  type FitOptions,
  type Id,
  type ModelDescriptor,
  type ModelState,
  type Recommender,
  type Schema,
  type TrainingData,
  type TrainingRecord,
} from '@tensorec/core';
import {
  buildCsr,
  pow,
  type Csr,
  type ReadonlyFloat32Array,
  type ReadonlyInt32Array,
  type Steps,
} from '@tensorec/kernels';
import * as z from 'zod/mini';

/** Hyper-parameters of {@link Popular}. */
export interface PopularParameters {
  /**
   * What a user counts for an item: `all-time` 1, `recent` 1 if the user's latest event with the item lies within
   * `window`, `decayed` 1 halved for every `halfLife` since that event. Default `all-time`.
   */
  readonly kind: 'all-time' | 'recent' | 'decayed';
  /** Length of the period that `recent` counts, in days before the last event of the data; above 0, default 30. */
  readonly window: number;
  /** Time in which a count of `decayed` halves, in days before the last event of the data; above 0, default 30. */
  readonly halfLife: number;
}

const schema: Schema<PopularParameters> = z.strictObject({
  kind: z._default(
    z
      .enum(['all-time', 'recent', 'decayed'])
      .check(
        z.describe(
          'Count all users of an item, those of the last days, or all with decaying weight',
        ),
      ),
    'all-time',
  ),
  window: z._default(
    z.number().check(z.positive(), z.describe('Days before the last event that "recent" counts')),
    30,
  ),
  halfLife: z._default(
    z.number().check(z.positive(), z.describe('Days in which a count of "decayed" halves')),
    30,
  ),
});

/**
 * Recommends to everyone the items that most users interacted with. A user counts once an item, by the latest of their
 * events with it; values are not read.
 */
export class Popular implements Recommender {
  readonly name = 'popular';
  readonly parameters: Readonly<PopularParameters>;

  /** @throws TensorecError `invalid-argument` that names the parameter. */
  constructor(parameters: Partial<PopularParameters> = {}) {
    this.parameters = parseParameters(popular, parameters);
  }

  /**
   * Counts the users of each item. Linear in interactions.
   *
   * @throws TensorecError as {@link startFit}; `invalid-argument` for `recent` and `decayed` without timestamps.
   */
  async fit<User extends Id, Item extends Id>(
    train: TrainingData<User, Item>,
    options: FitOptions<User, Item> = {},
  ): Promise<PopularModel<User, Item>> {
    const run = startFit(this, train, options, 'one');
    const weights = eventWeights(train, this.parameters);
    const events = buildCsr(
      train.users.size,
      train.items.size,
      train.userRows,
      train.itemRows,
      weights,
    );
    const popularity = await run.run(sumOfGreatest(events), 1);
    return new PopularModel(run.record, this.parameters, popularity);
  }
}

const millisecondsPerDay = 86_400_000;

/** What each event counts by its age. */
function eventWeights(train: TrainingData, parameters: PopularParameters): Float32Array {
  const { kind, window, halfLife } = parameters;
  if (kind === 'all-time') return new Float32Array(train.size).fill(1);
  const { timestamps } = train;
  if (timestamps === undefined) {
    throw new TensorecError(
      'invalid-argument',
      `popular with kind "${kind}" needs timestamps, and the data has none; read them, or use kind "all-time".`,
    );
  }
  let last = -Infinity;
  for (const time of timestamps) if (time > last) last = time;
  return Float32Array.from(timestamps, (time) => {
    const days = (last - time) / millisecondsPerDay;
    if (kind === 'recent') return days <= window ? 1 : 0;
    return pow(0.5, days / halfLife);
  });
}

/** For each column the sum over rows of the greatest value that the row has in it. */
function* sumOfGreatest(matrix: Csr): Steps<Float32Array> {
  const sums = new Float64Array(matrix.columns);
  const greatest = new Float32Array(matrix.columns);
  for (let row = 0; row < matrix.rows; row++) {
    const entries = matrix.indices.subarray(matrix.offsets[row], matrix.offsets[row + 1]);
    const values = matrix.values.subarray(matrix.offsets[row], matrix.offsets[row + 1]);
    for (let n = 0; n < entries.length; n++) {
      greatest[entries[n]!] = Math.max(greatest[entries[n]!]!, values[n]!);
    }
    for (const column of entries) {
      sums[column]! += greatest[column]!;
      greatest[column] = 0;
    }
    yield row / matrix.rows;
  }
  return Float32Array.from(sums);
}

/** What {@link Popular} learns: one score an item, the same for everyone. */
export class PopularModel<User extends Id = Id, Item extends Id = Id> extends FoldingModel<
  User,
  Item
> {
  readonly name = 'popular';
  override readonly answersAnyone = true;
  declare readonly parameters: Readonly<PopularParameters>;
  /** By item row: how many users it has, each weighted by `kind`. */
  readonly popularity: ReadonlyFloat32Array;

  /** @param popularity - by item row */
  constructor(
    training: TrainingRecord<User, Item>,
    parameters: Readonly<PopularParameters>,
    popularity: ReadonlyFloat32Array,
  ) {
    super(training, parameters);
    this.popularity = popularity;
  }

  scoreRows(userRows: ReadonlyInt32Array, scores: Float32Array): void {
    this.#scoreAll(userRows.length, scores);
  }

  scoreHistories(histories: Csr, scores: Float32Array): void {
    this.#scoreAll(histories.rows, scores);
  }

  state(): ModelState {
    return { popularity: { shape: [this.items.size], data: this.popularity.slice() } };
  }

  #scoreAll(lists: number, scores: Float32Array): void {
    for (let n = 0; n < lists; n++) scores.set(this.popularity, n * this.items.size);
  }
}

/** Descriptor of {@link Popular}. */
export const popular: ModelDescriptor<PopularParameters> = {
  name: 'popular',
  summary: 'Recommends to everyone the items with the most users, of all time or of late.',
  paper: 'none: the baseline that every personalised model has to beat',
  tasks: ['ranking', 'next-item'],
  capabilities: ['folds-in'],
  schema,
  searchSpace: {},
  create: (parameters) => new Popular(parameters),
  restore: (training, parameters, tensors) =>
    new PopularModel(training, parameters, tensors.float32('popularity', [training.items.size])),
};
