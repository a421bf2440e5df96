import { Interactions } from '@tensorec/core';
import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import {
  pairBatches,
  train,
  UniformSampler,
  withNegatives,
  type TrainOptions,
} from '../src/index.js';
import { BprStep } from './bpr-step.js';
import { MemoryStore } from './memory-store.js';

// Two groups of twenty users; each takes half of the ten items of its own group.
const users = Array.from({ length: 200 }, (_, n) => n % 40);
const data = Interactions.fromColumns({
  users,
  items: users.map((user, n) => 10 * (user % 2) + ((user + Math.floor(n / 40) * 2) % 10)),
});

/** Trains a new model and gives its tables. */
async function trained(options: Partial<TrainOptions>) {
  const batches = withNegatives(
    pairBatches(data, { batchSize: 64 }),
    new UniformSampler(data.items.size, { known: data.byUser() }),
  );
  const step = new BprStep(data, 4, 1);
  try {
    const result = await train(step, batches, { epochs: 30, learningRate: 0.3, ...options });
    return { result, tables: structuredClone(step.parameters()) };
  } finally {
    step.dispose();
  }
}

describe('a model of TensorFlow.js', () => {
  beforeAll(async () => {
    await tf.setBackend('cpu');
  });

  it('learns, is resumed to the same bits, and leaves no tensor behind', async () => {
    const { numTensors } = tf.memory();
    const store = new MemoryStore();
    const { result, tables } = await trained({ checkpoints: { store, everyEpochs: 10 } });
    const losses = result.history.map(({ values }) => values['loss']!);
    // Without learning every pair is a toss-up, and the loss ln 2.
    expect(losses[0]).toBeLessThan(0.75);
    expect(losses[29]).toBeLessThan(0.2);
    const [first] = store.written;
    const resumed = await trained({
      checkpoints: { store: new MemoryStore(first), everyEpochs: 10 },
    });
    expect(resumed.result.resumed).toBe(true);
    expect(resumed.tables).toEqual(tables);
    expect(tf.memory().numTensors).toBe(numTensors);
  });
});
