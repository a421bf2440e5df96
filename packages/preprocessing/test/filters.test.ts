import { Interactions, parseWith, pipeline, savePipeline } from '@tensorec/core';
import { describe, expect, expectTypeOf, it } from 'vitest';
import {
  applyFilters,
  describeFilters,
  filterSpecSchema,
  kCore,
  minimumItemInteractions,
  minimumUserInteractions,
  minimumValue,
  removeDuplicates,
  type FilterSpec,
} from '../src/index.js';
import { errorOf } from './error-of.js';
import { everyFilter } from './every-filter.js';
import { rowsOf } from './sources.js';

const pairs = (...rows: [string, string][]): Interactions<string, string, 'whole'> =>
  Interactions.fromColumns({ users: rows.map(([u]) => u), items: rows.map(([, i]) => i) });

describe('minimumValue', () => {
  const rated = Interactions.fromColumns({
    users: ['a', 'b', 'c'],
    items: ['x', 'y', 'x'],
    values: [2, 3, 3.5],
    timestamps: [1, 2, 3],
  });

  it('keeps values from the minimum on, with everything else of the row', () => {
    const kept = minimumValue(3)(rated);
    expect(rowsOf(kept)).toEqual([
      ['b', 'y', 3, 2],
      ['c', 'x', 3.5, 3],
    ]);
    expect([...kept.users]).toEqual(['b', 'c']);
    expect(kept.role).toBe('whole');
  });

  it('compares as values are stored, so that 4.1 is at least 4.1', () => {
    const data = Interactions.fromColumns({
      users: ['a', 'b', 'c'],
      items: ['x', 'y', 'z'],
      values: [4.1, 4.099, 0.7],
    });
    expect(rowsOf(minimumValue(4.1)(data)).map(([user]) => user)).toEqual(['a']);
    expect(minimumValue(0.7)(data).size).toBe(3);
  });

  it('needs values, a finite minimum and something that is left', async () => {
    expect((await errorOf(() => minimumValue(3)(pairs(['a', 'x'])))).message).toMatch(
      /needs values and the data has none/,
    );
    expect((await errorOf(() => minimumValue(NaN))).code).toBe('invalid-argument');
    const none = await errorOf(() => minimumValue(9)(rated));
    expect([none.code, none.message]).toEqual([
      'empty-data',
      'The filter minimum-value {"minimum":9} leaves none of 3 interactions; relax it.',
    ]);
  });
});

describe('removeDuplicates', () => {
  // The pair (a, x) at times 5, 1 and 5; (a, y) once.
  const data = Interactions.fromColumns({
    users: ['a', 'a', 'a', 'a', 'b'],
    items: ['x', 'x', 'y', 'x', 'x'],
    values: [1, 2, 4, 8, 16],
    timestamps: [5, 1, 2, 5, 0],
  });
  const rest = [
    ['a', 'y', 4, 2],
    ['b', 'x', 16, 0],
  ];

  it('keeps the first or the last by time, then position', () => {
    expect(rowsOf(removeDuplicates('first')(data))).toEqual([['a', 'x', 2, 1], ...rest]);
    const [y, b] = rest;
    expect(rowsOf(removeDuplicates('last')(data))).toEqual([y, ['a', 'x', 8, 5], b]);
  });

  it('adds values', () => {
    const [y, b] = rest;
    expect(rowsOf(removeDuplicates('sum')(data))).toEqual([y, ['a', 'x', 11, 5], b]);
  });

  it('counts where there are no values', () => {
    const counted = removeDuplicates('sum')(pairs(['a', 'x'], ['b', 'x'], ['a', 'x']));
    expect(rowsOf(counted)).toEqual([
      ['b', 'x', 1],
      ['a', 'x', 2],
    ]);
  });

  it('adds in double precision, and refuses a sum that a value cannot hold', async () => {
    const add = (...values: number[]): Interactions =>
      removeDuplicates('sum')(
        Interactions.fromColumns({
          users: values.map(() => 'a'),
          items: values.map(() => 'x'),
          values,
        }),
      );
    // In single precision 2^24 + 1 is 2^24 again.
    expect(add(2 ** 24, 1, 1).values).toEqual(Float32Array.of(2 ** 24 + 2));
    expect((await errorOf(() => add(3e38, 3e38))).code).toBe('invalid-argument');
  });

  it('goes by position where there are no times', () => {
    const repeated = pairs(['a', 'x'], ['b', 'x'], ['a', 'x']);
    expect(rowsOf(removeDuplicates('first')(repeated))).toEqual([
      ['a', 'x'],
      ['b', 'x'],
    ]);
    expect(rowsOf(removeDuplicates('last')(repeated))).toEqual([
      ['b', 'x'],
      ['a', 'x'],
    ]);
  });

  it('refuses another rule', async () => {
    // @ts-expect-error -- not a rule
    const error = await errorOf(() => removeDuplicates('middle'));
    expect(error.message).toBe(
      'The rule for duplicates is "middle"; give "first" or "last" or "sum".',
    );
  });
});

