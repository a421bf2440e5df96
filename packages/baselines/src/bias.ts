import {
  FoldingModel,
  parseParameters,
  ratePairs,
  startFit,
  type FitOptions,
  type Id,
  type ModelDescriptor,
  type ModelState,
  type RateRequest,
  type RatesItems,
  type RatingPredictions,
  type Recommender,
  type Schema,
  type TrainingData,
  type TrainingRecord,
} from '@tensorec/core';
import { transpose, type Csr, type ReadonlyInt32Array, type Steps } from '@tensorec/kernels';
import * as z from 'zod/mini';

/** Hyper-parameters of {@link Bias}. */
export interface BiasParameters {
  /** λ of the users' deviations, at least 0; default 10: a user counts like one with ten more average ratings. */
  readonly userRegularization: number;
  /** λ of the items' deviations, at least 0; default 5. */
  readonly itemRegularization: number;
  /** How often items and users are solved in turn, at least 1; default 15, which converges on rating data. */
  readonly iterations: number;
}

const schema: Schema<BiasParameters> = z.strictObject({
  userRegularization: z._default(
    z.number().check(z.nonnegative(), z.describe('Weight of the squared deviations of users')),
    10,
  ),
  itemRegularization: z._default(
    z.number().check(z.nonnegative(), z.describe('Weight of the squared deviations of items')),
    5,
  ),
  iterations: z._default(
    z.int().check(z.positive(), z.describe('How often items and users are solved')),
    15,
  ),
});

/**
 * Predicts a rating as μ + b_u + b_i: the mean of all ratings, and how far user and item deviate from it (Koren, Bell
 * and Volinsky 2009, "Matrix factorization techniques for recommender systems", equation 3; Koren 2010, "Factor in the
 * neighbors", equation 1). The deviations minimise Σ (r − μ − b_u − b_i)² + λ_u·Σ b_u² + λ_i·Σ b_i². Of repeated pairs
 * the last value counts. Ranks items by b_i.
 */
export class Bias implements Recommender {
  readonly name = 'bias';
  readonly parameters: Readonly<BiasParameters>;

  /** @throws TensorecError `invalid-argument` that names the parameter. */
  constructor(parameters: Partial<BiasParameters> = {}) {
    this.parameters = parseParameters(bias, parameters);
  }

  /**
   * Solves for the deviations. O(iterations · interactions).
   *
   * @throws TensorecError as {@link startFit}.
   */
  async fit<User extends Id, Item extends Id>(
    train: TrainingData<User, Item>,
    options: FitOptions<User, Item> = {},
  ): Promise<BiasModel<User, Item>> {
    const run = startFit(this, train, options, 'last');
    const biases = await run.run(solve(run.record.history, this.parameters), 1);
    return new BiasModel(run.record, this.parameters, biases);
  }
}

/** What {@link Bias} learns. */
export interface Biases {
  /** μ, the mean of all values. */
  readonly mean: number;
  /** b_u by user row; 0 without ratings. */
  readonly ofUsers: Float64Array;
  /** b_i by item row; 0 without ratings. */
  readonly ofItems: Float64Array;
}

function* solve(byUser: Csr, parameters: BiasParameters): Steps<Biases> {
  const { iterations, itemRegularization, userRegularization } = parameters;
  const byItem = transpose(byUser);
  let sum = 0;
  for (const value of byUser.values) sum += value;
  const mean = sum / byUser.values.length;
  const ofUsers = new Float64Array(byUser.rows);
  const ofItems = new Float64Array(byItem.rows);
  for (let iteration = 1; iteration <= iterations; iteration++) {
    solveRows(byItem, mean, ofUsers, itemRegularization, ofItems);
    solveRows(byUser, mean, ofItems, userRegularization, ofUsers);
    yield iteration / iterations;
  }
  return { mean, ofUsers, ofItems };
}

