import { describe, expect, expectTypeOf, it } from 'vitest';
import {
  hasCapability,
  Interactions,
  selectRows,
  type FoldsIn,
  type Model,
  type Recommendations,
} from '../src/index.js';
import { Cooccurrence } from './cooccurrence.js';
import { errorOf } from './error-of.js';

// Baskets: ann {tea, cup}, bob {tea, cup, pot}, cat {pot, lid}.
const data = Interactions.fromColumns<string, string>({
  users: ['ann', 'ann', 'bob', 'bob', 'bob', 'cat', 'cat'],
  items: ['tea', 'cup', 'tea', 'cup', 'pot', 'pot', 'lid'],
});
const model = await new Cooccurrence().fit(data);

function lists(result: Recommendations<string | number, string>): (string | number)[][] {
  return result.users.map((_, position) =>
    result.list(position).flatMap(({ item, score }) => [item, score]),
  );
}

describe('recommend by histories', () => {
  it('answers for histories as for known users with the same events', async () => {
    const histories = [['tea', 'cup'], ['pot'], ['cup', 'tea', 'tea']];
    const result = await model.recommend({ histories });
    expectTypeOf(result).toEqualTypeOf<Recommendations<number, string>>();
    expect(lists(result)).toEqual([
      ['pot', 2, 'lid', 0],
      ['tea', 1, 'cup', 1, 'lid', 1],
      ['pot', 2, 'lid', 0],
    ]);
    expect(result.users).toEqual([0, 1, 2]);
    const known = await model.recommend({ users: ['ann'] });
    expectTypeOf(known).toEqualTypeOf<Recommendations<string, string>>();
    expect(lists(known)[0]).toEqual(lists(result)[0]);
  });

  it('takes events with values, and keeps seen items when asked', async () => {
    const histories = [[{ item: 'tea', value: 3 }, 'cup', { item: 'pot' }]];
    expect(lists(await model.recommend({ histories }))).toEqual([['lid', 1]]);
    expect(lists(await model.recommend({ histories, exclude: 'none', k: 1 }))).toEqual([
      ['tea', 3],
    ]);
  });

  it('treats empty histories and unknown items as the request says', async () => {
    const histories = [[], ['mug'], ['mug', 'pot']];
    expect(lists(await model.recommend({ histories, unknown: 'empty', k: 1 }))).toEqual([
      [],
      [],
      ['tea', 1],
    ]);
    expect(lists(await model.recommend({ histories, unknown: 'popular', k: 1 }))).toEqual([
      ['tea', 2],
      ['tea', 2],
      ['tea', 1],
    ]);
    const item = await errorOf(() => model.recommend({ histories: [['mug']] }));
    expect(item.code).toBe('unknown-id');
    expect(item.message).toContain('does not know the item "mug"');
    const empty = await errorOf(() => model.recommend({ histories: [['tea'], []] }));
    expect(empty.message).toBe(
      `History 1 is empty; pass unknown: 'popular' or 'empty' to go on without.`,
    );
    expect(lists(await model.recommend({ histories: [] }))).toEqual([]);
  });

  it.each([NaN, Infinity, 1e300])('refuses the value %s', async (value) => {
    const error = await errorOf(() =>
      model.recommend({ histories: [['tea'], [{ item: 'cup', value }]] }),
    );
    expect(error.code).toBe('invalid-argument');
    expect(error.message).toContain(`History 1: the value of "cup" is ${value}`);
  });

  it('is found by its capability', () => {
    const any: Model<string, string> = model;
    expect(hasCapability(any, 'folds-in')).toBe(true);
    expect(hasCapability(any, 'rates-items')).toBe(false);
    if (hasCapability(any, 'folds-in')) {
      expectTypeOf(any).toExtend<FoldsIn<string>>();
    }
  });
});

describe('selectRows', () => {
  it('takes rows in the order given, repeats included', () => {
    const rows = selectRows(data.byUser(), [2, 0, 2]);
    expect([...rows.offsets]).toEqual([0, 2, 4, 6]);
    expect([...rows.indices]).toEqual([2, 3, 0, 1, 2, 3]);
    expect(selectRows(data.byUser(), []).rows).toBe(0);
  });
});
