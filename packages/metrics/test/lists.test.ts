import { isTensorecError } from '@tensorec/kernels';
import { describe, expect, it } from 'vitest';
import {
  averagePopularityAt,
  calibrationAt,
  countPlaces,
  diversityAt,
  entropy,
  gini,
  groupGap,
  itemCoverage,
  itemSets,
  noveltyAt,
  popularityBias,
  popularityRanks,
  serendipityAt,
  tailItems,
  tailShareAt,
  userCoverageAt,
} from '../src/index.js';
import { errorOf } from './error-of.js';

/** Training users of five items, of whom there are eight; nobody has the last one. */
const itemUsers = [8, 4, 2, 2, 0];

describe('places', () => {
  it('are counted up to the cut', () => {
    const lists = [[0, 1, 2], [0, 2], [], [0]];
    expect([...countPlaces(2, lists, 4)]).toEqual([3, 1, 1, 0]);
    expect([...countPlaces(1, lists, 4)]).toEqual([3, 0, 0, 0]);
    expect([...countPlaces(9, lists, 4)]).toEqual([3, 1, 2, 0]);
  });

  it('item coverage = items with a place / items', () => {
    expect(itemCoverage([3, 1, 1, 0])).toBe(3 / 4);
    expect(itemCoverage([0, 0])).toBe(0);
  });

  it('Gini index: 0 for equal places, (n − 1) / n for one item with all', () => {
    expect(gini([2, 2, 2])).toBe(0);
    expect(gini([0, 0, 0, 7])).toBe(3 / 4);
    // Ascending 1, 3 with n = 2: (−1 · 1 + 1 · 3) / (2 · 4)
    expect(gini([3, 1])).toBe(1 / 4);
    expect(gini([0, 0])).toBe(0);
  });

  it('entropy: ln n for equal places, 0 for one item with all', () => {
    expect(entropy([2, 2, 2])).toBeCloseTo(Math.log(3), 14);
    expect(entropy([0, 5])).toBe(0);
    // −(3/4) ln(3/4) − (1/4) ln(1/4)
    expect(entropy([3, 1])).toBeCloseTo(0.5623351446188083, 14);
    expect(entropy([0, 0])).toBe(0);
  });

  it('user coverage = 1 for a list with an item', () => {
    expect(userCoverageAt(5, [3])).toBe(1);
    expect(userCoverageAt(5, [])).toBe(0);
  });
});

describe('popularity', () => {
  it('novelty = mean −log2 of the share of users', () => {
    // Shares 1, 1/2, 1/4: 0, 1, 2 bits.
    expect(noveltyAt(3, [0, 1, 2], itemUsers, 8)).toBeCloseTo(1, 14);
    expect(noveltyAt(2, [0, 1, 2], itemUsers, 8)).toBeCloseTo(1 / 2, 14);
    expect(noveltyAt(9, [2], itemUsers, 8)).toBeCloseTo(2, 14);
    expect(noveltyAt(9, [], itemUsers, 8)).toBe(0);
  });

  it('novelty takes an item that nobody has as one user had it', () => {
    expect(noveltyAt(1, [4], itemUsers, 8)).toBeCloseTo(3, 14);
  });

  it('average popularity = mean of training users', () => {
    expect(averagePopularityAt(3, [0, 1, 4], itemUsers)).toBe(4);
    expect(averagePopularityAt(1, [0, 1, 4], itemUsers)).toBe(8);
    expect(averagePopularityAt(1, [], itemUsers)).toBe(0);
  });

  it('the tail is of the items with users, the least popular first, then by row', () => {
    // Of 4 items with users: 80 % are 3, half are 2, a tenth is none and so one.
    expect([...tailItems(itemUsers)]).toEqual([0, 1, 1, 1, 0]);
    expect([...tailItems(itemUsers, 0.5)]).toEqual([0, 0, 1, 1, 0]);
    expect([...tailItems(itemUsers, 0.1)]).toEqual([0, 0, 1, 0, 0]);
    expect([...tailItems(itemUsers, 1)]).toEqual([1, 1, 1, 1, 0]);
    expect([...tailItems([0, 0])]).toEqual([0, 0]);
  });

  it('tail share = items of the tail / items of the list', () => {
    const tail = tailItems(itemUsers);
    expect(tailShareAt(2, [0, 3, 1], tail)).toBe(1 / 2);
    expect(tailShareAt(5, [0, 3, 1], tail)).toBe(2 / 3);
    expect(tailShareAt(5, [], tail)).toBe(0);
  });

  it('popularity bias = relative difference of the means of lists and histories', () => {
    // Means 6 and 4; the mean of the users' own ratios, (2 + 1/3) / 2 − 1, would be another figure.
    expect(popularityBias([10, 2], [5, 3])).toBe(1 / 2);
    expect(popularityBias([1, 1], [2, 2])).toBe(-1 / 2);
    expect(popularityBias([3], [3])).toBe(0);
  });
});

