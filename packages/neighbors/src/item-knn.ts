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
  nearestNeighbors,
  transpose,
  type Csr,
  type NeighborLists,
  type ReadonlyInt32Array,
} from '@tensorec/kernels';
import { readNeighbors, neighborState } from './lists.js';
import { neighborSchema, type NeighborParameters } from './parameters.js';
import { comparable, rowMeans } from './weighting.js';

/** Hyper-parameters of {@link ItemKNN}: defaults 100 neighbours, cosine, no shrinkage, tf-idf. */
export type ItemKNNParameters = NeighborParameters;

/**
 * Recommends items that resemble those of the history (Sarwar, Karypis, Konstan and Riedl 2001, "Item-based
 * collaborative filtering recommendation algorithms"; Deshpande and Karypis 2004, "Item-based top-N recommendation
 * algorithms"). Of repeated pairs the last value counts.
 */
export class ItemKNN implements Recommender {
  readonly name = 'item-knn';
  readonly parameters: Readonly<ItemKNNParameters>;

  /** @throws TensorecError `invalid-argument` that names the parameter. */
  constructor(parameters: Partial<ItemKNNParameters> = {}) {
    this.parameters = parseParameters(itemKnn, parameters);
  }

  /**
   * Finds the neighbours of each item. O(Σ_u |I_u|²) time, O(items · neighbors) memory.
   *
   * @throws TensorecError as {@link startFit}.
   */
  async fit<User extends Id, Item extends Id>(
    train: TrainingData<User, Item>,
    options: FitOptions<User, Item> = {},
  ): Promise<ItemKNNModel<User, Item>> {
    const run = startFit(this, train, options, 'last');
    const byItem = transpose(run.record.history);
    const { similarity, weighting } = this.parameters;
    const compared = comparable(byItem, similarity, weighting);
    const lists = await run.run(
      nearestNeighbors(compared.matrix, { ...this.parameters, similarity: compared.similarity }),
      1,
    );
    return new ItemKNNModel(run.record, this.parameters, lists, rowMeans(byItem));
  }
}

