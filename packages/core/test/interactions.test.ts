import fc from 'fast-check';
import { describe, expect, expectTypeOf, it } from 'vitest';
import { Interactions, Vocabulary, type Id } from '../src/index.js';
import { errorOf } from './error-of.js';

const rows = [
  { user: 'ann', sku: 7, stars: 5, day: new Date(1000), note: 'x' },
  { user: 'bob', sku: 9, stars: 3, day: new Date(3000), note: 'y' },
  { user: 'ann', sku: 9, stars: 4, day: new Date(2000), note: 'z' },
  { user: 'ann', sku: 7, stars: 1, day: new Date(4000), note: 'x' },
];
const all = Interactions.fromRows(rows, {
  user: 'user',
  item: 'sku',
  value: 'stars',
  timestamp: 'day',
});

describe('Interactions.fromRows', () => {
  it('makes columns in the order of the rows', () => {
    expect(all.size).toBe(4);
    expect([...all.users]).toEqual(['ann', 'bob']);
    expect([...all.items]).toEqual([7, 9]);
    expect([...all.userRows]).toEqual([0, 1, 0, 0]);
    expect([...all.itemRows]).toEqual([0, 1, 1, 0]);
    expect([...all.values!]).toEqual([5, 3, 4, 1]);
    expect([...all.timestamps!]).toEqual([1000, 3000, 2000, 4000]);
    expect(all.role).toBe('whole');
    expect(all.splitId).toBeUndefined();
  });

  it('has no values and timestamps unless asked for', () => {
    const pairs = Interactions.fromRows(new Set(rows), { user: 'user', item: 'sku' });
    expect(pairs.values).toBeUndefined();
    expect(pairs.timestamps).toBeUndefined();
    expect([...pairs.byUser().values]).toEqual([1, 1, 1, 1]);
  });

  it('keeps the types of ids and accepts properties of the right type only', () => {
    expectTypeOf(all).toEqualTypeOf<Interactions<string, number, 'whole'>>();
    const literal: { readonly who: 'a' | 'b'; readonly what: string }[] = [{ who: 'a', what: 'q' }];
    const narrow = Interactions.fromRows(literal, { user: 'who', item: 'what' });
    expectTypeOf(narrow).toEqualTypeOf<Interactions<'a' | 'b', string, 'whole'>>();
    const refused = [
      // @ts-expect-error -- no such property
      () => Interactions.fromRows(rows, { user: 'usr', item: 'sku' }),
      // @ts-expect-error -- a date is no id
      () => Interactions.fromRows(rows, { user: 'user', item: 'day' }),
      // @ts-expect-error -- text is no value
      () => Interactions.fromRows(rows, { user: 'user', item: 'sku', value: 'note' }),
    ];
    expect(refused).toHaveLength(3);
  });

  it('names the row and the nearest property where one is missing', async () => {
    const broken = [
      { userId: 'a', itemId: 1 },
      { userId: 'b', itemid: 2 },
    ] as { userId: string; itemId: number }[];
    const error = await errorOf(() =>
      Interactions.fromRows(broken, { user: 'userId', item: 'itemId' }),
    );
    expect(error.code).toBe('invalid-argument');
    expect(error.message).toBe('Row 1 has no property "itemId"; did you mean "itemid"?');
  });

  it('reads own properties only', async () => {
    const error = await errorOf(() =>
      Interactions.fromRows(
        [Object.create({ user: 'a', item: 'b' }) as { user: string; item: string }],
        {
          user: 'user',
          item: 'item',
        },
      ),
    );
    expect(error.message).toContain('Row 0 has no property "user"');
  });

  it.each([
    [{ user: null }, 'Row 1: "user" is null, expected an id (a string or a finite number).'],
    [{ item: NaN }, 'Row 1: "item" is NaN, expected an id (a string or a finite number).'],
    [{ item: { a: 1 } }, 'Row 1: "item" is {"a":1}, expected an id'],
    [{ value: '4' }, 'Row 1: "value" is "4", expected a finite number.'],
    [{ value: Infinity }, 'Row 1: "value" is Infinity, expected a finite number.'],
    [{ time: new Date(NaN) }, 'Row 1: "time" is NaN, expected a finite number.'],
    [{ time: undefined }, 'Row 1: "time" is undefined, expected a finite number.'],
  ])('refuses a row with %o', async (bad, message) => {
    const good = { user: 'a', item: 'b', value: 1, time: 0 };
    const error = await errorOf(() =>
      Interactions.fromRows([good, { ...good, ...bad } as typeof good], {
        user: 'user',
        item: 'item',
        value: 'value',
        timestamp: 'time',
      }),
    );
    expect(error.code).toBe('invalid-argument');
    expect(error.message).toContain(message);
  });
});

