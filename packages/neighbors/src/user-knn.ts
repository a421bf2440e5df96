import {
  BaseModel,
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
  type TrainingData,
  type TrainingRecord,
} from '@tensorec/core';
import { nearestNeighbors, type NeighborLists, type ReadonlyInt32Array } from '@tensorec/kernels';
import { neighborState, readNeighbors } from './lists.js';
import { neighborSchema, type NeighborParameters } from './parameters.js';
import { comparable, rowMeans } from './weighting.js';

/** Hyper-parameters of {@link UserKNN}: defaults 100 neighbours, cosine, no shrinkage, tf-idf. */
export type UserKNNParameters = NeighborParameters;

/**
 * Recommends what similar users like (Resnick, Iacovou, Suchak, Bergstrom and Riedl 1994, "GroupLens: an open
 * architecture for collaborative filtering of netnews"; Herlocker, Konstan, Borchers and Riedl 1999, "An algorithmic
 * framework for performing collaborative filtering"). Of repeated pairs the last value counts. An artifact saved
 * without users can answer nobody.
 */
export class UserKNN implements Recommender {
  readonly name = 'user-knn';
  readonly parameters: Readonly<UserKNNParameters>;

  /** @throws TensorecError `invalid-argument` that names the parameter. */
  constructor(parameters: Partial<UserKNNParameters> = {}) {
    this.parameters = parseParameters(userKnn, parameters);
  }

  /**
   * Finds the neighbours of each user. O(Σ_i |U_i|²) time, O(users · neighbors) memory.
   *
   * @throws TensorecError as {@link startFit}.
   */
  async fit<User extends Id, Item extends Id>(
    train: TrainingData<User, Item>,
    options: FitOptions<User, Item> = {},
  ): Promise<UserKNNModel<User, Item>> {
    const run = startFit(this, train, options, 'last');
    const { similarity, weighting } = this.parameters;
    const compared = comparable(run.record.history, similarity, weighting);
    const lists = await run.run(
      nearestNeighbors(compared.matrix, { ...this.parameters, similarity: compared.similarity }),
      1,
    );
    return new UserKNNModel(run.record, this.parameters, lists);
  }
}

/** The neighbours of each user. */
export class UserKNNModel<User extends Id = Id, Item extends Id = Id>
  extends BaseModel<User, Item>
  implements RatesItems<User, Item>
{
  readonly name = 'user-knn';
  declare readonly parameters: Readonly<UserKNNParameters>;
  readonly #lists: NeighborLists;
  readonly #userMeans: Float64Array;

  constructor(
    training: TrainingRecord<User, Item>,
    parameters: Readonly<UserKNNParameters>,
    lists: NeighborLists,
  ) {
    super(training, parameters);
    this.#lists = lists;
    this.#userMeans = rowMeans(training.history);
  }

  /** score(u, i) = Σ_v s(u, v)·r_vi over the neighbours v of u. */
  scoreRows(userRows: ReadonlyInt32Array, scores: Float32Array): void {
    const items = this.items.size;
    const { offsets, indices, values } = this.training.history;
    const lists = this.#lists;
    const sums = new Float64Array(items);
    for (let row = 0; row < userRows.length; row++) {
      sums.fill(0);
      const start = userRows[row]! * lists.neighbors;
      for (let n = start; n < start + lists.neighbors; n++) {
        const neighbor = lists.indices[n]!;
        if (neighbor < 0) break;
        const similarity = lists.similarities[n]!;
        for (let e = offsets[neighbor]!; e < offsets[neighbor + 1]!; e++) {
          sums[indices[e]!]! += similarity * values[e]!;
        }
      }
      scores.set(sums, row * items);
    }
  }

  rate(request: RateRequest<User, Item>): Promise<RatingPredictions> {
    return ratePairs(this, request);
  }

  /** r̂ = r̄_u + Σ_v s(u, v)·(r_vi − r̄_v) / Σ_v s(u, v) over the neighbours v of u that rated i. */
  rateRows(
    userRows: ReadonlyInt32Array,
    itemRows: ReadonlyInt32Array,
    ratings: Float32Array,
  ): void {
    const { offsets, indices, values } = this.training.history;
    const lists = this.#lists;
    const means = this.#userMeans;
    for (let pair = 0; pair < userRows.length; pair++) {
      const user = userRows[pair]!;
      const item = itemRows[pair]!;
      ratings[pair] = NaN;
      if (user < 0 || item < 0) continue;
      let sum = 0;
      let weight = 0;
      for (let n = user * lists.neighbors; n < (user + 1) * lists.neighbors; n++) {
        const neighbor = lists.indices[n]!;
        if (neighbor < 0) break;
        const rated = indices.subarray(offsets[neighbor], offsets[neighbor + 1]);
        const position = find(rated, item);
        if (position < 0) continue;
        const value = values[offsets[neighbor]! + position]!;
        sum += lists.similarities[n]! * (value - means[neighbor]!);
        weight += lists.similarities[n]!;
      }
      if (weight > 0) ratings[pair] = means[user]! + sum / weight;
    }
  }

  state({ users }: { readonly users: boolean }): ModelState {
    if (users) return neighborState(this.#lists);
    const { neighbors } = this.#lists;
    return neighborState({
      rows: 0,
      neighbors,
      indices: new Int32Array(0),
      similarities: new Float32Array(0),
    });
  }
}

/** Position of a number among ascending ones; −1 where it is missing. */
function find(ascending: ReadonlyInt32Array, wanted: number): number {
  let low = 0;
  let high = ascending.length - 1;
  while (low <= high) {
    const middle = (low + high) >> 1;
    if (ascending[middle] === wanted) return middle;
    if (ascending[middle]! < wanted) low = middle + 1;
    else high = middle - 1;
  }
  return -1;
}

/** Descriptor of {@link UserKNN}. */
export const userKnn: ModelDescriptor<UserKNNParameters> = {
  name: 'user-knn',
  summary: 'Recommends what the users with the most similar histories like.',
  paper:
    'Resnick, Iacovou, Suchak, Bergstrom and Riedl (1994), GroupLens: an open architecture for collaborative filtering of netnews; Herlocker, Konstan, Borchers and Riedl (1999), An algorithmic framework for performing collaborative filtering',
  tasks: ['ranking', 'rating'],
  capabilities: ['rates-items'],
  schema: neighborSchema({
    neighbors: 100,
    similarity: 'cosine',
    shrink: 0,
    weighting: 'tf-idf',
  }),
  create: (parameters) => new UserKNN(parameters),
  restore: (training, parameters, tensors) =>
    new UserKNNModel(
      training,
      parameters,
      readNeighbors(tensors, training.users.size, parameters.neighbors),
    ),
};
