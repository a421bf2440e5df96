import {
  Directions,
  explainScore,
  FactorModel,
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
  dot,
  finish,
  truncatedSvd,
  type Csr,
  type ReadonlyFloat32Array,
  type ReadonlyInt32Array,
  type Steps,
} from '@tensorec/kernels';
import * as z from 'zod/mini';

/** Hyper-parameters of {@link PureSVD}. */
export interface PureSVDParameters {
  /** f, singular vectors that are kept; at least 1, default 64. */
  readonly factors: number;
}

const schema: Schema<PureSVDParameters> = z.strictObject({
  factors: z._default(
    z.int().check(z.positive(), z.describe('Singular vectors that are kept')),
    64,
  ),
});

/**
 * PureSVD (Cremonesi, Koren & Turrin, "Performance of recommender algorithms on top-N recommendation tasks", 2010): the
 * matrix R of values, with 0 where there is none, projected on its greatest singular vectors, R ≈ U·Σ·Qᵀ. The values of
 * repeated pairs are added.
 */
export class PureSVD implements Recommender {
  readonly name = 'pure-svd';
  readonly parameters: Readonly<PureSVDParameters>;

  /** @throws TensorecError `invalid-argument` that names the parameter. */
  constructor(parameters: Partial<PureSVDParameters> = {}) {
    this.parameters = parseParameters(pureSvd, parameters);
  }

  /**
   * Finds the singular vectors, in the order of interactions · f + (users + items) · f².
   *
   * @throws TensorecError as {@link startFit}.
   */
  async fit<User extends Id, Item extends Id>(
    train: TrainingData<User, Item>,
    options: FitOptions<User, Item> = {},
  ): Promise<PureSVDModel<User, Item>> {
    const run = startFit(this, train, options, 'sum');
    const svd = truncatedSvd(run.record.history, this.parameters.factors, run.random);
    const { rank, right } = await run.run(svd, 0.9);
    const items = widened(right, rank, this.parameters);
    const users = await run.run(project(run.record.history, items, this.parameters), 1);
    return new PureSVDModel(run.record, this.parameters, { users, items });
  }
}

/** The vectors with zeros for those that the matrix does not have. */
function widened(
  vectors: Float32Array,
  rank: number,
  { factors }: PureSVDParameters,
): Float32Array {
  if (rank === factors) return vectors;
  const rows = rank === 0 ? 0 : vectors.length / rank;
  const wide = new Float32Array(rows * factors);
  for (let row = 0; row < rows; row++) {
    wide.set(vectors.subarray(row * rank, (row + 1) * rank), row * factors);
  }
  return wide;
}

/** Histories that are projected between two yields. */
const rowsOfStep = 256;

/** r · Q, a row a history. */
function* project(
  histories: Csr,
  itemFactors: ReadonlyFloat32Array,
  { factors }: PureSVDParameters,
): Steps<Float32Array> {
  const projected = new Float32Array(histories.rows * factors);
  for (let row = 0; row < histories.rows; row++) {
    const own = row * factors;
    for (let n = histories.offsets[row]!; n < histories.offsets[row + 1]!; n++) {
      const value = histories.values[n]!;
      const item = histories.indices[n]! * factors;
      for (let k = 0; k < factors; k++) projected[own + k]! += value * itemFactors[item + k]!;
    }
    if (row % rowsOfStep === rowsOfStep - 1) yield row / histories.rows;
  }
  return projected;
}

/** What {@link PureSVD} learns. */
export interface PureSVDFactors {
  /** R·Q: users × f, row-major. */
  readonly users: ReadonlyFloat32Array;
  /** Q: items × f, row-major. */
  readonly items: ReadonlyFloat32Array;
}

/** Scores by projection: a user or a history r scores r · Q·Qᵀ. */
export class PureSVDModel<User extends Id = Id, Item extends Id = Id>
  extends FactorModel<User, Item>
  implements FindsSimilar<Item>, Explains<User, Item>
{
  readonly name = 'pure-svd';
  declare readonly parameters: Readonly<PureSVDParameters>;
  readonly factors: number;
  /** R·Q */
  readonly userFactors: ReadonlyFloat32Array;
  /** Q */
  readonly itemFactors: ReadonlyFloat32Array;
  #directions: Directions | undefined;

  constructor(
    training: TrainingRecord<User, Item>,
    parameters: Readonly<PureSVDParameters>,
    factors: PureSVDFactors,
  ) {
    super(training, parameters);
    this.factors = parameters.factors;
    this.userFactors = factors.users;
    this.itemFactors = factors.items;
  }

  /** Eq. 6: r̂ = r · Q·Qᵀ */
  scoreHistories(histories: Csr, scores: Float32Array): void {
    const projected = finish(project(histories, this.itemFactors, this.parameters));
    this.factorIndex().products(projected, scores);
  }

  async similar(request: SimilarRequest<Item>): Promise<Recommendations<Item, Item>> {
    this.requireUsable();
    return similarItems(this, request);
  }

  /** Cosines of item factors. */
  similarRows(itemRows: ReadonlyInt32Array, similarities: Float32Array): void {
    this.requireUsable();
    this.#directions ??= new Directions(this.itemFactors, this.factors);
    this.#directions.cosines(itemRows, similarities);
  }

  async explain(request: ExplainRequest<User, Item>): Promise<readonly Reason<Item>[]> {
    this.requireUsable();
    return Promise.resolve(explainScore(this, request));
  }

  /** r_uj · q_j·q_i for each item j of the user's history. */
  contributions(userRow: number, itemRow: number): Float64Array {
    const { factors, itemFactors } = this;
    const { indices, values } = selectRows(this.training.history, [userRow]);
    return Float64Array.from(
      indices,
      (item, n) =>
        values[n]! * dot(itemFactors, item * factors, itemFactors, itemRow * factors, factors),
    );
  }

  state(): ModelState {
    const { factors, itemFactors } = this;
    return { itemFactors: { shape: [this.items.size, factors], data: itemFactors.slice() } };
  }

  override dispose(): void {
    this.#directions?.dispose();
    super.dispose();
  }
}

/** Descriptor of {@link PureSVD}. */
export const pureSvd: ModelDescriptor<PureSVDParameters> = {
  name: 'pure-svd',
  summary: 'Projects what a user has on the greatest singular vectors of all that users have.',
  paper:
    'Paolo Cremonesi, Yehuda Koren, Roberto Turrin (2010). Performance of recommender algorithms on top-N recommendation tasks',
  tasks: ['ranking', 'next-item'],
  capabilities: ['folds-in', 'finds-similar', 'has-factors', 'explains'],
  schema,
  searchSpace: { factors: { from: 8, to: 512, scale: 'log', integer: true } },
  create: (parameters) => new PureSVD(parameters),
  restore: (training, parameters, tensors) => {
    const items = tensors.float32('itemFactors', [training.items.size, parameters.factors]);
    const users = finish(project(training.history, items, parameters));
    return new PureSVDModel(training, parameters, { users, items });
  },
};
