import { describe, expect, it } from 'vitest';
import { evaluate } from '../src/index.js';
import { expectError } from './error-of.js';
import { part, RatingModel, recordOf, TableModel, world } from './models.js';

const ids = world('uv', 'ABC');
const train = part('train', ids, [
  ['u', 'A', 5],
  ['v', 'A', 3],
  ['v', 'B', 1],
]);
const model = new RatingModel(recordOf(train), [
  [5, 2, 7],
  [3, 1, NaN],
]);
const task = 'rating';
const metrics = ['rmse', 'mae', 'r2'];

describe('ratings', () => {
  it('are pooled over rows', async () => {
    const test = part('test', ids, [
      ['u', 'B', 1],
      ['u', 'C', 5],
      ['v', 'A', 3],
    ]);
    const evaluation = await evaluate(model, test, { task, metrics });
    // Predicted 2, 7, 3 for 1, 5, 3: errors 1, 2, 0; the values vary by 4 + 4 + 0 about 3.
    expect(evaluation.metrics['rmse']).toBeCloseTo(Math.sqrt(5 / 3), 12);
    expect(evaluation.metrics['mae']).toBe(1);
    expect(evaluation.metrics['r2']).toBeCloseTo(1 - 5 / 8, 12);
    expect(evaluation.perUser).toEqual({ userRows: new Int32Array(0), values: {} });
    expect(evaluation.protocol).toEqual({
      task: 'rating',
      candidates: 'the test interactions themselves',
      excludeSeen: false,
      history: 'the training history',
      testUsers: 2,
      leftOut: 0,
      tieShare: 0,
      fallbacks: 0,
      notes: [],
    });
  });

  it('are clipped to the scale', async () => {
    const test = part('test', ids, [
      ['u', 'C', 4],
      ['v', 'B', 3],
    ]);
    const evaluation = await evaluate(model, test, { task, metrics: ['mae'], scale: [2, 5] });
    // 7 becomes 5 and 1 becomes 2.
    expect(evaluation.metrics).toEqual({ mae: 1 });
  });

  it('come from means where the model has nothing to go by, and those are counted', async () => {
    const test = part('test', ids, [['v', 'C', 2]]);
    const evaluation = await evaluate(model, test, { task, metrics: ['mae'] });
    // The mean is 3; A differs by 1 and B by −2; v rates A 1 below and B as expected: 3 + 0 − 1/2.
    expect(evaluation.metrics['mae']).toBeCloseTo(1 / 2, 6);
    expect(evaluation.protocol.fallbacks).toBe(1);
    expect(evaluation.protocol.notes.join()).toContain('rating-table: 1 ratings are sums');
  });

  it('cover unknown users and items by id', async () => {
    const test = part('test', world('zvu', 'CXB'), [
      ['z', 'X', 3],
      ['u', 'B', 2],
    ]);
    const all = await evaluate(model, test, { task, metrics: ['mae'] });
    expect(all.metrics).toEqual({ mae: 0 });
    expect(all.protocol.fallbacks).toBe(1);
    const known = await evaluate(model, test, { task, metrics: ['mae'], users: 'known' });
    expect(known.metrics).toEqual({ mae: 0 });
    expect(known.protocol).toMatchObject({ fallbacks: 0, testUsers: 1, leftOut: 1 });
  });

  it('need a model that rates, values, and no candidates', async () => {
    const test = part('test', ids, [['u', 'B', 1]]);
    const lists = new TableModel(recordOf(train), [[], []]);
    await expectError(
      evaluate(lists, test, { task, metrics: ['mae'] }),
      'invalid-argument',
      /^table does not predict ratings\. Take a model with .* bias/,
    );
    await expectError(
      evaluate(model, part('test', ids, [['u', 'B']]), { task, metrics: ['mae'] }),
      'invalid-argument',
      /The test part has no values/,
    );
    await expectError(
      evaluate(model, test, { task, metrics: ['mae'], candidates: { sampled: 3 } }),
      'invalid-argument',
      /leave out candidates/,
    );
    await expectError(
      evaluate(model, test, { task, metrics: ['mae'], scale: [5, 1] }),
      'invalid-argument',
      /scale is \[5, 1\]/,
    );
  });
});