describe('Interactions.fromColumns and the constructor', () => {
  it('takes a million rows', () => {
    const users = Array.from({ length: 1_000_000 }, (_, n) => `user ${(n * 7919) % 50_000}`);
    const items = Array.from({ length: 1_000_000 }, (_, n) => (n * 104_729) % 20_000);
    const large = Interactions.fromColumns({ users, items });
    expect(large.size).toBe(1_000_000);
    expect(large.users.size).toBe(50_000);
    expect(large.items.size).toBe(20_000);
    expect(large.byItem().indices).toHaveLength(1_000_000);
    expect(large.fingerprint).toHaveLength(32);
  });

  it('may be empty', () => {
    const empty = Interactions.fromColumns({ users: [], items: [] });
    expect(empty.size).toBe(0);
    expect(empty.byUser().rows).toBe(0);
    expect([...empty.byItem().offsets]).toEqual([0]);
    expect(empty.compact().size).toBe(0);
  });

  it.each([
    [{ users: ['a', 'b'], items: [1] }, 'The column users has 2 entries and items has 1'],
    [{ users: ['a'], items: [1], values: [1, 2] }, 'The column values has 2 entries, expected 1.'],
    [{ users: ['a'], items: [1], values: [NaN] }, 'values[0] is NaN, expected a finite number.'],
    [{ users: ['a'], items: [1], values: [1e300] }, 'values[0] is Infinity, expected a finite'],
    [{ users: ['a'], items: [1], timestamps: [] }, 'The column timestamps has 0 entries'],
    [{ users: ['a'], items: [1], timestamps: [-Infinity] }, 'timestamps[0] is -Infinity'],
    [{ users: ['a'], items: [NaN] }, 'NaN is not an id'],
  ])('refuses %o', async (columns, message) => {
    const error = await errorOf(() => Interactions.fromColumns(columns));
    expect(error.code).toBe('invalid-argument');
    expect(error.message).toContain(message);
  });

  it.each([
    [Int32Array.of(0, 2), Int32Array.of(0, 0), 'userRows[1] is 2, expected a row of 2'],
    [Int32Array.of(0, -1), Int32Array.of(0, 0), 'userRows[1] is -1'],
    [Int32Array.of(0, 1), Int32Array.of(5, 0), 'itemRows[0] is 5, expected a row of 1'],
    [Int32Array.of(0, 1), Int32Array.of(0), 'The column itemRows has 1 entries, expected 2.'],
  ])('refuses rows outside the vocabulary', async (userRows, itemRows, message) => {
    const users = Vocabulary.from(['a', 'b']);
    const items = Vocabulary.from([1]);
    const error = await errorOf(
      () => new Interactions({ role: 'train', users, items, userRows, itemRows }),
    );
    expect(error.code).toBe('invalid-argument');
    expect(error.message).toContain(message);
  });
});

