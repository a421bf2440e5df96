import { Random } from '@tensorec/kernels';
import { EventCollector, type KnownParts } from './events.js';

/** Size, noise and seed of {@link communities}. */
export interface CommunitiesOptions {
  /** How many communities there are, default 4. */
  readonly communities?: number;
  /** Default 80. */
  readonly users?: number;
  /** Default 60. */
  readonly items?: number;
  /** Share of a user's training events that are with items of any community, chosen at random; default 0.1. */
  readonly noise?: number;
  /** Default 0. */
  readonly seed?: number;
}

/** What {@link communities} makes. */
export interface Communities extends KnownParts {
  /** The community of each user row. */
  readonly userCommunities: Int32Array;
  /** The community of each item row. */
  readonly itemCommunities: Int32Array;
}

/**
 * Blocks with noise: users and items belong to communities (row modulo their number), and a user's events are with items
 * of the own community but for a share of noise.
 *
 * A user has half of the community's items in train and the other half in test; `noise` of the training events are
 * replaced by events with items of the whole catalogue, so that pairs may repeat. All values are 1.
 *
 * With the default sizes a personalised model that works has at least 90 % items of the user's community in its top 5, and
 * similar items of an item are of its community. A model that is not personalised has about one in `communities`.
 */
export function communities(options: CommunitiesOptions = {}): Communities {
  const { communities: count = 4, users = 80, items = 60, noise = 0.1, seed = 0 } = options;
  const random = new Random(seed);
  const userCommunities = Int32Array.from({ length: users }, (_, row) => row % count);
  const itemCommunities = Int32Array.from({ length: items }, (_, row) => row % count);
  const events = new EventCollector();
  for (let user = 0; user < users; user++) {
    const own = [...random.permutation(items)].filter(
      (item) => itemCommunities[item] === userCommunities[user],
    );
    own.forEach((item, n) => {
      const train = n < own.length / 2;
      const noisy = train && random.uniform() < noise;
      events.add(train ? 'train' : 'test', user, noisy ? random.integer(items) : item, 1);
    });
  }
  const parts = events.parts(
    users,
    items,
    `communities-${count}-${users}-${items}-${noise}-${seed}`,
  );
  return { ...parts, userCommunities, itemCommunities };
}
