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
  AlternatingLeastSquares,
  choleskyFactor,
  choleskySolve,
  dot,
  finish,
  gramOfDense,
  LeastSquaresFoldIn,
  partOf,
  rowCounts,
  TensorecError,
  type Csr,
  type Random,
  type ReadonlyFloat32Array,
  type ReadonlyFloat64Array,
  type ReadonlyInt32Array,
  type Steps,
} from '@tensorec/kernels';
import * as z from 'zod/mini';

/** Hyper-parameters of {@link ImplicitALS}. */
export interface ALSParameters {
  /** f, numbers that describe a user or an item; at least 1, default 64. */
  readonly factors: number;
  /** How often items and users are solved for in turn; at least 1, default 16. */
  readonly iterations: number;
  /** λ, weight of the squared norms of the factors; above 0, default 0.01. */
  readonly regularization: number;
  /**
   * w, weight of a pair without an event beside the weight 1 of an event; above 0. Default `auto`: 400 / |I|, and at
   * most 0.5, so that all that a user has not seen weighs the same in catalogues of any size.
   */
  readonly unobservedWeight: number | 'auto';
  /** α, what the value of a pair adds to its weight 1 + α · value; 0 or more, default 0: values are not read. */
  readonly alpha: number;
  /**
   * How a half-step solves for factors: `conjugate-gradient` takes 3 steps from where they are, `exact` reaches the
   * minimum to single precision. The last half-step, for the users, is always exact. Default
   * `conjugate-gradient`.
   */
  readonly solver: 'conjugate-gradient' | 'exact';
}

const schema: Schema<ALSParameters> = z.strictObject({
  factors: z._default(
    z.int().check(z.positive(), z.describe('Numbers that describe a user or an item')),
    64,
  ),
  iterations: z._default(
    z.int().check(z.positive(), z.describe('Alternations between items and users')),
    16,
  ),
  regularization: z._default(
    z.number().check(z.positive(), z.describe('Weight of the squared norms of the factors')),
    0.01,
  ),
  unobservedWeight: z._default(
    z
      .union([z.literal('auto'), z.number().check(z.positive())])
      .check(z.describe('Weight of a pair without an event, an event has 1; auto: 400 / items')),
    'auto',
  ),
  alpha: z._default(
    z
      .number()
      .check(z.nonnegative(), z.describe('A pair with events has the weight 1 + alpha · value')),
    0,
  ),
  solver: z._default(
    z
      .enum(['conjugate-gradient', 'exact'])
      .check(z.describe('Three conjugate-gradient steps a half-step, or the exact minimum')),
    'conjugate-gradient',
  ),
});

/** Steps of a half-step that does not go to the minimum. */
const conjugateGradientSteps = 3;

/** What `auto` makes of the weight w: w · |I| is this, where w is not above the greatest. */
const unobservedTotal = 400;
const greatestAutomaticWeight = 0.5;

/** Hyper-parameters with the weight that `auto` stands for. */
type Resolved = Readonly<ALSParameters & { unobservedWeight: number }>;

/** @param itemCounts - users of each item; |I| is the number of items that have some */
function resolve(parameters: Readonly<ALSParameters>, itemCounts: ReadonlyInt32Array): Resolved {
  const { unobservedWeight } = parameters;
  if (unobservedWeight !== 'auto') return { ...parameters, unobservedWeight };
  const automatic = unobservedTotal / Math.max(1, activeRows(itemCounts));
  return { ...parameters, unobservedWeight: Math.min(greatestAutomaticWeight, automatic) };
}

/** The standard deviation of the first factors is this / √f (Rendle et al. 2021, section 4). */
const initialNorm = 0.1;

/**
 * Implicit alternating least squares (Hu, Koren & Volinsky, "Collaborative filtering for implicit feedback datasets",
 * 2008; in the form of Rendle, Krichene, Zhang & Koren, "Revisiting the performance of iALS on item recommendation
 * benchmarks", 2021): user factors p_u and item factors q_i that minimise
 *
 * Σ_observed c·(1 − p_u·q_i)² + w·Σ_all (p_u·q_i)² + λ·Σ_u (n_u + w·|I|)·‖p_u‖² + λ·Σ_i (n_i + w·|U|)·‖q_i‖²
 *
 * with c = 1 + α · value, n_u the items of a user, n_i the users of an item, and |I| and |U| those that have events.
 * The values of repeated pairs are added. A negative value is refused where its weight would be.
 */
export class ImplicitALS implements Recommender {
  readonly name = 'als';
  readonly parameters: Readonly<ALSParameters>;

  /** @throws TensorecError `invalid-argument` that names the parameter. */
  constructor(parameters: Partial<ALSParameters> = {}) {
    this.parameters = parseParameters(als, parameters);
  }