describe('serendipity', () => {
  it('ranks equal popularity alike, without gaps, and unknown items 0', () => {
    expect([...popularityRanks(itemUsers)]).toEqual([1, 2, 3, 3, 0]);
  });

  it('= sum over hits of what they gain on their popularity, / k', () => {
    const ranks = popularityRanks(itemUsers);
    // Item 2 at rank 1 has popularity rank 3: (3 − 1) / 5; item 0 at rank 2 has 1: nothing; item 3 is no hit.
    expect(serendipityAt(3, [2, 0, 3], [1, 1, 0], ranks)).toBeCloseTo(2 / 5 / 3, 15);
    // An item without users stands after all five.
    expect(serendipityAt(1, [4], [1], ranks)).toBe(1);
    // Of four that can be recommended: (3 − 1) / 4.
    expect(serendipityAt(1, [2], [1], ranks, 4)).toBe(1 / 2);
    expect(serendipityAt(2, [], [], ranks)).toBe(0);
  });
});

describe('sets of items', () => {
  const sets = itemSets([['a'], ['a', 'b'], ['b', 'b', 'c', 'd', 'e'], [], []]);

  it('number their members and count none twice', () => {
    expect(sets).toEqual({
      columns: 5,
      offsets: [0, 1, 3, 7, 7, 7],
      indices: [0, 0, 1, 1, 2, 3, 4],
    });
  });

  it('diversity = mean of 1 − cosine over the pairs', () => {
    // a | ab: 1/√2; a | bcde: 0; ab | bcde: 1/√8
    expect(diversityAt(2, [0, 1, 2], sets)).toBeCloseTo(1 - Math.SQRT1_2, 14);
    const similarity = Math.SQRT1_2 + 1 / Math.sqrt(8);
    expect(diversityAt(3, [0, 1, 2], sets)).toBeCloseTo(1 - similarity / 3, 14);
    expect(diversityAt(2, [0, 2], sets)).toBe(1);
    // Items without members are unlike all others, and unlike one another.
    expect(diversityAt(2, [3, 4], sets)).toBe(1);
  });

  it('diversity is 0 for fewer than two items', () => {
    expect(diversityAt(1, [0, 2], sets)).toBe(0);
    expect(diversityAt(5, [0], sets)).toBe(0);
    expect(diversityAt(5, [], sets)).toBe(0);
  });

  it('diversity is the same after a call that failed', () => {
    const broken = { ...sets, indices: [0, 0, 1, 1, 2, 3, 99] };
    expect(() => diversityAt(3, [0, 1, 2], broken)).toThrow('found the member 99');
    expect(diversityAt(2, [0, 2], sets)).toBe(1);
    expect(diversityAt(2, [0, 1], sets)).toBeCloseTo(1 - Math.SQRT1_2, 14);
  });

  it('calibration = divergence of the shares in the history from those in the list', () => {
    // p = {a: 3/4, b: 1/4} from items 0 and 1; q = {b: 1/4, c: 1/4, d: 1/4, e: 1/4} from item 2.
    const expected =
      0.75 * Math.log(1 / 0.01) + 0.25 * Math.log(0.25 / (0.99 * 0.25 + 0.01 * 0.25));
    expect(calibrationAt(1, [2, 0], [0, 1], sets)).toBeCloseTo(expected, 14);
    expect(calibrationAt(2, [1, 0], [0, 1], sets)).toBeCloseTo(0, 14);
  });

  it('calibration leaves items without a category out', () => {
    expect(calibrationAt(3, [1, 0, 3], [4, 0, 1], sets)).toBeCloseTo(0, 14);
  });

  it('calibration is ln 100 without a common category, and 0 without a history', () => {
    expect(calibrationAt(1, [0], [2], sets)).toBeCloseTo(Math.log(100), 14);
    expect(calibrationAt(1, [], [2], sets)).toBeCloseTo(Math.log(100), 14);
    expect(calibrationAt(1, [0], [], sets)).toBe(0);
    expect(calibrationAt(1, [0], [3], sets)).toBe(0);
  });
});

