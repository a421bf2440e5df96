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
  type TensorReader,
  type TrainingData,
  type TrainingRecord,
} from '@tensorec/core';
import {
  FactorIndex,
  partOf,
  rowCounts,
  scaleColumns,
  scaleRows,
  SparseOperator,
  sparseProduct,
  transpose,
  truncatedSvd,
  type Csr,
  type Random,
  type ReadonlyFloat32Array,
  type ReadonlyInt32Array,
  type Steps,
} from '@tensorec/kernels';
import * as z from 'zod/mini';

/** Hyper-parameters of {@link GraphFilterCF}. */
export interface GraphFilterCFParameters {
  /** α, weight of the ideal low-pass filter beside the linear one; 0 or more, default 0.3. With 0 there is no SVD. */
  readonly alpha: number;
  /** K, singular vectors that the ideal low-pass filter lets pass; at least 1, default 256. */
  readonly factors: number;
}

const schema: Schema<GraphFilterCFParameters> = z.strictObject({
  alpha: z._default(
    z.number().check(z.nonnegative(), z.describe('Weight of the ideal low-pass filter')),
    0.3,
  ),
  factors: z._default(
    z.int().check(z.positive(), z.describe('Singular vectors that the low-pass filter lets pass')),
    256,
  ),
});

/**
 * GF-CF (Shen, Wu, Zhang, Shan, Zhang, Letaief & Li, "How powerful is graph convolution for recommendation?", 2021):
 * graph filters in closed form, without training. X is binary: values and repeats do not count.
 *
 * The linear filter is kept as a sparse item-to-item matrix, so memory grows with the pairs of items that share a user:
 * 8 bytes each.
 */
export class GraphFilterCF implements Recommender {
  readonly name = 'gf-cf';
  readonly parameters: Readonly<GraphFilterCFParameters>;

  /** @throws TensorecError `invalid-argument` that names the parameter. */
  constructor(parameters: Partial<GraphFilterCFParameters> = {}) {
    this.parameters = parseParameters(gfCf, parameters);
  }

  /**
   * Finds both filters, in the order of Σ_users items² + interactions · K + (users + items) · K².
   *
   * @throws TensorecError as {@link startFit}; `memory` when the filter is too large.
   */
  async fit<User extends Id, Item extends Id>(
    train: TrainingData<User, Item>,
    options: FitOptions<User, Item> = {},
  ): Promise<GraphFilterCFModel<User, Item>> {
    const run = startFit(this, train, options, 'one');
    const filters = await run.run(findFilters(run.record, this.parameters, run.random), 1);
    return new GraphFilterCFModel(run.record, this.parameters, filters);
  }
}

/** What {@link GraphFilterCF} learns. */
export interface GraphFilters {
  /** P̃ = R̃ᵀ·R̃, items × items. */
  readonly linear: Csr;
  /** Ū, the right singular vectors of R̃ with the greatest singular values: items × K, row-major. */
  readonly vectors: ReadonlyFloat32Array;
}

function* findFilters(
  { history, itemCounts }: TrainingRecord,
  { alpha, factors }: GraphFilterCFParameters,
  random: Random,
): Steps<GraphFilters> {
  // Eq. 5: R̃ = D_U^-½ · R · D_I^-½
  const normalized = scaleColumns(
    scaleRows(history, inverseRoots(rowCounts(history))),
    inverseRoots(itemCounts),
  );
  const linearPart = alpha > 0 ? 0.1 : 1;
  const product = sparseProduct(transpose(normalized), normalized);
  const linear = yield* partOf(product, 0, linearPart);
  if (alpha === 0) return { linear, vectors: new Float32Array(0) };
  const { right } = yield* partOf(truncatedSvd(normalized, factors, random), linearPart, 1);
  return { linear, vectors: right };
}

/** 1 / √n; 0 for 0. */
function inverseRoots(counts: ReadonlyInt32Array): Float64Array {
  return Float64Array.from(counts, (n) => (n > 0 ? 1 / Math.sqrt(n) : 0));
}

