import { Random } from '@tensorec/kernels';
import { EventCollector, type KnownParts } from './events.js';

/** Size and seed of {@link checkerboard}. */
export interface CheckerboardOptions {
  /** Default 60. */
  readonly users?: number;
  /** Default 40. */
  readonly items?: number;
  /** Default 0. */
  readonly seed?: number;
}

/** What {@link checkerboard} makes. */
export interface Checkerboard extends KnownParts {
  /** 0 or 1 a user row. */
  readonly userColours: Uint8Array;
  /** 0 or 1 an item row. */
  readonly itemColours: Uint8Array;
}

/**
 * Users and items in two colours, in turn: even rows have colour 0, odd rows colour 1.
 *
 * A user liked about 70 % of the items of the own colour (values 4 and 5, in train), the rest of them are the test part
 * (values 4 and 5 too), and disliked about 10 % of the items of the other colour (values 1 and 2, in train). Every user
 * has at least one test event, and every item at least one training event in any but tiny sizes.
 *
 * A personalised model that works puts the test items on top: with list length = the user's test items, at least 80 % of
 * the places are hits, for neighbours and linear models as for 2 to 4 factors (with many more, a factor model learns so
 * small a board by heart). A model that is not personalised gets about a quarter.
 */
export function checkerboard(options: CheckerboardOptions = {}): Checkerboard {
  const { users = 60, items = 40, seed = 0 } = options;
  const random = new Random(seed);
  const userColours = Uint8Array.from({ length: users }, (_, row) => row % 2);
  const itemColours = Uint8Array.from({ length: items }, (_, row) => row % 2);
  const events = new EventCollector();
  for (let user = 0; user < users; user++) {
    const own: number[] = [];
    const other: number[] = [];
    for (const item of random.permutation(items)) {
      (itemColours[item] === userColours[user] ? own : other).push(item);
    }
    const liked = Math.min(own.length - 1, Math.round(0.7 * own.length));
    const disliked = Math.round(0.1 * other.length);
    own.forEach((item, n) => {
      events.add(n < liked ? 'train' : 'test', user, item, 4 + random.integer(2));
    });
    for (const item of other.slice(0, disliked)) {
      events.add('train', user, item, 1 + random.integer(2));
    }
  }
  const parts = events.parts(users, items, `checkerboard-${users}-${items}-${seed}`);
  return { ...parts, userColours, itemColours };
}
