import { buildCsr } from '@tensorec/kernels';
import { describe, expect, it } from 'vitest';
import {
  pairBatches,
  train,
  type PairBatch,
  type TrainingResult,
  type TrainingStep,
  type Validation,
} from '../src/index.js';
import { errorOf } from './error-of.js';

const one = buildCsr(1, 1, Int32Array.of(0), Int32Array.of(0));
const batches = pairBatches(one, { batchSize: 1 });

/** A step whose parameter is the number of its updates. */
class Counter implements TrainingStep<PairBatch> {
  readonly updates = new Float64Array(1);

  step(): number {
    this.updates[0]!++;
    return 1;
  }

  parameters() {
    return { updates: this.updates };
  }

  restore({ updates }: Readonly<Record<string, ArrayLike<number>>>): void {
    this.updates.set(updates!);
  }
}

/** Trains while the validations give these figures; the figure of epoch n is `figures[n - 1]`. */
async function trained(
  figures: readonly number[],
  validation: Partial<Validation>,
  epochs = figures.length,
): Promise<{ result: TrainingResult; updates: number; asked: readonly number[] }> {
  const step = new Counter();
  const asked: number[] = [];
  const metric = validation.metric ?? 'ndcg@10';
  const result = await train(step, batches, {
    epochs,
    learningRate: 1,
    validation: {
      metric,
      validate(epoch) {
        asked.push(epoch);
        return { [metric]: figures[epoch - 1]! };
      },
      ...validation,
    },
  });
  return { result, updates: step.updates[0]!, asked };
}

describe('early stopping', () => {
  it('stops after as many validations without an improvement as patience says, and restores the best epoch', async () => {
    const { result, updates, asked } = await trained([0.1, 0.3, 0.2, 0.3, 0.25, 0.9], {
      patience: 3,
    });
    expect(asked).toEqual([1, 2, 3, 4, 5]);
    expect(result).toMatchObject({
      stopped: 'patience',
      epochs: 5,
      steps: 5,
      best: { epoch: 2, value: 0.3 },
    });
    expect(updates).toBe(2);
    expect(result.history[4]).toEqual({ epoch: 5, values: { loss: 1, 'ndcg@10': 0.25 } });
  });

  it('counts from the last improvement', async () => {
    const { result, asked } = await trained([0.1, 0, 0.2, 0, 0, 0], { patience: 2 });
    expect(asked).toEqual([1, 2, 3, 4, 5]);
    expect(result).toMatchObject({ stopped: 'patience', best: { epoch: 3, value: 0.2 } });
  });

  it('keeps the best epoch also without patience', async () => {
    const { result, updates } = await trained([0.5, 0.1, 0.2], {});
    expect(result).toMatchObject({ stopped: 'epochs', epochs: 3, best: { epoch: 1, value: 0.5 } });
    expect(updates).toBe(1);
  });

  it('validates every n epochs, and the last one', async () => {
    const { result, asked } = await trained([9, 9, 0.1, 9, 9, 0.3, 9, 0.2], { every: 3 });
    expect(asked).toEqual([3, 6, 8]);
    expect(result.best).toEqual({ epoch: 6, value: 0.3 });
    expect(result.history[0]).toEqual({ epoch: 1, values: { loss: 1 } });
  });

  it('minimizes errors', async () => {
    const { result } = await trained([0.9, 0.7, 0.8], { metric: 'rmse' });
    expect(result.best).toEqual({ epoch: 2, value: 0.7 });
    const own = await trained([0.9, 0.7, 0.8], { metric: 'regret', goal: 'minimize' });
    expect(own.result.best).toEqual({ epoch: 2, value: 0.7 });
  });

  it('refuses a metric of unknown goal, a missing figure and one that is not finite', async () => {
    expect(await errorOf(() => trained([1], { metric: 'regret' }))).toMatchObject({
      code: 'invalid-argument',
      message:
        'Nothing is known of the metric "regret"; say with goal whether to maximize or to minimize it.',
    });
    expect(
      await errorOf(() => trained([1], { validate: () => ({ 'recall@10': 1 }) })),
    ).toMatchObject({
      code: 'unknown-name',
      message: 'validate returned recall@10 after epoch 1, but not the metric "ndcg@10".',
    });
    expect(await errorOf(() => trained([0.1, NaN], {}))).toMatchObject({
      code: 'numerical',
      message:
        'ndcg@10 is NaN after epoch 2; look at the scores of the model and at the validation part.',
    });
    expect(await errorOf(() => trained([1], { patience: 0 }))).toMatchObject({
      code: 'invalid-argument',
      message: 'patience is 0; give a whole number of 1 or more.',
    });
    expect(await errorOf(() => trained([1], { every: 1.5 }))).toMatchObject({
      code: 'invalid-argument',
    });
  });
});
