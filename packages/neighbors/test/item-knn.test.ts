import { decodeArtifact, encodeArtifact, selectRows, type Recommendations } from '@tensorec/core';
import fc from 'fast-check';
import { describe, expect, expectTypeOf, it } from 'vitest';
import { ItemKNN, models, type ItemKNNModel, type ItemKNNParameters } from '../src/index.js';
import { ratings, visits } from './data.js';

/** Users of x: a b c, of y: a b, of z: c d. */
const shop = visits('a: x y', 'b: x y', 'c: x z', 'd: z');
const plain = { weighting: 'none', shrink: 0 } as const;

async function similarities(
  parameters: Partial<ItemKNNParameters>,
  data = shop,
): Promise<Record<string, number>> {
  const model = await new ItemKNN(parameters).fit(data);
  const lists = await model.similar({ items: [...data.items] });
  return Object.fromEntries([...lists].map(({ user, item, score }) => [`${user}${item}`, score]));
}

const near = (value: number): unknown => expect.closeTo(value, 6);

describe('item-knn: similarities', () => {
  it('cosine', async () => {
    expect(await similarities(plain)).toEqual({
      xy: near(2 / Math.sqrt(6)),
      yx: near(2 / Math.sqrt(6)),
      xz: near(1 / Math.sqrt(6)),
      zx: near(1 / Math.sqrt(6)),
    });
  });

  it('shrinks what rests on few common users', async () => {
    const shrunk = await similarities({ ...plain, shrink: 2 });
    expect(shrunk['xy']).toBeCloseTo((2 / Math.sqrt(6)) * (2 / 4), 6);
    expect(shrunk['xz']).toBeCloseTo((1 / Math.sqrt(6)) * (1 / 3), 6);
  });

  it('jaccard', async () => {
    const found = await similarities({ ...plain, similarity: 'jaccard' });
    expect(found).toEqual({ xy: near(2 / 3), yx: near(2 / 3), xz: near(1 / 4), zx: near(1 / 4) });
  });

  it('tf-idf: a user of many items says less', async () => {
    // a, b and c have 2 of 3 items, d has 1.
    const busy = Math.log(1 + 3 / 2);
    const idle = Math.log(1 + 3 / 1);
    const found = await similarities({ ...plain, weighting: 'tf-idf' });
    expect(found['xy']).toBeCloseTo(2 / Math.sqrt(6), 6);
    expect(found['xz']).toBeCloseTo(
      busy ** 2 / Math.sqrt(3 * busy ** 2 * (busy ** 2 + idle ** 2)),
      6,
    );
  });

  it('bm25: a user of many items says less', async () => {
    const weight = (items: number): number => 2.2 / (1 + 1.2 * (0.25 + (0.75 * items) / (7 / 4)));
    const [busy, idle] = [weight(2), weight(1)];
    const found = await similarities({ ...plain, weighting: 'bm25' });
    expect(found['xz']).toBeCloseTo(
      busy ** 2 / Math.sqrt(3 * busy ** 2 * (busy ** 2 + idle ** 2)),
      6,
    );
  });

  it('tf-idf: counts by their square root, with their sign', async () => {
    const counts = ratings(['a', 'x', 4], ['a', 'y', 9], ['b', 'x', 1]);
    const [common, own] = [Math.log(1 + 2 / 2), Math.log(1 + 2 / 1)];
    const cosine = (2 * common) / Math.sqrt(4 * common ** 2 + own ** 2);
    const parameters = { ...plain, weighting: 'tf-idf' } as const;
    expect(await similarities(parameters, counts)).toEqual({ xy: near(cosine), yx: near(cosine) });
    const opposite = ratings(['a', 'x', 4], ['a', 'y', -9], ['b', 'x', 1]);
    expect(await similarities(parameters, opposite)).toEqual({});
  });

  it('bm25: counts saturate', async () => {
    const counts = ratings(['a', 'x', 4], ['a', 'y', 9], ['b', 'x', 1]);
    const weight = (count: number, length: number): number =>
      (2.2 * count) / (count + 1.2 * (0.25 + (0.75 * length) / 7));
    const cosine = weight(4, 13) / Math.sqrt(weight(4, 13) ** 2 + weight(1, 1) ** 2);
    const parameters = { ...plain, weighting: 'bm25' } as const;
    expect(await similarities(parameters, counts)).toEqual({ xy: near(cosine), yx: near(cosine) });
  });

  it('pearson: over common users, less the mean of the item', async () => {
    const data = ratings(
      ...(['1 i 5', '1 j 4', '2 i 3', '2 j 3', '3 i 1', '3 j 2', '4 j 5'] as const).map((line) => {
        const [user, item, value] = line.split(' ');
        return [user!, item!, Number(value)] as const;
      }),
    );
    // i: 2, 0, −2; j: 0.5, −0.5, −1.5, (1.5). Σ = 4, norms² over common users 8 and 2.75.
    const pearson = await similarities({ ...plain, similarity: 'pearson' }, data);
    expect(pearson).toEqual({ ij: near(4 / Math.sqrt(22)), ji: near(4 / Math.sqrt(22)) });
    // Less the mean of the user: ½·(−½) + 0 + (−½)·½ is below 0, so there is no neighbour.
    expect(await similarities({ ...plain, similarity: 'adjusted-cosine' }, data)).toEqual({});

    const model = await new ItemKNN({ ...plain, similarity: 'pearson' }).fit(data);
    const { ratings: rated, fallbacks } = await model.rate({
      users: ['4', '1'],
      items: ['i', 'k'],
    });
    // The mean of i, and the deviation of j from its mean.
    expect(rated[0]).toBeCloseTo(3 + (5 - 3.5), 6);
    expect(fallbacks).toBe(1);
  });

  it('adjusted-cosine: less the mean of the user', async () => {
    const data = ratings(
      ['1', 'i', 5],
      ['1', 'j', 4],
      ['1', 'k', 0],
      ['2', 'i', 1],
      ['2', 'j', 2],
      ['2', 'k', 6],
    );
    // 1: i 2, j 1, k −3; 2: i −2, j −1, k 3.
    const found = await similarities({ ...plain, similarity: 'adjusted-cosine' }, data);
    expect(found).toEqual({ ij: near(1), ji: near(1) });
  });

  it('needs ratings where it compares ratings', async () => {
    for (const similarity of ['pearson', 'adjusted-cosine'] as const) {
      await expect(new ItemKNN({ similarity }).fit(shop)).rejects.toMatchObject({
        code: 'invalid-argument',
        message: expect.stringContaining('compares ratings') as string,
      });
    }
  });
});

