import { hasCapability, Interactions } from '@tensorec/core';
import fc from 'fast-check';
import { describe, expect, expectTypeOf, it } from 'vitest';
import { Bias, type BiasModel } from '../src/index.js';

type Rating = readonly [user: string, item: number, value: number];

function ratings(...rows: readonly Rating[]): Interactions<string, number, 'whole'> {
  return Interactions.fromColumns({
    users: rows.map(([user]) => user),
    items: rows.map(([, item]) => item),
    values: rows.map(([, , value]) => value),
  });
}

const data = ratings(['u', 1, 5], ['u', 2, 3], ['v', 1, 4], ['v', 3, 1], ['w', 2, 2]);

describe('bias', () => {
  it('solves for items, then for users, by damped means', async () => {
    const parameters = { userRegularization: 1, itemRegularization: 1, iterations: 1 };
    const three = ratings(['u', 1, 5], ['u', 2, 3], ['v', 1, 4]);
    const { biases } = await new Bias(parameters).fit(three);
    expect(biases.mean).toBe(4);
    // b_1 = (1 + 0) / (1 + 2), b_2 = −1 / (1 + 1)
    expect([...biases.ofItems]).toEqual([expect.closeTo(1 / 3, 12), -0.5]);
    // b_u = ((1 − 1/3) + (−1 + 1/2)) / (1 + 2), b_v = (0 − 1/3) / (1 + 1)
    expect([...biases.ofUsers]).toEqual([expect.closeTo(1 / 18, 12), expect.closeTo(-1 / 6, 12)]);
  });

  it('reaches the minimum of the regularized squared error', async () => {
    const parameters = { userRegularization: 2, itemRegularization: 1, iterations: 200 };
    const { biases } = await new Bias(parameters).fit(data);
    // The normal equations, solved with numpy.
    const users = [0.35151515, -0.27878788, -0.20606061];
    const items = [0.97575758, -0.38181818, -0.86060606];
    expect(biases.mean).toBe(3);
    users.forEach((value, row) => {
      expect(biases.ofUsers[row]).toBeCloseTo(value, 7);
    });
    items.forEach((value, row) => {
      expect(biases.ofItems[row]).toBeCloseTo(value, 7);
    });
  });

  it('finds additive ratings again without regularization', async () => {
    const offset = fc.integer({ min: -20, max: 20 }).map((tenths) => tenths / 10);
    const offsets = fc.array(offset, { minLength: 1, maxLength: 6 });
    await fc.assert(
      fc.asyncProperty(offsets, offsets, async (ofUsers, ofItems) => {
        const rows = ofUsers.flatMap((a, user) =>
          ofItems.map((b, item): Rating => [`user ${user}`, item, 3 + a + b]),
        );
        const model = await new Bias({ userRegularization: 0, itemRegularization: 0 }).fit(
          ratings(...rows),
        );
        const { ratings: predicted } = await model.rate({
          users: rows.map(([user]) => user),
          items: rows.map(([, item]) => item),
        });
        rows.forEach(([, , value], n) => {
          expect(predicted[n]).toBeCloseTo(value, 4);
        });
      }),
      { numRuns: 30 },
    );
  });

  it('rates unknown users and items by what is known', async () => {
    const model = await new Bias().fit(data);
    const { mean, ofUsers, ofItems } = model.biases;
    const predicted = await model.rate({ users: ['u', 'nobody', 'nobody'], items: [99, 2, 99] });
    expect([...predicted.ratings]).toEqual([
      expect.closeTo(mean + ofUsers[0]!, 6),
      expect.closeTo(mean + ofItems[1]!, 6),
      mean,
    ]);
    expect(predicted.fallbacks).toBe(0);
  });

  it('folds a history in as fit does, so a user and their history get the same list', async () => {
    const model = await new Bias().fit(data);
    const known = await model.recommend({ users: ['v'] });
    const history = [
      { item: 1, value: 4 },
      { item: 3, value: 1 },
    ];
    const folded = await model.recommend({ histories: [history] });
    expect(folded.itemRows).toEqual(known.itemRows);
    expect(folded.scores).toEqual(known.scores);
  });

  it('lets the last of repeated ratings count, and does without values', async () => {
    const repeated = await new Bias().fit(ratings(['u', 1, 1], ['u', 2, 4], ['u', 1, 5]));
    const last = await new Bias().fit(ratings(['u', 2, 4], ['u', 1, 5]));
    expect(repeated.biases.mean).toBe(4.5);
    expect(repeated.biases.ofUsers).toEqual(last.biases.ofUsers);
    const alike = await new Bias().fit(Interactions.fromColumns({ users: ['u'], items: [1] }));
    expect(alike.biases.mean).toBe(1);
    expect([...alike.biases.ofItems]).toEqual([0]);
  });

  it('refuses parameters out of range', () => {
    expect(() => new Bias({ userRegularization: -1 })).toThrow(/userRegularization/);
    expect(() => new Bias({ iterations: 0 })).toThrow(/iterations/);
  });

  it('keeps the types of ids', async () => {
    const model = await new Bias().fit(data);
    expectTypeOf(model).toEqualTypeOf<BiasModel<string, number>>();
    expect(hasCapability(model, 'rates-items')).toBe(true);
    // @ts-expect-error items are numbers
    await model.rate({ users: ['u'], items: ['1'] });
    // @ts-expect-error there is no such parameter
    expect(() => new Bias({ regularization: 3 })).toThrow(/unknown key "regularization"/);
  });
});
