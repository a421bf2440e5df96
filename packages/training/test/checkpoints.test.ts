import { buildCsr } from '@tensorec/kernels';
import { describe, expect, it } from 'vitest';
import { train, valuedPairBatches, type TrainingResult, type TrainOptions } from '../src/index.js';
import { errorOf } from './error-of.js';
import { LinearStep } from './linear-step.js';
import { MemoryStore } from './memory-store.js';

const data = buildCsr(
  3,
  2,
  Int32Array.of(0, 1, 1, 2, 2),
  Int32Array.of(0, 0, 1, 0, 1),
  Float32Array.of(1, 2, 3, 4, 5),
);

/** Trains a new step with noise and momentum. */
async function trained(
  store: MemoryStore | undefined,
  options: Partial<TrainOptions> = {},
  { batchSize = 2, items = 2, seed = 3, settings = { model: 'linear' } } = {},
): Promise<{ step: LinearStep; result: TrainingResult }> {
  const step = new LinearStep(items, { momentum: 0.5, noise: 0.1 });
  const result = await train(step, valuedPairBatches(data, { batchSize, seed }), {
    epochs: 4,
    learningRate: 0.1,
    ...(store && { checkpoints: { store, everyMinutes: 0, settings } }),
    ...options,
  });
  return { step, result };
}

describe('checkpoints', () => {
  it('are written after each update, and each leads to the same bits', async () => {
    const uninterrupted = await trained(undefined);
    const store = new MemoryStore();
    await trained(store);
    expect(store.written).toHaveLength(12);
    for (const bytes of store.written) {
      const { step, result } = await trained(new MemoryStore(bytes));
      expect(step.slopes).toEqual(uninterrupted.step.slopes);
      expect(result.history).toEqual(uninterrupted.result.history);
      expect(result).toMatchObject({ resumed: true, steps: 12, stopped: 'epochs' });
    }
  });

  it('are written every n epochs', async () => {
    const store = new MemoryStore();
    await trained(undefined, { checkpoints: { store, everyEpochs: 3 }, epochs: 7 });
    expect(store.written).toHaveLength(3);
    const minutes = new MemoryStore();
    await trained(undefined, { checkpoints: { store: minutes } });
    expect(minutes.written).toHaveLength(1);
  });

  it('keep the best epoch and how long was waited since', async () => {
    const figures = [0.1, 0.5, 0.4, 0.3, 0.2, 0.1];
    const validation = {
      metric: 'hit@1',
      patience: 3,
      validate: (epoch: number) => ({ 'hit@1': figures[epoch - 1]! }),
    };
    const options = { epochs: 6, validation };
    const uninterrupted = await trained(undefined, options);
    expect(uninterrupted.result).toMatchObject({ stopped: 'patience', epochs: 5 });
    const store = new MemoryStore();
    await trained(store, options);
    for (const bytes of store.written) {
      const { step, result } = await trained(new MemoryStore(bytes), options);
      expect(step.slopes).toEqual(uninterrupted.step.slopes);
      expect(result).toMatchObject({ stopped: 'patience', best: { epoch: 2, value: 0.5 } });
    }
  });

  it('tell the epochs before once more, so that a curve is whole', async () => {
    const store = new MemoryStore();
    const { result } = await trained(store);
    const epochs: unknown[] = [];
    await trained(new MemoryStore(store.written[7]), {
      onEpoch: (epoch) => void epochs.push(epoch),
    });
    expect(epochs).toEqual(result.history);
  });

  it('go on to more epochs, and are refused for fewer', async () => {
    const store = new MemoryStore();
    await trained(store, { epochs: 2 });
    const { step } = await trained(store, { epochs: 4 });
    expect(step.slopes).toEqual((await trained(undefined)).step.slopes);
    expect(await errorOf(() => trained(store, { epochs: 3 }))).toMatchObject({
      code: 'checkpoint',
      message:
        'The checkpoint in memory is in epoch 4, beyond the 3 asked for. Ask for as many, or remove it to start anew.',
    });
  });

  it('end at once where training had ended', async () => {
    const store = new MemoryStore();
    const { step } = await trained(store);
    const writes = store.written.length;
    const again = await trained(store);
    expect(again.step.slopes).toEqual(step.slopes);
    expect(store.written).toHaveLength(writes);
  });

  it('of other data, settings or options are refused, with what differs', async () => {
    const store = new MemoryStore();
    await trained(store);
    const refusal = async (...rest: [Partial<TrainOptions>?, object?]) => {
      const { code, message } = await errorOf(() => trained(store, ...rest));
      expect(code).toBe('checkpoint');
      return message;
    };
    expect(await refusal({}, { batchSize: 3 })).toBe(
      'The checkpoint in memory is of another training: batches.batchSize was 2 and is now 3. ' +
        'Give this training a checkpoint of its own, or remove the old one to start anew.',
    );
    expect(await refusal({}, { seed: 4 })).toContain('batches.seed was 3 and is now 4');
    expect(await refusal({ seed: 4 })).toContain('seed was 0 and is now 4');
    expect(await refusal({ learningRate: () => 0.1 })).toContain('learningRate was 0.1 and is now');
    expect(await refusal({ accumulate: 2 })).toContain('accumulate was 1 and is now 2');
    expect(await refusal({}, { settings: { model: 'other' } })).toContain(
      'settings.model was "linear" and is now "other"',
    );
    expect(
      await refusal({ validation: { metric: 'hit@1', validate: () => ({ 'hit@1': 1 }) } }),
    ).toContain('metric was undefined and is now "hit@1"');
    expect(await refusal({}, { items: 3 })).toContain(
      'its array "slopes" is Float64Array of 2, expected Float64Array of 3',
    );
    const other = valuedPairBatches(
      { ...data, values: new Float32Array(5) },
      { batchSize: 2, seed: 3 },
    );
    const checkpoints = { store, settings: { model: 'linear' } };
    const step = new LinearStep(2);
    const error = await errorOf(() =>
      train(step, other, { epochs: 4, learningRate: 0.1, checkpoints }),
    );
    expect(error.message).toContain('batches.data was "');
  });
});

describe('a damaged checkpoint is refused', () => {
  it('whatever its end or a byte of it', async () => {
    const store = new MemoryStore();
    await trained(store, { epochs: 1 });
    const whole = store.written[0]!;
    const damaged = [
      new Uint8Array(0),
      ...[1, 10, 30, 86, 87, 90, 200, whole.length - 1].map((end) => whole.slice(0, end)),
      ...[0, 20, 30, 86, 100, 300, whole.length - 1].map((at) => {
        const copy = whole.slice();
        copy[at]! ^= 1;
        return copy;
      }),
    ];
    for (const bytes of damaged) {
      const { code, message } = await errorOf(() => trained(new MemoryStore(bytes)));
      expect(code).toBe('checkpoint');
      expect(message).toMatch(/remove it to start anew/);
    }
  });

  it('and of a newer version by name', async () => {
    const bytes = new TextEncoder().encode('tensorec checkpoint 2\n');
    expect(await errorOf(() => trained(new MemoryStore(bytes)))).toMatchObject({
      code: 'checkpoint',
      message:
        'The checkpoint in memory has format version 2; this library reads 1. Train on with the version of @tensorec/training that wrote it, or remove it to start anew.',
    });
  });
});
