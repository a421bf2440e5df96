import { log, TensorecError } from '@tensorec/kernels';
import { countPositives, requireRows, requireSameLength } from './checks.js';

const lowestProbability = 1e-15;
const highestProbability = 1 - 1e-15;

/**
 * Logarithmic loss, −Σ [actual · ln p + (1 − actual) · ln(1 − p)] / n in nats, pooled over all rows. Probabilities are
 * clipped to [1e-15, 1 − 1e-15], so that one confident mistake costs about 34.5 and not Infinity.
 *
 * Good (1952), Rational decisions.
 *
 * @param predicted the predicted probability of class 1, from 0 to 1, one a row
 * @param actual the true class of the same row, 0 or 1
 * @returns a number from 0 up; ln 2 ≈ 0.693 for predicting 0.5 everywhere
 * @throws TensorecError `invalid-argument` for no rows, arrays of different lengths, a prediction outside [0, 1] or a
 *   class that is neither 0 nor 1
 */
export function logloss(predicted: ArrayLike<number>, actual: ArrayLike<number>): number {
  requireRows('logloss', predicted, actual);
  countPositives('logloss', actual);
  let sum = 0;
  for (let row = 0; row < predicted.length; row++) {
    const value = predicted[row]!;
    if (value < 0 || value > 1) {
      throw new TensorecError(
        'invalid-argument',
        `logloss found the prediction ${value} at row ${row} (counted from 0): a probability lies in [0, 1]. ` +
          'Put scores through a sigmoid first, or use auc, which takes any score.',
      );
    }
    const probability = Math.min(Math.max(value, lowestProbability), highestProbability);
    sum -= log(actual[row] === 1 ? probability : 1 - probability);
  }
  return sum / predicted.length;
}

/**
 * Area under the ROC curve, pooled over all rows: the share of (positive, negative) pairs of rows in which the positive
 * has the higher score, a tie counting one half. This is the Mann–Whitney statistic with mid-ranks, exact in whole
 * numbers up to the last division. Time O(n log n), memory O(n).
 *
 * Hanley and McNeil (1982), The meaning and use of the area under a receiver operating characteristic (ROC) curve.
 *
 * @param predicted one score a row, any finite number; only the order matters
 * @param actual the true class of the same row, 0 or 1
 * @returns a number from 0 to 1; 0.5 for scores that say nothing
 * @throws TensorecError `invalid-argument` for no rows, arrays of different lengths, a score that is not finite, a class
 *   that is neither 0 nor 1, or rows of one class only
 */
export function auc(predicted: ArrayLike<number>, actual: ArrayLike<number>): number {
  requireRows('auc', predicted, actual);
  const positiveCount = countPositives('auc', actual);
  const negativeCount = actual.length - positiveCount;
  if (positiveCount === 0 || negativeCount === 0) {
    throw new TensorecError(
      'invalid-argument',
      `auc is undefined: the class of every row (${actual.length} in all) is ${positiveCount === 0 ? 0 : 1}. ` +
        'Pass rows of both classes.',
    );
  }
  const positives = new Float64Array(positiveCount);
  const negatives = new Float64Array(negativeCount);
  for (let row = 0, positive = 0, negative = 0; row < actual.length; row++) {
    if (actual[row] === 1) positives[positive++] = predicted[row]!;
    else negatives[negative++] = predicted[row]!;
  }
  return shareOfOrderedPairs(positives.sort(), negatives.sort());
}

/** What {@link gauc} found. */
export interface GroupedAuc {
  /** The mean AUC of the counted users, weighted by their positive rows; from 0 to 1. */
  readonly value: number;
  /** How many users have rows of both classes and so an AUC. */
  readonly countedUsers: number;
  /** How many users have rows of one class only; they are left out. */
  readonly leftOutUsers: number;
}

