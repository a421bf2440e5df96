import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { finish, matrixProduct, ready } from '../src/index.js';
import { product, transposed } from './reference/dense.js';
import {
  expectError,
  expectSameForAnyThreads,
  finishChecked,
  finishInTurn,
  normal,
  usedBytes,
} from './support.js';

const ways = [
  [false, false],
  [false, true],
  [true, false],
  [true, true],
] as const;

/** The product with factors given as they are and transposed: expects the same bits, near the reference. */
function expectProduct(rows: number, depth: number, columns: number): void {
  const left = normal(rows * depth, 1, 1);
  const right = normal(depth * columns, 2, 1);
  const results = ways.map(([transposeLeft, transposeRight]) =>
    finishChecked(
      matrixProduct(
        transposeLeft ? transposed(left, rows, depth) : left,
        transposeRight ? transposed(right, depth, columns) : right,
        { rows, depth, columns, transposeLeft, transposeRight },
      ),
    ),
  );
  for (const result of results) expect(result).toEqual(results[0]);
  const expected = product(left, right, rows, depth, columns);
  const sizes = product(left.map(Math.abs), right.map(Math.abs), rows, depth, columns);
  expect(results[0]).toHaveLength(rows * columns);
  // One sum in single precision over ascending k.
  results[0]!.forEach((value, i) => {
    expect(Math.abs(value - expected[i]!)).toBeLessThanOrEqual(1e-6 * sizes[i]!);
  });
}

describe('matrixProduct', () => {
  beforeAll(async () => {
    await ready();
  });

  it('is the product for whole numbers, exactly', () => {
    const size = fc.integer({ min: 0, max: 14 });
    fc.assert(
      fc.property(size, size, size, fc.constantFrom(...ways), (rows, depth, columns, way) => {
        const left = Float32Array.from({ length: rows * depth }, (_, i) => ((i * 7) % 11) - 5);
        const right = Float32Array.from({ length: depth * columns }, (_, i) => ((i * 5) % 13) - 6);
        const [transposeLeft, transposeRight] = way;
        const result = finish(
          matrixProduct(
            transposeLeft ? transposed(left, rows, depth) : left,
            transposeRight ? transposed(right, depth, columns) : right,
            { rows, depth, columns, transposeLeft, transposeRight },
          ),
        );
        const expected = product(left, right, rows, depth, columns);
        expect([...result].map((value) => value + 0)).toEqual(
          [...expected].map((value) => value + 0),
        );
      }),
    );
  });

  it.each([
    [1, 1, 1],
    [5, 8, 8],
    [6, 7, 9],
    [39, 255, 7],
    [40, 256, 8],
    [41, 257, 9],
    [81, 300, 129],
    [3, 1000, 5],
    [200, 3, 700],
    [1, 513, 260],
    [0, 5, 3],
    [5, 0, 3],
    [5, 3, 0],
    [0, 0, 0],
  ])('takes %d × %d times %d columns', expectProduct);

  it('gives each number the same bits, whatever is computed beside it', () => {
    const [rows, depth, columns] = [83, 270, 61];
    const left = normal(rows * depth, 1);
    const right = normal(depth * columns, 2);
    const whole = finish(matrixProduct(left, right, { rows, depth, columns }));
    for (const row of [0, 4, 5, 40, 82]) {
      const own = left.subarray(row * depth, (row + 1) * depth);
      const alone = finish(matrixProduct(own, right, { rows: 1, depth, columns }));
      expect(alone).toEqual(whole.slice(row * columns, (row + 1) * columns));
    }
  });

  it('passes NaN and Infinity on to the numbers that depend on them, and to no others', () => {
    const [rows, depth, columns] = [7, 3, 10];
    const left = new Float32Array(rows * depth).fill(1);
    left[4 * depth + 1] = NaN;
    const right = new Float32Array(depth * columns).fill(1);
    right[2 * columns + 9] = Infinity;
    const result = finish(matrixProduct(left, right, { rows, depth, columns }));
    result.forEach((value, i) => {
      const [row, column] = [Math.floor(i / columns), i % columns];
      expect(value).toBe(row === 4 ? NaN : column === 9 ? Infinity : 3);
    });
  });

  it('gives the same bits on any number of threads and in between others', async () => {
    const [rows, depth, columns] = [403, 70, 150];
    const left = normal(rows * depth, 1);
    const right = normal(depth * columns, 2);
    const compute = () => matrixProduct(left, right, { rows, depth, columns });
    const expected = await expectSameForAnyThreads(() => finish(compute()));
    expect(finishInTurn([compute(), compute(), compute()])).toEqual([expected, expected, expected]);
  });

  it('frees its memory, also when given up', () => {
    const before = usedBytes();
    const [rows, depth, columns] = [2000, 200, 200];
    const steps = matrixProduct(normal(rows * depth, 1), normal(depth * columns, 2), {
      rows,
      depth,
      columns,
    });
    expect(steps.next().done).toBe(false);
    expect(usedBytes()).toBeGreaterThan(before);
    steps.return(new Float32Array(0));
    expect(usedBytes()).toBe(before);
  });

  it('refuses shapes that do not fit', () => {
    const run = (left: number, right: number, rows: number, depth: number, columns: number) => () =>
      finish(
        matrixProduct(new Float32Array(left), new Float32Array(right), { rows, depth, columns }),
      );
    expectError(run(5, 6, 2, 3, 2), 'invalid-argument', 'left matrix has 5', '2 · 3');
    expectError(run(6, 5, 2, 3, 2), 'invalid-argument', 'right matrix has 5', '3 · 2');
    for (const bad of [-1, 1.5, NaN]) {
      expectError(run(6, 6, bad, 3, 2), 'invalid-argument', String(bad));
      expectError(run(6, 6, 2, bad, 2), 'invalid-argument', String(bad));
      expectError(run(6, 6, 2, 3, bad), 'invalid-argument', String(bad));
    }
  });
});
