import {
  explainScore,
  FoldingModel,
  parseParameters,
  ratePairs,
  selectRows,
  similarItems,
  startFit,
  type Explains,
  type ExplainRequest,
  type FindsSimilar,
  type FitOptions,
  type HasFactors,
  type Id,
  type ModelDescriptor,
  type ModelState,
  type RateRequest,
  type RatesItems,
  type RatingPredictions,
  type Reason,
  type Recommendations,
  type Recommender,
  type Schema,
  type SimilarRequest,
  type TrainingData,
  type TrainingRecord,
} from '@tensorec/core';
import { gramOfColumns, type Csr, type ReadonlyInt32Array } from '@tensorec/kernels';
import * as z from 'zod/mini';

export interface CompleteParameters {
  readonly shrink: number;
}

const schema: Schema<CompleteParameters> = z.strictObject({
  shrink: z._default(z.number().check(z.nonnegative()), 1),
});

/** A small model with every capability: scores are sums of item-to-item cosines over the history. */
class Complete implements Recommender {
  readonly name = 'complete';
  readonly parameters: Readonly<CompleteParameters>;

  constructor(parameters: Partial<CompleteParameters> = {}) {
    this.parameters = parseParameters(complete, parameters);
  }

  async fit<User extends Id, Item extends Id>(
    train: TrainingData<User, Item>,
    options: FitOptions<User, Item> = {},
  ): Promise<CompleteModel<User, Item>> {
    const run = startFit(this, train, options, 'last');
    const { history, itemCounts, items } = run.record;
    const ones = { ...history, values: new Float32Array(history.values.length).fill(1) };
    const common = await run.run(gramOfColumns(ones), 1);
    const similarities = Float32Array.from(common, (count, n) => {
      const [i, j] = [Math.floor(n / items.size), n % items.size];
      const norm = Math.sqrt(itemCounts[i]! * itemCounts[j]!);
      return i === j ? 0 : count / (norm + this.parameters.shrink || 1);
    });
    return new CompleteModel(run.record, this.parameters, similarities);
  }
}

export class CompleteModel<User extends Id = Id, Item extends Id = Id>
  extends FoldingModel<User, Item>
  implements RatesItems<User, Item>, FindsSimilar<Item>, Explains<User, Item>, HasFactors
{
  readonly name = 'complete';
  readonly factors: number;
  readonly userFactors: Float32Array;
  readonly itemFactors: Float32Array;

  constructor(
    training: TrainingRecord<User, Item>,
    parameters: Readonly<CompleteParameters>,
    similarities: Float32Array,
  ) {
    super(training, parameters);
    const { history, items } = training;
    this.factors = items.size;
    this.itemFactors = similarities;
    this.userFactors = new Float32Array(history.rows * items.size);
    for (let row = 0; row < history.rows; row++) {
      for (const item of history.indices.subarray(history.offsets[row], history.offsets[row + 1])) {
        this.userFactors[row * items.size + item] = 1;
      }
    }
  }

  scoreRows(userRows: ReadonlyInt32Array, scores: Float32Array): void {
    this.scoreHistories(selectRows(this.training.history, userRows), scores);
  }

  scoreHistories(histories: Csr, scores: Float32Array): void {
    const items = this.items.size;
    scores.fill(0);
    for (let row = 0; row < histories.rows; row++) {
      const own = row * items;
      for (let n = histories.offsets[row]!; n < histories.offsets[row + 1]!; n++) {
        const other = histories.indices[n]! * items;
        for (let item = 0; item < items; item++) {
          scores[own + item]! += this.itemFactors[other + item]!;
        }
      }
    }
  }

  similar(request: SimilarRequest<Item>): Promise<Recommendations<Item, Item>> {
    this.requireUsable();
    return similarItems(this, request);
  }

  similarRows(itemRows: ReadonlyInt32Array, similarities: Float32Array): void {
    const items = this.items.size;
    itemRows.slice().forEach((row, n) => {
      similarities.set(this.itemFactors.subarray(row * items, (row + 1) * items), n * items);
    });
  }

  rate(request: RateRequest<User, Item>): Promise<RatingPredictions> {
    this.requireUsable();
    return ratePairs(this, request);
  }

  /** The mean of the user's ratings, weighted by similarity to the item. */
  rateRows(
    userRows: ReadonlyInt32Array,
    itemRows: ReadonlyInt32Array,
    ratings: Float32Array,
  ): void {
    const { offsets, indices, values } = this.training.history;
    for (let n = 0; n < ratings.length; n++) {
      const [user, item] = [userRows[n]!, itemRows[n]!];
      let [sum, weights] = [0, 0];
      for (let e = offsets[user] ?? 0; item >= 0 && e < (offsets[user + 1] ?? 0); e++) {
        const weight = user < 0 ? 0 : this.itemFactors[indices[e]! * this.items.size + item]!;
        sum += weight * values[e]!;
        weights += weight;
      }
      ratings[n] = sum / weights;
    }
  }

  explain(request: ExplainRequest<User, Item>): Promise<readonly Reason<Item>[]> {
    this.requireUsable();
    return Promise.resolve(explainScore(this, request));
  }

  contributions(userRow: number, itemRow: number): Float64Array {
    const { offsets, indices } = this.training.history;
    const seen = indices.subarray(offsets[userRow], offsets[userRow + 1]);
    return Float64Array.from(seen, (item) => this.itemFactors[item * this.items.size + itemRow]!);
  }

  state(): ModelState {
    const { size } = this.items;
    return { similarities: { shape: [size, size], data: this.itemFactors.slice() } };
  }
}

export const complete: ModelDescriptor<CompleteParameters> = {
  name: 'complete',
  summary: 'Sums cosines of items over the history.',
  paper: 'none: made for these tests',
  tasks: ['ranking', 'rating'],
  capabilities: ['rates-items', 'folds-in', 'finds-similar', 'has-factors', 'explains'],
  schema,
  searchSpace: { shrink: { from: 0.1, to: 100, scale: 'log' } },
  create: (parameters) => new Complete(parameters),
  restore: (training, parameters, tensors) => {
    const { size } = training.items;
    return new CompleteModel(training, parameters, tensors.float32('similarities', [size, size]));
  },
};
