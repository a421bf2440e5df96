import { buildCsr } from '@tensorec/kernels';
import { describe, expect, it } from 'vitest';
import { pairBatches, train, type Batches, type TrainOptions } from '../src/index.js';
import { errorOf } from './error-of.js';
import { fixedStep } from './fixed-step.js';
import { MemoryStore } from './memory-store.js';

const batches = pairBatches(buildCsr(1, 2, new Int32Array(2), Int32Array.of(0, 1)), {
  batchSize: 1,
});

/** The message of the error that an option leads to. */
async function refusal(options: Partial<TrainOptions>): Promise<string> {
  const step = fixedStep(() => 1);
  const error = await errorOf(() =>
    train(step, batches, { epochs: 1, learningRate: 1, ...options }),
  );
  expect(error.code).toBe('invalid-argument');
  return error.message;
}

describe('train refuses', () => {
  it('options out of range', async () => {
    expect(await refusal({ epochs: 0 })).toBe('epochs is 0; give a whole number of 1 or more.');
    expect(await refusal({ epochs: Infinity })).toContain('epochs is Infinity');
    expect(await refusal({ learningRate: -1 })).toBe(
      'learningRate is -1; give a finite number of 0 or more.',
    );
    expect(await refusal({ learningRate: NaN })).toContain('learningRate is NaN');
    expect(await refusal({ learningRate: (step) => 0 / step })).toBe(
      'learningRate(0) is NaN; return a finite number of 0 or more.',
    );
    expect(await refusal({ seed: 0.5 })).toBe('seed is 0.5; give a safe integer of 0 or more.');
    expect(await refusal({ maxMinutes: NaN })).toBe('maxMinutes is NaN; give 0 or more.');
    const store = new MemoryStore();
    expect(await refusal({ checkpoints: { store, everyMinutes: -1 } })).toBe(
      'everyMinutes is -1; give a number of 0 or more.',
    );
    expect(await refusal({ checkpoints: { store, everyEpochs: 0 } })).toContain('everyEpochs is 0');
  });

  it('to accumulate with a step that cannot', async () => {
    expect(await refusal({ accumulate: 2 })).toBe(
      'accumulate is 2, but this step cannot accumulate gradients; leave it out.',
    );
  });

  it('batches that are fewer than they say', async () => {
    const short: Batches<number> = { batchesPerEpoch: 3, identity: {}, epoch: () => [1, 2] };
    const error = await errorOf(() =>
      train(
        fixedStep(() => 1),
        short,
        { epochs: 1, learningRate: 1 },
      ),
    );
    expect(error.message).toBe(
      'Epoch 1 ended after 2 of 3 batches; batchesPerEpoch must say how many epoch() gives.',
    );
  });
});

describe('train throws', () => {
  it('what the step, the validation, onEpoch and the log throw', async () => {
    const fails = (): never => {
      throw new Error('broken');
    };
    const attempts: Partial<TrainOptions>[] = [
      { onEpoch: fails },
      { validation: { metric: 'ndcg@10', validate: fails } },
      { log: { write: fails } },
    ];
    for (const options of attempts) {
      const step = fixedStep(() => 1);
      await expect(
        train(step, batches, { epochs: 1, learningRate: 1, ...options }),
      ).rejects.toThrow('broken');
    }
    await expect(train(fixedStep(fails), batches, { epochs: 1, learningRate: 1 })).rejects.toThrow(
      'broken',
    );
  });

  it('the failure of the training, not that of its log', async () => {
    const log = {
      write({ type }: { readonly type: string }) {
        if (type === 'failure') throw new Error('the disk is full');
      },
    };
    const step = fixedStep(() => NaN);
    const error = await errorOf(() => train(step, batches, { epochs: 1, learningRate: 1, log }));
    expect(error.code).toBe('numerical');
  });
});
