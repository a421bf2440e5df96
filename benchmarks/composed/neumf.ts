import type { TableUse, TableRows } from '@tensorec/tensor';
import * as tf from '@tensorflow/tfjs';

/** Rows of users and items, and 1 for a pair that was seen, 0 for one that was drawn. */
export interface LabelledPairs {
  readonly users: Int32Array;
  readonly items: Int32Array;
  readonly labels: Float32Array;
}

type DenseLayer = readonly [kernel: tf.Variable<tf.Rank.R2>, bias: tf.Variable<tf.Rank.R1>];

/**
 * NeuMF (He et al., "Neural collaborative filtering", WWW 2017) in operations of tfjs: a product of factors beside a
 * tower of three layers, each half as wide as the one before, over embeddings of their own.
 */
export class ComposedNeuMF {
  readonly tables: Readonly<
    Record<'gmfUsers' | 'gmfItems' | 'mlpUsers' | 'mlpItems', tf.Variable<tf.Rank.R2>>
  >;
  readonly variables: readonly tf.Variable[];
  readonly #tower: readonly DenseLayer[];
  readonly #output: tf.Variable<tf.Rank.R2>;
  readonly #outputBias: tf.Variable<tf.Rank.R1>;

  /** @param factors - of the product, and the width of the tower's last layer */
  constructor(users: number, items: number, factors: number) {
    const table = (rows: number, columns: number): tf.Variable<tf.Rank.R2> =>
      tf.variable(tf.randomNormal([rows, columns], 0, 0.01, 'float32', 1));
    this.tables = {
      gmfUsers: table(users, factors),
      gmfItems: table(items, factors),
      mlpUsers: table(users, 2 * factors),
      mlpItems: table(items, 2 * factors),
    };
    const dense = (inputs: number, outputs: number): DenseLayer => [
      glorot(inputs, outputs),
      tf.variable(tf.zeros<tf.Rank.R1>([outputs])),
    ];
    this.#tower = [dense(4 * factors, 2 * factors), dense(2 * factors, factors)];
    [this.#output, this.#outputBias] = dense(2 * factors, 1);
    this.variables = [...this.#tower.flat(), this.#output, this.#outputBias];
  }

  /** The tables with the rows that a batch reads. */
  uses({
    users,
    items,
  }: LabelledPairs): Record<keyof ComposedNeuMF['tables'], TableUse<tf.Rank.R2>> {
    const { gmfUsers, gmfItems, mlpUsers, mlpItems } = this.tables;
    return {
      gmfUsers: { table: gmfUsers, indices: users },
      gmfItems: { table: gmfItems, indices: items },
      mlpUsers: { table: mlpUsers, indices: users },
      mlpItems: { table: mlpItems, indices: items },
    };
  }

  /** Binary cross-entropy of the pairs, eq. 7. */
  loss(
    rows: Record<keyof ComposedNeuMF['tables'], TableRows<tf.Rank.R2>>,
    { labels }: LabelledPairs,
  ): tf.Scalar {
    const product = tf.mul<tf.Tensor2D>(rows.gmfUsers.lookup(), rows.gmfItems.lookup());
    let top: tf.Tensor = tf.concat([rows.mlpUsers.lookup(), rows.mlpItems.lookup()], 1);
    for (const [kernel, bias] of this.#tower) {
      top = tf.fused.matMul({ a: top, b: kernel, bias, activation: 'relu' });
    }
    const logits = tf.fused
      .matMul({ a: tf.concat([product, top], 1), b: this.#output, bias: this.#outputBias })
      .reshape<tf.Tensor1D>([-1]);
    // −y·ln σ(x) − (1 − y)·ln(1 − σ(x)) = softplus(x) − x·y
    return tf.mean<tf.Scalar>(tf.softplus(logits).sub(logits.mul(tf.tensor1d(labels))));
  }

  dispose(): void {
    for (const variable of [...Object.values(this.tables), ...this.variables]) variable.dispose();
  }
}

function glorot(inputs: number, outputs: number): tf.Variable<tf.Rank.R2> {
  const limit = Math.sqrt(6 / (inputs + outputs));
  return tf.variable(tf.randomUniform([inputs, outputs], -limit, limit, 'float32', 1));
}
