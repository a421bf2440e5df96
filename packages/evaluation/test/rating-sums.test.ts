import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { evaluate } from '../src/index.js';
import { part, RatingModel, recordOf, world } from './models.js';

const ids = world('uvw', 'ABC');
const train = part('train', ids, [
  ['u', 'A', 5],
  ['v', 'A', 3],
  ['w', 'B', 1],
]);
const model = new RatingModel(recordOf(train), [
  [5, 2, 7],
  [3, 1, 2],
  [4, 4, 4],
]);
const metrics = ['rmse', 'mae', 'r2'];

describe('sums of ratings', () => {
  it('are of the rows of each user, after clipping', async () => {
    const test = part('test', ids, [
      ['w', 'A', 2],
      ['u', 'C', 4],
      ['u', 'B', 1],
    ]);
    const { ratingSums } = await evaluate(model, test, { task: 'rating', metrics, scale: [1, 5] });
    // u: 5 for 4 and 2 for 1; w: 4 for 2.
    expect(ratingSums).toEqual({
      userRows: Int32Array.of(0, 2),
      rows: Float64Array.of(2, 1),
      squaredError: Float64Array.of(2, 4),
      absoluteError: Float64Array.of(2, 2),
      actual: Float64Array.of(5, 2),
      actualSquared: Float64Array.of(17, 4),
    });
  });

  it('give rmse, mae and r2', async () => {
    const row = fc.tuple(
      fc.constantFrom('u', 'v', 'w'),
      fc.constantFrom('A', 'B', 'C'),
      fc.integer({ min: 1, max: 5 }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(row, { minLength: 2 }), async (rows) => {
        fc.pre(new Set(rows.map(([, , value]) => value)).size > 1);
        const evaluation = await evaluate(model, part('test', ids, rows), {
          task: 'rating',
          metrics,
        });
        const sums = evaluation.ratingSums!;
        const total = (values: Float64Array): number => values.reduce((sum, x) => sum + x, 0);
        const n = total(sums.rows);
        const squared = total(sums.squaredError);
        const variation = total(sums.actualSquared) - total(sums.actual) ** 2 / n;
        expect(n).toBe(rows.length);
        expect(evaluation.metrics['rmse']).toBeCloseTo(Math.sqrt(squared / n), 10);
        expect(evaluation.metrics['mae']).toBeCloseTo(total(sums.absoluteError) / n, 10);
        expect(evaluation.metrics['r2']).toBeCloseTo(1 - squared / variation, 10);
      }),
      { numRuns: 50 },
    );
  });
});
