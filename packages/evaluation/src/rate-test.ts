import { hasCapability, rateAllRows, TensorecError, type Model } from '@tensorec/core';
import type { Steps } from '@tensorec/kernels';
import { ratingMetrics } from '@tensorec/metrics';
import { rowMap } from './alignment.js';
import type { RatingSums } from './evaluation.js';
import { parseRatingMetrics } from './requested-metrics.js';
import type { Settings, TestPart } from './settings.js';

/** Figures of predicted ratings. */
export interface RatingFigures {
  readonly metrics: Readonly<Record<string, number>>;
  /** Ratings that are means of user and item. */
  readonly fallbacks: number;
  readonly ratingSums: RatingSums;
}

/**
 * Predicts the value of each test interaction of the given users, clips it to the scale and pools the metrics over rows.
 *
 * @throws TensorecError `invalid-argument` for a model that does not rate, or a test part without values.
 */
export function* rateTest(
  model: Model,
  test: TestPart,
  users: Int32Array,
  settings: Settings,
): Steps<RatingFigures> {
  const metrics = parseRatingMetrics(settings.metrics);
  if (!hasCapability(model, 'rates-items')) {
    throw new TensorecError(
      'invalid-argument',
      `${model.name} does not predict ratings. Take a model with the capability "rates-items", such as bias, ` +
        "biased-mf, svdpp or slope-one, or the task 'ranking'.",
    );
  }
  const { values } = test;
  if (values === undefined) {
    throw new TensorecError(
      'invalid-argument',
      `The ${test.role} part has no values to compare ratings with; read the column of ratings.`,
    );
  }
  const wanted = new Uint8Array(test.users.size);
  for (const user of users) wanted[user] = 1;
  const positions = Int32Array.from({ length: test.size }, (_, n) => n).filter(
    (position) => wanted[test.userRows[position]!] === 1,
  );
  const userOf = rowMap(test.users, model.users);
  const itemOf = rowMap(test.items, model.items);
  const { ratings, fallbacks } = yield* rateAllRows(
    model,
    positions.map((position) => userOf[test.userRows[position]!]!),
    positions.map((position) => itemOf[test.itemRows[position]!]!),
  );
  const [lowest, highest] = settings.scale ?? [-Infinity, Infinity];
  const clipped = ratings.map((rating) => Math.min(highest, Math.max(lowest, rating)));
  const actual = Float32Array.from(positions, (position) => values[position]!);
  return {
    metrics: Object.fromEntries(
      metrics.map(({ name, label }) => [label, ratingMetrics[name].compute(clipped, actual)]),
    ),
    fallbacks,
    ratingSums: sumByUser(
      users,
      positions.map((position) => test.userRows[position]!),
      clipped,
      actual,
    ),
  };
}

/**
 * Adds up errors and values by user.
 *
 * @param userRows - the users to give sums for, ascending
 * @param users - the user of each row, one of them
 */
function sumByUser(
  userRows: Int32Array,
  users: Int32Array,
  predicted: ArrayLike<number>,
  actual: ArrayLike<number>,
): RatingSums {
  const positionOf = new Map(Array.from(userRows, (user, position) => [user, position]));
  const zeros = (): Float64Array => new Float64Array(userRows.length);
  const rows = zeros();
  const squaredError = zeros();
  const absoluteError = zeros();
  const actualSum = zeros();
  const actualSquared = zeros();
  users.forEach((user, row) => {
    const position = positionOf.get(user)!;
    const value = actual[row]!;
    const error = predicted[row]! - value;
    rows[position]!++;
    squaredError[position]! += error * error;
    absoluteError[position]! += Math.abs(error);
    actualSum[position]! += value;
    actualSquared[position]! += value * value;
  });
  return { userRows, rows, squaredError, absoluteError, actual: actualSum, actualSquared };
}