describe('minimum interactions', () => {
  const data = pairs(['a', 'x'], ['a', 'y'], ['b', 'x'], ['b', 'x'], ['c', 'z']);

  it('count all interactions of a user, in one pass', () => {
    expect(rowsOf(minimumUserInteractions(2)(data))).toEqual([
      ['a', 'x'],
      ['a', 'y'],
      ['b', 'x'],
      ['b', 'x'],
    ]);
  });

  it('count all interactions of an item, in one pass', () => {
    const kept = minimumItemInteractions(2)(data);
    expect(rowsOf(kept)).toEqual([
      ['a', 'x'],
      ['b', 'x'],
      ['b', 'x'],
    ]);
    expect([...kept.items]).toEqual(['x']);
  });

  it.each([0, -1, 1.5, NaN, Infinity])('are not %d', async (minimum) => {
    for (const create of [minimumUserInteractions, minimumItemInteractions, kCore]) {
      expect((await errorOf(() => create(minimum))).code).toBe('invalid-argument');
    }
  });
});

describe('kCore', () => {
  it('peels to the fixpoint', () => {
    // z falls first, then c has one left, then y has one left, then b; what stays is a, d with x, w.
    const data = pairs(
      ...([
        ['a', 'x'],
        ['a', 'w'],
        ['d', 'x'],
        ['d', 'w'],
        ['b', 'x'],
        ['b', 'y'],
        ['c', 'y'],
        ['c', 'z'],
      ] as [string, string][]),
    );
    expect(rowsOf(kCore(2)(data))).toEqual([
      ['a', 'x'],
      ['a', 'w'],
      ['d', 'x'],
      ['d', 'w'],
    ]);
  });

  it('may be empty, which is an error', async () => {
    const error = await errorOf(() => kCore(2)(pairs(['a', 'x'], ['b', 'x'])));
    expect(error.message).toBe(
      'The filter k-core {"k":2} leaves none of 2 interactions; relax it.',
    );
  });
});

describe('every filter', () => {
  it.each(everyFilter)('names itself when nothing is left', async (stage) => {
    const nothing = Interactions.fromColumns<string, string>({ users: [], items: [], values: [] });
    const error = await errorOf(() => stage(nothing));
    expect(error.code).toBe('empty-data');
    expect(error.message).toMatch(
      /^The filter [a-z-]+ \{.*\} leaves none of 0 interactions; relax it/,
    );
  });

  it('keeps the types of ids and the role', () => {
    const prepare = pipeline(minimumUserInteractions(2), kCore(2));
    const check = (
      data: Interactions<'a' | 'b', number, 'train'>,
    ): Interactions<'a' | 'b', number, 'train'> => prepare(data);
    expectTypeOf(prepare<'a' | 'b', number, 'test'>).returns.toEqualTypeOf<
      Interactions<'a' | 'b', number, 'test'>
    >();
    expect(check).toBeTypeOf('function');
    // @ts-expect-error -- interactions, not numbers
    expect(() => kCore(2)(3)).toThrow();
  });
});

describe('applyFilters', () => {
  const data = Interactions.fromColumns({
    users: ['a', 'a', 'b', 'b', 'c'],
    items: ['x', 'x', 'x', 'y', 'y'],
    values: [5, 1, 5, 5, 5],
  });

  it('goes in the order stated, whatever the order of keys', () => {
    // minValue first: of the pair (a, x) the second, with 1, is gone before the last is chosen.
    const spec: FilterSpec = { kCore: 2, duplicates: 'last', minValue: 2 };
    expect(() => applyFilters(spec)(data)).toThrow(/k-core/);
    expect(applyFilters({ duplicates: 'last', minValue: 2 })(data).size).toBe(4);
  });

  it('is saved as it was made, whatever becomes of the specification', () => {
    const spec = { minValue: 2 };
    const stage = applyFilters(spec);
    spec.minValue = 9;
    expect(savePipeline(stage)).toEqual([{ name: 'filters', parameters: { minValue: 2 } }]);
  });

  it('without filters leaves the data as it is', () => {
    expect(applyFilters({})(data)).toBe(data);
    expect(describeFilters({})).toBe('none');
    expect(describeFilters(undefined)).toBe('none');
  });

  it('is described in words', () => {
    expect(
      describeFilters({ minValue: 3, duplicates: 'sum', minUser: 5, minItem: 4, kCore: 2 }),
    ).toBe(
      'values of at least 3, then the values of repeated pairs added, then users with at least 5 interactions, then items with at least 4 interactions, then 2-core',
    );
    expect(describeFilters({ duplicates: 'first' })).toBe('the first of repeated pairs');
  });

  it('has a strict schema', () => {
    expect(parseWith(filterSpecSchema, { kCore: 5 }, 'filter')).toEqual({ kCore: 5 });
    for (const bad of [{ minUsers: 5 }, { kCore: 0 }, { kCore: 1.5 }, { duplicates: 'all' }]) {
      expect(() => applyFilters(bad as FilterSpec)).toThrow(/^filter/);
    }
  });
});
