import {
  decodeArtifact,
  encodeArtifact,
  hasCapability,
  Interactions,
  type Recommendations,
  type TrainingEpoch,
} from '@tensorec/core';
import { alsObjective, dot, Random, rowCounts, transpose } from '@tensorec/kernels';
import fc from 'fast-check';
import { describe, expect, expectTypeOf, it } from 'vitest';
import { als, ImplicitALS, type ALSModel, type ALSParameters } from '../src/index.js';

type Event = readonly [user: string, item: string, value: number];

function events(...rows: readonly Event[]): Interactions<string, string, 'whole'> {
  return Interactions.fromColumns({
    users: rows.map(([user]) => user),
    items: rows.map(([, item]) => item),
    values: rows.map(([, , value]) => value),
  });
}

const small = events(
  ...['aw', 'ax', 'bw', 'by', 'cw', 'cx', 'cy', 'dx', 'dz', 'ey', 'ez'].map(
    ([user, item]): Event => [user!, item!, 1],
  ),
);

/** Users of four kinds, each with about half of the items of their kind. */
const random = new Random(5);
const kinds = events(
  ...Array.from({ length: 400 }, (_, n): Event => {
    const user = n % 60;
    return [`user ${user}`, `item ${4 * random.integer(12) + (user % 4)}`, 1 + random.integer(5)];
  }),
);

/** The objective of the class, of a model's factors. */
function objective(model: ALSModel): number {
  const { alpha, factors, regularization } = model.parameters;
  const { history, itemCounts } = model.training;
  const users = rowCounts(history);
  const active = (counts: ArrayLike<number>): number =>
    Array.from(counts).filter((count) => count > 0).length;
  const given = model.parameters.unobservedWeight;
  const unobservedWeight = given === 'auto' ? Math.min(0.5, 400 / active(itemCounts)) : given;
  const penalty = (count: number, others: number): number =>
    regularization * (count + unobservedWeight * others);
  return alsObjective(
    { ...history, values: Float32Array.from(history.values, (value) => 1 + alpha * value) },
    model.userFactors,
    model.itemFactors,
    {
      factors,
      unobservedWeight,
      rowRegularization: Float64Array.from(users, (count) => penalty(count, active(itemCounts))),
      columnRegularization: Float64Array.from(itemCounts, (count) => penalty(count, active(users))),
    },
  );
}

