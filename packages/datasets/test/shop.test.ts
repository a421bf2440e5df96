import { isTensorecError, runSteps, type FeatureTable, type Interactions } from '@tensorec/core';
import {
  eventWeights,
  generateShop,
  shopEvents,
  shopSteps,
  type EventKind,
  type Shop,
} from '@tensorec/datasets';
import fc from 'fast-check';
import { describe, expect, expectTypeOf, it } from 'vitest';

const yearStart = Date.UTC(2025, 0, 1);
const yearEnd = Date.UTC(2026, 0, 1);

function checkShop(shop: Shop, users: number, items: number): void {
  const { interactions, ratings, structure } = shop;
  expect(shop.users.ids.size).toBe(users);
  expect(shop.items.ids.size).toBe(items);
  expect(interactions.users).toBe(ratings.users);
  expect([...interactions.users]).toEqual([...shop.users.ids]);
  expect([...interactions.items]).toEqual([...shop.items.ids]);
  expect(shop.events).toHaveLength(interactions.size);
  expect(new Set(interactions.userRows).size).toBe(users);

  let problems = 0;
  let last = -Infinity;
  interactions.timestamps!.slice().forEach((time, n) => {
    const added = structure.itemAdded[interactions.itemRows[n]!]!;
    if (time < last || time < added || time < yearStart || time >= yearEnd) problems++;
    if (!Number.isInteger(time)) problems++;
    if (interactions.values![n] !== eventWeights[shop.events[n]!]) problems++;
    last = time;
  });
  expect(problems).toBe(0);

  expect(ratings.size).toBe(shop.events.filter((event) => event === 'rating').length);
  expect([...ratings.values!].every((value) => [1, 2, 3, 4, 5].includes(value))).toBe(true);
  const pairs = [...ratings.userRows].map((user, n) => `${user} ${ratings.itemRows[n]!}`);
  expect(new Set(pairs).size).toBe(pairs.length);

  const links = shop.social.map(([a, b]) => (a < b ? `${a} ${b}` : `${b} ${a}`));
  expect(new Set(links).size).toBe(links.length);
  for (const [a, b] of shop.social) {
    expect(a).not.toBe(b);
    expect(shop.users.ids.has(a) && shop.users.ids.has(b)).toBe(true);
  }
  for (const { first, then } of structure.complements) {
    expect(shop.items.ids.has(first) && shop.items.ids.has(then)).toBe(true);
  }
  for (const matrix of [structure.tasteAtStart, structure.tasteAtEnd]) {
    expect(matrix).toHaveLength(users * 12);
    for (let row = 0; row < users; row++) {
      const sum = matrix.subarray(row * 12, (row + 1) * 12).reduce((total, value) => total + value);
      expect(sum).toBeCloseTo(1, 10);
    }
  }
}

