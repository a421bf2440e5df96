import { FeatureTable, Interactions, Vocabulary } from '@tensorec/core';
import { finish, type Steps } from '@tensorec/kernels';
import { countries, segments } from './categories.js';
import { eventWeights } from './events.js';
import { readShopOptions, type ShopOptions } from './options.js';
import { StructureBuilder, type ShopStructure } from './structure.js';
import { visitsOf, type EventKind, type Visit } from './visits.js';
import { World } from './world.js';

/** A user as a row of the users table. */
export interface ShopUser {
  readonly id: string;
  readonly name: string;
  readonly segment: string;
  readonly country: string;
}

/** A made-up shop with a year of events. */
export interface Shop {
  /**
   * All events in the order of time; values are {@link eventWeights}. The vocabularies hold every user and every
   * item of the shop, in the order of the tables, also items without an event (`compact()` drops them).
   */
  readonly interactions: Interactions<string, string, 'whole'>;
  /** What each interaction is; one entry an interaction. */
  readonly events: readonly EventKind[];
  /** The ratings alone, values 1 to 5, in the order of time, over the same vocabularies; no pair comes twice. */
  readonly ratings: Interactions<string, string, 'whole'>;
  /** title (text), category, tags, price (number, euros), description (text). */
  readonly items: FeatureTable<string>;
  /** name (text), segment (category), country (category). */
  readonly users: FeatureTable<string>;
  /** Pairs of users who know one another; each pair once. */
  readonly social: readonly (readonly [string, string])[];
  /** What is known about the shop, to check models against. */
  readonly structure: ShopStructure;
}

/**
 * A made-up shop: items, users, friends and a year (2025) of views, carts, purchases and ratings, with the structure
 * that recommenders look for. Nothing is downloaded. The same options give the same bits on every engine. Takes about
 * 0.5 s for 2000 users; linear in users and events. The README says how events come about and what is in them.
 *
 * @throws TensorecError `invalid-argument` for an option out of range or not known.
 */
export function generateShop(options: ShopOptions = {}): Shop {
  return finish(shopSteps(options));
}

/** {@link generateShop} in steps, for callers that show progress or abort (`runSteps` of `@tensorec/core`). */
export function shopSteps(options: ShopOptions = {}): Steps<Shop> {
  return makeShop(readShopOptions(options));
}

function* makeShop(size: ReturnType<typeof readShopOptions>): Steps<Shop> {
  const world = new World(size);
  const { catalogue, population } = world;
  const structure = new StructureBuilder(world);
  const users: ShopUser[] = [];
  const visits: Visit[] = [];
  const visitors: number[] = [];
  for (let row = 0; row < population.size; row++) {
    const person = population.person(row);
    structure.add(person);
    users.push(userRow(person));
    for (const visit of visitsOf(world, person)) {
      visits.push(visit);
      visitors.push(row);
    }
    if (row % 16 === 15) yield (0.9 * row) / population.size;
  }

  const order = Uint32Array.from(visits, (_, n) => n);
  order.sort((a, b) => visits[a]!.timestamp - visits[b]!.timestamp || a - b);
  yield 0.95;

  const userIds = Vocabulary.from(users.map(({ id }) => id));
  const itemIds = Vocabulary.from(catalogue.items.map(({ id }) => id));
  const select = (
    positions: Uint32Array,
    value: (visit: Visit) => number,
  ): Interactions<string, string, 'whole'> =>
    new Interactions({
      role: 'whole',
      users: userIds,
      items: itemIds,
      userRows: Int32Array.from(positions, (n) => visitors[n]!),
      itemRows: Int32Array.from(positions, (n) => visits[n]!.item),
      values: Float32Array.from(positions, (n) => value(visits[n]!)),
      timestamps: Float64Array.from(positions, (n) => visits[n]!.timestamp),
    });
  const items = FeatureTable.fromRows(catalogue.items, 'id', {
    title: 'text',
    category: 'category',
    tags: 'tags',
    price: 'number',
    description: 'text',
  });
  const userTable = FeatureTable.fromRows(users, 'id', {
    name: 'text',
    segment: 'category',
    country: 'category',
  });
  const seen = new Uint8Array(catalogue.size);
  for (const { item } of visits) seen[item] = 1;
  return {
    interactions: select(order, ({ event }) => eventWeights[event]),
    events: Array.from(order, (n) => visits[n]!.event),
    ratings: select(
      order.filter((n) => visits[n]!.event === 'rating'),
      ({ rating }) => rating,
    ),
    items,
    users: userTable,
    social: Array.from(
      population.links(),
      ([a, b]) => [population.id(a), population.id(b)] as const,
    ),
    structure: structure.build(seen, userTable, items),
  };
}

/** What the users table says of a person. */
export function userRow(person: {
  readonly id: string;
  readonly name: string;
  readonly segment: number;
  readonly country: number;
}): ShopUser {
  return {
    id: person.id,
    name: person.name,
    segment: segments[person.segment]!.name,
    country: countries[person.country]!.name,
  };
}