/**
 * Grouped AUC: the {@link auc} of each user's own rows, averaged over users with the number of their positive rows as
 * weight. Users whose rows are all of one class have no AUC; they are left out and counted. Time O(n log n), memory
 * O(n).
 *
 * Zhu et al. (2017), Optimized cost per click in Taobao display advertising, who leave the weight open (they name
 * clicks and impressions); ours is clicks, the positive rows.
 *
 * @param predicted one score a row, any finite number
 * @param actual the true class of the same row, 0 or 1
 * @param users the user of the same row: whole numbers, in any order and with any gaps
 * @throws TensorecError `invalid-argument` for no rows, arrays of different lengths, a score that is not finite, a class
 *   that is neither 0 nor 1, a user that is not a whole number, or when no user has rows of both classes
 */
export function gauc(
  predicted: ArrayLike<number>,
  actual: ArrayLike<number>,
  users: ArrayLike<number>,
): GroupedAuc {
  requireRows('gauc', predicted, actual);
  requireSameLength('gauc', predicted, 'users', users);
  countPositives('gauc', actual);
  const { scores, offsets, userCount } = scoresByUserAndClass(predicted, actual, users);

  let weightedSum = 0;
  let weights = 0;
  let countedUsers = 0;
  for (let user = 0; user < userCount; user++) {
    const negatives = scores.subarray(offsets[2 * user], offsets[2 * user + 1]);
    const positives = scores.subarray(offsets[2 * user + 1], offsets[2 * user + 2]);
    if (negatives.length === 0 || positives.length === 0) continue;
    weightedSum += positives.length * shareOfOrderedPairs(positives.sort(), negatives.sort());
    weights += positives.length;
    countedUsers++;
  }
  if (countedUsers === 0) {
    throw new TensorecError(
      'invalid-argument',
      `gauc is undefined: none of the ${userCount} users has rows of both classes. ` +
        'Pass the negatives of each user too, or use auc over all rows.',
    );
  }
  return { value: weightedSum / weights, countedUsers, leftOutUsers: userCount - countedUsers };
}

/**
 * Scores sorted into buckets: bucket 2u holds the negatives of the u-th user met, bucket 2u + 1 its positives; bucket b
 * is `scores[offsets[b], offsets[b + 1])`.
 */
function scoresByUserAndClass(
  predicted: ArrayLike<number>,
  actual: ArrayLike<number>,
  users: ArrayLike<number>,
): { scores: Float64Array; offsets: Int32Array; userCount: number } {
  const rows = predicted.length;
  const numberOfUser = new Map<number, number>();
  const bucketOfRow = new Int32Array(rows);
  for (let row = 0; row < rows; row++) {
    const user = users[row]!;
    if (!Number.isSafeInteger(user)) {
      throw new TensorecError(
        'invalid-argument',
        `gauc found the user ${String(user)} at row ${row} (counted from 0): pass users as whole numbers.`,
      );
    }
    let number = numberOfUser.get(user);
    if (number === undefined) {
      number = numberOfUser.size;
      numberOfUser.set(user, number);
    }
    bucketOfRow[row] = 2 * number + actual[row]!;
  }
  const userCount = numberOfUser.size;

  const offsets = new Int32Array(2 * userCount + 1);
  for (const bucket of bucketOfRow) offsets[bucket + 1]! += 1;
  for (let bucket = 0; bucket < 2 * userCount; bucket++) offsets[bucket + 1]! += offsets[bucket]!;

  const scores = new Float64Array(rows);
  const next = offsets.slice();
  for (let row = 0; row < rows; row++) {
    const bucket = bucketOfRow[row]!;
    scores[next[bucket]!] = predicted[row]!;
    next[bucket]! += 1;
  }
  return { scores, offsets, userCount };
}

/** Share of (positive, negative) pairs with the positive above, ties counting half; both sides ascending. */
function shareOfOrderedPairs(positives: Float64Array, negatives: Float64Array): number {
  let below = 0;
  let notAbove = 0;
  let halfPairs = 0;
  for (const score of positives) {
    while (below < negatives.length && negatives[below]! < score) below++;
    while (notAbove < negatives.length && negatives[notAbove]! <= score) notAbove++;
    halfPairs += below + notAbove;
  }
  return halfPairs / (2 * positives.length * negatives.length);
}
