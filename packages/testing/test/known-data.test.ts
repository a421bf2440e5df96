import fc from 'fast-check';
import type { Interactions, Model } from '@tensorec/core';
import { describe, expect, it } from 'vitest';
import { knownData } from '../src/index.js';
import { complete } from './support/complete-model.js';

const { checkerboard, communities, lowRankRatings, sequenceGrammar } = knownData;

/** Share of list places, over all users, whose item has the property. */
async function share(
  model: Model<string, string>,
  k: number,
  holds: (user: number, item: number) => boolean,
): Promise<number> {
  const lists = await model.recommend({ users: [...model.users], k });
  const rows = [...lists];
  const hits = rows.filter(({ user, item }) =>
    holds(model.users.row(user)!, model.items.row(item)!),
  );
  return hits.length / rows.length;
}

function pairsOf(data: Interactions): string[] {
  return Array.from(data.userRows, (user, n) => `${user} ${data.itemRows[n]!}`);
}

it('the same seed makes the same data, another seed another', () => {
  for (const make of [checkerboard, communities, lowRankRatings, sequenceGrammar]) {
    const [first, again, other] = [make({ seed: 3 }), make({ seed: 3 }), make({ seed: 4 })];
    expect(again.train.fingerprint).toBe(first.train.fingerprint);
    expect(again.test.fingerprint).toBe(first.test.fingerprint);
    expect(other.train.fingerprint).not.toBe(first.train.fingerprint);
    expect(other.train.splitId).not.toBe(first.train.splitId);
  }
});

it('train and test are parts of one split, with values and timestamps', () => {
  for (const make of [checkerboard, communities, lowRankRatings, sequenceGrammar]) {
    const { train, test } = make();
    expect([train.role, test.role]).toEqual(['train', 'test']);
    expect(test.splitId).toBe(train.splitId);
    expect(test.users).toBe(train.users);
    expect(test.items).toBe(train.items);
    expect(train.values).toHaveLength(train.size);
    expect(train.timestamps).toHaveLength(train.size);
  }
});

describe('checkerboard', () => {
  it('has liked items of the own colour and a few disliked of the other', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 20 }),
        fc.integer({ min: 4, max: 40 }),
        (users, items) => {
          const { train, test, userColours, itemColours } = checkerboard({ users, items });
          const pairs = [...pairsOf(train), ...pairsOf(test)];
          expect(new Set(pairs).size).toBe(pairs.length);
          expect(new Set(test.userRows).size).toBe(users);
          for (const data of [train, test]) {
            for (let n = 0; n < data.size; n++) {
              const own = userColours[data.userRows[n]!] === itemColours[data.itemRows[n]!];
              expect(data === train || own).toBe(true);
              expect(own ? [4, 5] : [1, 2]).toContain(data.values![n]);
            }
          }
        },
      ),
      { numRuns: 30 },
    );
  });

  it('has 16 training and 6 test events a user by default', () => {
    const { train, test } = checkerboard();
    expect([train.size, test.size]).toEqual([60 * 16, 60 * 6]);
  });

  it('is learned by item similarities, and not by popularity', async () => {
    const { train, userColours, itemColours } = checkerboard();
    const sameColour = (user: number, item: number): boolean =>
      userColours[user] === itemColours[item];
    const model = await complete.create().fit(train);
    expect(await share(model, 6, sameColour)).toBeGreaterThan(0.95);
    const nobody = { users: train.users, items: train.items };
    const popular = await model.recommend({ users: ['nobody'], unknown: 'popular', k: 40 });
    const hits = [...nobody.users].map((user) => {
      const seen = new Set(
        pairsOf(train).filter((pair) => pair.startsWith(`${train.users.row(user)!} `)),
      );
      const list = [...popular]
        .map(({ item }) => train.items.row(item)!)
        .filter((item) => !seen.has(`${train.users.row(user)!} ${item}`))
        .slice(0, 6);
      return list.filter((item) => sameColour(train.users.row(user)!, item)).length / 6;
    });
    expect(hits.reduce((sum, hit) => sum + hit, 0) / hits.length).toBeLessThan(0.4);
  });
});

