import fc from 'fast-check';
import { expect, test } from 'vitest';
import { finish } from '../src/index.js';
import { batchOf, losses, useKernels, withModel } from './sasrec-support.js';

useKernels();

test('any lengths, factors, heads and losses give finite losses and parameters', () => {
  const arbitrary = fc.record({
    lengths: fc.array(fc.integer({ min: 1, max: 35 }), { minLength: 1, maxLength: 20 }),
    width: fc.integer({ min: 1, max: 12 }),
    heads: fc.integer({ min: 1, max: 3 }),
    blocks: fc.integer({ min: 1, max: 3 }),
    items: fc.integer({ min: 1, max: 40 }),
    negatives: fc.integer({ min: 1, max: 40 }),
    loss: fc.constantFrom(...losses),
    dropout: fc.constantFrom(0, 0.3),
  });
  fc.assert(
    fc.property(arbitrary, ({ lengths, width, negatives, ...rest }) => {
      const options = { ...rest, maxLength: 35, factors: 2 * width * rest.heads };
      const batch = batchOf(lengths, options, negatives);
      withModel(options, (model) => {
        const taken = [1, 2].map(() => finish(model.step(batch)));
        for (const loss of taken) expect(Number.isFinite(loss)).toBe(true);
        for (const numbers of Object.values(model.parameters())) {
          expect(numbers.every(Number.isFinite)).toBe(true);
        }
      });
    }),
  );
});
