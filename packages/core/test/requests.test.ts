import { describe, expect, expectTypeOf, it } from 'vitest';
import {
  capabilityNames,
  hasCapability,
  rateAllRows,
  withoutUsers,
  type FindsSimilar,
  type Model,
  type Recommendations,
} from '../src/index.js';
import { errorOf } from './error-of.js';
import { recordOf, TableModel } from './table-model.js';

const record = recordOf<string, string>([
  ['ann', 'a', 5],
  ['ann', 'b', 3],
  ['bob', 'a', 4],
  ['bob', 'c', 1],
  ['cat', 'c', 2],
]);
const model = new TableModel(record, (user, item) => 10 * user + item);

describe('similar', () => {
  it('lists the nearest items, never the item itself nor what cannot be compared', async () => {
    const result = await model.similar({ items: ['b', 'c'] });
    expectTypeOf(result).toEqualTypeOf<Recommendations<string, string>>();
    expect([...result]).toEqual([
      { user: 'b', item: 'c', score: 0.5, rank: 1 },
      { user: 'c', item: 'b', score: 0.5, rank: 1 },
    ]);
    expect([...(await model.similar({ items: ['a'], k: 1 }))].map(({ item }) => item)).toEqual([
      'b',
    ]);
  });

  it('leaves out items without training events', async () => {
    const cold = recordOf<string, string>(
      [
        ['u', 'a'],
        ['u', 'b'],
        ['u', 'c'],
        ['v', 'd'],
      ],
      [0, 1, 3],
    );
    const result = await new TableModel(cold, () => 0).similar({ items: ['b'] });
    expect([...result].map(({ item }) => item)).toEqual(['d']);
  });

  it('refuses unknown items and bad k', async () => {
    expect((await errorOf(() => model.similar({ items: ['z'] }))).code).toBe('unknown-id');
    expect((await errorOf(() => model.similar({ items: ['a'], k: 0 }))).code).toBe(
      'invalid-argument',
    );
  });
});

describe('explain', () => {
  it('gives the strongest reasons first', async () => {
    expect(await model.explain({ user: 'ann', item: 'b' })).toEqual([
      { item: 'a', contribution: 10 },
      { item: 'b', contribution: 6 },
    ]);
    expect(await model.explain({ user: 'bob', item: 'a', k: 1 })).toEqual([
      { item: 'a', contribution: 4 },
    ]);
  });

  it('refuses unknown ids and bad k', async () => {
    const error = await errorOf(() => model.explain({ user: 'zoe', item: 'a' }));
    expect(error.code).toBe('unknown-id');
    expect(error.message).toContain('does not know the user "zoe", so it has no history');
    expect((await errorOf(() => model.explain({ user: 'ann', item: 'z' }))).code).toBe(
      'unknown-id',
    );
    expect((await errorOf(() => model.explain({ user: 'ann', item: 'a', k: -2 }))).code).toBe(
      'invalid-argument',
    );
  });
});

describe('rate', () => {
  it('asks the model first and falls back to means', async () => {
    // Mean of 5 3 4 1 2: 3. Items: a ((5-3) + (4-3)) / 2 = 1.5, b 0, c ((1-3) + (2-3)) / 2 = -1.5.
    // Users: ann ((5-4.5) + (3-3)) / 2 = 0.25, bob ((4-4.5) + (1-1.5)) / 2 = -0.5, cat 2-1.5 = 0.5.
    const result = await model.rate({
      users: ['bob', 'zoe', 'bob', 'zoe', 'cat', 'ann'],
      items: ['c', 'a', 'z', 'z', 'z', 'y'],
    });
    expect([...result.ratings]).toEqual([12, 4.5, 2.5, 3, 3.5, 3.25]);
    expect(result.fallbacks).toBe(5);
  });

  it('adds both parts where the model cannot rate a pair it knows', async () => {
    const silent = new TableModel(record, () => NaN);
    const { ratings, fallbacks } = await silent.rate({ users: ['ann', 'bob'], items: ['c', 'a'] });
    expect([...ratings]).toEqual([1.75, 4]);
    expect(fallbacks).toBe(2);
  });

  it('rates blocks in order, and nothing', async () => {
    const size = 1500;
    const users = Int32Array.from({ length: size }, (_, n) => n % 3);
    const items = Int32Array.from({ length: size }, (_, n) => (n % 4) - 1);
    const steps = rateAllRows(model, users, items);
    const fractions: number[] = [];
    let step = steps.next();
    for (; step.done !== true; step = steps.next()) fractions.push(step.value);
    expect(fractions).toEqual([512 / 1500, 1024 / 1500, 1]);
    step.value.ratings.forEach((rating, n) => {
      if (items[n]! >= 0) expect(rating).toBe(10 * users[n]! + items[n]!);
    });
    expect(step.value.fallbacks).toBe(375);
    expect((await model.rate({ users: [], items: [] })).ratings).toHaveLength(0);
  });

  it('says so when there are no ratings for means, or columns are not parallel', async () => {
    const itemSide = new TableModel(withoutUsers(record), () => NaN);
    const error = await errorOf(() => itemSide.rate({ users: ['ann' as never], items: ['a'] }));
    expect(error.code).toBe('unknown-id');
    expect(error.message).toContain('saved without the ratings');
    const parallel = await errorOf(() => model.rate({ users: ['ann'], items: [] }));
    expect(parallel.message).toBe('rate got 1 users and 0 items; they must be parallel.');
  });
});

describe('hasCapability', () => {
  it('shows what a model can do, and narrows its type', () => {
    const any: Model<string, string> = model;
    expect(capabilityNames.filter((name) => hasCapability(any, name))).toEqual([
      'rates-items',
      'finds-similar',
      'explains',
    ]);
    if (hasCapability(any, 'finds-similar')) {
      expectTypeOf(any).toExtend<FindsSimilar<string>>();
    }
    // @ts-expect-error -- not known to find similar items
    expectTypeOf(any).toExtend<FindsSimilar<string>>();
  });
});