describe('communities', () => {
  it('has the share of noise that is asked for', () => {
    for (const noise of [0, 0.1, 0.5]) {
      const { train, test, userCommunities, itemCommunities } = communities({ noise, users: 400 });
      const outside = (data: Interactions): number =>
        Array.from(data.userRows, (user, n) =>
          userCommunities[user] === itemCommunities[data.itemRows[n]!] ? 0 : 1,
        ).reduce<number>((sum, other) => sum + other, 0) / data.size;
      // A random item is of another community three times out of four.
      expect(outside(train)).toBeCloseTo(0.75 * noise, 1);
      expect(outside(test)).toBe(0);
    }
  });

  it('is learned by item similarities', async () => {
    const { train, userCommunities, itemCommunities } = communities();
    const model = await complete.create().fit(train);
    const own = (user: number, item: number): boolean =>
      userCommunities[user] === itemCommunities[item];
    expect(await share(model, 5, own)).toBeGreaterThan(0.9);
  });
});

describe('sequence grammar', () => {
  it('lets each item have one successor, on one cycle', () => {
    const { train, test, successors } = sequenceGrammar({ items: 15, length: 4 });
    const visited = new Set<number>();
    for (let item = 0; !visited.has(item); item = successors[item]!) visited.add(item);
    expect(visited.size).toBe(15);

    const last = new Map<number, number>();
    for (let n = 0; n < train.size; n++) {
      const [user, item] = [train.userRows[n]!, train.itemRows[n]!];
      const before = last.get(user);
      if (before !== undefined) expect(item).toBe(successors[before]);
      last.set(user, item);
    }
    expect(test.size).toBe(100);
    for (let n = 0; n < test.size; n++) {
      expect(test.itemRows[n]).toBe(successors[last.get(test.userRows[n]!)!]);
    }
  });

  it('is half learned by a model that is blind to order', async () => {
    const { train, test } = sequenceGrammar();
    const model = await complete.create().fit(train);
    const next = new Map(Array.from(test.userRows, (user, n) => [user, test.itemRows[n]!]));
    const hits = await share(model, 1, (user, item) => next.get(user) === item);
    expect(hits).toBeGreaterThan(0.3);
    expect(hits).toBeLessThan(0.7);
  });
});

describe('low-rank ratings', () => {
  it('has true ratings of the rank that is asked for, plus two for the biases', () => {
    const [users, items] = [12, 9];
    for (const rank of [0, 1, 3]) {
      const { trueRatings } = lowRankRatings({ users, items, rank });
      expect(rankOf(trueRatings, users, items)).toBe(rank + 2);
    }
  });

  it('has the noise that is asked for, in 60 % and 10 % of the pairs', () => {
    for (const noise of [0, 0.1, 0.5]) {
      const { train, test, trueRatings } = lowRankRatings({ noise, users: 200, items: 100 });
      const deviation = (data: Interactions): number => {
        let sum = 0;
        for (let n = 0; n < data.size; n++) {
          sum +=
            (data.values![n]! - trueRatings[data.userRows[n]! * 100 + data.itemRows[n]!]!) ** 2;
        }
        return Math.sqrt(sum / data.size);
      };
      expect(deviation(train)).toBeCloseTo(noise, 1);
      expect(deviation(test)).toBeCloseTo(noise, 1);
      expect(train.size / 20_000).toBeCloseTo(0.6, 1);
      expect(test.size / 20_000).toBeCloseTo(0.1, 1);
    }
  });

  it('spreads as documented: 0.87 about the mean', () => {
    const { train } = lowRankRatings({ users: 400, items: 400 });
    const values = train.values!.slice();
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
    expect(mean).toBeCloseTo(3, 0);
    expect(Math.sqrt(variance)).toBeCloseTo(0.87, 1);
  });
});

/** Rank by Gaussian elimination with full pivoting. */
function rankOf(matrix: Float64Array, rows: number, columns: number): number {
  const a = Array.from({ length: rows }, (_, row) => [
    ...matrix.slice(row * columns, (row + 1) * columns),
  ]);
  let rank = 0;
  for (; rank < Math.min(rows, columns); rank++) {
    const remaining = a.slice(rank).flatMap((row) => row.map(Math.abs));
    const greatest = Math.max(...remaining);
    if (greatest < 1e-9) break;
    const position = remaining.indexOf(greatest);
    const [pivotRow, pivot] = [rank + Math.floor(position / columns), position % columns];
    [a[rank], a[pivotRow]] = [a[pivotRow]!, a[rank]!];
    for (let row = rank + 1; row < rows; row++) {
      const factor = a[row]![pivot]! / a[rank]![pivot]!;
      a[row] = a[row]!.map((value, column) => value - factor * a[rank]![column]!);
    }
  }
  return rank;
}