describe('als', () => {
  it('reaches the minimum of its objective', async () => {
    const model = await new ImplicitALS({
      factors: 2,
      iterations: 3000,
      regularization: 0.05,
      unobservedWeight: 0.2,
      solver: 'exact',
    }).fit(small);
    expect(objective(model)).toBeCloseTo(3.58481334, 5);
    // Products of the factors at the minimum, by another implementation in numpy; items w, x, y, z.
    const expected = [
      [0.7640166, 0.6710296, 0.6710296, 0.0526168],
      [0.7640166, 0.6710296, 0.6710296, 0.0526168],
      [0.7825581, 0.7685641, 0.7685641, 0.1718553],
      [0.1462903, 0.6488434, 0.6488434, 0.7655516],
      [0.1462903, 0.6488434, 0.6488434, 0.7655516],
    ].flat();
    const users = ['a', 'b', 'c', 'd', 'e'].flatMap((user) => [user, user, user, user]);
    const items = users.map((_, n) => ['w', 'x', 'y', 'z'][n % 4]!);
    const scores = await model.score({ users, items });
    expected.forEach((value, n) => {
      expect(scores[n]).toBeCloseTo(value, 4);
    });
  });

  it('with one factor: solves the normal equation of each user', async () => {
    const parameters = { regularization: 0.1, unobservedWeight: 0.25, alpha: 2 } as const;
    const data = events(['a', 'x', 1], ['a', 'y', 3], ['b', 'x', 2], ['b', 'z', 1]);
    const model = await new ImplicitALS({ factors: 1, iterations: 3, ...parameters }).fit(data);
    const [x = NaN, y = NaN, z = NaN] = model.itemFactors;
    // Weights 1 + 2 · value are 3, 7 and 5, 3; the regularization is 0.1 · (2 + 0.25 · 3) for both.
    const unobserved = 0.25 * (x * x + y * y + z * z) + 0.1 * 2.75;
    const [a, b] = [...model.userFactors];
    expect(a).toBeCloseTo((3 * x + 7 * y) / (3 * x * x + 7 * y * y + unobserved), 5);
    expect(b).toBeCloseTo((5 * x + 3 * z) / (5 * x * x + 3 * z * z + unobserved), 5);
  });

  it('comes closer with every iteration, by conjugate gradients nearly as by exact steps', async () => {
    for (const alpha of [0, 0.5]) {
      const after = async (iterations: number, solver: ALSParameters['solver']): Promise<number> =>
        objective(await new ImplicitALS({ factors: 6, iterations, alpha, solver }).fit(kinds));
      const exact: number[] = [];
      for (const iterations of [1, 2, 4, 8, 16]) exact.push(await after(iterations, 'exact'));
      expect(exact).toEqual([...exact].sort((a, b) => b - a));
      const approached = await after(16, 'conjugate-gradient');
      expect(approached).toBeLessThan(exact[0]!);
      expect(Math.abs(approached / exact[4]! - 1)).toBeLessThan(0.05);
    }
  });

  it('tells the objective after every iteration, and learns the same', async () => {
    for (const solver of ['exact', 'conjugate-gradient'] as const) {
      for (const iterations of [1, 2, 6]) {
        const recommender = new ImplicitALS({ factors: 5, iterations, solver, alpha: 0.5 });
        const epochs: TrainingEpoch[] = [];
        const model = await recommender.fit(kinds, { onEpoch: (epoch) => epochs.push(epoch) });
        expect(epochs.map(({ epoch }) => epoch)).toEqual(
          Array.from({ length: iterations }, (_, n) => n + 1),
        );
        const values = epochs.map((epoch) => epoch.values['objective']!);
        expect(values.at(-1)! / objective(model)).toBeCloseTo(1, 5);
        for (let n = 1; n < values.length; n++) {
          expect(values[n]).toBeLessThanOrEqual(values[n - 1]! * (1 + 1e-6));
        }
        const silent = await recommender.fit(kinds);
        expect(silent.userFactors).toEqual(model.userFactors);
        expect(silent.itemFactors).toEqual(model.itemFactors);
      }
    }
  });

  it('reads values only where alpha is above 0, and adds those of repeated pairs', async () => {
    const binary = kinds.columns();
    const without = new Interactions({ ...binary, values: undefined });
    const fit = async (data: typeof kinds, alpha: number): Promise<ALSModel<string, string>> =>
      new ImplicitALS({ factors: 4, iterations: 2, alpha }).fit(data);
    expect((await fit(kinds, 0)).itemFactors).toEqual((await fit(without, 0)).itemFactors);
    expect((await fit(kinds, 1)).itemFactors).not.toEqual((await fit(without, 1)).itemFactors);
    const twice = await fit(events(['a', 'x', 1], ['a', 'y', 1], ['a', 'x', 2]), 1);
    expect([...twice.training.history.values]).toEqual([3, 1]);
  });

  it('refuses weights below 0, in training and in histories', async () => {
    const negative = events(['a', 'x', -3], ['b', 'x', 1], ['b', 'y', 1]);
    const recommender = new ImplicitALS({ alpha: 0.5, factors: 2 });
    await expect(recommender.fit(negative)).rejects.toMatchObject({
      code: 'invalid-argument',
      message: expect.stringContaining('1 + alpha · value = -0.5') as string,
    });
    await expect(new ImplicitALS({ factors: 2 }).fit(negative)).resolves.toBeDefined();
    const model = await recommender.fit(small);
    const histories = [[{ item: 'x', value: -3 }]];
    await expect(model.recommend({ histories })).rejects.toMatchObject({
      code: 'invalid-argument',
    });
  });

  it('forgets the first fit, changes no data, and repeats itself to the bit', async () => {
    const before = kinds.fingerprint;
    const recommender = new ImplicitALS({ factors: 5, iterations: 3 });
    const first = await recommender.fit(kinds, { seed: 3 });
    await recommender.fit(small, { seed: 1 });
    const again = await recommender.fit(kinds, { seed: 3 });
    expect(again.userFactors).toEqual(first.userFactors);
    expect(again.itemFactors).toEqual(first.itemFactors);
    const other = await recommender.fit(kinds, { seed: 4 });
    expect(other.itemFactors).not.toEqual(first.itemFactors);
    expect(new Interactions(kinds.columns()).fingerprint).toBe(before);
  });

  it('gives a user and their history the same scores, and parts of them that add up', async () => {
    const parameters = fc.record({
      factors: fc.integer({ min: 1, max: 9 }),
      iterations: fc.integer({ min: 1, max: 4 }),
      alpha: fc.constantFrom(0, 0.3),
      regularization: fc.constantFrom(0.001, 0.1),
      solver: fc.constantFrom('exact', 'conjugate-gradient'),
    });
    await fc.assert(
      fc.asyncProperty(parameters, async (given) => {
        const model = await new ImplicitALS(given).fit(kinds);
        const users = kinds.users.size;
        const scores = new Float32Array(users * kinds.items.size);
        const folded = new Float32Array(scores.length);
        model.scoreRows(
          Int32Array.from({ length: users }, (_, row) => row),
          scores,
        );
        model.scoreHistories(model.training.history, folded);
        expect(folded).toEqual(scores);
        for (const [user, item] of [
          [0, 1],
          [7, 3],
          [59, 20],
        ] as const) {
          const parts = model.contributions(user, item);
          const sum = parts.reduce((total, part) => total + part, 0);
          expect(sum).toBeCloseTo(scores[user * kinds.items.size + item]!, 5);
        }
      }),
      { numRuns: 15 },
    );
  });

  it('finds items of the same kind by the cosine of their factors', async () => {
    const model = await new ImplicitALS({ factors: 4, regularization: 0.02 }).fit(kinds);
    const kind = (item: string): number => Number(item.split(' ')[1]) % 4;
    const lists = await model.similar({ items: [...kinds.items], k: 5 });
    const alike = [...lists].filter(({ user, item }) => kind(user) === kind(item));
    expect(alike.length / lists.size).toBeGreaterThan(0.95);
    const { user, item, score } = lists.list(0)[0]!;
    const [p, q] = [kinds.items.row(user)! * 4, kinds.items.row(item)! * 4];
    const factors = model.itemFactors;
    const product = (a: number, b: number): number => dot(factors, a, factors, b, 4);
    expect(score).toBeCloseTo(product(p, q) / Math.sqrt(product(p, p) * product(q, q)), 6);
  });

  it('explains by the strongest parts', async () => {
    const model = await new ImplicitALS({ factors: 4 }).fit(small);
    const reasons = await model.explain({ user: 'c', item: 'z', k: 2 });
    expect(reasons).toHaveLength(2);
    expect(reasons[0]!.contribution).toBeGreaterThanOrEqual(reasons[1]!.contribution);
    expect(['w', 'x', 'y']).toContain(reasons[0]!.item);
  });

  it('recommends by history from an artifact without users', async () => {
    const model = await new ImplicitALS({ factors: 4 }).fit(kinds);
    const files = await encodeArtifact(model, { users: false });
    const loaded = await decodeArtifact(
      (name) => Promise.resolve((name === files.model.name ? files.model : files.tensors).bytes),
      { models: [als] },
    );
    if (!hasCapability(loaded, 'folds-in') || !hasCapability(loaded, 'has-factors')) {
      throw new Error('The loaded model lacks a capability.');
    }
    expect(loaded.userFactors).toHaveLength(0);
    const histories = [['item 1', 'item 5'], ['item 2']];
    const [expected, found] = [
      await model.recommend({ histories }),
      await loaded.recommend({ histories }),
    ];
    expect(found.itemRows).toEqual(expected.itemRows);
    expect(found.scores).toEqual(expected.scores);
  });

  it('has zeros for users and items without events', async () => {
    const train = small.select(Int32Array.of(0, 1, 2, 3, 4, 5, 6));
    const model = await new ImplicitALS({ factors: 3 }).fit(train);
    expect([...model.userFactors.subarray(9)]).toEqual([0, 0, 0, 0, 0, 0]);
    const counts = rowCounts(transpose(train.byUser()));
    counts.forEach((count, row) => {
      const factors = model.itemFactors.slice(3 * row, 3 * row + 3);
      expect(factors.every((value) => value === 0)).toBe(count === 0);
    });
  });

  it('weighs unobserved pairs by 400 / items, and by 0.5 at most', async () => {
    const catalogue = events(
      ...Array.from({ length: 2000 }, (_, n): Event => [`user ${n % 40}`, `item ${n % 1000}`, 1]),
    );
    for (const [data, unobservedWeight] of [
      [catalogue, 0.4],
      [small, 0.5],
    ] as const) {
      const [automatic, given] = [{ factors: 2 }, { factors: 2, unobservedWeight }];
      const model = await new ImplicitALS(automatic).fit(data);
      expect(model.parameters.unobservedWeight).toBe('auto');
      expect(model.itemFactors).toEqual((await new ImplicitALS(given).fit(data)).itemFactors);
    }
  });

  it('refuses parameters out of range', () => {
    for (const name of ['factors', 'iterations', 'regularization', 'unobservedWeight'] as const) {
      expect(() => new ImplicitALS({ [name]: 0 })).toThrow(name);
    }
    expect(() => new ImplicitALS({ alpha: -1 })).toThrow(/alpha/);
    expect(() => new ImplicitALS({ factors: 1.5 })).toThrow(/factors/);
  });

  it('keeps the types of ids, and checks names of parameters and the role of data', async () => {
    const model = await new ImplicitALS({ factors: 2 }).fit(small);
    expectTypeOf(model).toEqualTypeOf<ALSModel<string, string>>();
    expectTypeOf(await model.recommend({ histories: [['x']] })).toEqualTypeOf<
      Recommendations<number, string>
    >();
    expectTypeOf(await model.recommend({ users: ['a'] })).toEqualTypeOf<
      Recommendations<string, string>
    >();
    // @ts-expect-error there is no such parameter
    expect(() => new ImplicitALS({ factor: 3 })).toThrow(/did you mean "factors"/);
    // @ts-expect-error there is no such solver
    expect(() => new ImplicitALS({ solver: 'lu' })).toThrow(/solver/);
    const test = small.part(Int32Array.of(0), 'test', undefined);
    // @ts-expect-error test data is not training data
    await expect(new ImplicitALS().fit(test)).rejects.toMatchObject({ code: 'role' });
  });
});
