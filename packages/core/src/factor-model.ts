import { FactorIndex, type ReadonlyFloat32Array, type ReadonlyInt32Array } from '@tensorec/kernels';
import type { HasFactors } from './capabilities.js';
import { FoldingModel } from './folding-model.js';
import { matrixRows } from './matrix-rows.js';
import type { Id } from './vocabulary.js';

/** A {@link FoldingModel} whose scores are products of factors: a subclass gives the factors. */
export abstract class FactorModel<User extends Id = Id, Item extends Id = Id>
  extends FoldingModel<User, Item>
  implements HasFactors
{
  abstract readonly factors: number;
  abstract readonly userFactors: ReadonlyFloat32Array;
  abstract readonly itemFactors: ReadonlyFloat32Array;
  #index: FactorIndex | undefined;

  /**
   * The item factors in the kernels' memory, placed there by the first call and freed by `dispose`.
   *
   * @throws TensorecError `invalid-argument` once the model was disposed.
   */
  factorIndex(): FactorIndex {
    this.requireUsable();
    return (this.#index ??= new FactorIndex(this.itemFactors, this.factors));
  }

  scoreRows(userRows: ReadonlyInt32Array, scores: Float32Array): void {
    this.factorIndex().products(matrixRows(this.userFactors, this.factors, userRows), scores);
  }

  override dispose(): void {
    this.#index?.dispose();
    this.#index = undefined;
    super.dispose();
  }
}
