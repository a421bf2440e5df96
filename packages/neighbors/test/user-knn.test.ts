import { encodeArtifact, hasCapability } from '@tensorec/core';
import { describe, expect, expectTypeOf, it } from 'vitest';
import { UserKNN, type UserKNNModel } from '../src/index.js';
import { ratings, visits } from './data.js';

const near = (value: number): unknown => expect.closeTo(value, 6);
const plain = { weighting: 'none', shrink: 0 } as const;

describe('user-knn', () => {
  it('scores items by the similarity of the users who have them', async () => {
    const data = visits('a: x y', 'b: x y z', 'c: x w', 'd: v');
    const model = await new UserKNN(plain).fit(data);
    const lists = await model.recommend({ users: ['a', 'd'] });
    expect([...lists].map(({ user, item, score }) => [user, item, score])).toEqual([
      ['a', 'z', near(2 / Math.sqrt(6))],
      ['a', 'w', near(1 / 2)],
      ['a', 'v', 0],
      ['d', 'x', 0],
      ['d', 'y', 0],
      ['d', 'z', 0],
      ['d', 'w', 0],
    ]);
    const nearest = await new UserKNN({ ...plain, neighbors: 1 }).fit(data);
    const scores = await nearest.score({ users: ['a', 'a'], items: ['z', 'w'] });
    expect([...scores]).toEqual([near(2 / Math.sqrt(6)), 0]);
  });

  it('multiplies by the values of the others', async () => {
    const data = ratings(['a', 'x', 1], ['b', 'x', 1], ['b', 'y', 3]);
    const model = await new UserKNN({ ...plain, similarity: 'jaccard' }).fit(data);
    const { scores } = await model.recommend({ users: ['a'] });
    expect([...scores]).toEqual([near(3 / 2)]);
  });

  it('rates by the deviations of those who rated the item from their means', async () => {
    const data = ratings(['u', '1', 4], ['u', '2', 2], ['v', '1', 5], ['v', '2', 1], ['v', '3', 5]);
    const model = await new UserKNN({ ...plain, similarity: 'pearson' }).fit(data);
    // u: 1, −1; v: 4/3, −8/3, (4/3). Σ = 4, norms² over common items 2 and 80/9.
    expect(model.lists.similarities[0]).toBeCloseTo(4 / Math.sqrt(160 / 9), 6);
    const { ratings: rated, fallbacks } = await model.rate({
      users: ['u', 'u', 'nobody', 'v'],
      items: ['3', 'nothing', '1', '3'],
    });
    expect(rated[0]).toBeCloseTo(3 + (5 - 11 / 3), 6);
    expect(fallbacks).toBe(3);
    expect([...rated].every((rating) => Number.isFinite(rating))).toBe(true);
  });

  it('adjusted-cosine: less the mean of the item', async () => {
    const data = ratings(
      ['u', '1', 1],
      ['u', '2', 5],
      ['v', '1', 2],
      ['v', '2', 4],
      ['w', '1', 6],
      ['w', '2', 0],
    );
    // 1: −2, −1, 3; 2: 2, 1, −3.
    const model = await new UserKNN({ ...plain, similarity: 'adjusted-cosine' }).fit(data);
    expect([...model.lists.indices]).toEqual([1, -1, -1, 0, -1, -1, -1, -1, -1]);
    expect(model.lists.similarities[0]).toBeCloseTo(1, 6);
  });

  it('needs ratings where it compares ratings', async () => {
    await expect(new UserKNN({ similarity: 'pearson' }).fit(visits('a: x'))).rejects.toMatchObject({
      code: 'invalid-argument',
      message: expect.stringContaining('compares ratings') as string,
    });
  });

  it('takes nothing of users into an artifact without users', async () => {
    const model = await new UserKNN().fit(visits('a: x y', 'b: x'));
    const { neighbors, similarities } = model.state({ users: false });
    expect([neighbors!.data.length, similarities!.data.length]).toEqual([0, 0]);
    const [whole, part] = [
      await encodeArtifact(model),
      await encodeArtifact(model, { users: false }),
    ];
    expect(part.tensors.bytes.length).toBeLessThan(whole.tensors.bytes.length);
  });

  it('keeps the types of ids, and checks names of parameters', async () => {
    const model = await new UserKNN().fit(visits('a: x y', 'b: x'));
    expectTypeOf(model).toEqualTypeOf<UserKNNModel<string, string>>();
    expect(hasCapability(model, 'folds-in')).toBe(false);
    // @ts-expect-error users are strings
    await expect(model.recommend({ users: [1] })).rejects.toMatchObject({ code: 'unknown-id' });
    // @ts-expect-error it knows users only
    await expect(model.recommend({ histories: [['x']] })).rejects.toThrow();
    // @ts-expect-error there is no such parameter
    expect(() => new UserKNN({ k: 3 })).toThrow(/unknown key "k"/);
  });
});
