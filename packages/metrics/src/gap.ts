import { TensorecError } from '@tensorec/kernels';

/**
 * Gap between groups of users: the largest minus the smallest mean of a metric over the groups. 0 where only one group
 * has users.
 *
 * Ekstrand et al. (2018), All the cool kids, how do they fit in? Popularity and demographic biases in recommender
 * evaluation and effectiveness, who compare the means of groups.
 *
 * @param values the metric of each user, finite numbers
 * @param groups the group of the same user, a whole number from 0; −1 for users of no group, who are left out
 * @returns a number from 0 up; at most 1 for ranking metrics
 * @throws TensorecError `invalid-argument` for arrays of different lengths, a value or group outside these ranges, or no
 *   user in any group
 */
export function groupGap(values: ArrayLike<number>, groups: ArrayLike<number>): number {
  if (values.length !== groups.length) {
    throw new TensorecError(
      'invalid-argument',
      `groupGap got ${values.length} values and ${groups.length} groups: pass one of each a user.`,
    );
  }
  const sums = new Map<number, { sum: number; users: number }>();
  for (let user = 0; user < values.length; user++) {
    const value = values[user]!;
    const group = groups[user]!;
    if (!Number.isFinite(value) || !Number.isSafeInteger(group) || group < -1) {
      throw new TensorecError(
        'invalid-argument',
        `groupGap found the value ${String(value)} and the group ${String(group)} at user ${user} (counted from 0): a ` +
          'value is a finite number, a group a whole number from 0, or −1 for none.',
      );
    }
    if (group === -1) continue;
    const known = sums.get(group) ?? { sum: 0, users: 0 };
    sums.set(group, { sum: known.sum + value, users: known.users + 1 });
  }
  if (sums.size === 0) {
    throw new TensorecError(
      'invalid-argument',
      `groupGap is undefined: none of the ${values.length} users is in a group.`,
    );
  }
  const means = Array.from(sums.values(), ({ sum, users }) => sum / users);
  return Math.max(...means) - Math.min(...means);
}
