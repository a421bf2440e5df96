import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import { ready } from '../src/index.js';

describe('the backend simd', () => {
  beforeAll(async () => {
    tf.env().set('IS_TEST', true);
    await ready();
    await tf.setBackend('simd');
  });

  it('is one backend, however often it is made ready', async () => {
    await ready();
    expect(tf.getBackend()).toBe('simd');
  });

  it('trains a dense model to the line behind its data', async () => {
    const model = tf.sequential({
      layers: [tf.layers.dense({ units: 1, inputShape: [2], kernelInitializer: 'zeros' })],
    });
    model.compile({ optimizer: tf.train.adam(0.1), loss: 'meanSquaredError' });
    const inputs = [
      [0, 0],
      [1, 0],
      [0, 1],
      [1, 1],
    ];
    const features = tf.tensor2d(inputs);
    const targets = tf.tensor2d(inputs.map(([a, b]) => [3 * a! - 2 * b! + 1]));
    await model.fit(features, targets, { epochs: 300, batchSize: 4 });
    const [kernel, bias] = model.getWeights();
    const weights = [...kernel!.dataSync(), ...bias!.dataSync()];
    [3, -2, 1].forEach((expected, i) => {
      expect(weights[i]).toBeCloseTo(expected, 2);
    });
    model.dispose();
    features.dispose();
    targets.dispose();
  });

  it('counts and frees tensors', () => {
    const before = tf.memory().numTensors;
    const bytes = tf.memory().numBytes;
    const held = tf.tidy(() =>
      tf
        .ones([4, 5])
        .matMul(tf.ones([5, 3]))
        .relu(),
    );
    expect(tf.memory().numTensors).toBe(before + 1);
    expect(tf.memory().numBytes).toBe(bytes + 4 * 12);
    held.dispose();
    expect(tf.memory().numTensors).toBe(before);
    expect(tf.memory().numBytes).toBe(bytes);
  });
});
