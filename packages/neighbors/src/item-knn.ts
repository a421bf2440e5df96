import {
  explainScore,
  FoldingModel,
  parseParameters,
  ratePairs,
  selectRows,
  similarItems,
  startFit,
  type ExplainRequest,
  type Explains,
  type FindsSimilar,
  type FitOptions,
  type Id,
  type ModelDescriptor,
  type ModelState,
  type RateRequest,
  type RatesItems,
  type RatingPredictions,
  type Reason,
  type Recommendations,
  type Recommender,
  type SimilarRequest,
  type TrainingData,
  type TrainingRecord,
} from '@tensorec/core';
import {
  transpose,
  type Csr,
  type NeighborLists,
  type ReadonlyInt32Array,
} from '@tensorec/kernels';
import {
  columnMeans,
  comparesRatings,
  neighborhoods,
  neighborhoodSchema,
  neighborhoodSearchSpace,
  neighborTensors,
  readNeighbors,
  requireRatings,
  type NeighborhoodParameters,
} from './neighborhood.js';

/** Hyper-parameters of {@link ItemKNN}. */
export type ItemKNNParameters = NeighborhoodParameters;

/**
 * Item-based collaborative filtering (Sarwar, Karypis, Konstan & Riedl, "Item-based collaborative filtering
 * recommendation algorithms", 2001; Deshpande & Karypis, "Item-based top-N recommendation algorithms", 2004): items
 * like those that the user has, items being alike when the same users have them.
 *
 * Defaults: the {@link ItemKNNParameters | parameters} `neighbors: 100`, `similarity: 'cosine'`, `shrink: 5` and
 * `weighting: 'bm25'`. The values of repeated pairs are added; with `pearson` and `adjusted-cosine` the last one counts.
 */
export class ItemKNN implements Recommender {
  readonly name = 'item-knn';
  readonly parameters: Readonly<ItemKNNParameters>;

  /** @throws TensorecError `invalid-argument` that names the parameter. */
  constructor(parameters: Partial<ItemKNNParameters> = {}) {
    this.parameters = parseParameters(itemKnn, parameters);
  }

  /**
   * Compares every two items that share a user: in the order of Σ_users items².
   *
   * @throws TensorecError as {@link startFit}; `invalid-argument` for `pearson` and `adjusted-cosine` without values.
   */
  async fit<User extends Id, Item extends Id>(
    train: TrainingData<User, Item>,
    options: FitOptions<User, Item> = {},
  ): Promise<ItemKNNModel<User, Item>> {
    const { parameters } = this;
    requireRatings(this.name, parameters, train.values);
    const run = startFit(this, train, options, comparesRatings(parameters) ? 'last' : 'sum');
    const lists = await run.run(neighborhoods(transpose(run.record.history), parameters), 1);
    return new ItemKNNModel(run.record, parameters, lists);
  }
}

