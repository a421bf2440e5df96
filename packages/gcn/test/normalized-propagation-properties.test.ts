import { finish, ready } from '@tensorec/kernels';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { NormalizedPropagation } from '../src/normalized-propagation.js';
import { dotOf, embeddingsOf, history, startOf } from './small-graph.js';

const options = fc.record({
  factors: fc.integer({ min: 2, max: 5 }),
  layers: fc.integer({ min: 1, max: 3 }),
  alpha: fc.double({ min: -1, max: 1, noNaN: true }),
  beta: fc.double({ min: -1, max: 1, noNaN: true }),
  gamma: fc.double({ min: 0, max: 1, noNaN: true }),
});

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
