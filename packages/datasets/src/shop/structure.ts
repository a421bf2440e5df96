import { TensorecError, type FeatureTable } from '@tensorec/core';
import { categories } from './assortment.js';
import { segments, styles } from './categories.js';
import type { Person } from './people.js';
import { examination } from './visits.js';
import type { World } from './world.js';

/** One item that is often bought after another. */
export interface ComplementPair {
  readonly first: string;
  readonly then: string;
}

/**
 * What the generator knows and a model must find out. Rows of users and items are those of the shop's vocabularies;
 * matrices are row-major.
 */
export interface ShopStructure {
  /** Names of the categories; indices below refer to them. */
  readonly categories: readonly string[];
  /** Names of the styles. */
  readonly styles: readonly string[];
  /** Names of the user segments. */
  readonly segments: readonly string[];
  /** Category of each item. */
  readonly itemCategory: Uint8Array;
  /** Style of each item. */
  readonly itemStyle: Uint8Array;
  /** Quality of each item, standard normal: it raises interest and ratings for every user. */
  readonly itemQuality: Float64Array;
  /** When each item was added, in milliseconds since 1970-01-01 UTC. */
  readonly itemAdded: Float64Array;
  /** Relative frequency with which each item is shown within its category; 0 for items never shown. */
  readonly itemExposure: Float64Array;
  /** Community of each item: category × number of styles + style. */
  readonly itemCommunity: Int32Array;
  /** How interest in each community moves through the year; > 0 rises. Standard normal. */
  readonly communityTrend: Float64Array;
  /** Segment of each user. */
  readonly userSegment: Uint8Array;
  /** Circle of friends of each user. */
  readonly userCircle: Int32Array;
  /** Users × categories: probability of each category on the first day of the year. */
  readonly tasteAtStart: Float64Array;
  /** Users × categories: the same on the last day; in between it moves evenly. */
  readonly tasteAtEnd: Float64Array;
  /** Users × styles: probability of each style. */
  readonly styleTaste: Float64Array;
  /** How dear each user likes things, in standard deviations of the logarithm of prices. */
  readonly priceLevel: Float64Array;
  /** Items bought one after the other within six days. */
  readonly complements: readonly ComplementPair[];
  /** Items bought again after 20 to 40 days. */
  readonly consumables: readonly string[];
  /** Items added in the last three weeks of the year. */
  readonly coldItems: readonly string[];
  /** Items without any event. */
  readonly unseenItems: readonly string[];
  /** Users who came in the last month and left one or two events. */
  readonly coldUsers: readonly string[];
  /** Probability that a user looks at the item in place 1, 2 … of a page. */
  readonly examination: readonly number[];
  /**
   * How well an item suits a user: what ratings and purchases follow. Around 0 for a chance meeting, 2 for a very
   * good one; a ranking by it is as good as tastes allow.
   *
   * @throws TensorecError `unknown-id` for an id that is not in the shop.
   */
  match(user: string, item: string): number;
}

/** Collects what is known of users while they are made, and tells it at the end. */
export class StructureBuilder {
  readonly #world: World;
  readonly #userSegment: Uint8Array;
  readonly #userCircle: Int32Array;
  readonly #tasteAtStart: Float64Array;
  readonly #tasteAtEnd: Float64Array;
  readonly #styleTaste: Float64Array;
  readonly #priceLevel: Float64Array;
  readonly #coldUsers: string[] = [];

  constructor(world: World) {
    const { size } = world.population;
    this.#world = world;
    this.#userSegment = new Uint8Array(size);
    this.#userCircle = new Int32Array(size);
    this.#tasteAtStart = new Float64Array(size * categories.length);
    this.#tasteAtEnd = new Float64Array(size * categories.length);
    this.#styleTaste = new Float64Array(size * styles.length);
    this.#priceLevel = new Float64Array(size);
  }

  add(person: Person): void {
    const { row } = person;
    this.#userSegment[row] = person.segment;
    this.#userCircle[row] = this.#world.population.circle(row);
    this.#tasteAtStart.set(person.tasteAtStart, row * categories.length);
    this.#tasteAtEnd.set(person.tasteAtEnd, row * categories.length);
    this.#styleTaste.set(person.styleTaste, row * styles.length);
    this.#priceLevel[row] = person.priceLevel;
    if (person.cold) this.#coldUsers.push(person.id);
  }

  /** @param seen - 1 for each item that has an event */
  build(seen: Uint8Array, users: FeatureTable<string>, items: FeatureTable<string>): ShopStructure {
    const world = this.#world;
    const { catalogue } = world;
    const idsWhere = (holds: (row: number) => boolean): string[] =>
      catalogue.items.flatMap(({ id }, row) => (holds(row) ? [id] : []));
    const tasteAtStart = this.#tasteAtStart;
    const tasteAtEnd = this.#tasteAtEnd;
    const styleTaste = this.#styleTaste;
    const priceLevel = this.#priceLevel;
    return {
      categories: categories.map(({ name }) => name),
      styles,
      segments: segments.map(({ name }) => name),
      itemCategory: catalogue.category,
      itemStyle: catalogue.style,
      itemQuality: catalogue.quality,
      itemAdded: catalogue.added,
      itemExposure: catalogue.exposure,
      itemCommunity: Int32Array.from(catalogue.items, (_, row) => world.community(row)),
      communityTrend: world.trends,
      userSegment: this.#userSegment,
      userCircle: this.#userCircle,
      tasteAtStart,
      tasteAtEnd,
      styleTaste,
      priceLevel,
      complements: catalogue.items.flatMap(({ id }, row) => {
        const then = catalogue.complement[row]!;
        return then < 0 ? [] : [{ first: id, then: catalogue.items[then]!.id }];
      }),
      consumables: idsWhere((row) => catalogue.consumable[row] === 1),
      coldItems: idsWhere((row) => catalogue.cold[row] === 1),
      unseenItems: idsWhere((row) => seen[row] === 0),
      coldUsers: this.#coldUsers,
      examination,
      match(user, item) {
        const userRow = requireRow(users, user, 'user');
        const tastes = <T>(matrix: { subarray(from: number, to: number): T }, width: number): T =>
          matrix.subarray(userRow * width, (userRow + 1) * width);
        return world.match(
          {
            tasteAtStart: tastes(tasteAtStart, categories.length),
            tasteAtEnd: tastes(tasteAtEnd, categories.length),
            styleTaste: tastes(styleTaste, styles.length),
            priceLevel: priceLevel[userRow]!,
          },
          requireRow(items, item, 'item'),
        );
      },
    };
  }
}

function requireRow(table: FeatureTable<string>, id: string, what: string): number {
  const row = table.ids.row(id);
  if (row === undefined) {
    throw new TensorecError(
      'unknown-id',
      `The shop has no ${what} "${id}"; take ids from shop.${what}s.ids.`,
    );
  }
  return row;
}
