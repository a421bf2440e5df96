import { Random } from '@tensorec/kernels';
import { describe, expect, it } from 'vitest';
import { drawParameters, searchDimensions, type SearchDimension } from '../src/index.js';
import { cooccurrence } from './cooccurrence.js';
import { errorOf } from './error-of.js';

interface Space {
  readonly name: string;
  readonly searchSpace: Readonly<Record<string, SearchDimension>>;
}

const space = (searchSpace: Space['searchSpace']): Space => ({ name: 'model', searchSpace });

/** Values of one dimension, drawn from one stream. */
function drawn(dimension: SearchDimension, times: number): readonly unknown[] {
  const random = new Random(7);
  const model = space({ x: dimension });
  return Array.from({ length: times }, () => drawParameters(model, random)['x']);
}

describe('drawParameters', () => {
  it('gives the same points for the same seed, others for another', () => {
    const model = space({
      a: { from: 0, to: 1 },
      b: { from: 1, to: 1000, scale: 'log', integer: true },
      c: { choices: ['x', true, 3] },
    });
    const points = (seed: number): readonly unknown[] => {
      const random = new Random(seed);
      return [drawParameters(model, random), drawParameters(model, random)];
    };
    expect(points(1)).toEqual(points(1));
    expect(points(1)[0]).not.toEqual(points(1)[1]);
    expect(points(1)).not.toEqual(points(2));
    expect(Object.keys(points(1)[0] as object)).toEqual(['a', 'b', 'c']);
  });

  it('draws every choice and every whole number about as often', () => {
    for (const dimension of [
      { choices: [1, 2, 3, 4] },
      { from: 1, to: 4, integer: true },
    ] satisfies SearchDimension[]) {
      const values = drawn(dimension, 4000);
      for (const value of [1, 2, 3, 4]) {
        const share = values.filter((one) => one === value).length / values.length;
        expect(share).toBeGreaterThan(0.22);
        expect(share).toBeLessThan(0.28);
      }
    }
  });

  it('makes orders of magnitude equally likely where the scale is log', () => {
    const values = drawn({ from: 0.001, to: 1, scale: 'log' }, 3000) as number[];
    for (const [low, high] of [
      [0.001, 0.01],
      [0.01, 0.1],
      [0.1, 1],
    ] as const) {
      const share = values.filter((value) => value >= low && value < high).length / values.length;
      expect(share).toBeGreaterThan(0.3);
      expect(share).toBeLessThan(0.37);
    }
    const linear = drawn({ from: 0.001, to: 1 }, 3000) as number[];
    expect(linear.filter((value) => value < 0.1).length / linear.length).toBeLessThan(0.13);
  });

  it('stays within the ends, with at most four digits', () => {
    const values = drawn({ from: 0.12345, to: 0.12349 }, 200) as number[];
    for (const value of values) {
      expect(value).toBeGreaterThanOrEqual(0.12345);
      expect(value).toBeLessThanOrEqual(0.12349);
    }
    for (const value of drawn({ from: 0, to: 100 }, 200) as number[]) {
      expect(String(value).replace(/^0?\.?0*|\./g, '').length).toBeLessThanOrEqual(4);
    }
    expect(new Set(drawn({ from: 5, to: 5, integer: true }, 20))).toEqual(new Set([5]));
  });

  it('gives nothing where there is nothing to tune', () => {
    expect(drawParameters(space({}), new Random(0))).toEqual({});
  });

  it.each<[SearchDimension, RegExp]>([
    [{ choices: [] }, /searchSpace\.x of "model" has no choices/],
    [{ from: 2, to: 1 }, /goes from 2 to 1; give finite numbers, the lesser one first/],
    [{ from: NaN, to: 1 }, /goes from NaN to 1/],
    [{ from: 0, to: Infinity }, /goes from 0 to Infinity/],
    [{ from: 0, to: 1, scale: 'log' }, /scale "log" and goes from 0; such a range begins above 0/],
    [{ from: 0.5, to: 3, integer: true }, /is of whole numbers and goes from 0.5 to 3/],
  ])('refuses %j', async (dimension, message) => {
    const { code, message: text } = await errorOf(() =>
      drawParameters(space({ x: dimension }), new Random(0)),
    );
    expect(code).toBe('invalid-argument');
    expect(text).toMatch(message);
  });
});

it('searchDimensions lists the space of a model', () => {
  expect(searchDimensions(cooccurrence)).toEqual([
    ['minimumUsers', { from: 1, to: 10, integer: true }],
  ]);
});
