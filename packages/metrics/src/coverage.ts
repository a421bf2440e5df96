import { log, TensorecError } from '@tensorec/kernels';
import { countAt, itemAt, lengthAt, type ItemList } from './lists.js';

/**
 * The places that each item got in the first `k` of some lists: what {@link itemCoverage}, {@link gini} and
 * {@link entropy} read. Time O(lists · k + items).
 *
 * @param k the cut, a positive whole number
 * @param lists the lists of all users, each as {@link ItemList} says
 * @param items the size of the catalogue, a whole number from 1 up
 * @returns a count for each row of the catalogue
 * @throws TensorecError `invalid-argument` for a cut or an item outside these ranges
 */
export function countPlaces(k: number, lists: Iterable<ItemList>, items: number): Int32Array {
  const places = new Int32Array(items);
  for (const list of lists) {
    const length = lengthAt('countPlaces', k, list);
    for (let position = 0; position < length; position++) {
      places[itemAt('countPlaces', list, position, items)]! += 1;
    }
  }
  return places;
}

/**
 * Catalogue coverage: the share of the catalogue that is in at least one list.
 *
 * Ge, Delgado-Battenfeld and Jannach (2010), Beyond accuracy: evaluating recommender systems by coverage and serendipity.
 *
 * @param places the places that each item of the catalogue got, as {@link countPlaces} counts them
 * @returns a number from 0 to 1
 * @throws TensorecError `invalid-argument` for an empty catalogue or a count that is negative or not finite
 */
export function itemCoverage(places: ArrayLike<number>): number {
  requireCatalogue('item-coverage', places);
  let covered = 0;
  for (let item = 0; item < places.length; item++) {
    if (countAt('item-coverage', places, item) > 0) covered++;
  }
  return covered / places.length;
}

/**
 * Gini index of the places that the items of the catalogue got: 0 where all got the same, near 1 where one item got all.
 * Items in no list count. Where no list has an item it is 0. Time O(items log items).
 *
 * Shani and Gunawardana (2011), Evaluating recommendation systems.
 *
 * @param places the places that each item of the catalogue got, as {@link countPlaces} counts them
 * @returns a number from 0 to 1 − 1 / items
 * @throws TensorecError `invalid-argument` for an empty catalogue or a count that is negative or not finite
 */
export function gini(places: ArrayLike<number>): number {
  const total = totalPlaces('gini', places);
  if (total === 0) return 0;
  const items = places.length;
  const ascending = Float64Array.from(places).sort();
  let sum = 0;
  for (let n = 0; n < items; n++) sum += (2 * (n + 1) - items - 1) * ascending[n]!;
  return sum / (items * total);
}

/**
 * Shannon entropy, in nats, of the item in a place drawn at random from all lists: 0 where one item got all places,
 * ln(items) where all got the same. Where no list has an item it is 0.
 *
 * Shani and Gunawardana (2011), Evaluating recommendation systems.
 *
 * @param places the places that each item of the catalogue got, as {@link countPlaces} counts them
 * @returns a number from 0 to ln(items)
 * @throws TensorecError `invalid-argument` for an empty catalogue or a count that is negative or not finite
 */
export function entropy(places: ArrayLike<number>): number {
  const total = totalPlaces('entropy', places);
  let sum = 0;
  for (let item = 0; item < places.length; item++) {
    const share = places[item]! / total;
    if (share > 0) sum -= share * log(share);
  }
  return sum;
}

/**
 * Whether a user gets a list: 1 where it has an item, else 0. The mean over users is the user coverage.
 *
 * Shani and Gunawardana (2011), Evaluating recommendation systems.
 *
 * @param k the cut, a positive whole number
 * @param list the user's list
 * @returns 0 or 1
 * @throws TensorecError `invalid-argument` for a cut that is not a positive whole number
 */
export function userCoverageAt(k: number, list: ItemList): number {
  return lengthAt('user-coverage', k, list) > 0 ? 1 : 0;
}

function totalPlaces(metric: string, places: ArrayLike<number>): number {
  requireCatalogue(metric, places);
  let total = 0;
  for (let item = 0; item < places.length; item++) total += countAt(metric, places, item);
  return total;
}

function requireCatalogue(metric: string, places: ArrayLike<number>): void {
  if (places.length > 0) return;
  throw new TensorecError(
    'invalid-argument',
    `${metric} is undefined without items: pass a count for each item of the catalogue, 0 for those in no list.`,
  );
}
