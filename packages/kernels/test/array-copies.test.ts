import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { copyLayout, gatherRows, ready, sumSegments, transposeArray } from '../src/index.js';
import { expectError, expectSameForAnyThreads, normal, resultOf } from './support.js';

beforeAll(async () => {
  await ready();
});

describe('copies', () => {
  const size = fc.integer({ min: 0, max: 9 });

  it('gathers rows', () => {
    fc.assert(
      fc.property(size, size, fc.array(fc.nat(6)), (outer, columns, numbers) => {
        const x = normal(outer * 7 * columns, 1, 1);
        const actual = resultOf(
          outer * numbers.length * columns,
          [x, Int32Array.from(numbers)],
          (result, matrix, indices) => {
            gatherRows(matrix, indices, result, { outer, rows: 7, columns });
          },
        );
        const expected = Array.from({ length: outer }, (_, m) =>
          numbers.flatMap((n) => [...x.subarray((m * 7 + n) * columns, (m * 7 + n + 1) * columns)]),
        );
        expect([...actual]).toEqual(expected.flat());
      }),
    );
  });

  it('adds rows up by segment, leaving out those of no segment', async () => {
    const [rows, columns, segments] = [5000, 9, 4001];
    const x = normal(rows * columns, 1, 1);
    const numbers = Int32Array.from({ length: rows }, (_, n) => ((n * 37) % (segments + 9)) - 4);
    const actual = await expectSameForAnyThreads(() =>
      resultOf(segments * columns, [x, numbers], (result, matrix, indices) => {
        sumSegments(matrix, indices, result, columns);
      }),
    );
    const expected = new Float32Array(segments * columns);
    numbers.forEach((segment, n) => {
      if (segment < 0 || segment >= segments) return;
      for (let k = 0; k < columns; k++) expected[segment * columns + k]! += x[n * columns + k]!;
    });
    expect(actual).toEqual(expected);
  });

  it('transposes', () => {
    fc.assert(
      fc.property(size, fc.integer({ min: 0, max: 70 }), size, (matrices, rows, columns) => {
        const x = normal(matrices * rows * columns, 1, 1);
        const actual = resultOf(x.length, [x], (result, array) => {
          transposeArray(array, result, matrices, rows, columns);
        });
        const expected = actual.map((_, n) => {
          const [m, place] = [Math.floor(n / (rows * columns)), n % (rows * columns)];
          return x[m * rows * columns + (place % rows) * columns + Math.floor(place / rows)]!;
        });
        expect(actual).toEqual(expected);
      }),
    );
  });

  it('copies between layouts', () => {
    const x = Float32Array.from({ length: 24 }, (_, i) => i);
    // The second and third row and the first two columns of both matrices of 3 × 4, columns first.
    const actual = resultOf(8, [x], (result, array) => {
      copyLayout(
        { array, start: 4, strides: [12, 1, 4] },
        { array: result, strides: [4, 2, 1] },
        [2, 2, 2],
      );
    });
    expect([...actual]).toEqual([4, 8, 5, 9, 16, 20, 17, 21]);
    const repeat = resultOf(6, [Float32Array.of(1, 2)], (result, array) => {
      copyLayout({ array, strides: [1, 0] }, { array: result, strides: [3, 1] }, [2, 3]);
    });
    expect([...repeat]).toEqual([1, 1, 1, 2, 2, 2]);
  });

  it('refuses layouts that reach outside', () => {
    const copy = (start: number, strides: number[]) => () =>
      resultOf(4, [new Float32Array(4)], (result, array) => {
        copyLayout({ array, start, strides }, { array: result, strides: [1] }, [4]);
      });
    expectError(copy(1, [1]), 'invalid-argument', 'source', '4');
    expectError(copy(0, [2]), 'invalid-argument', 'source', '6');
    expectError(copy(3, [-1]), 'invalid-argument', 'source');
    expectError(copy(0, [1, 1]), 'invalid-argument', 'source');
  });
});
