import type { Random } from '@tensorec/kernels';
import { categories } from './assortment.js';
import { countries, firstNames, lastNames, segments, styles } from './categories.js';
import { pick, pickWeighted, softmax, streams } from './draws.js';
import { yearDays } from './time.js';

/** Friends come in circles of this many users, who share part of their tastes. */
const circleSize = 12;

/** Share of a circle's users who belong to its segment; the others belong to any. */
const loyalty = 0.85;

/** Share of the users who come in the last month and leave one or two events. */
const coldShare = 0.05;

/** Share of the users who were there before the year began. */
const residentShare = 0.6;

const segmentPull = 1.6;
const circlePull = 0.8;
const ownPull = 0.6;
const driftPull = 0.9;

/** A user: who they are, and the tastes that decide what they do. */
export interface Person {
  readonly row: number;
  readonly id: string;
  readonly name: string;
  /** Index in `segments`. */
  readonly segment: number;
  /** Index in `countries`. */
  readonly country: number;
  /** Probability of each category at the start of the year. */
  readonly tasteAtStart: Float64Array;
  /** Probability of each category at the end of the year; tastes move evenly between the two. */
  readonly tasteAtEnd: Float64Array;
  /** Probability of each style. */
  readonly styleTaste: Float64Array;
  /** How dear the user likes things, in standard deviations of the logarithm of prices. */
  readonly priceLevel: number;
  /** First day of the year on which the user may come. */
  readonly joined: number;
  /** Whether the user leaves one or two events only. */
  readonly cold: boolean;
}

/** The users of a shop, made one by one on demand: eight bytes a user are kept, for the circles. */
export class Population {
  readonly size: number;
  readonly #users: Random;
  readonly #circles: Random;
  readonly #links: Random;
  readonly #sold: readonly boolean[];
  readonly #memberAt: Int32Array;
  readonly #placeOf: Int32Array;

  /** @param sold - whether the shop has items of each category; nobody has a taste for the others */
  constructor(size: number, root: Random, sold: readonly boolean[]) {
    this.size = size;
    this.#users = root.fork(streams.users);
    this.#circles = root.fork(streams.circles);
    this.#links = root.fork(streams.links);
    this.#sold = sold;
    this.#memberAt = this.#circles.permutation(size);
    this.#placeOf = new Int32Array(size);
    this.#memberAt.forEach((user, place) => {
      this.#placeOf[user] = place;
    });
  }

  /** The id of a user: the row in nine digits. */
  id(row: number): string {
    return `u${String(row).padStart(9, '0')}`;
  }

  /** The circle of friends a user is in. */
  circle(row: number): number {
    return Math.floor(this.#placeOf[row]! / circleSize);
  }

  /** The user of a row, the same whoever was made before. */
  person(row: number): Person {
    const random = this.#users.fork(row);
    const circle = this.#circles.fork(this.circle(row));
    const circleSegment = circle.integer(segments.length);
    const segment = random.uniform() < loyalty ? circleSegment : random.integer(segments.length);
    const { favourites } = segments[segment]!;

    const start = new Float64Array(categories.length);
    const end = new Float64Array(categories.length);
    categories.forEach(({ name }, index) => {
      const liked = favourites.includes(name) ? segmentPull : 0;
      const logit = liked + circlePull * circle.normal() + ownPull * random.normal();
      const sold = this.#sold[index] === true;
      start[index] = sold ? logit : -Infinity;
      end[index] = sold ? logit + driftPull * random.normal() : -Infinity;
    });
    const style = new Float64Array(styles.length);
    for (let n = 0; n < style.length; n++) style[n] = circle.normal() + 0.9 * random.normal();

    const country = pickWeighted(countryShares, random);
    const name = `${pick(firstNames, random)} ${pick(lastNames, random)}`;
    const priceLevel = random.normal();
    const cold = random.uniform() < coldShare;
    const arrival = random.uniform();
    const when = random.uniform();
    const joined = cold
      ? yearDays - 30
      : arrival < residentShare
        ? 0
        : Math.floor(when * (yearDays - 30));
    return {
      row,
      id: this.id(row),
      name,
      segment,
      country,
      tasteAtStart: softmax(start),
      tasteAtEnd: softmax(end),
      styleTaste: softmax(style),
      priceLevel,
      joined,
      cold,
    };
  }

  /**
   * Pairs of user rows who know one another, each pair once: within a circle with probability 0.3, and between
   * circles one for every second user.
   */
  *links(): Generator<readonly [number, number]> {
    const { size } = this;
    for (let place = 0; place < size; place++) {
      const user = this.#memberAt[place]!;
      const random = this.#links.fork(place);
      const circleEnd = Math.min(size, (Math.floor(place / circleSize) + 1) * circleSize);
      for (let other = place + 1; other < circleEnd; other++) {
        if (random.uniform() < 0.3) yield [user, this.#memberAt[other]!];
      }
      // Only the earlier of two asks the later one, so that no pair comes twice.
      const stranger = random.integer(size);
      if (stranger >= circleEnd) yield [user, this.#memberAt[stranger]!];
    }
  }
}

const countryShares = countries.map(({ share }) => share);