/** The neighbours of each item. */
export class ItemKNNModel<User extends Id = Id, Item extends Id = Id>
  extends FoldingModel<User, Item>
  implements RatesItems<User, Item>, FindsSimilar<Item>, Explains<User, Item>
{
  readonly name = 'item-knn';
  declare readonly parameters: Readonly<ItemKNNParameters>;
  readonly #lists: NeighborLists;
  readonly #itemMeans: Float64Array;

  /** @param itemMeans - mean training value by item row */
  constructor(
    training: TrainingRecord<User, Item>,
    parameters: Readonly<ItemKNNParameters>,
    lists: NeighborLists,
    itemMeans: Float64Array,
  ) {
    super(training, parameters);
    this.#lists = lists;
    this.#itemMeans = itemMeans;
  }

  scoreRows(userRows: ReadonlyInt32Array, scores: Float32Array): void {
    this.scoreHistories(selectRows(this.training.history, userRows), scores);
  }

  /** score(i) = Σ_j s(j, i)·r_j over the items j of the history that have i among their neighbours. */
  scoreHistories(histories: Csr, scores: Float32Array): void {
    const items = this.items.size;
    const { neighbors, indices, similarities } = this.#lists;
    const sums = new Float64Array(items);
    for (let row = 0; row < histories.rows; row++) {
      sums.fill(0);
      for (let e = histories.offsets[row]!; e < histories.offsets[row + 1]!; e++) {
        const start = histories.indices[e]! * neighbors;
        const value = histories.values[e]!;
        for (let n = start; n < start + neighbors; n++) {
          const item = indices[n]!;
          if (item < 0) break;
          sums[item]! += similarities[n]! * value;
        }
      }
      scores.set(sums, row * items);
    }
  }

  rate(request: RateRequest<User, Item>): Promise<RatingPredictions> {
    return ratePairs(this, request);
  }

  /** r̂ = r̄_i + Σ_j s(i, j)·(r_uj − r̄_j) / Σ_j s(i, j) over the neighbours j of i that the user rated. */
  rateRows(
    userRows: ReadonlyInt32Array,
    itemRows: ReadonlyInt32Array,
    ratings: Float32Array,
  ): void {
    const { offsets, indices, values } = this.training.history;
    const lists = this.#lists;
    const means = this.#itemMeans;
    const own = new Float64Array(this.items.size).fill(NaN);
    for (let pair = 0; pair < userRows.length; pair++) {
      const user = userRows[pair]!;
      const item = itemRows[pair]!;
      ratings[pair] = NaN;
      if (user < 0 || item < 0 || user >= this.users.size) continue;
      for (let e = offsets[user]!; e < offsets[user + 1]!; e++) own[indices[e]!] = values[e]!;
      let sum = 0;
      let weight = 0;
      for (let n = item * lists.neighbors; n < (item + 1) * lists.neighbors; n++) {
        const neighbor = lists.indices[n]!;
        if (neighbor < 0) break;
        const value = own[neighbor]!;
        if (Number.isNaN(value)) continue;
        sum += lists.similarities[n]! * (value - means[neighbor]!);
        weight += lists.similarities[n]!;
      }
      if (weight > 0) ratings[pair] = means[item]! + sum / weight;
      for (let e = offsets[user]!; e < offsets[user + 1]!; e++) own[indices[e]!] = NaN;
    }
  }

  similar(request: SimilarRequest<Item>): Promise<Recommendations<Item, Item>> {
    return similarItems(this, request);
  }

  similarRows(itemRows: ReadonlyInt32Array, similarities: Float32Array): void {
    const items = this.items.size;
    const lists = this.#lists;
    similarities.fill(-Infinity);
    for (let n = 0; n < itemRows.length; n++) {
      const start = itemRows[n]! * lists.neighbors;
      for (let position = start; position < start + lists.neighbors; position++) {
        const neighbor = lists.indices[position]!;
        if (neighbor < 0) break;
        similarities[n * items + neighbor] = lists.similarities[position]!;
      }
    }
  }

  explain(request: ExplainRequest<User, Item>): Promise<readonly Reason<Item>[]> {
    return Promise.resolve(explainScore(this, request));
  }

  contributions(userRow: number, itemRow: number): Float64Array {
    const { offsets, indices, values } = this.training.history;
    const start = offsets[userRow]!;
    const lists = this.#lists;
    return Float64Array.from({ length: offsets[userRow + 1]! - start }, (_, n) => {
      const first = indices[start + n]! * lists.neighbors;
      const list = lists.indices.subarray(first, first + lists.neighbors);
      const position = list.indexOf(itemRow);
      return position < 0 ? 0 : lists.similarities[first + position]! * values[start + n]!;
    });
  }

  state(): ModelState {
    return {
      ...neighborState(this.#lists),
      itemMeans: { shape: [this.items.size], data: this.#itemMeans },
    };
  }
}

/** Descriptor of {@link ItemKNN}. */
export const itemKnn: ModelDescriptor<ItemKNNParameters> = {
  name: 'item-knn',
  summary: 'Recommends items whose users are those of the items in the history.',
  paper:
    'Sarwar, Karypis, Konstan and Riedl (2001), Item-based collaborative filtering recommendation algorithms; Deshpande and Karypis (2004), Item-based top-N recommendation algorithms',
  tasks: ['ranking', 'rating', 'next-item'],
  capabilities: ['rates-items', 'folds-in', 'finds-similar', 'explains'],
  schema: neighborSchema({
    neighbors: 100,
    similarity: 'cosine',
    shrink: 0,
    weighting: 'tf-idf',
  }),
  create: (parameters) => new ItemKNN(parameters),
  restore(training, parameters, tensors) {
    const items = training.items.size;
    const lists = readNeighbors(tensors, items, parameters.neighbors);
    return new ItemKNNModel(training, parameters, lists, tensors.float64('itemMeans', [items]));
  },
};
