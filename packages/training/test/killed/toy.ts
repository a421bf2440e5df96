import { buildCsr } from '@tensorec/kernels';
import { train, valuedPairBatches, type TrainOptions } from '../../src/index.js';
import { LinearStep } from '../linear-step.js';

const pairs = 120;
const data = buildCsr(
  3,
  40,
  Int32Array.from({ length: pairs }, (_, n) => n % 3),
  Int32Array.from({ length: pairs }, (_, n) => n % 40),
);

/**
 * Trains the toy that is killed in tests: 600 updates with noise, momentum and early stopping. Returns all that it ends
 * with, as text.
 *
 * @param pause - called in each step
 */
export async function trainToy(
  pause: () => Promise<void>,
  options: Partial<TrainOptions>,
): Promise<string> {
  const step = new LinearStep(40, { momentum: 0.9, noise: 0.5 });
  const slow = {
    async step(...[batch, context]: Parameters<LinearStep['step']>) {
      await pause();
      return step.step(batch, context);
    },
    parameters: () => step.parameters(),
    optimizerState: () => step.optimizerState(),
    restore: (...arrays: Parameters<LinearStep['restore']>) => {
      step.restore(...arrays);
    },
  };
  const batches = valuedPairBatches(data, { batchSize: 10, seed: 5 });
  const { history, best, stopped } = await train(slow, batches, {
    epochs: 50,
    learningRate: (update) => 0.02 / (1 + update / 100),
    validation: {
      metric: 'rmse',
      every: 2,
      patience: 20,
      validate: () => ({ rmse: Math.hypot(...step.slopes.map((slope) => slope - 0.6)) }),
    },
    ...options,
  });
  return JSON.stringify({ slopes: [...step.slopes], history, best, stopped });
}