/** Scores an item by its similarity to the items of a history. */
export class ItemKNNModel<User extends Id = Id, Item extends Id = Id>
  extends FoldingModel<User, Item>
  implements RatesItems<User, Item>, FindsSimilar<Item>, Explains<User, Item>
{
  readonly name = 'item-knn';
  declare readonly parameters: Readonly<ItemKNNParameters>;
  /** The K items most similar to each. */
  readonly lists: NeighborLists;
  #itemMeans: Float64Array | undefined;

  constructor(
    training: TrainingRecord<User, Item>,
    parameters: Readonly<ItemKNNParameters>,
    lists: NeighborLists,
  ) {
    super(training, parameters);
    this.lists = lists;
  }

  scoreRows(userRows: ReadonlyInt32Array, scores: Float32Array): void {
    this.scoreHistories(selectRows(this.training.history, userRows), scores);
  }

  /** The score of item i is Σ_j s_ji · r_uj over the items j of the history that have i among their K. */
  scoreHistories(histories: Csr, scores: Float32Array): void {
    scores.fill(0);
    const { indices, similarities, neighbors } = this.lists;
    for (let row = 0; row < histories.rows; row++) {
      const own = row * this.items.size;
      for (let n = histories.offsets[row]!; n < histories.offsets[row + 1]!; n++) {
        const value = histories.values[n]!;
        const list = histories.indices[n]! * neighbors;
        for (let m = list; m < list + neighbors && indices[m] !== -1; m++) {
          scores[own + indices[m]!]! += similarities[m]! * value;
        }
      }
    }
  }

  async similar(request: SimilarRequest<Item>): Promise<Recommendations<Item, Item>> {
    this.requireUsable();
    return similarItems(this, request);
  }

  /** −Infinity where an item is not among the K. */
  similarRows(itemRows: ReadonlyInt32Array, similarities: Float32Array): void {
    similarities.fill(-Infinity);
    const { indices, neighbors } = this.lists;
    for (let n = 0; n < itemRows.length; n++) {
      const list = itemRows[n]! * neighbors;
      for (let m = list; m < list + neighbors && indices[m] !== -1; m++) {
        similarities[n * this.items.size + indices[m]!] = this.lists.similarities[m]!;
      }
    }
  }

  async explain(request: ExplainRequest<User, Item>): Promise<readonly Reason<Item>[]> {
    this.requireUsable();
    return Promise.resolve(explainScore(this, request));
  }

  /** s_ji · r_uj for each item j of the user's history. */
  contributions(userRow: number, itemRow: number): Float64Array {
    const { indices, values } = selectRows(this.training.history, [userRow]);
    const { neighbors, similarities } = this.lists;
    return Float64Array.from(indices, (item, n) => {
      const list = item * neighbors;
      const place = this.lists.indices.subarray(list, list + neighbors).indexOf(itemRow);
      return place === -1 ? 0 : similarities[list + place]! * values[n]!;
    });
  }

  async rate(request: RateRequest<User, Item>): Promise<RatingPredictions> {
    this.requireUsable();
    return ratePairs(this, request);
  }

  /**
   * r̂_ui = r̄_i + Σ_j s_ij · (r_uj − r̄_j) / Σ_j s_ij over the K items j most similar to i that the user rated, with r̄ the
   * mean rating of an item; NaN where there are none.
   */
  rateRows(
    userRows: ReadonlyInt32Array,
    itemRows: ReadonlyInt32Array,
    ratings: Float32Array,
  ): void {
    const { history } = this.training;
    this.#itemMeans ??= columnMeans(history);
    const { indices, similarities, neighbors } = this.lists;
    const ownRatings = new Float32Array(this.items.size).fill(NaN);
    let loaded = -1;
    for (let n = 0; n < ratings.length; n++) {
      const user = userRows[n]!;
      const item = itemRows[n]!;
      if (user !== loaded) {
        setEntries(history, loaded, ownRatings, () => NaN);
        setEntries(history, user, ownRatings, (entry) => history.values[entry]!);
        loaded = user;
      }
      let deviations = 0;
      let weights = 0;
      const list = item * neighbors;
      for (let m = list; item >= 0 && m < list + neighbors && indices[m] !== -1; m++) {
        const rating = ownRatings[indices[m]!]!;
        if (Number.isNaN(rating)) continue;
        deviations += similarities[m]! * (rating - this.#itemMeans[indices[m]!]!);
        weights += similarities[m]!;
      }
      ratings[n] = weights > 0 ? this.#itemMeans[item]! + deviations / weights : NaN;
    }
  }

  state(): ModelState {
    return neighborTensors(this.lists);
  }
}

/** Writes a value for each entry of a row to a dense row; a row below 0 has no entries. */
function setEntries(
  matrix: Csr,
  row: number,
  dense: Float32Array,
  value: (entry: number) => number,
): void {
  if (row < 0) return;
  for (let n = matrix.offsets[row]!; n < matrix.offsets[row + 1]!; n++) {
    dense[matrix.indices[n]!] = value(n);
  }
}

/** Descriptor of {@link ItemKNN}. */
export const itemKnn: ModelDescriptor<ItemKNNParameters> = {
  name: 'item-knn',
  summary: 'Recommends items like those that the user has, by the users they share.',
  paper:
    'Badrul Sarwar, George Karypis, Joseph Konstan, John Riedl (2001). Item-based collaborative filtering recommendation algorithms; ' +
    'Mukund Deshpande, George Karypis (2004). Item-based top-N recommendation algorithms',
  tasks: ['ranking', 'rating', 'next-item'],
  capabilities: ['rates-items', 'folds-in', 'finds-similar', 'explains'],
  schema: neighborhoodSchema({ neighbors: 100, shrink: 5, weighting: 'bm25' }),
  searchSpace: neighborhoodSearchSpace,
  create: (parameters) => new ItemKNN(parameters),
  restore: (training, parameters, tensors) =>
    new ItemKNNModel(training, parameters, readNeighbors(tensors, parameters, training.items.size)),
};
