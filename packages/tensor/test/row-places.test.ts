import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { rowPlaces } from '../src/row-places.js';

/** Row numbers of a table, and others that are looked for; the table has few rows for them, or many. */
const asked = fc
  .oneof(fc.integer({ min: 1, max: 60 }), fc.integer({ min: 1, max: 2 ** 31 - 1 }))
  .chain((count) => {
    const numbers = fc.array(fc.integer({ min: 0, max: count - 1 }), { maxLength: 200 });
    return fc.record({ count: fc.constant(count), indices: numbers, others: numbers });
  });

describe('rowPlaces', () => {
  it('has each row once, ascending, and the place of each', () => {
    fc.assert(
      fc.property(asked, ({ count, indices, others }) => {
        const places = rowPlaces(indices, count);
        const expected = [...new Set(indices)].sort((a, b) => a - b);
        expect([...places.rows]).toEqual(expected);
        for (const numbers of [indices, others]) {
          expect([...places.of(numbers)]).toEqual(numbers.map((row) => expected.indexOf(row)));
        }
      }),
    );
  });

  it('finds rows that are multiples of powers of two', () => {
    const indices = Array.from({ length: 1000 }, (_, n) => n * 2 ** 20);
    expect([...rowPlaces(indices, 2 ** 30).of(indices)]).toEqual([...indices.keys()]);
  });
});
