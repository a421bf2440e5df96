import { describe, expect, it } from 'vitest';
import { bestValue } from '../src/best.js';

describe('the best value', () => {
  it('is the highest, the lowest or the one closest to 0, as the metric wants it', () => {
    expect(bestValue('ndcg@10', [0.1, 0.3, 0.2])).toBe(0.3);
    expect(bestValue('item-coverage@10', [0.1, 0.3, 0.2])).toBe(0.3);
    expect(bestValue('rmse', [0.9, 0.8])).toBe(0.8);
    expect(bestValue('recall-gap@10', [0.2, 0.1])).toBe(0.1);
    expect(bestValue('popularity-bias@10', [1.5, -0.2, -0.4])).toBe(-0.2);
  });
});
