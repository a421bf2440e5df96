import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RowPlaces } from '../src/row-places.js';

const rowNumbers = fc.array(
  fc.oneof(fc.integer({ min: 0, max: 20 }), fc.integer({ min: 0, max: 2 ** 31 - 1 })),
  { maxLength: 200 },
);

describe('RowPlaces', () => {
  it('has each row once, ascending, and the place of each', () => {
    fc.assert(
      fc.property(rowNumbers, rowNumbers, (indices, others) => {
        const places = new RowPlaces(indices);
        const expected = [...new Set(indices)].sort((a, b) => a - b);
        expect([...places.rows]).toEqual(expected);
        for (const asked of [indices, others]) {
          expect([...places.of(asked)]).toEqual(asked.map((row) => expected.indexOf(row)));
        }
      }),
    );
  });

  it('finds rows that are multiples of powers of two', () => {
    const indices = Array.from({ length: 1000 }, (_, n) => n * 2 ** 20);
    expect([...new RowPlaces(indices).of(indices)]).toEqual([...indices.keys()]);
  });
});
