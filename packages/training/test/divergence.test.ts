import { buildCsr } from '@tensorec/kernels';
import { describe, expect, it } from 'vitest';
import { pairBatches, train } from '../src/index.js';
import { errorOf } from './error-of.js';
import { fixedStep } from './fixed-step.js';
import { MemoryLog, MemoryStore } from './memory-store.js';

const four = buildCsr(1, 4, new Int32Array(4), Int32Array.of(0, 1, 2, 3));
const batches = pairBatches(four, { batchSize: 2 });
const options = { epochs: 3, learningRate: 1 };

describe('a training that diverges', () => {
  it('names epoch, batch and the first parameter that is not finite when the loss is not', async () => {
    const item = new Float32Array(3);
    let calls = 0;
    const step = fixedStep(
      () => {
        if (++calls < 4) return 1;
        item[2] = -Infinity;
        return NaN;
      },
      { user: new Float32Array(2), item },
    );
    const log = new MemoryLog();
    const message =
      'The loss of batch 2 of epoch 2 is NaN; and the parameter "item" is -Infinity at 2. Lower the learning rate, or bound the gradients.';
    expect(await errorOf(() => train(step, batches, { ...options, log }))).toMatchObject({
      code: 'numerical',
      message,
    });
    expect(log.events.at(-1)).toMatchObject({ type: 'failure', message, epoch: 2, batch: 1 });
  });

  it('says so when the loss alone is not finite', async () => {
    const step = fixedStep(() => Infinity);
    expect(await errorOf(() => train(step, batches, options))).toMatchObject({
      code: 'numerical',
      message:
        'The loss of batch 1 of epoch 1 is Infinity; all parameters are finite, so look at the values of the batch and at the loss function. Lower the learning rate, or bound the gradients.',
    });
  });

  it('looks at the parameters after each epoch and before each checkpoint', async () => {
    const item = new Float64Array(2_000_000);
    item[1_500_000] = NaN;
    const step = fixedStep(() => 0, { item });
    expect(await errorOf(() => train(step, batches, options))).toMatchObject({
      code: 'numerical',
      message:
        'Training diverged by batch 2 of epoch 1: the parameter "item" is NaN at 1500000. Lower the learning rate, or bound the gradients.',
    });
    const store = new MemoryStore();
    const checkpoints = { store, everyMinutes: 0 };
    const error = await errorOf(() => train(step, batches, { ...options, checkpoints }));
    expect(error.code).toBe('numerical');
    expect(error.message).toContain('batch 1 of epoch 1');
    expect(store.written).toEqual([]);
  });
});
