import { log, TensorecError } from '@tensorec/kernels';
import { countAt, itemAt, lengthAt, type ItemList } from './lists.js';

/** Share of the items that are the tail: all but the popular fifth. */
const tailShare = 0.8;

/**
 * Novelty: the mean self-information, in bits, of the items of a list, −log2 of the share of the training users who have
 * the item. An item that nobody has counts as if one user had it.
 *
 * Zhou et al. (2010), Solving the apparent diversity-accuracy dilemma of recommender systems.
 *
 * @param k the cut, a positive whole number
 * @param list the user's list
 * @param itemUsers for each item of the catalogue the number of training users who have it, at most `users`
 * @param users the number of training users, at least 1
 * @returns a number from 0 to log2(users); 0 for an empty list
 * @throws TensorecError `invalid-argument` for a cut, item or count outside these ranges
 */
export function noveltyAt(
  k: number,
  list: ItemList,
  itemUsers: ArrayLike<number>,
  users: number,
): number {
  if (!Number.isSafeInteger(users) || users < 1) {
    throw new TensorecError(
      'invalid-argument',
      `novelty got users = ${users}: pass the number of training users, a whole number from 1 up.`,
    );
  }
  return meanOverList('novelty', k, list, itemUsers, (count, item) => {
    if (count > users) {
      throw new TensorecError(
        'invalid-argument',
        `novelty found ${count} users of item ${item} among users = ${users}: count each user of an item once.`,
      );
    }
    return log(users / Math.max(1, count)) / Math.LN2;
  });
}

/**
 * Average popularity: the mean number of training users of the items of a list.
 *
 * Yin, Cui, Li, Yao and Chen (2012), Challenging the long tail recommendation.
 *
 * @param k the cut, a positive whole number
 * @param list the user's list
 * @param itemUsers for each item of the catalogue the number of training users who have it
 * @returns a number from 0 up; 0 for an empty list
 * @throws TensorecError `invalid-argument` for a cut, item or count outside these ranges
 */
export function averagePopularityAt(
  k: number,
  list: ItemList,
  itemUsers: ArrayLike<number>,
): number {
  return meanOverList('average-popularity', k, list, itemUsers, (count) => count);
}

/**
 * The tail of a catalogue: the least popular of the items with a training user, of equally popular ones those with the
 * lower rows, but at least one. Time O(items log items).
 *
 * @param itemUsers for each item of the catalogue the number of training users who have it
 * @param share how many of the items with a training user are the tail, in (0, 1]; default 0.8, all but the popular fifth
 * @returns for each item 1 where it is in the tail, else 0
 * @throws TensorecError `invalid-argument` for a share outside this range or a count that is negative or not finite
 */
export function tailItems(itemUsers: ArrayLike<number>, share = tailShare): Uint8Array {
  if (!(share > 0 && share <= 1)) {
    throw new TensorecError(
      'invalid-argument',
      `tailItems got the share ${share}: pass a number above 0 and at most 1.`,
    );
  }
  const trained: number[] = [];
  for (let item = 0; item < itemUsers.length; item++) {
    if (countAt('tailItems', itemUsers, item) > 0) trained.push(item);
  }
  trained.sort((a, b) => itemUsers[a]! - itemUsers[b]! || a - b);
  const tail = new Uint8Array(itemUsers.length);
  for (const item of trained.slice(0, Math.max(1, Math.floor(trained.length * share)))) {
    tail[item] = 1;
  }
  return tail;
}

/**
 * Tail share: how much of a list are items of the tail.
 *
 * Abdollahpouri, Burke and Mobasher (2019), Managing popularity bias in recommender systems with personalized re-ranking,
 * who call its mean the average percentage of long tail items.
 *
 * @param k the cut, a positive whole number
 * @param list the user's list
 * @param tail for each item of the catalogue 1 where it is in the tail, else 0, as {@link tailItems} gives it
 * @returns a number from 0 to 1; 0 for an empty list
 * @throws TensorecError `invalid-argument` for a cut or item outside these ranges
 */
export function tailShareAt(k: number, list: ItemList, tail: ArrayLike<number>): number {
  return meanOverList('tail-share', k, list, tail, (flag) => (flag > 0 ? 1 : 0));
}

/**
 * Popularity bias: by how much the items of the lists are more popular than those of the users' own histories. For both
 * the popularity is averaged over the items of a user, then over users; the figure is their relative difference, ΔGAP of
 * Abdollahpouri et al.: 0 where lists are as popular as histories, 1 where they are twice as popular, below 0 where they
 * are less popular. It is a ratio of means and has no values of users.
 *
 * Abdollahpouri, Mansoury, Burke and Mobasher (2019), The unfairness of popularity bias in recommendation.
 *
 * @param lists for each user who has a list and a history, {@link averagePopularityAt} of the list
 * @param histories for the same users, the mean number of training users of the items of the history
 * @returns a number from −1 up
 * @throws TensorecError `invalid-argument` for no users, arrays of different lengths, a popularity that is negative or not
 *   finite, or histories of popularity 0 throughout
 */
export function popularityBias(lists: ArrayLike<number>, histories: ArrayLike<number>): number {
  if (lists.length !== histories.length) {
    throw new TensorecError(
      'invalid-argument',
      `popularity-bias got ${lists.length} lists and ${histories.length} histories: pass one of each a user.`,
    );
  }
  let ofLists = 0;
  let ofHistories = 0;
  for (let user = 0; user < lists.length; user++) {
    ofLists += countAt('popularity-bias', lists, user);
    ofHistories += countAt('popularity-bias', histories, user);
  }
  if (ofHistories === 0) {
    throw new TensorecError(
      'invalid-argument',
      `popularity-bias is undefined: the histories of the ${lists.length} users have no popularity to compare with. ` +
        'Pass users with a history, and count the training users of its items.',
    );
  }
  return (ofLists - ofHistories) / ofHistories;
}

function meanOverList(
  metric: string,
  k: number,
  list: ItemList,
  values: ArrayLike<number>,
  read: (value: number, item: number) => number,
): number {
  const length = lengthAt(metric, k, list);
  let sum = 0;
  for (let position = 0; position < length; position++) {
    const item = itemAt(metric, list, position, values.length);
    sum += read(countAt(metric, values, item), item);
  }
  return sum / Math.max(1, length);
}