describe('generateShop', () => {
  it('gives whole shops of every size', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 25 }),
        fc.integer({ min: 1, max: 60 }),
        fc.nat(),
        (users, items, seed) => {
          checkShop(generateShop({ users, items, seed }), users, items);
        },
      ),
      {
        numRuns: 60,
        examples: [
          [1, 1, 0],
          [1, 3, 1],
          [13, 1, 2],
          [25, 3, 3],
        ],
      },
    );
  });

  it('gives a whole shop of the default size', () => {
    const shop = generateShop();
    checkShop(shop, 2000, 1000);
    expect(shop.interactions.size).toBeGreaterThan(45_000);
    expect(shop.interactions.size).toBeLessThan(62_000);
  });

  it('gives the same shop for a seed and others for others', () => {
    const small = { users: 50, items: 40 };
    const seeds = [0, 0, 1, 2, 2 ** 40 + 1, Number.MAX_SAFE_INTEGER];
    const prints = seeds.map((seed) => generateShop({ ...small, seed }).interactions.fingerprint);
    expect(prints[0]).toBe(prints[1]);
    expect(new Set(prints).size).toBe(seeds.length - 1);
    const [first, again] = [generateShop(small), generateShop({ ...small, seed: 0 })];
    expect([...again.items.columns]).toEqual([...first.items.columns]);
    expect([...again.users.columns]).toEqual([...first.users.columns]);
    expect(again.social).toEqual(first.social);
  });

  it('describes items readably, with titles of their own', () => {
    const { items, structure } = generateShop({ users: 1, items: 3000 });
    const titles = [...items.ids].map((id) => items.text(id, 'title')!);
    expect(new Set(titles).size).toBe(3000);
    for (const title of titles.slice(0, 200)) {
      expect(title).toMatch(/^\p{Lu}[\p{L}’ -]+( No\. \d)?$/u);
    }
    const prices = items.columns.get('price')!;
    expect(prices.kind).toBe('number');
    [...items.ids].forEach((id, row) => {
      const title = items.text(id, 'title')!;
      expect(items.text(id, 'description')).toMatch(/^[^.]+(No\. \d[^.]*)?\. [^.]+\.$/);
      expect(items.text(id, 'description')!.startsWith(title)).toBe(true);
      expect(items.text(id, 'category')).toBe(structure.categories[structure.itemCategory[row]!]);
      expect(items.text(id, 'tags')).toContain(structure.styles[structure.itemStyle[row]!]);
      expect(prices.values[row]).toBeGreaterThan(0);
    });
    expect(structure.categories).toHaveLength(12);
  });

  it('has log-normal prices around the medians', () => {
    const { items, structure } = generateShop({ users: 1, items: 20_000 });
    const camping = structure.categories.indexOf('Camping');
    const prices = items.columns.get('price')!.values as Float64Array;
    const tents = [...items.ids].flatMap((id, row) =>
      structure.itemCategory[row] === camping && items.text(id, 'title')!.includes('backpack')
        ? [prices[row]!]
        : [],
    );
    tents.sort((a, b) => a - b);
    // Median 74, standard deviation of the logarithm 0.9; some 160 items.
    const at = (share: number): number => tents[Math.floor(share * tents.length)]!;
    expect(at(0.5)).toBeGreaterThan(55);
    expect(at(0.5)).toBeLessThan(98);
    expect(Math.log(at(0.84) / at(0.16)) / 2).toBeGreaterThan(0.65);
    expect(Math.log(at(0.84) / at(0.16)) / 2).toBeLessThan(1.15);
  });

  it('knows how well any item suits any user', () => {
    const shop = generateShop({ users: 5, items: 30 });
    expect(shop.structure.match('u000000003', 'i0000007')).toBeTypeOf('number');
    expect(() => shop.structure.match('u9', 'i0000007')).toThrow(
      'The shop has no user "u9"; take ids from shop.users.ids.',
    );
    expect(() => shop.structure.match('u000000003', 'x')).toThrow(/no item "x"/);
  });

  it.each<[object, RegExp]>([
    [{ users: 0 }, /users.*found 0/s],
    [{ items: 1.5 }, /items.*found 1.5/s],
    [{ seed: -1 }, /seed.*found -1/s],
    [{ users: NaN }, /users/],
    [{ user: 5 }, /unknown key "user".*users/s],
  ])('refuses %j', (options, message) => {
    const attempt = (): unknown => generateShop(options);
    expect(attempt).toThrow(message);
    expect(attempt).toThrow(expect.objectContaining({ code: 'invalid-argument' }));
  });

  it('has types', () => {
    expectTypeOf<Shop['interactions']>().toEqualTypeOf<Interactions<string, string, 'whole'>>();
    expectTypeOf<Shop['items']>().toEqualTypeOf<FeatureTable<string>>();
    expectTypeOf<Shop['events']>().toEqualTypeOf<readonly EventKind[]>();
    // @ts-expect-error: there is no such option
    expect(() => generateShop({ shops: 2 })).toThrow(/unknown key "shops"/);
    // @ts-expect-error: a number is expected
    expect(() => generateShop({ users: '5' })).toThrow(/users/);
  });
});

describe('shopSteps', () => {
  it('reports growing fractions and can be aborted', async () => {
    const fractions: number[] = [];
    const steps = shopSteps({ users: 100, items: 50 });
    for (let step = steps.next(); step.done !== true; step = steps.next())
      fractions.push(step.value);
    expect(fractions.length).toBeGreaterThan(5);
    expect(fractions).toEqual([...fractions].sort((a, b) => a - b));

    const controller = new AbortController();
    const reason = new Error('enough');
    await expect(
      runSteps(shopSteps({ users: 50_000 }), {
        stage: 'shop',
        signal: controller.signal,
        onProgress: () => {
          controller.abort(reason);
        },
      }),
    ).rejects.toBe(reason);
  });
});

describe('shopEvents', () => {
  it('gives the events of generateShop', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 30 }), fc.nat(), (users, seed) => {
        const options = { users, items: 40, seed };
        const events = [...shopEvents(options)].sort(
          (a, b) => a.timestamp - b.timestamp || (a.user < b.user ? -1 : a.user > b.user ? 1 : 0),
        );
        const { interactions, events: kinds } = generateShop(options);
        expect(events.map(({ user }) => user)).toEqual(
          Array.from(interactions.userRows, (row) => interactions.users.id(row)),
        );
        expect(events.map(({ item }) => item)).toEqual(
          Array.from(interactions.itemRows, (row) => interactions.items.id(row)),
        );
        expect(events.map(({ event }) => event)).toEqual(kinds);
        expect(events.map(({ timestamp }) => timestamp)).toEqual([...interactions.timestamps!]);
      }),
      { numRuns: 20 },
    );
  });

  it('starts at once for many users and gives each in the order of time', () => {
    let previous = { user: '', timestamp: 0 };
    let seen = 0;
    for (const event of shopEvents({ users: 200_000, items: 500 })) {
      if (event.user === previous.user) {
        expect(event.timestamp).toBeGreaterThanOrEqual(previous.timestamp);
      } else {
        expect(event.user > previous.user).toBe(true);
      }
      expect(event.rating !== undefined).toBe(event.event === 'rating');
      previous = event;
      if (++seen === 2000) break;
    }
    expect(seen).toBe(2000);
  });

  it('refuses wrong options when called, before the first event is asked for', () => {
    let code: string | undefined;
    try {
      shopEvents({ users: -1 });
    } catch (error) {
      if (isTensorecError(error)) code = error.code;
    }
    expect(code).toBe('invalid-argument');
  });
});
