import '@tensorflow/tfjs-backend-wasm';
import { ready } from '@tensorec/tfjs-backend-simd';
import * as tf from '@tensorflow/tfjs';

/** What is trained: how to make the model, its data, and how long. */
export interface Task {
  readonly name: string;
  readonly batchSize: number;
  readonly epochs: number;
  readonly createModel: () => tf.LayersModel;
  readonly createData: () => { readonly inputs: tf.Tensor; readonly targets: tf.Tensor };
}

/** What a training gave. */
export interface Outcome {
  readonly seconds: number;
  /** Mean loss of the last epoch. */
  readonly loss: number;
}

/** Backends, the fastest first. */
export const backends = ['simd', 'wasm', 'cpu'] as const;

/** Trains on one backend. Seeds and order are fixed, so every backend does the same work. */
export async function train(backend: (typeof backends)[number], task: Task): Promise<Outcome> {
  await ready(); // registers the backend simd
  await tf.setBackend(backend);
  const model = task.createModel();
  const { inputs, targets } = task.createData();
  const { batchSize, epochs } = task;
  const start = performance.now();
  const { history } = await model.fit(inputs, targets, {
    batchSize,
    epochs,
    shuffle: false,
  });
  const seconds = (performance.now() - start) / 1000;
  for (const each of [model, inputs, targets]) each.dispose();
  return { seconds, loss: Number(history['loss']?.at(-1)) };
}

/** A classifier of three dense layers; the class of a row is which of its first numbers is the greatest. */
export function denseTask(rows: number, features: number, epochs: number): Task {
  const classes = 10;
  return {
    name: `dense net, ${rows} rows × ${features}`,
    batchSize: 256,
    epochs,
    createModel: () => {
      const layer = (
        units: number,
        activation: 'relu' | 'softmax',
        seed: number,
      ): tf.layers.Layer =>
        tf.layers.dense({
          units,
          activation,
          kernelInitializer: tf.initializers.glorotUniform({ seed }),
          ...(seed === 1 ? { inputShape: [features] } : {}),
        });
      const layers = [layer(256, 'relu', 1), layer(128, 'relu', 2), layer(classes, 'softmax', 3)];
      const model = tf.sequential({ layers });
      model.compile({ optimizer: tf.train.adam(0.001), loss: 'categoricalCrossentropy' });
      return model;
    },
    createData: () =>
      tf.tidy(() => {
        const inputs = tf.randomNormal([rows, features], 0, 1, 'float32', 42);
        const labels = inputs.slice([0, 0], [-1, classes]).argMax<tf.Tensor1D>(1);
        return { inputs, targets: tf.oneHot(labels, classes).toFloat() };
      }),
  };
}

/** An LSTM that learns the mean of a sequence's first feature. */
export function lstmTask(sequences: number, steps: number, epochs: number): Task {
  const features = 16;
  return {
    name: `LSTM, ${sequences} sequences of ${steps}`,
    batchSize: 64,
    epochs,
    createModel: () => {
      const model = tf.sequential({
        layers: [
          tf.layers.lstm({
            units: 64,
            inputShape: [steps, features],
            kernelInitializer: tf.initializers.glorotUniform({ seed: 1 }),
            recurrentInitializer: tf.initializers.glorotUniform({ seed: 2 }),
          }),
          tf.layers.dense({
            units: 1,
            kernelInitializer: tf.initializers.glorotUniform({ seed: 3 }),
          }),
        ],
      });
      model.compile({ optimizer: tf.train.adam(0.01), loss: 'meanSquaredError' });
      return model;
    },
    createData: () =>
      tf.tidy(() => {
        const inputs = tf.randomUniform([sequences, steps, features], -1, 1, 'float32', 42);
        const targets = inputs.slice([0, 0, 0], [-1, -1, 1]).mean(1);
        return { inputs, targets };
      }),
  };
}
