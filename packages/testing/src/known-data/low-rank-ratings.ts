import { Random } from '@tensorec/kernels';
import { EventCollector, type KnownParts } from './events.js';

/** Size, rank, noise and seed of {@link lowRankRatings}. */
export interface LowRankRatingsOptions {
  /** Default 60. */
  readonly users?: number;
  /** Default 40. */
  readonly items?: number;
  /** Rank of the interaction between users and items beside mean and biases; default 2. */
  readonly rank?: number;
  /** Standard deviation of the noise, default 0.1. */
  readonly noise?: number;
  /** Default 0. */
  readonly seed?: number;
}

/** What {@link lowRankRatings} makes. */
export interface LowRankRatings extends KnownParts {
  /** users × items, row-major: the ratings without noise, of rank at most `rank` + 2. */
  readonly trueRatings: Float64Array;
}

/**
 * Ratings 3 + b_u + b_i + p_u · q_i + noise, where b_u, b_i and p_u · q_i are normal with standard deviation 0.5 each.
 * Of all pairs, 60 % are rated in train and 10 % in test.
 *
 * On the test part the mean rating has an RMSE near √0.75 ≈ 0.87, user and item biases near 0.5, and a factor model
 * that works is between that and the noise, which no model can undercut.
 */
export function lowRankRatings(options: LowRankRatingsOptions = {}): LowRankRatings {
  const { users = 60, items = 40, rank = 2, noise = 0.1, seed = 0 } = options;
  const random = new Random(seed);
  const normals = (size: number, standardDeviation: number): Float64Array => {
    const numbers = new Float64Array(size);
    random.fillNormal(numbers, 0, standardDeviation);
    return numbers;
  };
  const userBiases = normals(users, 0.5);
  const itemBiases = normals(items, 0.5);
  const factorDeviation = Math.sqrt(0.5 / Math.sqrt(Math.max(1, rank)));
  const userFactors = normals(users * rank, factorDeviation);
  const itemFactors = normals(items * rank, factorDeviation);

  const trueRatings = new Float64Array(users * items);
  const events = new EventCollector();
  for (let user = 0; user < users; user++) {
    for (let item = 0; item < items; item++) {
      let rating = 3 + userBiases[user]! + itemBiases[item]!;
      for (let factor = 0; factor < rank; factor++) {
        rating += userFactors[user * rank + factor]! * itemFactors[item * rank + factor]!;
      }
      trueRatings[user * items + item] = rating;
      const draw = random.uniform();
      if (draw >= 0.7) continue;
      events.add(draw < 0.6 ? 'train' : 'test', user, item, rating + noise * random.normal());
    }
  }
  const parts = events.parts(
    users,
    items,
    `low-rank-ratings-${users}-${items}-${rank}-${noise}-${seed}`,
  );
  return { ...parts, trueRatings };
}
