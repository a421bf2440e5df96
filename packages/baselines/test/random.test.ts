import { Interactions } from '@tensorec/core';
import { describe, expect, it } from 'vitest';
import { RandomItems } from '../src/index.js';

const users = Array.from({ length: 40 }, (_, n) => n);
const items = Array.from({ length: 500 }, (_, n) => `item-${n}`);
const data = Interactions.fromColumns({
  users: items.map((_, n) => users[n % users.length]!),
  items,
});

async function scoresOf(seed: number, rows: readonly number[]): Promise<Float32Array> {
  const model = await new RandomItems().fit(data, { seed });
  const scores = new Float32Array(rows.length * items.length);
  model.scoreRows(Int32Array.from(rows), scores);
  return scores;
}

describe('random', () => {
  it('scores uniformly on [0, 1)', async () => {
    const scores = await scoresOf(1, users);
    expect(scores.every((score) => score >= 0 && score < 1)).toBe(true);
    const tenths = new Int32Array(10);
    for (const score of scores) tenths[Math.floor(score * 10)]!++;
    const expected = scores.length / 10;
    const chiSquare = tenths.reduce((sum, found) => sum + (found - expected) ** 2 / expected, 0);
    expect(chiSquare).toBeLessThan(27.9); // 99.9 % quantile for 9 degrees of freedom
  });

  it('scores by seed, user and item, whoever else is asked about', async () => {
    const all = await scoresOf(1, users);
    const some = await scoresOf(1, [7, 3]);
    expect(some.subarray(0, 500)).toEqual(all.subarray(7 * 500, 8 * 500));
    expect(some.subarray(500)).toEqual(all.subarray(3 * 500, 4 * 500));
    expect(all.subarray(0, 500)).not.toEqual(all.subarray(500, 1000));
    expect(await scoresOf(2, [7])).not.toEqual(await scoresOf(1, [7]));
  });

  it('has no parameters', () => {
    expect(new RandomItems().parameters).toEqual({});
    // @ts-expect-error there are no parameters
    expect(() => new RandomItems({ seed: 3 })).toThrow(/unknown key "seed"/);
  });
});
