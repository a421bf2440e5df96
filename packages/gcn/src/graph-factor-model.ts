import {
  Directions,
  FactorModel,
  similarItems,
  type FindsSimilar,
  type Id,
  type ModelState,
  type Recommendations,
  type SimilarRequest,
  type TensorReader,
  type TrainingRecord,
} from '@tensorec/core';
import type { Csr, ReadonlyFloat32Array, ReadonlyInt32Array } from '@tensorec/kernels';

/** What a graph model knows after training: tables, row-major with f numbers a row. */
export interface GraphFactors {
  /** z_u: users × f. */
  readonly users: ReadonlyFloat32Array;
  /** z_i: items × f. */
  readonly items: ReadonlyFloat32Array;
  /** What each item passes on to a user who has it: items × f, zeros for an item without events. */
  readonly messages: ReadonlyFloat32Array;
}

/** Scores by products of embeddings that graph convolution made. A history is given the embedding that its items pass on. */
export abstract class GraphFactorModel<
  Parameters extends { readonly factors: number },
  User extends Id = Id,
  Item extends Id = Id,
>
  extends FactorModel<User, Item>
  implements FindsSimilar<Item>
{
  declare readonly parameters: Readonly<Parameters>;
  readonly factors: number;
  readonly userFactors: ReadonlyFloat32Array;
  readonly itemFactors: ReadonlyFloat32Array;
  readonly #messages: ReadonlyFloat32Array;
  #directions: Directions | undefined;

  constructor(
    training: TrainingRecord<User, Item>,
    parameters: Readonly<Parameters>,
    { users, items, messages }: GraphFactors,
  ) {
    super(training, parameters);
    this.factors = parameters.factors;
    this.userFactors = users;
    this.itemFactors = items;
    this.#messages = messages;
  }

  /** The weight of the sum of messages of a history, which has `items` items with training events; at least one. */
  protected abstract historyWeight(items: number): number;

  /** In the order of items · f for a history, and histories · items · f for the scores. */
  scoreHistories(histories: Csr, scores: Float32Array): void {
    this.requireUsable();
    this.factorIndex().products(this.#foldIn(histories), scores);
  }

  #foldIn({ rows, offsets, indices }: Csr): Float32Array {
    const { factors } = this;
    const { itemCounts } = this.training;
    const messages = this.#messages;
    const folded = new Float32Array(rows * factors);
    const sum = new Float64Array(factors);
    for (let row = 0; row < rows; row++) {
      sum.fill(0);
      let items = 0;
      for (let entry = offsets[row]!; entry < offsets[row + 1]!; entry++) {
        const item = indices[entry]!;
        if (itemCounts[item] === 0) continue;
        items++;
        for (let i = 0; i < factors; i++) sum[i]! += messages[item * factors + i]!;
      }
      if (items === 0) continue;
      const weight = this.historyWeight(items);
      for (let i = 0; i < factors; i++) folded[row * factors + i] = weight * sum[i]!;
    }
    return folded;
  }

  async similar(request: SimilarRequest<Item>): Promise<Recommendations<Item, Item>> {
    this.requireUsable();
    return similarItems(this, request);
  }

  /** Cosines of item embeddings. */
  similarRows(itemRows: ReadonlyInt32Array, similarities: Float32Array): void {
    this.requireUsable();
    this.#directions ??= new Directions(this.itemFactors, this.factors);
    this.#directions.cosines(itemRows, similarities);
  }

  state({ users }: { readonly users: boolean }): ModelState {
    const { factors } = this;
    const table = (data: ReadonlyFloat32Array): ModelState[string] => ({
      shape: [data.length / factors, factors],
      data: data.slice(),
    });
    return {
      userFactors: table(users ? this.userFactors : new Float32Array(0)),
      itemFactors: table(this.itemFactors),
      itemMessages: table(this.#messages),
    };
  }

  override dispose(): void {
    this.#directions?.dispose();
    super.dispose();
  }
}

/** The tables from what {@link GraphFactorModel.state} gave. */
export function readGraphFactors(
  { users, items }: TrainingRecord,
  { factors }: { readonly factors: number },
  tensors: TensorReader,
): GraphFactors {
  return {
    users: tensors.float32('userFactors', [users.size, factors]),
    items: tensors.float32('itemFactors', [items.size, factors]),
    messages: tensors.float32('itemMessages', [items.size, factors]),
  };
}
