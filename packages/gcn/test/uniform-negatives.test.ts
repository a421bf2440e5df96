import { buildCsr, Random } from '@tensorec/kernels';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { UniformNegatives } from '../src/training/uniform-negatives.js';

/** A user's items in a catalogue in which `active` items have events. */
function samplerOf(known: readonly number[], active: readonly boolean[]): UniformNegatives {
  const history = buildCsr(
    1,
    active.length,
    new Int32Array(known.length),
    Int32Array.from(known),
    new Float32Array(known.length).fill(1),
  );
  return new UniformNegatives(
    history,
    Int32Array.from(active, (has) => Number(has)),
  );
}

it('draws every item that the user does not have alike, and no other', () => {
  const states = fc.array(fc.constantFrom('known', 'free', 'without events'), {
    minLength: 1,
    maxLength: 30,
  });
  fc.assert(
    fc.property(states, fc.nat(), (items, seed) => {
      const rowsOf = (state: string): number[] =>
        [...items.keys()].filter((row) => items[row] === state);
      const free = rowsOf('free');
      fc.pre(free.length > 0);
      const active = items.map((state) => state !== 'without events');
      const sampler = samplerOf(rowsOf('known'), active);
      const random = new Random(seed);
      const draws = 400 * free.length;
      const times = new Map<number, number>();
      for (let n = 0; n < draws; n++) {
        const item = sampler.draw(0, random);
        times.set(item, (times.get(item) ?? 0) + 1);
      }
      expect([...times.keys()].sort((a, b) => a - b)).toEqual(free);
      // Eight standard deviations of a count of mean 400.
      for (const count of times.values()) expect(Math.abs(count - 400)).toBeLessThan(160);
    }),
  );
});

it('draws any item with events for a user who has them all', () => {
  const sampler = samplerOf([0, 2], [true, false, true]);
  const random = new Random(1);
  const drawn = new Set(Array.from({ length: 50 }, () => sampler.draw(0, random)));
  expect(drawn).toEqual(new Set([0, 2]));
});
