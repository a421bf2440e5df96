import { describe, expect, it } from 'vitest';
import { evaluate } from '../src/index.js';
import { expectError } from './error-of.js';
import { part, recordOf, TableModel, world } from './models.js';

const ids = world('uv', 'ABCD');
const train = part('train', ids, [
  ['u', 'A'],
  ['v', 'B'],
  ['v', 'C'],
  ['v', 'D'],
]);
// The lists: B C D for u, where B and C tie; A for v.
const model = new TableModel(recordOf(train), [
  [0, 2, 2, 1],
  [1, 0, 0, 0],
]);
const test = part('test', ids, [
  ['u', 'C'],
  ['v', 'A'],
]);

describe('further metrics', () => {
  it('are computed beside the others', async () => {
    const { metrics, perUser } = await evaluate(model, test, {
      metrics: ['hit@2'],
      further: ['hit@1', 'item-coverage@1', 'hit@3'],
    });
    expect(metrics).toEqual({ 'hit@2': 1, 'hit@1': 0.5, 'item-coverage@1': 0.5, 'hit@3': 1 });
    expect(Object.keys(perUser.values)).toEqual(['hit@2', 'hit@1', 'hit@3']);
  });

  it('make no ties of their own', async () => {
    const tieShare = async (metrics: string[], further: string[]): Promise<number> =>
      (await evaluate(model, test, { metrics, further })).protocol.tieShare;
    expect(await tieShare(['hit@1'], ['hit@2'])).toBe(0.5);
    expect(await tieShare(['hit@2'], ['hit@1'])).toBe(0);
    expect(await tieShare(['hit@2'], ['ndcg@1', 'gini@1'])).toBe(0);
    expect(await tieShare(['hit@2', 'gini@1'], ['hit@1'])).toBe(0.5);
  });

  it('are checked as the others are', async () => {
    await expectError(
      evaluate(model, test, { metrics: ['hit@2'], further: ['hit@2'] }),
      'invalid-argument',
      /asked for twice/,
    );
  });
});
