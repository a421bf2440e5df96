import { Random, type ReadonlyNumbers } from '@tensorec/kernels';
import { categories } from './assortment.js';
import { makeCatalogue, type Catalogue } from './catalogue.js';
import { styles } from './categories.js';
import { streams } from './draws.js';
import type { ShopSize } from './options.js';
import { Population, type Person } from './people.js';

/** Everything that is decided before anyone comes: the items, the users and the trends. */
export class World {
  readonly catalogue: Catalogue;
  readonly population: Population;
  /** How a community (category × style) rises (> 0) or falls through the year; standard normal. */
  readonly trends: Float64Array;
  readonly root: Random;
  readonly #soldCategories: number;

  constructor({ users, items, seed }: ShopSize) {
    this.root = new Random(seed);
    this.catalogue = makeCatalogue(items, this.root);
    const sold = this.catalogue.rowsOfCategory.map((rows) => rows.length > 0);
    this.#soldCategories = sold.filter(Boolean).length;
    this.population = new Population(users, this.root, sold);
    this.trends = new Float64Array(categories.length * styles.length);
    this.root.fork(streams.trends).fillNormal(this.trends);
  }

  /** The community of an item: category × number of styles + style. */
  community(item: number): number {
    return this.catalogue.category[item]! * styles.length + this.catalogue.style[item]!;
  }

  /**
   * How well an item suits a user, whatever the day: style, quality, price and category. Around 0 for a chance
   * meeting, 2 for a very good one.
   */
  match(person: MatchTastes, item: number): number {
    const { category, style, quality, priceScore } = this.catalogue;
    const taste = (person.tasteAtStart[category[item]!]! + person.tasteAtEnd[category[item]!]!) / 2;
    return (
      0.9 * (styles.length * person.styleTaste[style[item]!]! - 1) +
      0.5 * quality[item]! -
      0.5 * Math.abs(person.priceLevel - priceScore[item]!) +
      0.4 * Math.min(2, this.#soldCategories * taste - 1)
    );
  }
}

/** The part of a {@link Person} that {@link World.match} reads. */
export interface MatchTastes extends Pick<Person, 'priceLevel'> {
  readonly tasteAtStart: ReadonlyNumbers;
  readonly tasteAtEnd: ReadonlyNumbers;
  readonly styleTaste: ReadonlyNumbers;
}
