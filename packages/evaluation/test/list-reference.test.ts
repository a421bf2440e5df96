import { FeatureTable, Vocabulary } from '@tensorec/core';
import {
  averagePopularityAt,
  calibrationAt,
  countPlaces,
  diversityAt,
  entropy,
  gini,
  itemCoverage,
  itemSets,
  noveltyAt,
  popularityBias,
  popularityRanks,
  serendipityAt,
  tailItems,
  tailShareAt,
} from '@tensorec/metrics';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { evaluate } from '../src/index.js';
import { ListPairs } from '../src/list-pairs.js';
import { part, recordOf, TableModel } from './models.js';

const worlds = fc
  .record({ users: fc.integer({ min: 1, max: 6 }), items: fc.integer({ min: 1, max: 10 }) })
  .chain(({ users, items }) => {
    const pairs = fc.array(fc.tuple(fc.nat(users - 1), fc.nat(items - 1)), {
      minLength: 1,
      maxLength: 30,
    });
    return fc.record({
      users: fc.constant(users),
      items: fc.constant(items),
      train: pairs,
      test: pairs,
      excludeSeen: fc.boolean(),
      genres: fc.array(fc.option(fc.constantFrom('a', 'b', 'c'), { nil: undefined }), {
        minLength: items,
        maxLength: items,
      }),
      scores: fc.array(fc.array(fc.nat(9), { minLength: items, maxLength: items }), {
        minLength: users,
        maxLength: users,
      }),
    });
  });

describe('metrics of lists', () => {
  it('agree with those of lists that are sorted out of all items', async () => {
    await fc.assert(
      fc.asyncProperty(worlds, async ({ users, items, train, test, scores, ...case_ }) => {
        const ids = {
          users: Vocabulary.from(Array(users).keys()),
          items: Vocabulary.from(Array(items).keys()),
        };
        const owners = [...ids.items].map((item) => [
          ...new Set(train.flatMap(([user, other]) => (other === item ? user : []))),
        ]);
        const counts = owners.map((own) => own.length);
        const historyOf = (user: number): number[] =>
          [...ids.items].filter((item) => owners[item]!.includes(user));
        const evaluated = [...ids.users].filter((user) => test.some(([other]) => other === user));
        const lists = evaluated.map((user) => {
          const history = historyOf(user);
          return [...ids.items]
            .filter((item) => history.length > 0 && counts[item]! > 0)
            .filter((item) => !case_.excludeSeen || !history.includes(item))
            .sort((a, b) => scores[user]![b]! - scores[user]![a]! || a - b);
        });
        const trained = [...ids.items].filter((item) => counts[item]! > 0);
        const trainUsers = [...ids.users].filter((user) => historyOf(user).length > 0).length;
        const hasGenre = case_.genres.some((genre) => genre !== undefined);
        const genreSets = itemSets(
          case_.genres.map((genre) => (genre === undefined ? [] : [genre])),
        );
        const cuts = [1, 2, 4, 20];

        const model = new TableModel(recordOf(part('train', ids, train)), scores);
        const evaluate_ = async (
          names: readonly string[],
          itemFeatures?: { table: FeatureTable<number>; column: string },
        ): ReturnType<typeof evaluate> =>
          evaluate(model, part('test', ids, test), {
            metrics: names.flatMap((name) => cuts.map((k) => `${name}@${k}`)),
            excludeSeen: case_.excludeSeen,
            itemFeatures,
          });
        const plain = await evaluate_([
          'novelty',
          'average-popularity',
          'tail-share',
          'diversity',
          'serendipity',
          'item-coverage',
          'gini',
          'entropy',
          'popularity-bias',
        ]);
        for (const k of cuts) {
          const places = countPlaces(k, lists, items).filter((_, item) => counts[item]! > 0);
          expect(plain.metrics[`item-coverage@${k}`]).toBe(itemCoverage(places));
          expect(plain.metrics[`gini@${k}`]).toBe(gini(places));
          expect(plain.metrics[`entropy@${k}`]).toBe(entropy(places));
          const ofUser = (name: string, value: (list: number[], user: number) => number): void => {
            lists.forEach((list, n) => {
              const found = plain.perUser.values[`${name}@${k}`]![n];
              expect(found, name).toBeCloseTo(value(list, evaluated[n]!), 12);
            });
          };
          ofUser('novelty', (list) => noveltyAt(k, list, counts, trainUsers));
          ofUser('average-popularity', (list) => averagePopularityAt(k, list, counts));
          ofUser('tail-share', (list) => tailShareAt(k, list, tailItems(counts)));
          ofUser('diversity', (list) => diversityAt(k, list, itemSets(owners)));
          ofUser('serendipity', (list, user) =>
            serendipityAt(
              k,
              list,
              list.map((item) => (test.some(([u, i]) => u === user && i === item) ? 1 : 0)),
              popularityRanks(counts),
              trained.length,
            ),
          );
          const counted = evaluated.filter((_, n) => lists[n]!.length > 0);
          const popularities = [
            lists
              .filter((list) => list.length > 0)
              .map((list) => averagePopularityAt(k, list, counts)),
            counted.map((user) => averagePopularityAt(99, historyOf(user), counts)),
          ] as const;
          const bias = counted.length === 0 ? 0 : popularityBias(...popularities);
          expect(plain.metrics[`popularity-bias@${k}`]).toBeCloseTo(bias, 12);
        }

        if (!hasGenre) return;
        const rows = case_.genres.map((genre, id) => ({ id, genre }));
        const table = FeatureTable.fromRows(rows, 'id', { genre: 'category' });
        const categorized = await evaluate_(['calibration', 'diversity'], {
          table,
          column: 'genre',
        });
        for (const k of cuts) {
          lists.forEach((list, n) => {
            const { [`calibration@${k}`]: calibration, [`diversity@${k}`]: diversity } =
              categorized.perUser.values;
            expect(calibration![n]).toBeCloseTo(
              calibrationAt(k, list, historyOf(evaluated[n]!), genreSets),
              12,
            );
            expect(diversity![n]).toBeCloseTo(diversityAt(k, list, genreSets), 12);
          });
        }
      }),
      { numRuns: 200 },
    );
  });

  it('of more lists than memory should hold are taken one by one', () => {
    expect(ListPairs.fits([10, 100], 1000, 300_000)).toBe(true);
    expect(ListPairs.fits([10, 100], 1000, 400_000)).toBe(false);
    // A list is no longer than the catalogue.
    expect(ListPairs.fits([2_000_000_000], 50, 400_000)).toBe(true);
  });
});
