import {
  FoldingModel,
  parseParameters,
  selectRows,
  similarItems,
  startFit,
  type Csr,
  type FindsSimilar,
  type FitOptions,
  type Id,
  type ModelDescriptor,
  type ModelState,
  type ReadonlyInt32Array,
  type Recommendations,
  type Recommender,
  type Schema,
  type SimilarRequest,
  type Steps,
  type TrainingData,
  type TrainingRecord,
} from '@tensorec/core';
import * as z from 'zod/mini';

/** Hyper-parameters of {@link CoVisitation}. */
export interface CoVisitationParameters {
  /** Added to the users of an item, so that items with few users say little; at least 0, default 5. */
  readonly shrink: number;
}

const schema: Schema<CoVisitationParameters> = z.strictObject({
  shrink: z._default(
    z.number().check(z.nonnegative(), z.describe('Lets items with few users say less')),
    5,
  ),
});

/**
 * "Who had this also had that": what share of the users of an item have each other item, added up over the items of a
 * history. Values are not read.
 */
export class CoVisitation implements Recommender {
  readonly name = 'co-visitation';
  readonly parameters: Readonly<CoVisitationParameters>;

  /** @throws TensorecError `invalid-argument` that names the parameter. */
  constructor(parameters: Partial<CoVisitationParameters> = {}) {
    this.parameters = parseParameters(coVisitation, parameters);
  }

  /**
   * Counts common users. O(Σ_u |I_u|²) time and 4 · items² bytes.
   *
   * @throws TensorecError as {@link startFit}.
   */
  async fit<User extends Id, Item extends Id>(
    train: TrainingData<User, Item>,
    options: FitOptions<User, Item> = {},
  ): Promise<CoVisitationModel<User, Item>> {
    const run = startFit(this, train, options, 'one');
    const { history, itemCounts } = run.record;
    const shares = await run.run(countCommonUsers(history), 1);
    for (let n = 0; n < shares.length; n++) {
      const users = itemCounts[Math.floor(n / history.columns)]!;
      shares[n]! /= Math.max(1, users + this.parameters.shrink);
    }
    return new CoVisitationModel(run.record, this.parameters, shares);
  }
}

/** How many users have both items: items × items, row-major, 0 on the diagonal. */
function* countCommonUsers({ rows, columns, offsets, indices }: Csr): Steps<Float32Array> {
  const counts = new Float32Array(columns * columns);
  for (let user = 0; user < rows; user++) {
    const items = indices.subarray(offsets[user], offsets[user + 1]);
    for (const item of items) {
      for (const other of items) if (other !== item) counts[item * columns + other]! += 1;
    }
    yield (user + 1) / rows;
  }
  return counts;
}

/** What {@link CoVisitation} learns. */
export class CoVisitationModel<User extends Id = Id, Item extends Id = Id>
  extends FoldingModel<User, Item>
  implements FindsSimilar<Item>
{
  readonly name = 'co-visitation';
  /** items × items, row-major: row i is what having item i adds to the score of each item. */
  readonly #shares: Float32Array;

  /** @param shares - items × items, row-major */
  constructor(
    training: TrainingRecord<User, Item>,
    parameters: Readonly<CoVisitationParameters>,
    shares: Float32Array,
  ) {
    super(training, parameters);
    this.#shares = shares;
  }

  scoreRows(userRows: ReadonlyInt32Array, scores: Float32Array): void {
    this.scoreHistories(selectRows(this.training.history, userRows), scores);
  }

  scoreHistories({ rows, offsets, indices }: Csr, scores: Float32Array): void {
    const items = this.items.size;
    scores.fill(0);
    for (let row = 0; row < rows; row++) {
      for (const seen of indices.subarray(offsets[row], offsets[row + 1])) {
        const start = seen * items;
        for (let item = 0; item < items; item++) {
          scores[row * items + item]! += this.#shares[start + item]!;
        }
      }
    }
  }

  async similar(request: SimilarRequest<Item>): Promise<Recommendations<Item, Item>> {
    this.requireUsable();
    return similarItems(this, request);
  }

  similarRows(itemRows: ReadonlyInt32Array, similarities: Float32Array): void {
    const items = this.items.size;
    for (let n = 0; n < itemRows.length; n++) {
      const start = itemRows[n]! * items;
      similarities.set(this.#shares.subarray(start, start + items), n * items);
    }
  }

  state(): ModelState {
    const items = this.items.size;
    return { shares: { shape: [items, items], data: this.#shares.slice() } };
  }
}

/** Descriptor of {@link CoVisitation}. */
export const coVisitation: ModelDescriptor<CoVisitationParameters> = {
  name: 'co-visitation',
  summary: 'Recommends what the users of the same items also had.',
  paper: 'none: an example',
  tasks: ['ranking', 'next-item'],
  capabilities: ['folds-in', 'finds-similar'],
  schema,
  searchSpace: { shrink: { from: 0, to: 100 } },
  create: (parameters) => new CoVisitation(parameters),
  restore(training, parameters, tensors) {
    const items = training.items.size;
    const shares = tensors.float32('shares', [items, items]);
    return new CoVisitationModel(training, parameters, shares);
  },
};

/** What `tensorec run FILE --module` reads. */
export const models: readonly ModelDescriptor[] = [coVisitation];
