import { ResidentArray } from '@tensorec/kernels';
import * as tf from '@tensorflow/tfjs';
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { ready } from '../src/index.js';

beforeAll(async () => {
  tf.env().set('IS_TEST', true);
  await ready();
  await tf.setBackend('simd');
});
afterEach(() => {
  vi.restoreAllMocks();
  tf.disposeVariables();
});

/** Bytes that cross between the memory of the kernels and arrays outside while something runs. */
async function crossed(run: () => Promise<void>): Promise<{ in: number; out: number }> {
  const copiesIn = vi.spyOn(ResidentArray, 'from');
  const copiesOut = vi.spyOn(ResidentArray.prototype, 'toFloat32Array');
  await run();
  const sum = (lengths: readonly number[]): number =>
    4 * lengths.reduce((total, length) => total + length, 0);
  return {
    in: sum(copiesIn.mock.calls.map(([numbers]) => numbers.length)),
    out: sum(
      copiesOut.mock.results.map((copy) => (copy.type === 'return' ? copy.value.length : 0)),
    ),
  };
}

/** A training step of a model on data that lie in the memory of the kernels after the first one. */
function stepOf(model: tf.LayersModel, x: tf.Tensor, y: tf.Tensor): () => Promise<void> {
  return async () => {
    await model.trainOnBatch(x, y);
  };
}

describe('a training step', () => {
  // What tfjs makes outside: ones for the gradients of sums and means, the loss that is read, numbers.
  it.each<[string, number, () => () => Promise<void>]>([
    [
      'a dense net',
      4 * (2 * 64 * 10 + 64 + 8),
      () => {
        const layers = [
          tf.layers.dense({ units: 32, activation: 'relu', inputShape: [16] }),
          tf.layers.dense({ units: 10, activation: 'softmax' }),
        ];
        const model = tf.sequential({ layers });
        model.compile({ optimizer: 'adam', loss: 'categoricalCrossentropy' });
        return stepOf(model, tf.randomNormal([64, 16]), tf.randomUniform([64, 10]));
      },
    ],
    [
      'an LSTM',
      4 * (64 * 6 * 4 + 3 * 64 + 8),
      () => {
        const layers = [
          tf.layers.lstm({ units: 8, inputShape: [6, 4] }),
          tf.layers.dense({ units: 1 }),
        ];
        const model = tf.sequential({ layers });
        model.compile({ optimizer: 'adam', loss: 'meanSquaredError' });
        return stepOf(model, tf.randomNormal([64, 6, 4]), tf.randomNormal([64, 1]));
      },
    ],
  ])('of %s copies no more than what tfjs makes outside', async (_, limit, create) => {
    const step = create();
    await step();
    const bytes = await crossed(step);
    console.log(`${bytes.in} bytes in, ${bytes.out} out`);
    expect(bytes.in).toBeLessThanOrEqual(limit);
    expect(bytes.out).toBeLessThanOrEqual(4 * 65);
  });

  it.each([
    ['adam', () => tf.train.adam(0.1)],
    ['momentum', () => tf.train.momentum(0.1, 0.9)],
    ['rmsprop', () => tf.train.rmsprop(0.1)],
    ['adagrad', () => tf.train.adagrad(0.1)],
    ['sgd', () => tf.train.sgd(0.1)],
  ])('of %s copies no variable and no gradient', async (_, create) => {
    const variable = tf.variable(tf.randomNormal([100, 7]));
    const optimizer = create();
    const step = (): Promise<void> => {
      optimizer.minimize(() => variable.square().square().mean().asScalar());
      return Promise.resolve();
    };
    await step();
    const bytes = await crossed(step);
    // The ones of the gradient of the mean, and single numbers.
    expect(bytes.in).toBeLessThanOrEqual(4 * (700 + 8));
    expect(bytes.out).toBeLessThanOrEqual(4);
    optimizer.dispose();
  });
});
