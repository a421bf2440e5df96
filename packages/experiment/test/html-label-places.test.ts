import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { labelPlaces } from '../src/html/label-places.js';

const frame = { left: 0, top: 0, right: 300, bottom: 200 };

describe('labelPlaces', () => {
  it('puts a label right of its marker, else left, above or below', () => {
    expect(labelPlaces([{ x: 100, y: 100, width: 30 }], frame)).toEqual([[109, 100]]);
    expect(labelPlaces([{ x: 290, y: 100, width: 30 }], frame)).toEqual([[251, 100]]);
    expect(labelPlaces([{ x: 150, y: 100, width: 160 }], frame)).toEqual([[70, 86.5]]);
    expect(labelPlaces([{ x: 150, y: 5, width: 160 }], frame)).toEqual([[70, 18.5]]);
  });

  it('leaves out a label that fits nowhere', () => {
    expect(labelPlaces([{ x: 100, y: 100, width: 301 }], frame)).toEqual([undefined]);
  });

  it('never lays labels on one another or outside the frame', () => {
    const marker = fc.record({
      x: fc.double({ min: 0, max: 300, noNaN: true }),
      y: fc.double({ min: 0, max: 200, noNaN: true }),
      width: fc.integer({ min: 1, max: 140 }),
    });
    fc.assert(
      fc.property(fc.array(marker, { maxLength: 14 }), (markers) => {
        const boxes = labelPlaces(markers, frame).flatMap((place, n) =>
          place === undefined
            ? []
            : [{ left: place[0], right: place[0] + markers[n]!.width, middle: place[1] }],
        );
        for (const [n, one] of boxes.entries()) {
          expect(one.left).toBeGreaterThanOrEqual(0);
          expect(one.right).toBeLessThanOrEqual(300);
          for (const other of boxes.slice(n + 1)) {
            const apart =
              one.right <= other.left ||
              other.right <= one.left ||
              // A line is 13 pixels high; sums of fractions may fall short of it by a rounding.
              Math.abs(one.middle - other.middle) >= 13 - 1e-9;
            expect(apart).toBe(true);
          }
        }
      }),
    );
  });
});
