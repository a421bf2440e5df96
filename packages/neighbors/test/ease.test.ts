import { Interactions, Vocabulary, type Recommendations } from '@tensorec/core';
import { describe, expect, expectTypeOf, it } from 'vitest';
import { EASE, type EASEModel } from '../src/index.js';
import { ratings, visits } from './data.js';

describe('ease', () => {
  it('of two items: the common users / (users of the one that explains + regularization)', async () => {
    const model = await new EASE({ regularization: 3 }).fit(visits('a: x y', 'b: x y', 'c: x'));
    // G + λ = [[6, 2], [2, 5]], P = [[5, −2], [−2, 6]] / 26, B_ij = −P_ij / P_jj.
    expect([...model.weights]).toEqual([0, expect.closeTo(2 / 6, 6), expect.closeTo(2 / 5, 6), 0]);
  });

  it('of four items: the closed form, computed with numpy', async () => {
    const data = visits('a: w x', 'b: w y', 'c: w x y', 'd: x z', 'e: y z');
    const { weights } = await new EASE({ regularization: 2 }).fit(data);
    const expected = [
      [0, 0.40506329, 0.40506329, -0.18181818],
      [0.36363636, 0, -0.01265823, 0.22727273],
      [0.36363636, -0.01265823, 0, 0.22727273],
      [-0.18181818, 0.25316456, 0.25316456, 0],
    ].flat();
    expected.forEach((value, n) => {
      expect(weights[n]).toBeCloseTo(value, 6);
    });
  });

  it('scores by the weights of the history, for a user and the same history alike', async () => {
    const model = await new EASE({ regularization: 2 }).fit(
      visits('a: w x', 'b: w y', 'c: w x y', 'd: x z', 'e: y z'),
    );
    const known = await model.recommend({ users: ['a'] });
    expect([...known].map(({ item, score }) => [item, score])).toEqual([
      ['y', expect.closeTo(0.40506329 - 0.01265823, 6)],
      ['z', expect.closeTo(-0.18181818 + 0.22727273, 6)],
    ]);
    const folded = await model.recommend({ histories: [['x', 'w']] });
    expect(folded.scores).toEqual(known.scores);
    expect(await model.explain({ user: 'a', item: 'z' })).toEqual([
      { item: 'x', contribution: expect.closeTo(0.22727273, 6) as number },
      { item: 'w', contribution: expect.closeTo(-0.18181818, 6) as number },
    ]);
    const similar = await model.similar({ items: ['z'] });
    expect([...similar].map(({ item }) => item)).toEqual(['x', 'y', 'w']);
  });

  it('reads neither values nor repeats', async () => {
    const once = await new EASE().fit(visits('a: x y', 'b: x'));
    const rated = ratings(['a', 'x', 5], ['a', 'y', 0], ['b', 'x', 2], ['a', 'x', 1]);
    expect((await new EASE().fit(rated)).weights).toEqual(once.weights);
  });

  it('gives items without events no weights', async () => {
    const data = visits('a: x y', 'b: x y');
    const items = Vocabulary.from([...data.items, 'new']);
    const model = await new EASE({ regularization: 1 }).fit(
      new Interactions({ ...data.columns(), items }),
    );
    const ofNew = [...model.weights].filter((_, n) => n % 3 === 2 || n >= 6);
    expect(ofNew.every((weight) => weight === 0)).toBe(true);
  });

  it('says how much memory it would need where that cannot be had', async () => {
    const items = Vocabulary.from(Array.from({ length: 200_000 }, (_, n) => n));
    const users = Vocabulary.from(['a']);
    const [userRows, itemRows] = [Int32Array.of(0), Int32Array.of(0)];
    const data = new Interactions({ role: 'whole', users, items, userRows, itemRows });
    await expect(new EASE().fit(data)).rejects.toMatchObject({
      code: 'invalid-argument',
      message: expect.stringMatching(/480 GB for 200000 items/) as string,
    });
  });

  it('keeps the types of ids, and checks parameters', async () => {
    const model = await new EASE().fit(visits('a: x y', 'b: x'));
    expectTypeOf(model).toEqualTypeOf<EASEModel<string, string>>();
    expectTypeOf(await model.similar({ items: ['x'] })).toEqualTypeOf<
      Recommendations<string, string>
    >();
    expect(() => new EASE({ regularization: 0 })).toThrow(/regularization/);
    // @ts-expect-error there is no such parameter
    expect(() => new EASE({ lambda: 3 })).toThrow(/unknown key "lambda"/);
    // @ts-expect-error items are strings
    await expect(model.similar({ items: [1] })).rejects.toMatchObject({ code: 'unknown-id' });
  });
});