describe('views of interactions', () => {
  it('lists entries by user and by item, with repeats, once made', () => {
    const byUser = all.byUser();
    expect([...byUser.offsets]).toEqual([0, 3, 4]);
    expect([...byUser.indices]).toEqual([0, 1, 0, 1]);
    expect([...byUser.values]).toEqual([5, 4, 1, 3]);
    const byItem = all.byItem();
    expect([...byItem.offsets]).toEqual([0, 2, 4]);
    expect([...byItem.indices]).toEqual([0, 0, 0, 1]);
    expect([...byItem.values]).toEqual([5, 1, 4, 3]);
    expect(all.byUser()).toBe(byUser);
    expect(all.byItem()).toBe(byItem);
  });

  it('selects positions, in their order, over the same vocabularies', () => {
    const part = all.part(Int32Array.of(2, 1, 2), 'test', 'split 1');
    expectTypeOf(part).toEqualTypeOf<Interactions<string, number, 'test'>>();
    expect(part.role).toBe('test');
    expect(part.splitId).toBe('split 1');
    expect(part.users).toBe(all.users);
    expect([...part.userRows]).toEqual([0, 1, 0]);
    expect([...part.values!]).toEqual([4, 3, 4]);
    expect([...part.timestamps!]).toEqual([2000, 3000, 2000]);
    const same = part.select(Int32Array.of(1));
    expectTypeOf(same).toEqualTypeOf<Interactions<string, number, 'test'>>();
    expect([same.role, same.splitId, same.size]).toEqual(['test', 'split 1', 1]);
  });

  it.each([4, -1])('has no position %i', async (position) => {
    const error = await errorOf(() => all.select(Int32Array.of(0, position)));
    expect(error.message).toContain(`positions[1] is ${position}, expected a row of 4`);
  });

  it('drops ids that no longer occur, and keeps role, split and order', () => {
    const part = all.part(Int32Array.of(1), 'train', 's').compact();
    expect([...part.users]).toEqual(['bob']);
    expect([...part.items]).toEqual([9]);
    expect([...part.userRows, ...part.itemRows]).toEqual([0, 0]);
    expect([...part.values!]).toEqual([3]);
    expect([part.role, part.splitId]).toEqual(['train', 's']);
  });

  it('compacts to the same raw pairs', () => {
    const pair = fc.tuple(fc.nat(5), fc.constantFrom<Id>('a', 1, 'b', '1'), fc.boolean());
    fc.assert(
      fc.property(fc.array(pair), (pairs) => {
        const whole = Interactions.fromColumns({
          users: pairs.map(([user]) => user),
          items: pairs.map(([, item]) => item),
        });
        const kept = pairs.flatMap(([, , keep], position) => (keep ? [position] : []));
        const part = whole.select(Int32Array.from(kept));
        const compact = part.compact();
        const raw = (data: Interactions): Id[][] =>
          Array.from(data.userRows, (row, n) => [
            data.users.id(row),
            data.items.id(data.itemRows[n]!),
          ]);
        expect(raw(compact)).toEqual(raw(part));
        expect(compact.users.size).toBe(new Set(compact.userRows).size);
        expect(compact.items.size).toBe(new Set(compact.itemRows).size);
        const order = [...compact.users].map((user) => whole.users.row(user)!);
        expect(order).toEqual([...order].sort((a, b) => a - b));
      }),
    );
  });

  it('pipes through stages', () => {
    expect(all.pipe((data) => data.size)).toBe(4);
  });
});

describe('fingerprint', () => {
  const of = (users: Id[], items: Id[], values?: number[]): string =>
    Interactions.fromColumns({ users, items, ...(values && { values }) }).fingerprint;

  it('is the same for the same data, whatever the role', () => {
    expect(of(['a', 'b'], [1, 2])).toBe(of(['a', 'b'], [1, 2]));
    expect(of(['a'], [1])).toMatch(/^[0-9a-f]{32}$/);
    const { fingerprint } = all;
    expect(all.part(Int32Array.of(0, 1, 2, 3), 'test', 'x').fingerprint).toBe(fingerprint);
  });

  it('differs for data that differ in an id, a type, an order, a value or a column', () => {
    const prints = [
      of(['a', 'b'], [1, 2]),
      of(['b', 'a'], [1, 2]),
      of(['a', 'c'], [1, 2]),
      of(['a', 'b'], ['1', 2]),
      of(['a', 'b'], [1, '2']),
      of([1, 'b'], [1, 2]),
      of(['1', 'b'], [1, 2]),
      of(['b', 1], [1, 2]),
      of(['a', 'b'], [2, 1]),
      of(['a', 'b'], [1, 1]),
      of(['a', 'b'], [1, 2], [1, 1]),
      of(['a', 'b'], [1, 2], [1, 2]),
      of(['ab', ''], [1, 2]),
      of(['\ud800', 'b'], [1, 2]),
      of(['\ud801', 'b'], [1, 2]),
    ];
    expect(new Set(prints).size).toBe(prints.length);
  });
});
