import type { Interactions } from '@tensorec/core';
import { Random } from '@tensorec/kernels';
import * as tf from '@tensorflow/tfjs';
import type {
  NamedArrays,
  NegativeItems,
  PairBatch,
  StepContext,
  TrainingStep,
} from '../src/index.js';

/** Matrix factorization with the loss of Rendle et al. (2009), −log σ(positive − negative), followed by Adagrad. */
export class BprStep implements TrainingStep<PairBatch & NegativeItems> {
  readonly #tables: ReadonlyMap<string, tf.Variable<tf.Rank.R2>>;
  /** Sums of squared gradients. */
  readonly #sums: ReadonlyMap<string, tf.Variable<tf.Rank.R2>>;

  constructor({ users, items }: Interactions, factors: number, seed: number) {
    const random = new Random(seed);
    const sizes = Object.entries({ users: users.size, items: items.size });
    this.#tables = new Map(
      sizes.map(([name, rows]) => {
        const start = new Float32Array(rows * factors);
        random.fillNormal(start, 0, 0.1);
        return [name, variable(start, [rows, factors])];
      }),
    );
    this.#sums = new Map(
      sizes.map(([name, rows]) => {
        const start = new Float32Array(rows * factors).fill(0.1);
        return [name, variable(start, [rows, factors])];
      }),
    );
  }

  step(batch: PairBatch & NegativeItems, { learningRate }: StepContext): number {
    return tf.tidy(() => {
      const tables = [...this.#tables.values()];
      const { value, grads } = tf.variableGrads(() => this.#loss(batch), tables);
      for (const [name, table] of this.#tables) {
        const gradient = grads[table.name]!;
        const sum = this.#sums.get(name)!;
        sum.assign(sum.add(gradient.square()));
        table.assign(table.sub(gradient.mul(learningRate).div(sum.sqrt())));
      }
      return value.dataSync()[0]!;
    });
  }

  #loss({ userRows, itemRows, negatives }: PairBatch & NegativeItems): tf.Scalar {
    const rowsOf = (name: string, rows: Int32Array) =>
      tf.gather(this.#tables.get(name)!, tf.tensor1d(rows, 'int32'));
    const difference = rowsOf('items', itemRows).sub(rowsOf('items', negatives));
    const margin = rowsOf('users', userRows).mul(difference).sum(1);
    return margin.neg().softplus().mean();
  }

  parameters(): NamedArrays {
    return read(this.#tables);
  }

  optimizerState(): NamedArrays {
    return read(this.#sums);
  }

  restore(parameters: NamedArrays, optimizerState: NamedArrays = {}): void {
    write(this.#tables, parameters);
    write(this.#sums, optimizerState);
  }

  dispose(): void {
    tf.dispose([...this.#tables.values(), ...this.#sums.values()]);
  }
}

function variable(start: Float32Array, shape: [number, number]): tf.Variable<tf.Rank.R2> {
  return tf.tidy(() => tf.variable(tf.tensor2d(start, shape)));
}

function read(variables: ReadonlyMap<string, tf.Variable>): NamedArrays {
  return Object.fromEntries(
    [...variables].map(([name, variable]) => [name, variable.dataSync<'float32'>()]),
  );
}

function write(variables: ReadonlyMap<string, tf.Variable>, arrays: NamedArrays): void {
  for (const [name, array] of Object.entries(arrays)) {
    const variable = variables.get(name)!;
    tf.tidy(() => {
      variable.assign(tf.tensor(array, variable.shape));
    });
  }
}
