import {
  explainScore,
  FoldingModel,
  parseParameters,
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
  type Reason,
  type Recommendations,
  type Recommender,
  type Schema,
  type SimilarRequest,
  type TrainingData,
  type TrainingRecord,
} from '@tensorec/core';
import {
  choleskyInverse,
  gramOfColumns,
  type Csr,
  type ReadonlyFloat32Array,
  type ReadonlyInt32Array,
} from '@tensorec/kernels';
import * as z from 'zod/mini';

/** Hyper-parameters of {@link EASE}. */
export interface EASEParameters {
  /** λ, the weight of the squared item-to-item weights, above 0; default 500, as the paper's best on MovieLens 20M. */
  readonly regularization: number;
}

const schema: Schema<EASEParameters> = z.strictObject({
  regularization: z._default(
    z.number().check(z.positive(), z.describe('Weight of the squared item-to-item weights')),
    500,
  ),
});

/**
 * Embarrassingly shallow autoencoder: the best linear model that predicts each item of a user from the user's other
 * items, in closed form (Steck 2019, "Embarrassingly shallow autoencoders for sparse data"). Values are not read:
 * interactions are 1 or 0.
 */
export class EASE implements Recommender {
  readonly name = 'ease';
  readonly parameters: Readonly<EASEParameters>;

  /** @throws TensorecError `invalid-argument` that names the parameter. */
  constructor(parameters: Partial<EASEParameters> = {}) {
    this.parameters = parseParameters(ease, parameters);
  }

  /**
   * Solves for the item-to-item weights. O(Σ_u |I_u|² + items³) time and 12 · items² bytes.
   *
   * @throws TensorecError as {@link startFit}.
   */
  async fit<User extends Id, Item extends Id>(
    train: TrainingData<User, Item>,
    options: FitOptions<User, Item> = {},
  ): Promise<EASEModel<User, Item>> {
    const run = startFit(this, train, options, 'one');
    const items = run.record.items.size;

    // G = XᵀX + λI, P = G⁻¹ (equation 5).
    const inverse = await run.run(gramOfColumns(run.record.history), 0.1);
    for (let item = 0; item < items; item++) {
      inverse[item * items + item]! += this.parameters.regularization;
    }
    await run.run(choleskyInverse(inverse, items), 1);

    // B_ij = −P_ij / P_jj off the diagonal, 0 on it (equation 8).
    const weights = new Float32Array(items * items);
    for (let i = 0; i < items; i++) {
      for (let j = 0; j < items; j++) {
        if (i !== j) weights[i * items + j] = -inverse[i * items + j]! / inverse[j * items + j]!;
      }
    }
    return new EASEModel(run.record, this.parameters, weights);
  }
}

/** Item-to-item weights B; a user's scores are X_u·B. */
export class EASEModel<User extends Id = Id, Item extends Id = Id>
  extends FoldingModel<User, Item>
  implements FindsSimilar<Item>, Explains<User, Item>
{
  readonly name = 'ease';
  declare readonly parameters: Readonly<EASEParameters>;
  /** B, items × items, row-major: row i is what having item i adds to the score of each item. */
  readonly weights: ReadonlyFloat32Array;

  /** @param weights - items × items, row-major */
  constructor(
    training: TrainingRecord<User, Item>,
    parameters: Readonly<EASEParameters>,
    weights: ReadonlyFloat32Array,
  ) {
    super(training, parameters);
    this.weights = weights;
  }

  scoreRows(userRows: ReadonlyInt32Array, scores: Float32Array): void {
    this.scoreHistories(selectRows(this.training.history, userRows), scores);
  }

  scoreHistories(histories: Csr, scores: Float32Array): void {
    const items = this.items.size;
    const { weights } = this;
    const sums = new Float64Array(items);
    for (let row = 0; row < histories.rows; row++) {
      sums.fill(0);
      for (let e = histories.offsets[row]!; e < histories.offsets[row + 1]!; e++) {
        const start = histories.indices[e]! * items;
        for (let item = 0; item < items; item++) sums[item]! += weights[start + item]!;
      }
      scores.set(sums, row * items);
    }
  }

  similar(request: SimilarRequest<Item>): Promise<Recommendations<Item, Item>> {
    return similarItems(this, request);
  }

  /** What having the item adds to the score of each item. */
  similarRows(itemRows: ReadonlyInt32Array, similarities: Float32Array): void {
    const items = this.items.size;
    for (let n = 0; n < itemRows.length; n++) {
      const start = itemRows[n]! * items;
      similarities.set(this.weights.slice(start, start + items), n * items);
    }
  }

  explain(request: ExplainRequest<User, Item>): Promise<readonly Reason<Item>[]> {
    return Promise.resolve(explainScore(this, request));
  }

  contributions(userRow: number, itemRow: number): Float64Array {
    const { offsets, indices } = this.training.history;
    const items = indices.subarray(offsets[userRow], offsets[userRow + 1]);
    return Float64Array.from(items, (item) => this.weights[item * this.items.size + itemRow]!);
  }

  state(): ModelState {
    const items = this.items.size;
    return { weights: { shape: [items, items], data: this.weights.slice() } };
  }
}

/** Descriptor of {@link EASE}. */
export const ease: ModelDescriptor<EASEParameters> = {
  name: 'ease',
  summary: 'The best linear prediction of an item from the other items of a user, in closed form.',
  paper: 'Steck (2019), Embarrassingly shallow autoencoders for sparse data',
  tasks: ['ranking', 'next-item'],
  capabilities: ['folds-in', 'finds-similar', 'explains'],
  schema,
  create: (parameters) => new EASE(parameters),
  restore: (training, parameters, tensors) =>
    new EASEModel(
      training,
      parameters,
      tensors.float32('weights', [training.items.size, training.items.size]),
    ),
};
