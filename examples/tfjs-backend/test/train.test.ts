import { describe, expect, it } from 'vitest';
import { backends, denseTask, lstmTask, train } from '../src/train.js';

describe('a plain tfjs program', () => {
  it.each([
    ['a dense net', denseTask(512, 16, 2)],
    ['an LSTM', lstmTask(128, 5, 2)],
  ])('trains %s to the same loss on every backend', async (_, task) => {
    const [short, expected, ...others] = [
      await train('cpu', { ...task, epochs: 1 }),
      await train('cpu', task),
      ...(await inTurn(backends.map((backend) => () => train(backend, task)))),
    ];
    expect(expected.loss).toBeLessThan(short.loss);
    for (const { loss } of others) {
      expect(Math.abs(loss / expected.loss - 1)).toBeLessThan(1e-3);
    }
  });
});

async function inTurn<Result>(calls: readonly (() => Promise<Result>)[]): Promise<Result[]> {
  const results: Result[] = [];
  for (const call of calls) results.push(await call());
  return results;
}
