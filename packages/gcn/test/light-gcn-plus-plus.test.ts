import { Interactions } from '@tensorec/core';
import { finish, ready } from '@tensorec/kernels';
import { beforeAll, describe, expect, it } from 'vitest';
import { LightGCNPlusPlus } from '../src/index.js';
import { batchPenalty, rankingLoss } from '../src/training/triplet-loss.js';
import { dotOf, edges, startOf } from './small-graph.js';

beforeAll(() => ready());

describe('the loss', () => {
  const batch = {
    size: 2,
    userRows: Int32Array.of(0, 2),
    itemRows: Int32Array.of(0, 1),
    negatives: Int32Array.of(2, 3, 3, 3),
  };
  const layout = { users: 3, factors: 2 };

  /** Both terms in double precision: λ is 0.5. */
  function lossOf(z: readonly number[]): number {
    const vector = (node: number): number[] => z.slice(2 * node, 2 * node + 2);
    let ranking = 0;
    let squares = 0;
    for (let pair = 0; pair < 2; pair++) {
      const user = vector(batch.userRows[pair]!);
      const positive = vector(3 + batch.itemRows[pair]!);
      squares += dotOf(user, user) + dotOf(positive, positive);
      for (const item of batch.negatives.subarray(2 * pair, 2 * pair + 2)) {
        const negative = vector(3 + item);
        squares += dotOf(negative, negative);
        ranking += Math.log1p(Math.exp(dotOf(user, negative) - dotOf(user, positive))) / 4;
      }
    }
    return ranking + (0.5 / 2 / 2) * squares;
  }

  it('and its gradient are those of softplus and of squared norms', () => {
    const z = startOf(2, 3);
    const gradient = new Float32Array(z.length);
    const loss =
      finish(rankingLoss(z, batch, layout, gradient)) +
      batchPenalty(z, batch, layout, 0.5, gradient);
    expect(loss).toBeCloseTo(lossOf(Array.from(z)), 6);
    gradient.forEach((slope, i) => {
      const at = (step: number): number =>
        lossOf(Array.from(z, (x, n) => x + (n === i ? step : 0)));
      expect(slope).toBeCloseTo((at(1e-5) - at(-1e-5)) / 2e-5, 5);
    });
  });

  it('is finite where scores are far apart', () => {
    const far = Float32Array.from({ length: 14 }, (_, i) => (i % 2 === 0 ? 1e4 * (i - 6) : 0));
    const gradient = new Float32Array(14);
    expect(finish(rankingLoss(far, batch, layout, gradient))).toBeLessThan(Infinity);
    expect(gradient.every(Number.isFinite)).toBe(true);
  });
});

describe('the embedding of a history', () => {
  it('is that of the user with the same items, but for the share of x⁰', async () => {
    const parameters = { factors: 3, gamma: 0, epochs: 5, alpha: 0.7, beta: 0.2, layers: 3 };
    const data = Interactions.fromColumns({
      users: edges.map(([user]) => user),
      items: edges.map(([, item]) => item),
    });
    const model = await new LightGCNPlusPlus(parameters).fit(data);
    const known = new Float32Array(3 * model.items.size);
    const folded = new Float32Array(known.length);
    model.scoreRows(Int32Array.of(0, 1, 2), known);
    model.scoreHistories(model.training.history, folded);
    folded.forEach((score, n) => {
      expect(score).toBeCloseTo(known[n]!, 5);
    });
    model.dispose();
  });
});
