import { buildCsr, Random } from '@tensorec/kernels';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PopularitySampler, UniformSampler } from '../src/index.js';

const users = 4;
const scenes = fc.integer({ min: 1, max: 12 }).chain((items) =>
  fc.record({
    counts: fc
      .array(fc.oneof(fc.nat(3), fc.nat(1e9)), { minLength: items, maxLength: items })
      .filter((counts) => counts.some((count) => count > 0)),
    known: fc.array(fc.tuple(fc.nat(users - 1), fc.nat(items - 1)), { maxLength: 60 }),
    exponent: fc.double({ min: 0, max: 2, noNaN: true }),
    seed: fc.nat(),
    draws: fc.integer({ min: 1, max: 40 }),
  }),
);

describe.each(['uniform', 'popularity'])('%s draws', (kind) => {
  it('are in range, never known, repeatable, and have finite log-probabilities', () => {
    fc.assert(
      fc.property(scenes, ({ counts, known: pairs, exponent, seed, draws }) => {
        const items = counts.length;
        const known = buildCsr(
          users,
          items,
          Int32Array.from(pairs, ([user]) => user),
          Int32Array.from(pairs, ([, item]) => item),
        );
        const make = () =>
          kind === 'uniform'
            ? new UniformSampler(items, { known })
            : new PopularitySampler(Int32Array.from(counts), { exponent, known });
        const userRows = Int32Array.of(0, 1, 2, 3);
        const drawn = new Int32Array(users * draws);
        const logs = new Float32Array(users * draws);
        make().sample(userRows, drawn, new Random(seed), logs);

        const again = new Int32Array(users * draws);
        make().sample(userRows, again, new Random(seed));
        expect(again).toEqual(drawn);

        const mayCome = (item: number) => kind === 'uniform' || counts[item]! > 0;
        for (let user = 0; user < users; user++) {
          const own = new Set(pairs.flatMap(([u, item]) => (u === user ? [item] : [])));
          const left = counts.some((_, item) => mayCome(item) && !own.has(item));
          for (let n = user * draws; n < (user + 1) * draws; n++) {
            const item = drawn[n]!;
            expect(item >= 0 && item < items && mayCome(item)).toBe(true);
            expect(left && own.has(item)).toBe(false);
            expect(logs[n]! <= 1e-6 && logs[n]! > -Infinity).toBe(true);
          }
        }
      }),
    );
  });
});
