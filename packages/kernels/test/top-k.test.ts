import fc from 'fast-check';
import { describe, expect, expectTypeOf, it } from 'vitest';
import { Random, TopK } from '../src/index.js';
import { expectError } from './support.js';

function reference(scores: readonly number[], k: number) {
  const order = scores
    .map((score, index) => ({ score, index }))
    .filter(({ score }) => score > -Infinity)
    .sort((a, b) => b.score - a.score || a.index - b.index);
  const chosen = order.slice(0, k);
  return {
    indices: chosen.map(({ index }) => index),
    scores: chosen.map(({ score }) => score),
    tied: order.length > k && order[k]!.score === order[k - 1]!.score,
  };
}

function selected(topK: TopK, count: number) {
  return {
    indices: [...topK.indices.subarray(0, count)],
    // 0 and -0 are equal scores
    scores: Array.from(topK.scores.subarray(0, count), (score) => score + 0),
    tied: topK.tiedAtCut,
  };
}

describe('TopK', () => {
  it('selects what sorting would, ties by index, and knows whether the cut is tied', () => {
    const score = fc.oneof(
      fc.integer({ min: -3, max: 3 }),
      fc.constantFrom(-Infinity, Infinity),
      fc.double({ noNaN: true }),
    );
    fc.assert(
      fc.property(
        fc.array(score, { maxLength: 60 }),
        fc.integer({ min: 1, max: 12 }),
        fc.nat(5),
        (scores, k, skip) => {
          const topK = new TopK(k);
          topK.select(Float32Array.of(9, 8, 7), 0, 3);
          const from = Math.min(skip, scores.length);
          const count = topK.select(Float64Array.from(scores), from, scores.length);
          // 0 and -0 are equal scores
          expect(selected(topK, count)).toEqual(
            reference(
              scores.slice(from).map((x) => x + 0),
              k,
            ),
          );
        },
      ),
      { numRuns: 1000 },
    );
  });

  it('selects from ascending, descending, equal and random scores alike', () => {
    const random = new Float32Array(40_000);
    new Random(1).fillUniform(random);
    const topK = new TopK(100);
    for (const scores of [
      random,
      random.slice().sort(),
      random.slice().sort().reverse(),
      new Float32Array(40_000).fill(2),
    ]) {
      expect(selected(topK, topK.select(scores, 0, scores.length))).toEqual(
        reference([...scores], 100),
      );
    }
  });

  it('returns fewer than k where fewer are above -Infinity', () => {
    const topK = new TopK(3);
    expect(topK.select(Float32Array.of(-Infinity, 4, -Infinity), 0, 3)).toBe(1);
    expect(topK.indices[0]).toBe(1);
    expect(topK.tiedAtCut).toBe(false);
    expect(topK.select(new Float32Array(0), 0, 0)).toBe(0);
    expect(topK.select(Float32Array.of(1, 2), 1, 1)).toBe(0);
  });

  it('refuses NaN, ranges outside the scores, and a k that is no count', () => {
    const topK = new TopK(1);
    expectError(() => topK.select(Float32Array.of(5, 1, NaN), 1, 3), 'numerical', 'index 2', 'NaN');
    for (const [from, to] of [
      [-1, 1],
      [1, 0],
      [0, 3],
      [0.5, 1],
    ] as const) {
      expectError(() => topK.select(new Float32Array(2), from, to), 'invalid-argument', '2 scores');
    }
    for (const k of [0, -1, 1.5, NaN]) {
      expectError(() => new TopK(k), 'invalid-argument', `k is ${String(k)}`);
    }
  });

  it('is typed', () => {
    expectTypeOf(new TopK(1).indices).toEqualTypeOf<Int32Array>();
    expectTypeOf(new TopK(1).tiedAtCut).toEqualTypeOf<boolean>();
    // @ts-expect-error a plain array is no typed array
    expect(new TopK(1).select([1, 2], 0, 2)).toBe(1);
  });
});