/** Scores items by filtering the signal of a history. */
export class GraphFilterCFModel<User extends Id = Id, Item extends Id = Id>
  extends FoldingModel<User, Item>
  implements FindsSimilar<Item>, Explains<User, Item>
{
  readonly name = 'gf-cf';
  declare readonly parameters: Readonly<GraphFilterCFParameters>;
  /** Ū: items × K, row-major; empty with α = 0. */
  readonly vectors: ReadonlyFloat32Array;
  readonly #linear: SparseOperator;
  /** Ū · D_I^½, of which products are taken; there is none with α = 0. */
  readonly #lowPass: FactorIndex | undefined;

  constructor(
    training: TrainingRecord<User, Item>,
    parameters: Readonly<GraphFilterCFParameters>,
    { linear, vectors }: GraphFilters,
  ) {
    super(training, parameters);
    this.vectors = vectors;
    this.#linear = new SparseOperator(linear);
    const rank = vectors.length / Math.max(1, this.items.size);
    if (rank === 0) return;
    const scaled = new Float32Array(vectors.length);
    for (let item = 0; item < this.items.size; item++) {
      const root = Math.sqrt(training.itemCounts[item]!);
      for (let n = item * rank; n < (item + 1) * rank; n++) scaled[n] = vectors[n]! * root;
    }
    this.#lowPass = new FactorIndex(scaled, rank);
  }

  scoreRows(userRows: ReadonlyInt32Array, scores: Float32Array): void {
    this.scoreHistories(selectRows(this.training.history, userRows), scores);
  }

  /** Eq. 13: s = r · (P̃ + α · D_I^-½ · Ū·Ūᵀ · D_I^½) */
  scoreHistories(histories: Csr, scores: Float32Array): void {
    this.#linear.combine(histories, scores);
    if (this.#lowPass === undefined) return;
    const lowPass = new Float32Array(scores.length);
    this.#lowPass.products(this.#passed(histories), lowPass);
    const { alpha } = this.parameters;
    for (let n = 0; n < scores.length; n++) scores[n]! += alpha * lowPass[n]!;
  }

  /** r · D_I^-½ · Ū, a row a history. */
  #passed(histories: Csr): Float32Array {
    const { itemCounts } = this.training;
    const rank = this.vectors.length / this.items.size;
    const passed = new Float32Array(histories.rows * rank);
    for (let row = 0; row < histories.rows; row++) {
      const own = row * rank;
      for (let n = histories.offsets[row]!; n < histories.offsets[row + 1]!; n++) {
        const item = histories.indices[n]!;
        // An item without training events has no part in either filter.
        const weight = itemCounts[item]! > 0 ? 1 / Math.sqrt(itemCounts[item]!) : 0;
        for (let k = 0; k < rank; k++) passed[own + k]! += weight * this.vectors[item * rank + k]!;
      }
    }
    return passed;
  }

  async similar(request: SimilarRequest<Item>): Promise<Recommendations<Item, Item>> {
    this.requireUsable();
    return similarItems(this, request);
  }

  /** The scores of a history of one item: not symmetric. */
  similarRows(itemRows: ReadonlyInt32Array, similarities: Float32Array): void {
    this.scoreHistories(this.#singles(itemRows), similarities);
  }

  async explain(request: ExplainRequest<User, Item>): Promise<readonly Reason<Item>[]> {
    this.requireUsable();
    return Promise.resolve(explainScore(this, request));
  }

  /** The filters are linear: each item of the history gives the score of a history of its own. */
  contributions(userRow: number, itemRow: number): Float64Array {
    const { indices } = selectRows(this.training.history, [userRow]);
    const items = this.items.size;
    const scores = new Float32Array(items);
    return Float64Array.from(indices, (item) => {
      this.scoreHistories(this.#singles(Int32Array.of(item)), scores);
      return scores[itemRow]!;
    });
  }

  state(): ModelState {
    const items = this.items.size;
    const { offsets, indices, values } = this.#linear.toCsr();
    const tensor = <Data extends Int32Array | Float32Array>(
      data: Data,
    ): { shape: number[]; data: Data } => ({ shape: [data.length], data });
    return {
      filterOffsets: tensor(Int32Array.from(offsets)),
      filterIndices: tensor(Int32Array.from(indices)),
      filterValues: tensor(Float32Array.from(values)),
      vectors: { shape: [items, this.vectors.length / items], data: this.vectors.slice() },
    };
  }

  override dispose(): void {
    this.#linear.dispose();
    this.#lowPass?.dispose();
    super.dispose();
  }

  /** Histories of one item each. */
  #singles(itemRows: ReadonlyInt32Array): Csr {
    const rows = itemRows.length;
    return {
      rows,
      columns: this.items.size,
      offsets: Int32Array.from({ length: rows + 1 }, (_, n) => n),
      indices: itemRows,
      values: new Float32Array(rows).fill(1),
    };
  }
}

/** The filters from the tensors of an artifact. */
function readFilters(tensors: TensorReader, items: number): GraphFilters {
  const offsets = tensors.int32('filterOffsets', [items + 1], [0, 0x7fffffff]);
  const entries = offsets[items]!;
  const ascending = offsets.every((offset, row) => row === 0 || offset >= offsets[row - 1]!);
  if (offsets[0] !== 0 || !ascending) {
    throw new TensorecError(
      'artifact',
      'The tensor "filterOffsets" does not ascend from 0; the artifact is damaged.',
    );
  }
  return {
    linear: {
      rows: items,
      columns: items,
      offsets,
      indices: tensors.int32('filterIndices', [entries], [0, items - 1]),
      values: tensors.float32('filterValues', [entries]),
    },
    vectors: tensors.float32('vectors', [items, -1]),
  };
}

/** Descriptor of {@link GraphFilterCF}. */
export const gfCf: ModelDescriptor<GraphFilterCFParameters> = {
  name: 'gf-cf',
  summary: 'Low-pass filters of the graph of users and items, in closed form.',
  paper:
    'Yifei Shen, Yongji Wu, Yao Zhang, Caihua Shan, Jun Zhang, Khaled B. Letaief, Dongsheng Li (2021). How powerful is graph convolution for recommendation?',
  tasks: ['ranking', 'next-item'],
  capabilities: ['folds-in', 'finds-similar', 'explains'],
  schema,
  searchSpace: {
    alpha: { from: 0, to: 1 },
    factors: { from: 32, to: 512, scale: 'log', integer: true },
  },
  create: (parameters) => new GraphFilterCF(parameters),
  restore: (training, parameters, tensors) =>
    new GraphFilterCFModel(training, parameters, readFilters(tensors, training.items.size)),
};
