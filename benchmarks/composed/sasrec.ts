import type { Random, ReadonlyFloat32Array, SasRecLoss } from '@tensorec/kernels';
import {
  catalogueSoftmax,
  dropout,
  embedding,
  layerNorm,
  sampledBce,
  sampledGeneralizedBce,
  sampledSoftmax,
  scaledDotProductAttention,
} from '@tensorec/tensor';
import * as tf from '@tensorflow/tfjs';

/** Sequences of one length, padded on the left. */
export interface PaddedBatch {
  /** sequences × length; −1 for padding. */
  readonly inputs: tf.Tensor2D;
  /** The item after each position, sequences × length; −1 where there is none to learn. */
  readonly targets: tf.Tensor2D;
  /** sequences · length × n, for losses that sample. */
  readonly negatives?: tf.Tensor2D | undefined;
}

/** What the model is; names as of `SasRecTraining` of kernels. */
export interface SasRecShape {
  readonly heads: number;
  readonly blocks: number;
  readonly loss: SasRecLoss;
  readonly dropout: number;
}

/** Numbers of parameters by name, as `SasRecTraining` names them. */
export type NamedNumbers = Readonly<Record<string, ReadonlyFloat32Array>>;

/**
 * SASRec (Kang and McAuley, "Self-attentive sequential recommendation", ICDM 2018) in operations that run on every device:
 * what `SasRecTraining` of kernels does in one go.
 */
export class ComposedSasRec {
  readonly parameters: ReadonlyMap<string, tf.Variable>;
  readonly #shape: SasRecShape;
  readonly #items: number;

  constructor(factors: number, parameters: NamedNumbers, shape: SasRecShape) {
    this.#shape = shape;
    this.#items = parameters['items']!.length / factors;
    this.parameters = new Map(
      Object.entries(parameters).map(([name, numbers]) => {
        const isMatrix = name === 'items' || name === 'positions' || name.endsWith('.weight');
        const size = isMatrix ? [numbers.length / factors, factors] : [factors];
        return [name, tf.variable(tf.tensor(Float32Array.from(numbers), size))];
      }),
    );
  }

  /** The loss of a batch, and what is dropped of it drawn from `random`. */
  loss({ inputs, targets, negatives }: PaddedBatch, random: Random): tf.Scalar {
    const table = this.#matrix('items');
    const states = this.#encode(inputs, random).reshape<tf.Tensor2D>([-1, table.shape[1]]);
    const wanted = targets.reshape<tf.Tensor1D>([-1]);
    const { loss } = this.#shape;
    if (loss.kind === 'softmax') return catalogueSoftmax(states, table, wanted);
    const drawn = negatives!;
    if (loss.kind === 'sampled-softmax') {
      return sampledSoftmax(states, table, wanted, drawn, { removeAccidentalHits: false });
    }
    if (loss.kind === 'gbce') {
      const calibration = { catalogue: this.#items, t: loss.t };
      return sampledGeneralizedBce(states, table, wanted, drawn, calibration);
    }
    // Eq. 7 adds up what `sampledBce` takes the mean of.
    return sampledBce(states, table, wanted, drawn).mul(1 + drawn.shape[1]);
  }

  dispose(): void {
    for (const variable of this.parameters.values()) variable.dispose();
  }

  /** The normalised states of all positions. */
  #encode(inputs: tf.Tensor2D, random: Random): tf.Tensor3D {
    const items = this.#matrix('items');
    const positions = this.#matrix('positions');
    const [, length] = inputs.shape;
    const mask = tf.greaterEqual<tf.Tensor2D>(inputs, 0);
    const rows = tf.maximum<tf.Tensor2D>(inputs, tf.scalar(0, 'int32'));
    const scaled = embedding(items, rows).mul(Math.sqrt(items.shape[1]));
    const last = positions.slice([positions.shape[0] - length, 0], [length, -1]);
    let x = dropout(tf.add<tf.Tensor3D>(scaled, last), this.#shape.dropout, random);
    for (let block = 0; block < this.#shape.blocks; block++) {
      x = this.#block(`blocks.${block}`, x, mask, random);
    }
    return this.#norm('norm', x);
  }

  #block(name: string, x: tf.Tensor3D, mask: tf.Tensor2D, random: Random): tf.Tensor3D {
    const rate = this.#shape.dropout;
    const normed = this.#norm(`${name}.attentionNorm`, x);
    const attended = scaledDotProductAttention(
      this.#split(this.#dense(`${name}.query`, normed)),
      this.#split(this.#dense(`${name}.key`, x)),
      this.#split(this.#dense(`${name}.value`, x)),
      { causal: true, mask, dropout: { rate, random } },
    );
    const joined = attended.transpose([0, 2, 1, 3]).reshape<tf.Tensor3D>(x.shape);
    const middle = tf.add<tf.Tensor3D>(normed, this.#dense(`${name}.output`, joined));
    const y = this.#norm(`${name}.innerNorm`, middle);
    const inner = dropout(this.#dense(`${name}.inner`, y, 'relu'), rate, random);
    return tf.add(y, dropout(this.#dense(`${name}.outer`, inner), rate, random));
  }

  #split(x: tf.Tensor3D): tf.Tensor4D {
    const [sequences, length] = x.shape;
    return x
      .reshape<tf.Tensor4D>([sequences, length, this.#shape.heads, -1])
      .transpose([0, 2, 1, 3]);
  }

  #dense(name: string, x: tf.Tensor3D, activation: 'linear' | 'relu' = 'linear'): tf.Tensor3D {
    const b = this.#matrix(`${name}.weight`);
    const a = x.reshape<tf.Tensor2D>([-1, b.shape[0]]);
    return tf.fused
      .matMul({ a, b, bias: this.#vector(`${name}.bias`), activation })
      .reshape(x.shape);
  }

  #norm(name: string, x: tf.Tensor3D): tf.Tensor3D {
    return layerNorm(x, this.#vector(`${name}.gain`), this.#vector(`${name}.bias`), 1e-8);
  }

  #matrix(name: string): tf.Tensor2D {
    return this.parameters.get(name) as tf.Variable<tf.Rank.R2>;
  }

  #vector(name: string): tf.Tensor1D {
    return this.parameters.get(name) as tf.Variable<tf.Rank.R1>;
  }
}