  /**
   * Alternates between items and users, and tells `onEpoch` the objective after each iteration. An iteration is in the order of interactions · f + (users + items) · f² + f³.
   *
   * @throws TensorecError as {@link startFit}; `invalid-argument` for a pair whose weight 1 + α · value is below 0.
   */
  async fit<User extends Id, Item extends Id>(
    train: TrainingData<User, Item>,
    options: FitOptions<User, Item> = {},
  ): Promise<ALSModel<User, Item>> {
    const run = startFit(this, train, options, 'sum');
    const resolved = resolve(this.parameters, run.record.itemCounts);
    const steps = alternate(run.record, resolved, run.random, options.onEpoch);
    return new ALSModel(run.record, this.parameters, await run.run(steps, 1));
  }
}

/** What {@link ImplicitALS} learns. */
export interface ALSFactors {
  /** p_u: users × f, row-major; zeros for a user without events. */
  readonly users: Float32Array;
  /** q_i: items × f, row-major; zeros for an item without events. */
  readonly items: Float32Array;
}

function* alternate(
  record: TrainingRecord,
  parameters: Resolved,
  random: Random,
  onEpoch: FitOptions['onEpoch'],
): Steps<ALSFactors> {
  const { factors, iterations, unobservedWeight, solver } = parameters;
  const byUser = weighted(record.history, parameters);
  const users = new Float32Array(byUser.rows * factors);
  const items = new Float32Array(byUser.columns * factors);
  random.fillNormal(users, 0, initialNorm / Math.sqrt(factors));
  random.fillNormal(items, 0, initialNorm / Math.sqrt(factors));
  const userCounts = rowCounts(byUser);
  const { itemCounts } = record;
  const userRegularization = regularizationOf(userCounts, activeRows(itemCounts), parameters);
  const itemRegularization = regularizationOf(itemCounts, activeRows(userCounts), parameters);
  const squares = new AlternatingLeastSquares(
    byUser,
    { rows: users, columns: items },
    {
      factors,
      unobservedWeight,
      rowRegularization: userRegularization,
      columnRegularization: itemRegularization,
    },
  );
  try {
    const halfStep = solver === 'exact' ? solver : { conjugateGradientSteps };
    for (let iteration = 0; iteration < iterations; iteration++) {
      const [start, middle, end] = [0, 0.5, 1].map((part) => (iteration + part) / iterations);
      const objective = yield* partOf(squares.solveColumns(halfStep), start!, middle!);
      if (iteration > 0) onEpoch?.({ epoch: iteration, values: { objective } });
      if (iteration === iterations - 1) break;
      yield* partOf(squares.solveRows(halfStep), middle!, end!);
    }
    // The last half-step finds the users as those of new histories are found.
    const solved = squares.columnFactors();
    const foldIn = new LeastSquaresFoldIn(solved, parameters);
    try {
      const start = 1 - 0.5 / iterations;
      if (onEpoch === undefined) {
        const users = yield* partOf(foldIn.solve(byUser, userRegularization), start, 1);
        return { users, items: solved };
      }
      const solving = foldIn.solveWithObjective(byUser, userRegularization);
      const { factors: users, objective } = yield* partOf(solving, start, 1);
      onEpoch({ epoch: iterations, values: { objective: objective + squares.columnPenalty } });
      return { users, items: solved };
    } finally {
      foldIn.dispose();
    }
  } finally {
    squares.dispose();
  }
}

/** The matrix with the weights c = 1 + α · value. */
function weighted(history: Csr, { alpha }: ALSParameters): Csr {
  const { indices, values } = history;
  const weights = new Float32Array(values.length);
  for (let entry = 0; entry < values.length; entry++) {
    const weight = 1 + alpha * values[entry]!;
    if (!(weight >= 0)) {
      throw new TensorecError(
        'invalid-argument',
        `als got the value ${values[entry]!} with item row ${indices[entry]!}, which gives the weight 1 + alpha · value = ${weight}; ` +
          'leave negative values out, or use alpha 0.',
      );
    }
    weights[entry] = weight;
  }
  return { ...history, values: weights };
}

/** How many rows have entries. */
function activeRows(counts: ReadonlyInt32Array): number {
  let active = 0;
  for (const count of counts) if (count > 0) active++;
  return active;
}

/** λ · (n + w · columns) for rows with n entries in a matrix whose `columns` columns have entries. */
function regularizationOf(
  entries: ReadonlyInt32Array,
  columns: number,
  { regularization, unobservedWeight }: Resolved,
): Float64Array {
  return Float64Array.from(entries, (n) => regularization * (n + unobservedWeight * columns));
}

/**
 * Scores by products of factors. The factors of a user or a history are the exact minimum with the item factors fixed,
 * so the two agree.
 */
