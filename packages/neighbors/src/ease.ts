import {
  explainScore,
  FoldingModel,
  parseParameters,
  selectRows,
  similarItems,
  startFit,
  TensorecError,
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
  DenseMatrix,
  partOf,
  type Csr,
  type ReadonlyFloat32Array,
  type ReadonlyInt32Array,
  type Steps,
} from '@tensorec/kernels';
import * as z from 'zod/mini';

/** Hyper-parameters of {@link EASE}. */
export interface EASEParameters {
  /** λ, weight of the squared norm of the weights, in users; above 0, default 500. */
  readonly regularization: number;
}

const schema: Schema<EASEParameters> = z.strictObject({
  regularization: z._default(
    z.number().check(z.positive(), z.describe('Weight of the squared norm of the weights')),
    500,
  ),
});

/**
 * EASE, the embarrassingly shallow autoencoder (Steck, "Embarrassingly shallow autoencoders for sparse data", 2019): the
 * item-to-item weights B that reconstruct the users' items, X ≈ X·B, without an item explaining itself. X is binary:
 * values and repeats do not count.
 *
 * Takes 12 · items² bytes of memory, with what scoring or saving it needs, and items³ / 2 multiply-adds: made for
 * thousands of items, up to some 20,000. Weights are computed in single precision.
 */
export class EASE implements Recommender {
  readonly name = 'ease';
  readonly parameters: Readonly<EASEParameters>;

  /** @throws TensorecError `invalid-argument` that names the parameter. */
  constructor(parameters: Partial<EASEParameters> = {}) {
    this.parameters = parseParameters(ease, parameters);
  }

  /**
   * Solves for the weights in closed form.
   *
   * @throws TensorecError as {@link startFit}; `invalid-argument` or `memory` when the matrices do not fit into memory.
   */
  async fit<User extends Id, Item extends Id>(
    train: TrainingData<User, Item>,
    options: FitOptions<User, Item> = {},
  ): Promise<EASEModel<User, Item>> {
    const run = startFit(this, train, options, 'one');
    const weights = await run.run(solve(run.record.history, this.parameters), 1);
    return new EASEModel(run.record, this.parameters, weights);
  }
}

/** B, items × items, row-major. */
function* solve(history: Csr, { regularization }: EASEParameters): Steps<Float32Array> {
  requireRoom(history.columns);
  const matrix = yield* partOf(DenseMatrix.gramOfColumns(history), 0, 0.2);
  try {
    // P = (XᵀX + λ·1)⁻¹
    matrix.changeDiagonal((value) => value + regularization);
    yield* partOf(matrix.invert(), 0.2, 0.96);
    // Eq. 8: B = 1 − P · diagMat(1 ⊘ diag(P)), whose diagonal is 0.
    yield* partOf(matrix.scaleColumns(matrix.diagonal().map((value) => -1 / value)), 0.96, 0.98);
    matrix.changeDiagonal(() => 0);
    return yield* partOf(matrix.toArray(), 0.98, 1);
  } finally {
    matrix.dispose();
  }
}

/** The engine's memory has room for 4 GiB at most, and an array may have less. */
function requireRoom(items: number): void {
  if (4 * items * items < 2 ** 32) return;
  throw new TensorecError(
    'invalid-argument',
    `ease needs ${Math.ceil((12 * items * items) / 1e9)} GB for ${items} items, more than can be allocated; leave out rare items, or use item-knn or als.`,
  );
}

/** Scores an item by the weights of a history's items. */
export class EASEModel<User extends Id = Id, Item extends Id = Id>
  extends FoldingModel<User, Item>
  implements FindsSimilar<Item>, Explains<User, Item>
{
  readonly name = 'ease';
  declare readonly parameters: Readonly<EASEParameters>;
  /** B, items × items, row-major: what having the item of the row says for the item of the column. */
  readonly weights: ReadonlyFloat32Array;
  /** The weights where histories are scored; made by the first that is. */
  #matrix: DenseMatrix | undefined;

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

  /** The score of item i is Σ_j B_ji over the items j of the history. */
  scoreHistories(histories: Csr, scores: Float32Array): void {
    this.requireUsable();
    const items = this.items.size;
    this.#matrix ??= DenseMatrix.from(this.weights, items, items);
    this.#matrix.combineRows(histories, scores);
  }

  override dispose(): void {
    super.dispose();
    this.#matrix?.dispose();
  }

  async similar(request: SimilarRequest<Item>): Promise<Recommendations<Item, Item>> {
    this.requireUsable();
    return similarItems(this, request);
  }

  /** B_ij: how much having item i says for item j. Not symmetric; below 0 where it speaks against it. */
  similarRows(itemRows: ReadonlyInt32Array, similarities: Float32Array): void {
    const items = this.items.size;
    for (let n = 0; n < itemRows.length; n++) {
      const start = itemRows[n]! * items;
      similarities.set(this.weights.subarray(start, start + items), n * items);
    }
  }

  async explain(request: ExplainRequest<User, Item>): Promise<readonly Reason<Item>[]> {
    this.requireUsable();
    return Promise.resolve(explainScore(this, request));
  }

  /** B_ji for each item j of the user's history. */
  contributions(userRow: number, itemRow: number): Float64Array {
    const { indices } = selectRows(this.training.history, [userRow]);
    return Float64Array.from(indices, (item) => this.weights[item * this.items.size + itemRow]!);
  }

  state(): ModelState {
    const items = this.items.size;
    return { weights: { shape: [items, items], data: this.weights.slice() } };
  }
}

/** Descriptor of {@link EASE}. */
export const ease: ModelDescriptor<EASEParameters> = {
  name: 'ease',
  summary: 'Item-to-item weights in closed form that reconstruct what users have.',
  paper: 'Harald Steck (2019). Embarrassingly shallow autoencoders for sparse data',
  tasks: ['ranking', 'next-item'],
  capabilities: ['folds-in', 'finds-similar', 'explains'],
  schema,
  searchSpace: { regularization: { from: 10, to: 10_000, scale: 'log' } },
  create: (parameters) => new EASE(parameters),
  restore: (training, parameters, tensors) => {
    const items = training.items.size;
    return new EASEModel(training, parameters, tensors.float32('weights', [items, items]));
  },
};
