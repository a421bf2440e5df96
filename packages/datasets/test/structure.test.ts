import { readFileSync } from 'node:fs';
import { generateShop, shopEvents } from '@tensorec/datasets';
import { describe, expect, it } from 'vitest';
import { measure } from './measures.js';

const shop = generateShop();
const measured = measure(shop);
const other = measure(generateShop({ seed: 1 }));

/** Value that the README states, by its name. */
const stated = new Map(
  readFileSync(new URL('../README.md', import.meta.url), 'utf8')
    .split('\n')
    .flatMap((line) => {
      const [, name, value, chance] = line.split('|').map((cell) => cell.trim());
      return name === undefined || !(Number(value) > 0)
        ? []
        : [[name, { value: Number(value), chance: Number(chance) }] as const];
    }),
);

describe('README', () => {
  it('states 14 figures', () => {
    expect(stated.size).toBe(14);
  });

  it.each([...stated])('%s', (name, { value }) => {
    expect(Math.abs(measured[name]! - value)).toBeLessThanOrEqual(0.00501);
  });

  it('states the number of events of each kind', () => {
    const text = readFileSync(new URL('../README.md', import.meta.url), 'utf8').replaceAll(
      /\s+/g,
      ' ',
    );
    const count = (kind: string): string =>
      shop.events.filter((event) => event === kind).length.toLocaleString('en-US');
    expect(text).toContain(
      `There are ${shop.interactions.size.toLocaleString('en-US')} events: ${count('view')} views, ${count('cart')} carts, ${count('purchase')} purchases and ${count('rating')} ratings.`,
    );
  });

  it('states the chance values', () => {
    expect(measured['taste cosine of strangers']).toBeCloseTo(
      stated.get('taste cosine of friends')!.chance,
      2,
    );
    expect(measured['another pair’s second item bought within 7 days']).toBeCloseTo(
      stated.get('complement bought within 7 days')!.chance,
      2,
    );
    // Events spread by chance are Poisson with mean m, whose Gini is near 1 / √(π m).
    const mean = shop.interactions.size / shop.items.ids.size;
    expect(1 / Math.sqrt(Math.PI * mean)).toBeCloseTo(
      stated.get('Gini of events over items')!.chance,
      2,
    );
  });
});

describe.each([
  ['seed 0', measured],
  ['seed 1', other],
])('structure of %s', (_, values) => {
  const value = (name: string): number => values[name]!;

  it('has some 20 events for the median user', () => {
    expect(value('median events of a user')).toBeGreaterThanOrEqual(16);
    expect(value('median events of a user')).toBeLessThanOrEqual(24);
  });

  it('has tastes', () => {
    expect(value('purchases in the user’s two strongest categories')).toBeGreaterThan(0.6);
    expect(value('purchases in the user’s strongest style')).toBeGreaterThan(0.55);
  });

  it('has popular items', () => {
    expect(value('Gini of events over items')).toBeGreaterThan(0.55);
    expect(value('Gini of events over items')).toBeLessThan(0.8);
  });

  it('has seasons where they are due', () => {
    expect(value('peak quarter against the opposite one, Snow sports')).toBeGreaterThan(4);
    const pets = value('peak quarter against the opposite one, Pets');
    expect(pets).toBeGreaterThan(0.5);
    expect(pets).toBeLessThan(1.5);
  });

  it('has complements', () => {
    const complement = value('complement bought within 7 days');
    expect(complement).toBeGreaterThan(0.2);
    expect(complement).toBeLessThan(0.4);
    expect(complement).toBeGreaterThan(
      5 * value('another pair’s second item bought within 7 days'),
    );
  });

  it('has friends of like taste', () => {
    expect(value('taste cosine of friends') - value('taste cosine of strangers')).toBeGreaterThan(
      0.15,
    );
  });

  it('has tastes and trends that move', () => {
    expect(value('last third against first, category the user turns to')).toBeGreaterThan(1.2);
    expect(value('last third against first, category the user leaves')).toBeLessThan(0.8);
    expect(value('second half against first, rising third of communities')).toBeGreaterThan(1.2);
    expect(value('second half against first, falling third of communities')).toBeLessThan(0.75);
  });

  it('has ratings that follow the match', () => {
    expect(value('correlation of ratings with the true match')).toBeGreaterThan(0.6);
  });

  it('has repeats and evenings', () => {
    expect(value('purchases of consumables that are repeats')).toBeGreaterThan(0.45);
    expect(value('events from 18 to 23 h UTC')).toBeGreaterThan(0.33);
  });
});

