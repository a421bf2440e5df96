import type { Progress, TrainingEpoch } from '@tensorec/core';
import { buildCsr } from '@tensorec/kernels';
import { describe, expect, it } from 'vitest';
import { train, valuedPairBatches } from '../src/index.js';
import { LinearStep } from './linear-step.js';

/** User rows 1 and 2 with one item: the values 2 and 4 lie on a line of slope 2. */
const line = buildCsr(3, 1, Int32Array.of(1, 2), Int32Array.of(0, 0), Float32Array.of(2, 4));
const inOrder = valuedPairBatches(line, { batchSize: 1, shuffle: false });

describe('train', () => {
  it('follows gradients as worked out by hand', async () => {
    const step = new LinearStep(1);
    const epochs: TrainingEpoch[] = [];
    const result = await train(step, inOrder, {
      epochs: 2,
      learningRate: 1 / 8,
      onEpoch: (epoch) => void epochs.push(epoch),
    });
    // Errors -2, -3.5, then -0.875, -1.53125; each moves the slope by -error · x / 8.
    expect(step.slopes).toEqual(Float64Array.of(1.6171875));
    expect(epochs).toEqual([
      { epoch: 1, values: { loss: (2 + 6.125) / 2 } },
      { epoch: 2, values: { loss: (0.3828125 + 1.17236328125) / 2 } },
    ]);
    expect(result).toMatchObject({
      stopped: 'epochs',
      epochs: 2,
      steps: 4,
      history: epochs,
      best: undefined,
      resumed: false,
    });
  });

  it('takes the learning rate of each update from the schedule', async () => {
    const step = new LinearStep(1);
    const asked: number[] = [];
    await train(step, inOrder, {
      epochs: 1,
      learningRate(update) {
        asked.push(update);
        return update === 0 ? 1 / 8 : 0;
      },
    });
    expect(asked).toEqual([0, 1]);
    expect(step.slopes).toEqual(Float64Array.of(0.25));
  });

  it('makes one update of several batches, and a smaller one of what is left of the epoch', async () => {
    const three = buildCsr(
      3,
      1,
      Int32Array.of(1, 2, 1),
      Int32Array.of(0, 0, 0),
      Float32Array.of(2, 4, 2),
    );
    const batches = valuedPairBatches(three, { batchSize: 1, shuffle: false });
    const step = new LinearStep(1);
    const result = await train(step, batches, { epochs: 1, learningRate: 1 / 8, accumulate: 2 });
    // The matrix is ordered by user: x = 1, 1, 2. First -2 and -2: mean gradient -2; then error 2 · 0.25 - 4 = -3.5.
    expect(step.slopes).toEqual(Float64Array.of(0.25 + 7 / 8));
    expect(result.steps).toBe(2);
  });

  it('reports progress with loss and time left, which never goes back', async () => {
    const seen: Progress[] = [];
    const step = {
      ...fixed(),
      async step() {
        await new Promise((resolve) => setTimeout(resolve, 9));
        return 3;
      },
    };
    await train(step, inOrder, {
      epochs: 10,
      learningRate: 1,
      stage: 'fit toy',
      onProgress: (progress) => void seen.push(progress),
    });
    const fractions = seen.map(({ fraction }) => fraction);
    expect(fractions).toEqual(fractions.toSorted((a, b) => a - b));
    expect(seen.at(-1)).toEqual({ stage: 'fit toy', fraction: 1 });
    const middle = seen[2]!;
    expect(middle).toMatchObject({ stage: 'fit toy', values: { loss: 3 } });
    expect(middle.secondsLeft).toBeGreaterThan(0);
  });
});

/** A step that learns nothing. */
function fixed() {
  return {
    step: () => 0,
    parameters: () => ({ nothing: new Float32Array(1) }),
    restore: () => undefined,
  };
}