describe('item-knn: recommendations', () => {
  it('adds similarity · value over the history', async () => {
    const model = await new ItemKNN(plain).fit(shop);
    const lists = await model.recommend({
      histories: [
        ['z'],
        [
          { item: 'y', value: 3 },
          { item: 'z', value: 2 },
        ],
      ],
    });
    expect([...lists].map(({ user, item, score }) => [user, item, score])).toEqual([
      [0, 'x', near(1 / Math.sqrt(6))],
      [0, 'y', 0],
      [1, 'x', near((3 * 2) / Math.sqrt(6) + 2 / Math.sqrt(6))],
    ]);
  });

  it('keeps the most similar items only', async () => {
    const model = await new ItemKNN({ ...plain, neighbors: 1 }).fit(shop);
    const { scores } = await model.recommend({ histories: [['x']] });
    expect([...scores]).toEqual([near(2 / Math.sqrt(6)), 0]);
  });

  it('adds values of repeated pairs, and takes the last of ratings', async () => {
    const repeated = ratings(
      ['a', 'x', 1],
      ['a', 'y', 2],
      ['a', 'x', 5],
      ['b', 'x', 3],
      ['b', 'y', 1],
    );
    const counted = await new ItemKNN(plain).fit(repeated);
    expect([...counted.training.history.values]).toEqual([6, 2, 3, 1]);
    const rated = await new ItemKNN({ similarity: 'pearson' }).fit(repeated);
    expect([...rated.training.history.values]).toEqual([5, 2, 3, 1]);
  });

  it('gives a user and their history the same list, parts of scores that add up, and is saved whole', async () => {
    const event = fc.tuple(
      fc.constantFrom('a', 'b', 'c', 'd'),
      fc.constantFrom('u', 'v', 'w', 'x', 'y', 'z'),
      fc.integer({ min: 1, max: 5 }),
    );
    const parameters = fc.record({
      neighbors: fc.integer({ min: 1, max: 7 }),
      similarity: fc.constantFrom('cosine', 'pearson', 'adjusted-cosine', 'jaccard'),
      shrink: fc.constantFrom(0, 5),
      weighting: fc.constantFrom('none', 'tf-idf', 'bm25'),
    });
    await fc.assert(
      fc.asyncProperty(
        fc.array(event, { minLength: 1, maxLength: 20 }),
        parameters,
        async (rows, given) => {
          const data = ratings(...rows);
          const before = data.fingerprint;
          const model = await new ItemKNN(given).fit(data);
          expect(data.columns()).toEqual(ratings(...rows).columns());
          expect(data.fingerprint).toBe(before);
          const users = [...data.users];
          const { history } = model.training;
          const known = await model.recommend({ users });
          const histories = users.map((_, row) => {
            const { indices, values } = selectRows(history, [row]);
            return Array.from(indices, (item, n) => ({
              item: data.items.id(item),
              value: values[n]!,
            }));
          });
          const folded = await model.recommend({ histories });
          expect(folded.itemRows).toEqual(known.itemRows);
          expect(folded.scores).toEqual(known.scores);
          for (const { user, item, score } of known) {
            const parts = model.contributions(data.users.row(user)!, data.items.row(item)!);
            expect(parts.reduce((sum, part) => sum + part, 0)).toBeCloseTo(score, 4);
          }
          const files = await encodeArtifact(model);
          const bytes = (name: string) =>
            Promise.resolve((name === files.model.name ? files.model : files.tensors).bytes);
          const loaded = await decodeArtifact(bytes, { models });
          expect((await loaded.recommend({ users })).scores).toEqual(known.scores);
        },
      ),
      { numRuns: 40 },
    );
  });

  it('explains by the items of the history', async () => {
    const model = await new ItemKNN(plain).fit(shop);
    const reasons = await model.explain({ user: 'a', item: 'z' });
    expect(reasons).toEqual([
      { item: 'x', contribution: near(1 / Math.sqrt(6)) },
      { item: 'y', contribution: 0 },
    ]);
  });

  it('keeps the types of ids, and checks names and values of parameters', async () => {
    const model = await new ItemKNN({ neighbors: 3 }).fit(shop);
    expectTypeOf(model).toEqualTypeOf<ItemKNNModel<string, string>>();
    expectTypeOf(await model.recommend({ histories: [['x']] })).toEqualTypeOf<
      Recommendations<number, string>
    >();
    // @ts-expect-error there is no such parameter
    expect(() => new ItemKNN({ neighbours: 3 })).toThrow(/did you mean "neighbors"/);
    // @ts-expect-error there is no such similarity
    expect(() => new ItemKNN({ similarity: 'euclid' })).toThrow(/similarity/);
    expect(() => new ItemKNN({ neighbors: 0 })).toThrow(/neighbors/);
    expect(() => new ItemKNN({ shrink: -1 })).toThrow(/shrink/);
    const test = shop.part(Int32Array.of(0), 'test', undefined);
    // @ts-expect-error test data is not training data
    await expect(new ItemKNN().fit(test)).rejects.toMatchObject({ code: 'role' });
  });
});