describe('single facts', () => {
  it('has each event kind in the order of the funnel', () => {
    const count = (kind: string): number => shop.events.filter((event) => event === kind).length;
    expect(count('view')).toBeGreaterThan(2 * count('cart'));
    expect(count('cart')).toBeGreaterThan(count('purchase'));
    expect(count('purchase')).toBeGreaterThan(2 * count('rating'));
    expect(count('rating')).toBeGreaterThan(1000);
  });

  it('has position bias: views by place follow the examination', () => {
    // With many items almost every page reaches place 5; place 1 also has the view that every user starts with.
    const views = new Array<number>(11).fill(0);
    for (const { event, position } of shopEvents({ users: 1500, items: 30_000 })) {
      if (event === 'view' && position !== undefined) views[position]!++;
    }
    const { examination } = shop.structure;
    expect(examination.map((probability) => Number(probability.toFixed(4)))).toEqual([
      1, 0.7071, 0.5774, 0.5, 0.4472, 0.4082, 0.378, 0.3536, 0.3333, 0.3162,
    ]);
    for (const place of [3, 4, 5]) {
      const expected = examination[place - 1]! / examination[1]!;
      expect(views[place]! / views[2]!).toBeGreaterThan(0.85 * expected);
      expect(views[place]! / views[2]!).toBeLessThan(1.15 * expected);
    }
  });

  it('buys nothing twice but consumables', () => {
    const consumables = new Set(shop.structure.consumables.map((id) => shop.items.ids.row(id)!));
    const bought = new Set<string>();
    shop.events.forEach((event, n) => {
      const item = shop.interactions.itemRows[n]!;
      if (event !== 'purchase' || consumables.has(item)) return;
      const key = `${shop.interactions.userRows[n]!} ${item}`;
      expect(bought.has(key)).toBe(false);
      bought.add(key);
    });
    expect(bought.size).toBeGreaterThan(1000);
  });

  it('pairs complements of kinds that belong together', () => {
    const title = (id: string): string => shop.items.text(id, 'title')!;
    const { complements } = shop.structure;
    expect(complements.length).toBeGreaterThan(100);
    for (const { first, then } of complements) {
      if (title(first).endsWith('teapot')) expect(title(then)).toMatch(/green tea$/);
      if (title(first).endsWith(' tent')) expect(title(then)).toMatch(/ground sheet$/);
    }
  });

  it('has cold items, unseen items and cold users', () => {
    const { structure, interactions } = shop;
    const itemEvents = new Array<number>(shop.items.ids.size).fill(0);
    for (const row of interactions.itemRows) itemEvents[row]!++;
    const userEvents = new Array<number>(shop.users.ids.size).fill(0);
    for (const row of interactions.userRows) userEvents[row]!++;
    expect(structure.coldUsers.length).toBeGreaterThan(60);
    for (const id of structure.coldUsers) {
      expect(userEvents[shop.users.ids.row(id)!]).toBeGreaterThanOrEqual(1);
      expect(userEvents[shop.users.ids.row(id)!]).toBeLessThanOrEqual(2);
    }
    expect(structure.coldItems.length).toBeGreaterThan(25);
    const lastWeeks = Date.UTC(2025, 11, 11);
    for (const id of structure.coldItems) {
      expect(structure.itemAdded[shop.items.ids.row(id)!]).toBeGreaterThanOrEqual(lastWeeks);
    }
    const mean = (ids: readonly string[]): number =>
      ids.reduce((sum, id) => sum + itemEvents[shop.items.ids.row(id)!]!, 0) / ids.length;
    expect(mean(structure.coldItems)).toBeLessThan(0.15 * (interactions.size / 1000));
    expect(structure.unseenItems.length).toBeGreaterThan(10);
    expect(mean(structure.unseenItems)).toBe(0);
    const unseen = itemEvents.filter((count) => count === 0).length;
    expect(structure.unseenItems).toHaveLength(unseen);
  });

  it('has friends mostly in one circle', () => {
    const { userCircle } = shop.structure;
    const { ids } = shop.users;
    const same = shop.social.filter(
      ([a, b]) => userCircle[ids.row(a)!] === userCircle[ids.row(b)!],
    ).length;
    expect(same / shop.social.length).toBeGreaterThan(0.6);
    expect(same).toBeLessThan(shop.social.length);
  });
});
