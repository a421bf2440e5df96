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
import type { Csr, NeighborLists, ReadonlyInt32Array } from '@tensorec/kernels';
import {
  comparesRatings,
  neighborhoods,
  neighborhoodSchema,
  neighborhoodSearchSpace,
  neighborTensors,
  readNeighbors,
  requireRatings,
  rowMeans,
  type NeighborhoodParameters,
} from './neighborhood.js';

/** Hyper-parameters of {@link UserKNN}. */
export type UserKNNParameters = NeighborhoodParameters;

/**
 * User-based collaborative filtering (Resnick, Iacovou, Suchak, Bergstrom & Riedl, "GroupLens: an open architecture for
 * collaborative filtering of netnews", 1994; Herlocker, Konstan, Borchers & Riedl, "An algorithmic framework for
 * performing collaborative filtering", 1999): what the users most like this one have.
 *
 * Defaults: the {@link UserKNNParameters | parameters} `neighbors: 100`, `similarity: 'cosine'`, `shrink: 0` and
 * `weighting: 'tf-idf'`. The values of repeated pairs are added; with `pearson` and `adjusted-cosine` the last one counts.
 */
export class UserKNN implements Recommender {
  readonly name = 'user-knn';
  readonly parameters: Readonly<UserKNNParameters>;

  /** @throws TensorecError `invalid-argument` that names the parameter. */
  constructor(parameters: Partial<UserKNNParameters> = {}) {
    this.parameters = parseParameters(userKnn, parameters);
  }

  /**
   * Compares every two users that share an item: in the order of Σ_items users².
   *
   * @throws TensorecError as {@link startFit}; `invalid-argument` for `pearson` and `adjusted-cosine` without values.
   */
  async fit<User extends Id, Item extends Id>(
    train: TrainingData<User, Item>,
    options: FitOptions<User, Item> = {},
  ): Promise<UserKNNModel<User, Item>> {
    const { parameters } = this;
    requireRatings(this.name, parameters, train.values);
    const run = startFit(this, train, options, comparesRatings(parameters) ? 'last' : 'sum');
    const lists = await run.run(neighborhoods(run.record.history, parameters), 1);
    return new UserKNNModel(run.record, parameters, lists);
  }
}

/** Scores an item by the similarity of the users who have it. Saved without its users it knows nothing. */
export class UserKNNModel<User extends Id = Id, Item extends Id = Id>
  extends BaseModel<User, Item>
  implements RatesItems<User, Item>
{
  readonly name = 'user-knn';
  declare readonly parameters: Readonly<UserKNNParameters>;
  /** The K users most similar to each. */
  readonly lists: NeighborLists;
  #userMeans: Float64Array | undefined;

  constructor(
    training: TrainingRecord<User, Item>,
    parameters: Readonly<UserKNNParameters>,
    lists: NeighborLists,
  ) {
    super(training, parameters);
    this.lists = lists;
  }

  /** The score of item i is Σ_v s_uv · r_vi over the K users v most similar to u. */
  scoreRows(userRows: ReadonlyInt32Array, scores: Float32Array): void {
    scores.fill(0);
    const { history } = this.training;
    const { indices, similarities, neighbors } = this.lists;
    for (let row = 0; row < userRows.length; row++) {
      const own = row * this.items.size;
      const list = userRows[row]! * neighbors;
      for (let m = list; m < list + neighbors && indices[m] !== -1; m++) {
        const neighbor = indices[m]!;
        const similarity = similarities[m]!;
        for (let n = history.offsets[neighbor]!; n < history.offsets[neighbor + 1]!; n++) {
          scores[own + history.indices[n]!]! += similarity * history.values[n]!;
        }
      }
    }
  }

  async rate(request: RateRequest<User, Item>): Promise<RatingPredictions> {
    this.requireUsable();
    return ratePairs(this, request);
  }

  /**
   * r̂_ui = r̄_u + Σ_v s_uv · (r_vi − r̄_v) / Σ_v s_uv over the K users v most similar to u that rated i, with r̄ the mean
   * rating of a user (Resnick et al. 1994); NaN where there are none.
   */
  rateRows(
    userRows: ReadonlyInt32Array,
    itemRows: ReadonlyInt32Array,
    ratings: Float32Array,
  ): void {
    const { history } = this.training;
    this.#userMeans ??= rowMeans(history);
    const { indices, similarities, neighbors } = this.lists;
    for (let n = 0; n < ratings.length; n++) {
      const user = userRows[n]!;
      let deviations = 0;
      let weights = 0;
      const list = user * neighbors;
      for (let m = list; user >= 0 && m < list + neighbors && indices[m] !== -1; m++) {
        const neighbor = indices[m]!;
        const entry = entryOf(history, neighbor, itemRows[n]!);
        if (entry === -1) continue;
        deviations += similarities[m]! * (history.values[entry]! - this.#userMeans[neighbor]!);
        weights += similarities[m]!;
      }
      ratings[n] = weights > 0 ? this.#userMeans[user]! + deviations / weights : NaN;
    }
  }

  state({ users }: { readonly users: boolean }): ModelState {
    const none = {
      rows: 0,
      neighbors: 0,
      indices: new Int32Array(0),
      similarities: new Float32Array(0),
    };
    return neighborTensors(users ? this.lists : none);
  }
}

/** The position of a column among the ascending entries of a row, or −1; by bisection. */
function entryOf({ offsets, indices }: Csr, row: number, column: number): number {
  let low = offsets[row]!;
  let high = offsets[row + 1]! - 1;
  while (low <= high) {
    const middle = (low + high) >>> 1;
    const found = indices[middle]!;
    if (found === column) return middle;
    if (found < column) low = middle + 1;
    else high = middle - 1;
  }
  return -1;
}

/** Descriptor of {@link UserKNN}. */
export const userKnn: ModelDescriptor<UserKNNParameters> = {
  name: 'user-knn',
  summary: 'Recommends what the users most like this one have.',
  paper:
    'Paul Resnick, Neophytos Iacovou, Mitesh Suchak, Peter Bergstrom, John Riedl (1994). GroupLens: an open architecture for collaborative filtering of netnews; ' +
    'Jonathan Herlocker, Joseph Konstan, Al Borchers, John Riedl (1999). An algorithmic framework for performing collaborative filtering',
  tasks: ['ranking', 'rating'],
  capabilities: ['rates-items'],
  schema: neighborhoodSchema({ neighbors: 100, shrink: 0, weighting: 'tf-idf' }),
  searchSpace: neighborhoodSearchSpace,
  create: (parameters) => new UserKNN(parameters),
  restore: (training, parameters, tensors) =>
    new UserKNNModel(training, parameters, readNeighbors(tensors, parameters, training.users.size)),
};