describe('gaps', () => {
  it('= largest − smallest mean of a group', () => {
    // Means 1/2, 1/4 and 1; the last user is in no group.
    expect(groupGap([0, 1, 0.25, 1, 0], [0, 0, 3, 7, -1])).toBe(3 / 4);
  });

  it('is 0 for one group', () => {
    expect(groupGap([0, 1], [2, 2])).toBe(0);
  });
});

describe('bad input', () => {
  const sets = itemSets([['a'], ['b']]);
  const badCuts = [0, -1, 1.5, NaN, Infinity];
  const ofList: [string, (k: number, list: number[]) => unknown][] = [
    ['countPlaces', (k, list) => countPlaces(k, [list], 2)],
    ['novelty', (k, list) => noveltyAt(k, list, [1, 1], 2)],
    ['average-popularity', (k, list) => averagePopularityAt(k, list, [1, 1])],
    ['tail-share', (k, list) => tailShareAt(k, list, [1, 1])],
    ['serendipity', (k, list) => serendipityAt(k, list, [1, 1], [1, 2])],
    ['diversity', (k, list) => diversityAt(k, list, sets)],
    ['calibration', (k, list) => calibrationAt(k, list, [0], sets)],
  ];

  it.each(ofList)('%s refuses items that are no rows of the catalogue', (name, compute) => {
    for (const item of [-1, 2, 0.5, NaN, Infinity]) {
      const error = errorOf(() => compute(5, [0, item]));
      expect(isTensorecError(error, 'invalid-argument')).toBe(true);
      expect(error.message).toContain(`${name} found the item ${item} at position 1`);
    }
  });

  it.each([
    ...ofList,
    ['user-coverage', (k: number) => userCoverageAt(k, [0])] as (typeof ofList)[number],
  ])('%s refuses a cut that is not a positive whole number', (name, compute) => {
    for (const k of badCuts) {
      const error = errorOf(() => compute(k, [0]));
      expect(isTensorecError(error, 'invalid-argument')).toBe(true);
      expect(error.message).toContain(`${name} got the cut k = ${k}`);
    }
  });

  it.each([
    ['an empty catalogue', () => itemCoverage([]), 'without items'],
    ['an empty catalogue', () => gini([]), 'without items'],
    ['a negative count', () => gini([1, -1]), 'the count -1 at row 1'],
    ['a count that is no number', () => entropy([NaN]), 'the count NaN at row 0'],
    ['an infinite count', () => itemCoverage([Infinity]), 'the count Infinity at row 0'],
    ['no users', () => noveltyAt(1, [0], [1], 0), 'users = 0'],
    ['more users of an item than users', () => noveltyAt(1, [0], [3], 2), 'found 3 users'],
    ['a negative popularity', () => averagePopularityAt(1, [0], [-2]), 'the count -2'],
    ['a share of 0', () => tailItems([1], 0), 'the share 0'],
    ['a share above 1', () => tailItems([1], 1.5), 'the share 1.5'],
    ['a share that is no number', () => tailItems([1], NaN), 'the share NaN'],
    ['a negative count of users', () => popularityRanks([-1]), 'the count -1'],
    ['no items', () => serendipityAt(1, [], [], [], 0), 'items = 0'],
    ['a flag of 2', () => serendipityAt(1, [0], [2], [1]), 'the flag 2 at rank 1'],
    ['a missing flag', () => serendipityAt(2, [0, 1], [1], [1, 2]), 'undefined at rank 2'],
    ['a history outside the catalogue', () => calibrationAt(1, [0], [9], sets), 'the item 9'],
    ['no users with list and history', () => popularityBias([], []), 'the 0 users'],
    ['histories of popularity 0', () => popularityBias([1], [0]), 'no popularity to compare'],
    ['lists without histories', () => popularityBias([1], []), '1 lists and 0 histories'],
    ['a popularity that is no number', () => popularityBias([NaN], [1]), 'the count NaN'],
    ['values without groups', () => groupGap([1], []), '1 values and 0 groups'],
    ['nobody in a group', () => groupGap([1], [-1]), 'none of the 1 users'],
    ['a group of −2', () => groupGap([1], [-2]), 'the group -2 at user 0'],
    ['a value that is no number', () => groupGap([NaN], [0]), 'the value NaN'],
  ])('%s is refused', (_, compute, message) => {
    const error = errorOf(compute);
    expect(isTensorecError(error, 'invalid-argument')).toBe(true);
    expect(error.message).toContain(message);
  });
});
