import { describe, expect, it } from 'vitest';
import { GraphFilterCF } from '../src/index.js';
import { visits } from './data.js';

const data = visits('a: w x y', 'b: w x', 'c: x y z', 'd: y z v', 'e: v w z', 'f: x v');
const users = ['a', 'b', 'c', 'd', 'e', 'f'];
const items = ['w', 'x', 'y', 'z', 'v'];

/** Scores of all users and items by numpy: R @ (Rt.T @ Rt + α · D_I^-½ V V.T D_I^½) with K = 2. */
const filtered = [
  [1.0360819, 1.2145791, 0.7698991, 0.4759689, 0.4267257],
  [0.8918464, 0.9726499, 0.373795, 0.1751792, 0.2395564],
  [0.5971428, 0.8923875, 0.9264533, 0.8537209, 0.6758794],
  [0.3295614, 0.4676214, 0.8840631, 1.1130212, 1.0387457],
  [0.7124783, 0.6317631, 0.6321945, 0.9004448, 0.9486888],
  [0.4618064, 0.7083917, 0.4167287, 0.4332319, 0.6477542],
].flat();
const linear = [
  [0.7405626, 0.8496794, 0.6368945, 0.4295584, 0.3665598],
  [0.6294515, 0.6572293, 0.3035612, 0.2073362, 0.2554487],
  [0.4627848, 0.7053418, 0.7480056, 0.6517806, 0.4776709],
  [0.3333333, 0.4330127, 0.6666667, 0.7777778, 0.7222222],
  [0.6111111, 0.4811252, 0.4444444, 0.6666667, 0.7222222],
  [0.3516737, 0.5610042, 0.3035612, 0.3184473, 0.5332265],
].flat();

const pairs = {
  users: users.flatMap((user) => items.map(() => user)),
  items: users.flatMap(() => items),
};

describe('gf-cf', () => {
  it('gives the scores of the closed form, computed with numpy', async () => {
    const model = await new GraphFilterCF({ alpha: 0.3, factors: 2 }).fit(data);
    const scores = await model.score(pairs);
    filtered.forEach((value, n) => {
      expect(scores[n]).toBeCloseTo(value, 5);
    });
  });

  it('with alpha 0 is the linear filter alone', async () => {
    const model = await new GraphFilterCF({ alpha: 0 }).fit(data);
    expect(model.vectors).toHaveLength(0);
    const scores = await model.score(pairs);
    linear.forEach((value, n) => {
      expect(scores[n]).toBeCloseTo(value, 6);
    });
  });

  it('takes the vectors there are where more are asked for', async () => {
    const model = await new GraphFilterCF({ factors: 50 }).fit(data);
    expect(model.vectors.length).toBe(25);
  });

  it('does not read values, and a history scores as its user does', async () => {
    const model = await new GraphFilterCF({ factors: 2 }).fit(data);
    const user = await model.recommend({ users: ['b'] });
    const history = await model.recommend({
      histories: [
        [
          { item: 'x', value: 7 },
          { item: 'w', value: 2 },
        ],
      ],
    });
    expect(history.scores).toEqual(user.scores);
    expect(history.itemRows).toEqual(user.itemRows);
  });
});
