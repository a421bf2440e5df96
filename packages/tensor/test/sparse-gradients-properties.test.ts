import * as tf from '@tensorflow/tfjs';
import fc from 'fast-check';
import { it } from 'vitest';
import { disposeGradients, sparseValueAndGrads } from '../src/index.js';
import { describeOnDevices } from './devices.js';
import { expectClose, numbersOf } from './support.js';

/** Row numbers of a batch with a weight each; few rows, so that many repeat. */
const uses = fc.array(
  fc.record({ row: fc.integer({ min: 0, max: 8 }), weight: fc.integer({ min: -4, max: 4 }) }),
  { minLength: 1, maxLength: 40 },
);

describeOnDevices('gradients of rows', () => {
  it('are the sums of what each use of a row gets', async () => {
    const table = tf.variable(tf.range(0, 27).reshape([9, 3]));
    await fc.assert(
      fc.asyncProperty(uses, async (batch) => {
        const indices = batch.map(({ row }) => row);
        const { value, ...gradients } = sparseValueAndGrads(
          ({ items }) => {
            const weights = tf.tensor2d(batch.map(({ weight }) => [weight]));
            return items.lookup().mul(weights).sum().asScalar();
          },
          { tables: { items: { table, indices } } },
        );
        const { rows, gradient } = gradients.tables.items;
        const expected = [...rows].flatMap((row) => {
          const weights = batch.filter((use) => use.row === row).map(({ weight }) => weight);
          return Array<number>(3).fill(weights.reduce((sum, weight) => sum + weight, 0));
        });
        expectClose(
          rows,
          [...new Set(indices)].sort((a, b) => a - b),
          0,
        );
        expectClose(await numbersOf(gradient), expected, 0);
        value.dispose();
        disposeGradients(gradients);
      }),
    );
    table.dispose();
  });
});
