import { Interactions, type Recommendations } from '@tensorec/core';
import fc from 'fast-check';
import { describe, expect, expectTypeOf, it } from 'vitest';
import { Popular, type PopularModel } from '../src/index.js';

const day = 86_400_000;
const start = Date.UTC(2026, 0, 1);

interface Visit {
  readonly user: number;
  readonly page: string;
  readonly day: number;
}

function visits(...rows: readonly Visit[]): Interactions<number, string, 'whole'> {
  const timed = rows.map((row) => ({ ...row, time: start + row.day * day }));
  return Interactions.fromRows(timed, { user: 'user', item: 'page', timestamp: 'time' });
}

/** By day 100, home has 3 users and news 2; news alone was visited in the last 30 days, help on the 30th day back. */
const data = visits(
  { user: 1, page: 'home', day: 0 },
  { user: 2, page: 'home', day: 10 },
  { user: 3, page: 'home', day: 20 },
  { user: 1, page: 'news', day: 100 },
  { user: 2, page: 'news', day: 90 },
  { user: 2, page: 'news', day: 80 },
  { user: 3, page: 'help', day: 70 },
);

describe('popular', () => {
  it('counts each user of an item once', async () => {
    const model = await new Popular().fit(data);
    expect([...model.popularity]).toEqual([3, 2, 1]);
  });

  it('recent: counts users whose last event lies in the window, its first instant included', async () => {
    const model = await new Popular({ kind: 'recent', window: 30 }).fit(data);
    expect([...model.popularity]).toEqual([0, 2, 1]);
    const shorter = await new Popular({ kind: 'recent', window: 29.99 }).fit(data);
    expect([...shorter.popularity]).toEqual([0, 2, 0]);
  });

  it('decayed: halves what a user counts for every half-life since the last event', async () => {
    const model = await new Popular({ kind: 'decayed', halfLife: 10 }).fit(data);
    expect([...model.popularity]).toEqual([
      expect.closeTo(2 ** -10 + 2 ** -9 + 2 ** -8, 9),
      expect.closeTo(1 + 2 ** -1, 6),
      expect.closeTo(2 ** -3, 6),
    ]);
  });

  it('does not depend on the order of events', async () => {
    const positions = Array.from({ length: data.size }, (_, n) => n);
    const order = fc.shuffledSubarray(positions, { minLength: data.size });
    await fc.assert(
      fc.asyncProperty(order, async (shuffledPositions) => {
        const shuffled = data.select(Int32Array.from(shuffledPositions));
        for (const kind of ['all-time', 'recent', 'decayed'] as const) {
          const [one, other] = [new Popular({ kind }), new Popular({ kind })];
          expect((await one.fit(shuffled)).popularity).toEqual((await other.fit(data)).popularity);
        }
      }),
      { numRuns: 20 },
    );
  });

  it('needs timestamps unless it counts all time', async () => {
    const timeless = Interactions.fromColumns({ users: [1, 2], items: ['a', 'b'] });
    await expect(new Popular({ kind: 'recent' }).fit(timeless)).rejects.toMatchObject({
      code: 'invalid-argument',
      message: expect.stringContaining('needs timestamps') as string,
    });
    await expect(new Popular().fit(timeless)).resolves.toBeDefined();
  });

  it('recommends to anyone, without what they have seen', async () => {
    const model = await new Popular().fit(data);
    const known = await model.recommend({ users: [1] });
    expect([...known].map(({ item, score }) => [item, score])).toEqual([['help', 1]]);
    const anyone = await model.recommend({ histories: [[], ['home']], k: 2 });
    expect([...anyone].map(({ user, item, rank }) => [user, item, rank])).toEqual([
      [0, 'home', 1],
      [0, 'news', 2],
      [1, 'news', 1],
      [1, 'help', 2],
    ]);
  });

  it('refuses parameters out of range', () => {
    expect(() => new Popular({ window: 0 })).toThrow(/window/);
    expect(() => new Popular({ halfLife: -1 })).toThrow(/halfLife/);
  });

  it('keeps the types of ids, and checks names of parameters and the role of data', async () => {
    const model = await new Popular({ kind: 'recent' }).fit(data);
    expectTypeOf(model).toEqualTypeOf<PopularModel<number, string>>();
    const lists = await model.recommend({ users: [1] });
    expectTypeOf(lists).toEqualTypeOf<Recommendations<number, string>>();
    // @ts-expect-error users are numbers
    await expect(model.recommend({ users: ['1'] })).rejects.toMatchObject({ code: 'unknown-id' });
    // @ts-expect-error there is no such parameter
    expect(() => new Popular({ halflife: 3 })).toThrow(/did you mean "halfLife"/);
    const test = data.part(Int32Array.of(0), 'test', undefined);
    // @ts-expect-error test data is not training data
    await expect(new Popular().fit(test)).rejects.toMatchObject({ code: 'role' });
  });
});
