import { Interactions } from '@tensorec/core';
import { conformanceCases } from '@tensorec/testing';
import { describe, expect, it } from 'vitest';
import { CoVisitation, coVisitation } from '../src/co-visitation.js';

describe('co-visitation keeps the model contract', () => {
  for (const { name, run } of conformanceCases(coVisitation)) it(name, run);
});

it('scores by the share of users that items have in common', async () => {
  const baskets = {
    ann: ['bread', 'butter'],
    ben: ['bread', 'butter', 'jam'],
    cem: ['bread', 'tea'],
  };
  const rows = Object.entries(baskets).flatMap(([user, items]) =>
    items.map((item) => ({ user, item })),
  );
  const train = Interactions.fromRows(rows, { user: 'user', item: 'item' });
  const model = await new CoVisitation({ shrink: 0 }).fit(train);

  const lists = await model.recommend({ histories: [['bread'], ['bread', 'butter']] });
  expect([...lists].map(({ user, item, score }) => [user, item, score.toFixed(3)])).toEqual([
    // Of the 3 users of bread, 2 have butter, 1 has jam, 1 has tea; of the 2 of butter, 1 has jam.
    [0, 'butter', '0.667'],
    [0, 'jam', '0.333'],
    [0, 'tea', '0.333'],
    [1, 'jam', '0.833'],
    [1, 'tea', '0.333'],
  ]);
});
