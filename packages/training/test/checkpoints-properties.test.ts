import { buildCsr } from '@tensorec/kernels';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { train, valuedPairBatches } from '../src/index.js';
import { LinearStep } from './linear-step.js';
import { MemoryStore } from './memory-store.js';

describe('a training that is interrupted again and again', () => {
  it('ends with the bits of one that is not', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.record({
          pairs: fc.integer({ min: 1, max: 12 }),
          batchSize: fc.integer({ min: 1, max: 5 }),
          epochs: fc.integer({ min: 1, max: 4 }),
          accumulate: fc.integer({ min: 1, max: 3 }),
          every: fc.integer({ min: 1, max: 3 }),
          seed: fc.nat(),
        }),
        // Batches from one failure to the next.
        fc.array(fc.integer({ min: 1, max: 20 }), { maxLength: 6 }),
        fc.boolean(),
        async ({ pairs, batchSize, epochs, accumulate, every, seed }, failures, eachBatch) => {
          const rows = Int32Array.from({ length: pairs }, (_, n) => n);
          const data = buildCsr(pairs, 1, rows, new Int32Array(pairs));
          const batches = valuedPairBatches(data, { batchSize, seed });
          const store = new MemoryStore();
          const attempt = async (batchesLeft: number, isKept: boolean) => {
            const step = new LinearStep(1, { momentum: 0.9, noise: 0.5 });
            let left = batchesLeft;
            const failing = {
              ...bound(step),
              step(...[batch, context]: Parameters<LinearStep['step']>) {
                if (left-- === 0) throw new Interruption();
                return step.step(batch, context);
              },
            };
            const result = await train(failing, batches, {
              epochs,
              learningRate: 1 / pairs ** 2,
              accumulate,
              seed,
              validation: {
                metric: 'loss of training',
                goal: 'minimize',
                every,
                validate: () => ({ 'loss of training': Math.abs(step.slopes[0]!) }),
              },
              ...(isKept && {
                checkpoints: { store, ...(eachBatch ? { everyMinutes: 0 } : { everyEpochs: 1 }) },
              }),
            });
            return { slope: step.slopes[0], history: result.history, best: result.best };
          };
          const expected = await attempt(Infinity, false);
          for (const failure of failures) {
            await attempt(failure, true).catch((error: unknown) => {
              if (!(error instanceof Interruption)) throw error;
            });
          }
          expect(await attempt(Infinity, true)).toEqual(expected);
        },
      ),
    );
  });
});

class Interruption extends Error {}

/** The methods of a step, which an object literal can be made with. */
function bound(step: LinearStep) {
  return {
    accumulate: step.accumulate.bind(step),
    parameters: step.parameters.bind(step),
    optimizerState: step.optimizerState.bind(step),
    restore: step.restore.bind(step),
  };
}