export class ALSModel<User extends Id = Id, Item extends Id = Id>
  extends FactorModel<User, Item>
  implements FindsSimilar<Item>, Explains<User, Item>
{
  readonly name = 'als';
  declare readonly parameters: Readonly<ALSParameters>;
  readonly factors: number;
  readonly userFactors: ReadonlyFloat32Array;
  readonly itemFactors: ReadonlyFloat32Array;
  readonly #resolved: Resolved;
  #foldIn: LeastSquaresFoldIn | undefined;
  #directions: Directions | undefined;
  #itemGram: ReadonlyFloat64Array | undefined;

  constructor(
    training: TrainingRecord<User, Item>,
    parameters: Readonly<ALSParameters>,
    factors: ALSFactors,
  ) {
    super(training, parameters);
    this.#resolved = resolve(parameters, training.itemCounts);
    this.factors = parameters.factors;
    this.userFactors = factors.users;
    this.itemFactors = factors.items;
  }

  /** Solves for the factors of each history, in the order of items · f for some steps of conjugate gradients. */
  scoreHistories(histories: Csr, scores: Float32Array): void {
    this.requireUsable();
    const observed = weighted(histories, this.parameters);
    this.#foldIn ??= new LeastSquaresFoldIn(this.itemFactors, this.#resolved);
    const folded = finish(this.#foldIn.solve(observed, this.#regularizationOf(observed)));
    this.factorIndex().products(folded, scores);
  }

  async similar(request: SimilarRequest<Item>): Promise<Recommendations<Item, Item>> {
    this.requireUsable();
    return similarItems(this, request);
  }

  /** Cosines of item factors. */
  similarRows(itemRows: ReadonlyInt32Array, similarities: Float32Array): void {
    this.requireUsable();
    const { factors } = this;
    this.#directions ??= new Directions(this.itemFactors, factors);
    this.#directions.cosines(itemRows, similarities);
  }

  async explain(request: ExplainRequest<User, Item>): Promise<readonly Reason<Item>[]> {
    this.requireUsable();
    return Promise.resolve(explainScore(this, request));
  }

  /**
   * A score is Σ_j c_uj · q_iᵀ W_u q_j over the history, with W_u = (w·QᵀQ + Σ_j c_uj·q_j q_jᵀ + λ_u·1)⁻¹ (Hu, Koren &
   * Volinsky 2008, section 5); a part is its summand.
   */
  contributions(userRow: number, itemRow: number): Float64Array {
    const { factors, itemFactors } = this;
    const history = weighted(selectRows(this.training.history, [userRow]), this.parameters);
    this.#itemGram ??= finish(gramOfDense(itemFactors, this.items.size, factors));
    const { unobservedWeight } = this.#resolved;
    const system = Float64Array.from(this.#itemGram, (value) => unobservedWeight * value);
    const [regularization] = this.#regularizationOf(history);
    for (let i = 0; i < factors; i++) system[i * factors + i]! += regularization!;
    for (let n = 0; n < history.indices.length; n++) {
      const q = history.indices[n]! * factors;
      for (let i = 0; i < factors; i++) {
        const scaled = history.values[n]! * itemFactors[q + i]!;
        for (let j = 0; j <= i; j++) system[i * factors + j]! += scaled * itemFactors[q + j]!;
      }
    }
    finish(choleskyFactor(system, factors));
    const solved = Float64Array.from(
      itemFactors.subarray(itemRow * factors, (itemRow + 1) * factors),
    );
    choleskySolve(system, factors, solved);
    return Float64Array.from(
      history.indices,
      (item, n) => history.values[n]! * dot(itemFactors, item * factors, solved, 0, factors),
    );
  }

  state({ users }: { readonly users: boolean }): ModelState {
    const { factors, itemFactors } = this;
    const userFactors = users ? this.userFactors.slice() : new Float32Array(0);
    return {
      userFactors: { shape: [userFactors.length / factors, factors], data: userFactors },
      itemFactors: { shape: [this.items.size, factors], data: itemFactors.slice() },
    };
  }

  override dispose(): void {
    this.#foldIn?.dispose();
    this.#directions?.dispose();
    super.dispose();
  }

  #regularizationOf(histories: Csr): Float64Array {
    return regularizationOf(
      rowCounts(histories),
      activeRows(this.training.itemCounts),
      this.#resolved,
    );
  }
}

/** Descriptor of {@link ImplicitALS}. */
export const als: ModelDescriptor<ALSParameters> = {
  name: 'als',
  summary:
    'Factors of users and items whose products are near 1 for what was seen and near 0 for the rest.',
  paper:
    'Yifan Hu, Yehuda Koren, Chris Volinsky (2008). Collaborative filtering for implicit feedback datasets; ' +
    'Steffen Rendle, Walid Krichene, Li Zhang, Yehuda Koren (2021). Revisiting the performance of iALS on item recommendation benchmarks',
  tasks: ['ranking', 'next-item'],
  capabilities: ['folds-in', 'finds-similar', 'has-factors', 'explains'],
  schema,
  searchSpace: {
    factors: { from: 16, to: 256, scale: 'log', integer: true },
    regularization: { from: 0.0005, to: 0.1, scale: 'log' },
    unobservedWeight: { from: 0.001, to: 1, scale: 'log' },
  },
  create: (parameters) => new ImplicitALS(parameters),
  restore: (training, parameters, tensors) =>
    new ALSModel(training, parameters, {
      users: tensors.float32('userFactors', [training.users.size, parameters.factors]),
      items: tensors.float32('itemFactors', [training.items.size, parameters.factors]),
    }),
};
