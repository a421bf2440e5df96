import fc from 'fast-check';
import { describe, expect, expectTypeOf, it } from 'vitest';
import { type Recommendations, type TrainingRecord } from '../src/index.js';
import { errorOf } from './error-of.js';
import { recordOf, TableModel } from './table-model.js';

// Users ann, bob, cat, dan; items 10, 20, 30, 40, 50. dan and 50 occur only in an event that is not in training.
const record = recordOf<string, number>(
  [
    ['ann', 10],
    ['bob', 20],
    ['bob', 30],
    ['cat', 40],
    ['dan', 50],
    ['cat', 30],
  ],
  [0, 1, 2, 3, 5],
);
const model = new TableModel(record, (user, item) => 10 * user + [1, 5, 3, 5, 9][item]!);

function lists(result: Recommendations<string | number, number>): number[][] {
  return result.users.map((_, position) => result.list(position).map(({ item }) => item));
}

describe('recommend', () => {
  it('lists the best items that were not seen, ties by row, without cold items', async () => {
    const result = await model.recommend({ users: ['ann', 'bob', 'cat'] });
    expect(lists(result)).toEqual([
      [20, 40, 30],
      [40, 10],
      [20, 10],
    ]);
    expect([...result.offsets]).toEqual([0, 3, 5, 7]);
    expect(result.size).toBe(7);
    expect([...result.scores]).toEqual([5, 5, 3, 15, 11, 25, 21]);
    expect([...result].slice(2, 4)).toEqual([
      { user: 'ann', item: 30, score: 3, rank: 3 },
      { user: 'bob', item: 40, score: 15, rank: 1 },
    ]);
    expect(result.list(3)).toEqual([]);
    expectTypeOf(result).toEqualTypeOf<Recommendations<string, number>>();
  });

  it('refuses scores that overflow', async () => {
    const scored = (score: number): TableModel<string, number> =>
      new TableModel(record, (_, item) => (item === 2 ? score : item));
    const error = await errorOf(() => scored(Infinity).recommend({ users: ['ann'] }));
    expect(error.code).toBe('numerical');
    expect(error.message).toMatch(/^The score of the item 30 for "ann" leaves the range/);
    expect(lists(await scored(-1e38).recommend({ users: ['ann'] }))).toEqual([[40, 20, 30]]);
    // An item that may not appear is not looked at.
    const candidates = [20, 40];
    const found = await scored(Infinity).recommend({ users: ['ann'], candidates });
    expect(lists(found)).toEqual([[40, 20]]);
  });

  it('cuts at k, keeps seen items when asked, and answers in the order of the request', async () => {
    const users = ['cat', 'ann', 'cat'];
    expect(lists(await model.recommend({ users, k: 1 }))).toEqual([[20], [20], [20]]);
    expect(lists(await model.recommend({ users, k: 2, exclude: 'none' }))).toEqual([
      [20, 40],
      [20, 40],
      [20, 40],
    ]);
    expect(lists(await model.recommend({ users: [] }))).toEqual([]);
  });

  it('keeps to the candidates and to where', async () => {
    const users = ['ann'];
    expect(lists(await model.recommend({ users, candidates: [30, 40, 50, 10] }))).toEqual([
      [40, 30],
    ]);
    expect(lists(await model.recommend({ users, candidates: [] }))).toEqual([[]]);
    expect(lists(await model.recommend({ users, where: (item) => item < 40 }))).toEqual([[20, 30]]);
    expect(
      lists(await model.recommend({ users, candidates: [20, 30], where: (item) => item !== 20 })),
    ).toEqual([[30]]);
    const error = await errorOf(() => model.recommend({ users, candidates: [60] }));
    expect(error.code).toBe('unknown-id');
    expect(error.message).toBe('The model does not know the item 60; it knows 5 items.');
  });

  it('treats users it does not know, or without events, as the request says', async () => {
    const users = ['zoe', 'ann', 'dan'];
    const empty = await model.recommend({ users, unknown: 'empty' });
    expect(lists(empty)).toEqual([[], [20, 40, 30], []]);
    const popular = await model.recommend({ users, unknown: 'popular', k: 3 });
    expect(lists(popular)).toEqual([
      [30, 10, 20],
      [20, 40, 30],
      [30, 10, 20],
    ]);
    expect(popular.list(0)[0]!.score).toBe(2);
    const onlyUnknown = await model.recommend({ users: ['zoe'], unknown: 'popular', k: 1 });
    expect(lists(onlyUnknown)).toEqual([[30]]);
    const unknown = await errorOf(() => model.recommend({ users }));
    expect(unknown.code).toBe('unknown-id');
    expect(unknown.message).toBe(
      `The model does not know the user "zoe"; it knows 4 users. Pass unknown: 'popular' or 'empty' to go on without.`,
    );
    const silent = await errorOf(() => model.recommend({ users: ['dan'] }));
    expect(silent.message).toBe(
      `The user "dan" has no training events. Pass unknown: 'popular' or 'empty' to go on without.`,
    );
  });

  it('points out an id of the other type', async () => {
    const error = await errorOf(() =>
      new TableModel(recordOf([[7, 'a']]), () => 0).recommend({ users: ['7' as never] }),
    );
    expect(error.message).toContain(
      'does not know the user "7"; it knows 1 users (but it knows the number 7)',
    );
  });

  it('asks a model that answers anyone also for users without events', async () => {
    const anyone = new TableModel(record, (_, item) => item, true);
    expect(lists(await anyone.recommend({ users: ['dan'], k: 2 }))).toEqual([[40, 30]]);
  });

  it.each([0, -1, 1.5, NaN, Infinity])('refuses k = %s', async (k) => {
    const error = await errorOf(() => model.recommend({ users: ['ann'], k }));
    expect(error.code).toBe('invalid-argument');
    expect(error.message).toBe(`k is ${k}; it must be a whole number of at least 1.`);
  });

  it('takes a k beyond all items', async () => {
    const result = await model.recommend({ users: ['ann'], k: Number.MAX_SAFE_INTEGER });
    expect(result.size).toBe(3);
  });

  it('says which score is not a number', async () => {
    const broken = new TableModel(record, () => NaN);
    expect((await errorOf(() => broken.recommend({ users: ['ann'] }))).code).toBe('numerical');
  });

  it('passes on what where throws, and aborts', async () => {
    const where = (): never => {
      throw new RangeError('mine');
    };
    await expect(model.recommend({ users: ['ann'], where })).rejects.toThrow('mine');
    const signal = AbortSignal.abort('stop');
    await expect(model.recommend({ users: ['ann'], signal })).rejects.toBe('stop');
  });

  it('ranks in blocks of at most 2^18 scores, with ascending progress', async () => {
    const items = 40_000;
    const large: TrainingRecord<number, number> = recordOf(
      Array.from({ length: items }, (_, item) => [item % 20, item]),
    );
    const wide = new TableModel(large, (user, item) => -Math.abs(item - 2000 * user));
    const users = Array.from({ length: 20 }, (_, user) => user);
    const seen: number[] = [];
    const result = await wide.recommend({
      users,
      k: 2,
      onProgress: ({ fraction }) => seen.push(fraction),
    });
    expect(wide.blocks).toEqual([6, 6, 6, 2]);
    expect(seen.at(-1)).toBe(1);
    expect(seen).toEqual([...seen].sort((a, b) => a - b));
    for (const user of users) {
      // The user's own items are those congruent to the user modulo 20.
      const around = [0, -1, 1, -2, 2].map((step) => 2000 * user + step);
      const expected = around.filter((item) => item >= 0 && item % 20 !== user).slice(0, 2);
      expect(result.list(user).map(({ item }) => item)).toEqual(expected);
    }
  });

  it('agrees with a plain sort, whatever the order of users', async () => {
    const events = fc.array(fc.tuple(fc.nat(6), fc.nat(8)), { minLength: 1, maxLength: 40 });
    const table = fc.array(fc.integer({ min: 0, max: 4 }), { minLength: 63, maxLength: 63 });
    await fc.assert(
      fc.asyncProperty(events, table, fc.integer({ min: 1, max: 12 }), async (pairs, scores, k) => {
        const any = new TableModel(recordOf(pairs), (user, item) => scores[user * 9 + item]!);
        const users = [...any.users];
        const forward = await any.recommend({ users, k });
        const backward = await any.recommend({ users: [...users].reverse(), k });
        users.forEach((user, row) => {
          const seen = new Set(pairs.filter(([own]) => own === user).map(([, item]) => item));
          const expected = [...any.items]
            .map((item, itemRow) => ({ item, score: scores[row * 9 + itemRow]! }))
            .filter(({ item }) => !seen.has(item))
            .sort((a, b) => b.score - a.score)
            .slice(0, k)
            .map(({ item, score }, n) => ({ user, item, score, rank: n + 1 }));
          expect(forward.list(row)).toEqual(expected);
          expect(backward.list(users.length - 1 - row)).toEqual(expected);
        });
      }),
    );
  });
});

