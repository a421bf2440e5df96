import { beforeAll, describe, expect, it } from 'vitest';
import { maximaOfSegments, Random, ready, ResidentArray } from '../src/index.js';
import { expectError, expectSameForAnyThreads, normal, usedBytes } from './support.js';

beforeAll(async () => {
  await ready();
});

function maxima(
  rows: Float32Array<ArrayBuffer>,
  segments: Int32Array<ArrayBuffer>,
  count: number,
  columns: number,
): Float32Array {
  const arrays = [
    ResidentArray.from(rows),
    ResidentArray.from(segments),
    new ResidentArray(count * columns),
  ] as const;
  try {
    maximaOfSegments(...arrays, columns);
    return arrays[2].toFloat32Array();
  } finally {
    for (const array of arrays) array.dispose();
  }
}

describe('maximaOfSegments', () => {
  it('gives the greatest numbers of each segment for any threads', async () => {
    for (const [rows, columns, count] of [
      [0, 3, 4],
      [1, 1, 1],
      [700, 7, 30],
      [3000, 5, 9001],
    ] as const) {
      const before = usedBytes();
      const numbers = normal(rows * columns, 1, 1);
      if (rows > 1) numbers[columns] = NaN;
      const random = new Random(2);
      const segments = Int32Array.from({ length: rows }, () => random.integer(count + 2) - 1);
      const expected = new Float32Array(count * columns).fill(-Infinity);
      segments.forEach((segment, row) => {
        if (segment < 0 || segment >= count) return;
        for (let column = 0; column < columns; column++) {
          const place = segment * columns + column;
          expected[place] = Math.max(expected[place]!, numbers[row * columns + column]!);
        }
      });
      const actual = await expectSameForAnyThreads(() => maxima(numbers, segments, count, columns));
      expect(actual).toEqual(expected);
      expect(usedBytes()).toBe(before);
    }
  });

  it('refuses lengths that do not agree', () => {
    const [rows, one] = [normal(6, 1), Int32Array.of(0)];
    expectError(() => maxima(rows, one, 2, 3), 'invalid-argument', 'rows', '6');
  });
});
