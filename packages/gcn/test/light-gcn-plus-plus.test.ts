import { buildCsr, finish, Random, ready } from '@tensorec/kernels';
import { Interactions } from '@tensorec/core';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { LightGCNPlusPlus } from '../src/index.js';
import { NormalizedPropagation, type PropagationOptions } from '../src/normalized-propagation.js';
import { batchPenalty, rankingLoss } from '../src/training/triplet-loss.js';

/** Users 0 to 2, items 3 to 6; item 6 has nobody. */
const edges = [
  [0, 3],
  [0, 4],
  [1, 4],
  [2, 3],
  [2, 4],
  [2, 5],
] as const;
const history = buildCsr(
  3,
  4,
  Int32Array.from(edges, ([user]) => user),
  Int32Array.from(edges, ([, item]) => item - 3),
);
const nodes = 7;

/** z by the equations, in double precision, and the shortest vector that a length was taken of. */
function embeddingsOf(
  start: readonly number[],
  options: PropagationOptions,
): { readonly z: readonly number[]; readonly shortest: number } {
  const { factors, layers, alpha, beta, gamma } = options;
  const neighbours = Array.from({ length: nodes }, (_, node) =>
    edges.flatMap(([user, item]) => (user === node ? [item] : item === node ? [user] : [])),
  );
  let layer = [...start];
  let shortest = Infinity;
  const sum = start.map((x) => gamma * x);
  for (let l = 0; l < layers; l++) {
    const before = layer;
    layer = start.map((_, at) => {
      const node = Math.floor(at / factors);
      const own = neighbours[node]!;
      const passed = own.map((other) => {
        const vector = before.slice(other * factors, (other + 1) * factors);
        const length = Math.hypot(...vector);
        shortest = Math.min(shortest, length);
        return vector[at % factors]! / length / neighbours[other]!.length ** beta;
      });
      return own.length === 0 ? 0 : passed.reduce((a, b) => a + b, 0) / own.length ** alpha;
    });
    layer.forEach((x, at) => (sum[at]! += ((1 - gamma) / layers) * x));
  }
  return { z: sum, shortest };
}

const options = fc.record({
  factors: fc.integer({ min: 2, max: 5 }),
  layers: fc.integer({ min: 1, max: 3 }),
  alpha: fc.double({ min: -1, max: 1, noNaN: true }),
  beta: fc.double({ min: -1, max: 1, noNaN: true }),
  gamma: fc.double({ min: 0, max: 1, noNaN: true }),
});

function startOf(factors: number, seed: number): Float32Array {
  const start = new Float32Array(nodes * factors);
  new Random(seed).fillNormal(start, 0, 1);
  return start;
}

function dotOf(a: ArrayLike<number>, b: ArrayLike<number>): number {
  return Array.from(a).reduce((sum, x, i) => sum + x * b[i]!, 0);
}

beforeAll(() => ready());

describe('the propagation', () => {
  it('gives the embeddings of the equations', () => {
    fc.assert(
      fc.property(options, fc.nat(), (given, seed) => {
        const start = startOf(given.factors, seed);
        const { z, shortest } = embeddingsOf(Array.from(start), given);
        // A vector that is all but 0 has a direction that rounding decides.
        fc.pre(shortest > 0.1);
        const propagation = new NormalizedPropagation(history, given);
        const { embeddings } = finish(propagation.forward(start));
        propagation.dispose();
        z.forEach((value, i) => {
          expect(Math.abs(embeddings[i]! - value)).toBeLessThan(1e-5);
        });
      }),
    );
  });

  it('gives the gradient that differences of the equations give', () => {
    fc.assert(
      fc.property(options, fc.nat(), (given, seed) => {
        const start = startOf(given.factors, seed);
        fc.pre(embeddingsOf(Array.from(start), given).shortest > 0.1);
        const weights = startOf(given.factors, seed + 1);
        const moved = startOf(given.factors, seed + 2);
        const propagation = new NormalizedPropagation(history, given);
        const pass = finish(propagation.forward(start));
        const gradient = finish(propagation.backward(pass, weights));
        propagation.dispose();
        const at = (step: number): number =>
          dotOf(
            embeddingsOf(
              Array.from(start, (x, i) => x + step * moved[i]!),
              given,
            ).z,
            weights,
          );
        const expected = (at(1e-5) - at(-1e-5)) / 2e-5;
        expect(Math.abs(dotOf(gradient, moved) - expected)).toBeLessThan(
          1e-3 * (1 + Math.abs(expected)),
        );
      }),
    );
  });
});

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