describe('score', () => {
  it('gives the score of each pair in the order of the request, seen or not', async () => {
    const users = ['cat', 'ann', 'cat', 'bob', 'dan'];
    const scores = await model.score({ users, items: [10, 20, 50, 20, 30] });
    expect([...scores]).toEqual([21, 5, 29, 15, 33]);
    expect(await model.score({ users: [], items: [] })).toHaveLength(0);
  });

  it('refuses unknown ids and columns that are not parallel', async () => {
    const user = await errorOf(() => model.score({ users: ['zoe'], items: [10] }));
    expect(user.code).toBe('unknown-id');
    expect(user.message).toBe('The model does not know the user "zoe"; it knows 4 users.');
    const item = await errorOf(() => model.score({ users: ['ann'], items: [11] }));
    expect(item.code).toBe('unknown-id');
    const parallel = await errorOf(() => model.score({ users: ['ann'], items: [] }));
    expect(parallel.message).toBe('score got 1 users and 0 items; they must be parallel.');
  });
});

describe('dispose', () => {
  it('ends a model, by name or by symbol', async () => {
    const first = new TableModel(record, () => 0);
    first.dispose();
    for (const call of [
      () => first.recommend({ users: ['ann'] }),
      () => first.score({ users: ['ann'], items: [10] }),
    ]) {
      expect((await errorOf(call)).message).toBe(
        'This table model was disposed; fit or load it again.',
      );
    }
    const second = new TableModel(record, () => 0);
    second[Symbol.dispose]();
    expect((await errorOf(() => second.recommend({ users: ['ann'] }))).code).toBe(
      'invalid-argument',
    );
  });
});
