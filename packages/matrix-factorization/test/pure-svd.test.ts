import { Interactions } from '@tensorec/core';
import { describe, expect, it } from 'vitest';
import { PureSVD } from '../src/index.js';

const users = ['a', 'b', 'c', 'd', 'e', 'f'];
const items = ['w', 'x', 'y', 'z', 'v'];
const values = [
  [3, 1, 2, 0, 0],
  [5, 4, 0, 0, 0],
  [0, 2, 2, 1, 0],
  [0, 0, 4, 5, 1],
  [2, 0, 0, 3, 3],
  [0, 1, 0, 0, 5],
];
const events = users.flatMap((user, row) =>
  items.flatMap((item, column) => {
    const value = values[row]![column]!;
    return value > 0 ? [{ user, item, value }] : [];
  }),
);
const data = Interactions.fromRows(events, { user: 'user', item: 'item', value: 'value' });

/** R V V.T with the two greatest right singular vectors V, by numpy. */
const projected = [
  [2.488147, 1.782776, 0.601348, 0.529621, 0.662293],
  [5.136826, 3.70226, 0.229548, -0.418836, 0.413934],
  [0.953569, 0.669234, 0.883964, 1.179563, 0.869501],
  [-0.063919, -0.110615, 3.00908, 4.506238, 2.832476],
  [1.32076, 0.913787, 1.837984, 2.550786, 1.782438],
  [0.744613, 0.512216, 1.174092, 1.64412, 1.134797],
].flat();

describe('pure-svd', () => {
  it('projects on the greatest singular vectors, as numpy does', async () => {
    const model = await new PureSVD({ factors: 2 }).fit(data);
    const scores = await model.score({
      users: users.flatMap((user) => items.map(() => user)),
      items: users.flatMap(() => items),
    });
    projected.forEach((value, n) => {
      expect(scores[n]).toBeCloseTo(value, 4);
    });
  });

  it('with as many factors as items, or more, gives the values back', async () => {
    for (const factors of [5, 9]) {
      const model = await new PureSVD({ factors }).fit(data);
      expect(model.itemFactors).toHaveLength(5 * factors);
      const known = await model.score({
        users: events.map(({ user }) => user),
        items: events.map(({ item }) => item),
      });
      events.forEach(({ value }, n) => {
        expect(known[n]).toBeCloseTo(value, 4);
      });
    }
  });

  it('explains a score by the parts of the history', async () => {
    const model = await new PureSVD({ factors: 2 }).fit(data);
    const [score] = await model.score({ users: ['a'], items: ['v'] });
    const reasons = await model.explain({ user: 'a', item: 'v', k: 9 });
    expect(reasons.map(({ item }) => item).sort()).toEqual(['w', 'x', 'y']);
    const sum = reasons.reduce((total, { contribution }) => total + contribution, 0);
    expect(sum).toBeCloseTo(score!, 5);
  });
});
