import type { Csr, PairBatch, ReadonlyInt32Array } from '@tensorec/kernels';
import { bpr, embedding, SparseMatrix } from '@tensorec/tensor';
import * as tf from '@tensorflow/tfjs';

/**
 * LightGCN (He et al., "LightGCN: simplifying and powering graph convolution network for recommendation", SIGIR 2020) in
 * operations that run on every device: what `LightGcnTraining` of kernels does in one go.
 */
export class ComposedLightGcn {
  /** x⁰: an embedding of each row and, after them, of each column. */
  readonly parameters: tf.Variable<tf.Rank.R2>;
  readonly #rows: number;
  readonly #adjacency: SparseMatrix;
  readonly #layers: number;
  readonly #regularization: number;

  constructor(
    observed: Csr,
    start: tf.Tensor2D,
    options: { readonly layers: number; readonly regularization: number },
  ) {
    const bipartite = SparseMatrix.bipartite({
      ...observed,
      values: new Float32Array(observed.indices.length).fill(1),
    });
    this.#adjacency = bipartite.normalize('symmetric');
    bipartite.dispose();
    this.#rows = observed.rows;
    this.#layers = options.layers;
    this.#regularization = options.regularization;
    this.parameters = tf.variable(start);
  }

  /** z = Σ xᵏ / (layers + 1), eq. 4 and 7. */
  embeddings(): tf.Tensor2D {
    let layer: tf.Tensor2D = this.parameters;
    let sum: tf.Tensor2D = layer;
    for (let k = 0; k < this.#layers; k++) {
      layer = this.#adjacency.matMul(layer);
      sum = tf.add(sum, layer);
    }
    return tf.div(sum, this.#layers + 1);
  }

  /** Eq. 15 on a batch, as the paper's code has it. */
  loss({ rows, positives, negatives }: PairBatch): tf.Scalar {
    const pairs = rows.length;
    const [u, i, j] = [
      tf.tensor1d(Int32Array.from(rows), 'int32'),
      this.#columns(positives),
      this.#columns(negatives),
    ];
    const z = this.embeddings();
    const users = embedding(z, u);
    const scores = (columns: tf.Tensor1D): tf.Tensor =>
      tf.sum(
        tf.mul(users.expandDims(1), embedding(z, columns).reshape([pairs, -1, z.shape[1]])),
        2,
      );
    const ranked = bpr(scores(i).reshape<tf.Tensor1D>([pairs]), scores(j) as tf.Tensor2D);
    const named = embedding(this.parameters, tf.concat([u, i, j]));
    const penalty = tf.sum(tf.square(named)).mul(this.#regularization / (2 * pairs));
    return tf.add<tf.Scalar>(ranked, penalty);
  }

  dispose(): void {
    this.#adjacency.dispose();
    this.parameters.dispose();
  }

  #columns(numbers: ReadonlyInt32Array): tf.Tensor1D {
    return tf.tensor1d(
      Int32Array.from(numbers, (column) => this.#rows + column),
      'int32',
    );
  }
}