/** b = Σ (r − μ − b_other) / (λ + n) for each row: the minimum with the other side fixed. */
function solveRows(
  matrix: Csr,
  mean: number,
  ofColumns: Float64Array,
  regularization: number,
  ofRows: Float64Array,
): void {
  for (let row = 0; row < matrix.rows; row++) {
    const [start, end] = [matrix.offsets[row]!, matrix.offsets[row + 1]!];
    let sum = 0;
    for (let e = start; e < end; e++) {
      sum += matrix.values[e]! - mean - ofColumns[matrix.indices[e]!]!;
    }
    ofRows[row] = end > start ? sum / (regularization + end - start) : 0;
  }
}

/** Deviations of users and items from the mean. */
export class BiasModel<User extends Id = Id, Item extends Id = Id>
  extends FoldingModel<User, Item>
  implements RatesItems<User, Item>
{
  readonly name = 'bias';
  override readonly answersAnyone = true;
  declare readonly parameters: Readonly<BiasParameters>;
  readonly biases: Biases;

  constructor(
    training: TrainingRecord<User, Item>,
    parameters: Readonly<BiasParameters>,
    biases: Biases,
  ) {
    super(training, parameters);
    this.biases = biases;
  }

  scoreRows(userRows: ReadonlyInt32Array, scores: Float32Array): void {
    this.#score(userRows, this.biases.ofUsers, scores);
  }

  /** Solves each history's deviation as `fit` does, with those of the items fixed. */
  scoreHistories(histories: Csr, scores: Float32Array): void {
    const { mean, ofItems } = this.biases;
    const ofHistories = new Float64Array(histories.rows);
    solveRows(histories, mean, ofItems, this.parameters.userRegularization, ofHistories);
    this.#score(Int32Array.from(ofHistories.keys()), ofHistories, scores);
  }

  async rate(request: RateRequest<User, Item>): Promise<RatingPredictions> {
    this.requireUsable();
    return ratePairs(this, request);
  }

  /** An unknown user or item deviates by 0. */
  rateRows(
    userRows: ReadonlyInt32Array,
    itemRows: ReadonlyInt32Array,
    ratings: Float32Array,
  ): void {
    const { mean, ofUsers, ofItems } = this.biases;
    for (let n = 0; n < userRows.length; n++) {
      ratings[n] = mean + (ofUsers[userRows[n]!] ?? 0) + (ofItems[itemRows[n]!] ?? 0);
    }
  }

  state({ users }: { readonly users: boolean }): ModelState {
    const { mean, ofItems } = this.biases;
    const ofUsers = users ? this.biases.ofUsers : new Float64Array(0);
    return {
      mean: { shape: [1], data: Float64Array.of(mean) },
      userBiases: { shape: [ofUsers.length], data: ofUsers },
      itemBiases: { shape: [ofItems.length], data: ofItems },
    };
  }

  #score(rows: ReadonlyInt32Array, ofRows: Float64Array, scores: Float32Array): void {
    const { mean, ofItems } = this.biases;
    for (let n = 0; n < rows.length; n++) {
      const base = mean + ofRows[rows[n]!]!;
      for (let item = 0; item < ofItems.length; item++) {
        scores[n * ofItems.length + item] = base + ofItems[item]!;
      }
    }
  }
}

/** Descriptor of {@link Bias}. */
export const bias: ModelDescriptor<BiasParameters> = {
  name: 'bias',
  summary: 'Predicts ratings by how far users and items deviate from the mean.',
  paper:
    'Koren, Bell and Volinsky (2009), Matrix factorization techniques for recommender systems; Koren (2010), Factor in the neighbors',
  tasks: ['rating', 'ranking'],
  capabilities: ['rates-items', 'folds-in'],
  schema,
  searchSpace: {
    userRegularization: { from: 0.1, to: 100, scale: 'log' },
    itemRegularization: { from: 0.1, to: 100, scale: 'log' },
  },
  create: (parameters) => new Bias(parameters),
  restore: (training, parameters, tensors) =>
    new BiasModel(training, parameters, {
      mean: tensors.float64('mean', [1])[0]!,
      ofUsers: tensors.float64('userBiases', [training.users.size]),
      ofItems: tensors.float64('itemBiases', [training.items.size]),
    }),
};
