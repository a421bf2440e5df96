import { AliasTable, cos, exp, log, pow, type Random } from '@tensorec/kernels';
import { categories } from './assortment.js';
import { countries } from './categories.js';
import { logistic, pickWeighted, streams } from './draws.js';
import type { Person } from './people.js';
import { dayMilliseconds, shopEnd, shopStart, yearDays } from './time.js';
import type { World } from './world.js';

/** What a user can do with an item. */
export type EventKind = 'view' | 'cart' | 'purchase' | 'rating';

/** What happened, with rows in place of ids. */
export interface Visit {
  readonly item: number;
  readonly event: EventKind;
  readonly timestamp: number;
  /** 1 to 5 for a rating, else 0. */
  readonly rating: number;
  /** Place on the page, from 1; 0 where the item was not found on one. */
  readonly position: number;
}

/** Items on a page. */
const pageSize = 10;

/** Probability that a user looks at the item in place 1, 2 … of a page: place^-0.5. */
export const examination: readonly number[] = Array.from({ length: pageSize }, (_, n) =>
  pow(n + 1, -0.5),
);

const medianSessions = 8;
const sessionSpread = 0.85;
const complementRate = 0.35;
const repeatRate = 0.65;
const ratingRate = 0.35;

const minute = 60_000;
const weekdayWeights = [1.3, 1, 0.9, 0.9, 1, 1.05, 1.2];
const hourTable = new AliasTable(
  Float64Array.of(
    1,
    0.5,
    0.3,
    0.2,
    0.2,
    0.4,
    1,
    2,
    3,
    3,
    3.2,
    3.4,
    4.2,
    4,
    3.4,
    3.2,
    3.4,
    4,
    5,
    6.5,
    8,
    7.5,
    5,
    2.5,
  ),
);

/** Demand of each category on each day of the year: exp(strength × cos(2π × (day - peak) / 365)). */
const demand: readonly Float64Array[] = categories.map(({ peakDay, seasonStrength }) =>
  Float64Array.from({ length: yearDays }, (_, day) =>
    exp(seasonStrength * cos((2 * Math.PI * (day - peakDay)) / yearDays)),
  ),
);

/** All that one user does in the year, in the order of time; at least one event. Does not depend on other users. */
export function visitsOf(world: World, person: Person): Visit[] {
  const year = new UserYear(world, person);
  const sessions = year.sessions();
  for (const time of sessions) year.browse(time);
  const visits = year.visits.sort((a, b) => a.timestamp - b.timestamp);
  return person.cold ? visits.slice(0, 1 + (person.row % 2)) : visits;
}

/** One user's year, session by session. */
class UserYear {
  readonly visits: Visit[] = [];
  readonly #world: World;
  readonly #person: Person;
  readonly #random: Random;
  readonly #owned = new Set<number>();

  constructor(world: World, person: Person) {
    this.#world = world;
    this.#person = person;
    this.#random = world.root.fork(streams.events).fork(person.row);
  }

  /** Times of the sessions, in order. */
  sessions(): Float64Array {
    const random = this.#random;
    const { cold, joined, country } = this.#person;
    const active = exp(log(medianSessions) + sessionSpread * random.normal());
    const times = new Float64Array(cold ? 1 : 1 + Math.min(200, Math.floor(active)));
    for (let n = 0; n < times.length; n++) {
      let day: number;
      do {
        day = joined + random.integer(yearDays - joined);
      } while (random.uniform() * 1.3 >= weekdayWeights[(day + 3) % 7]!);
      const localHour = hourTable.sample(random);
      const hour = (localHour - countries[country]!.hoursFromUtc + 24) % 24;
      const fraction = (hour + random.uniform()) / 24;
      times[n] = shopStart + Math.floor((day + fraction) * dayMilliseconds);
    }
    return times.sort();
  }

  /** One session: a category is chosen, a page of it is shown, and some of what is looked at is opened or bought. */
  browse(start: number): void {
    const random = this.#random;
    const { trends } = this.#world;
    const sinceStart = (start - shopStart) / dayMilliseconds;
    const share = sinceStart / yearDays;
    const page = this.#page(this.#chooseCategory(Math.floor(sinceStart), share), start);
    let time = start;
    page.forEach((item, place) => {
      const looked = random.uniform() < examination[place]!;
      const match = this.#world.match(this.#person, item);
      const trend = trends[this.#world.community(item)]! * (2 * share - 1);
      const opened = random.uniform() < logistic(match + trend - 0.9);
      const opens = looked && opened && !this.#owned.has(item);
      // Whoever comes opens something the first time, so that every user has an event.
      if (!opens && (place > 0 || this.visits.length > 0)) return;
      this.#add(item, 'view', time, place + 1);
      time += minute * (0.3 + 2 * random.uniform());
      if (random.uniform() >= logistic(0.9 * match - 1.2)) return;
      this.#add(item, 'cart', time, place + 1);
      time += minute * (0.5 + 4 * random.uniform());
      if (random.uniform() >= logistic(0.5 * match + 0.3)) return;
      this.#buy(item, time, place + 1, match);
      time += minute * (0.3 + 2 * random.uniform());
    });
  }

  #chooseCategory(day: number, share: number): number {
    const { tasteAtStart, tasteAtEnd } = this.#person;
    const weights = tasteAtStart.map(
      (taste, index) => ((1 - share) * taste + share * tasteAtEnd[index]!) * demand[index]![day]!,
    );
    return pickWeighted(weights, this.#random);
  }

  /** Up to ten different items, drawn by exposure among those that are there, the most shown ones first. */
  #page(category: number, time: number): number[] {
    const { rowsOfCategory, shelf, added, exposure } = this.#world.catalogue;
    const rows = rowsOfCategory[category]!;
    const table = shelf[category]!;
    const page = new Set<number>();
    for (let n = 0; n < pageSize; n++) {
      const item = rows[table.sample(this.#random)]!;
      if (added[item]! <= time) page.add(item);
    }
    if (page.size === 0) page.add(rows[0]!);
    return [...page].sort((a, b) => exposure[b]! - exposure[a]! || a - b);
  }

  #buy(item: number, time: number, position: number, match: number): void {
    const random = this.#random;
    const { consumable, complement, added } = this.#world.catalogue;
    this.#add(item, 'purchase', time, position);
    const first = !this.#owned.has(item);
    const usedUp = consumable[item] === 1;
    this.#owned.add(item);
    if (first && random.uniform() < ratingRate) {
      const given = Math.round(2.9 + 0.8 * match + 0.7 * random.normal());
      const later = time + dayMilliseconds * (3 + 17 * random.uniform());
      this.#add(item, 'rating', later, 0, Math.max(1, Math.min(5, given)));
    }
    if (usedUp && random.uniform() < repeatRate) {
      this.#return(item, time + dayMilliseconds * (20 + 20 * random.uniform()));
    }
    const partner = complement[item]!;
    if (first && partner >= 0 && !this.#owned.has(partner) && random.uniform() < complementRate) {
      const later = time + dayMilliseconds * (0.5 + 5.5 * random.uniform());
      if (added[partner]! <= later) this.#return(partner, later);
    }
  }

  /** A later visit for one item: opened and bought. */
  #return(item: number, time: number): void {
    if (time >= shopEnd) return;
    this.#add(item, 'view', time, 0);
    this.#add(item, 'cart', time + 0.5 * minute, 0);
    this.#buy(item, time + 2 * minute, 0, this.#world.match(this.#person, item));
  }

  #add(item: number, event: EventKind, time: number, position: number, rating = 0): void {
    const timestamp = Math.floor(time);
    if (timestamp < shopEnd) this.visits.push({ item, event, timestamp, rating, position });
  }
}
