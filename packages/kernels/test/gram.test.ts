import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { finish, gramOfDense, ready } from '../src/index.js';
import { product, transposed } from './reference/dense.js';
import {
  expectError,
  expectSameForAnyThreads,
  finishChecked,
  finishInTurn,
  normal,
  usedBytes,
} from './support.js';

/** Expects MᵀM to 1e-6 of the sum of the absolute products. */
function expectGram(matrix: Float32Array<ArrayBuffer>, rows: number, columns: number): void {
  const gram = finishChecked(gramOfDense(matrix, rows, columns));
  const gramOf = (numbers: Float32Array): Float64Array =>
    product(transposed(numbers, rows, columns), numbers, columns, rows, columns);
  const [expected, sizes] = [gramOf(matrix), gramOf(matrix.map(Math.abs))];
  expect(gram).toHaveLength(columns * columns);
  gram.forEach((value, i) => {
    expect(Math.abs(value - expected[i]!)).toBeLessThanOrEqual(1e-6 * sizes[i]!);
  });
  for (let i = 0; i < columns; i++) {
    for (let j = 0; j < i; j++) expect(gram[i * columns + j]).toBe(gram[j * columns + i]);
  }
}

describe('gramOfDense', () => {
  beforeAll(async () => {
    await ready();
  });

  it('is MᵀM for whole numbers, exactly', () => {
    fc.assert(
      fc.property(fc.nat(20), fc.nat(20), (rows, columns) => {
        const matrix = Float32Array.from({ length: rows * columns }, (_, i) => ((i * 7) % 11) - 5);
        const expected = product(transposed(matrix, rows, columns), matrix, columns, rows, columns);
        const gram = finish(gramOfDense(matrix, rows, columns));
        expect([...gram].map((value) => value + 0)).toEqual(
          [...expected].map((value) => value + 0),
        );
      }),
    );
  });

  it.each([
    [1, 1],
    [511, 3],
    [512, 8],
    [513, 9],
    [1025, 70],
    [130, 257],
    [20_000, 2],
    [40_000, 17],
  ])('takes %d × %d', (rows, columns) => {
    expectGram(normal(rows * columns, rows, 1), rows, columns);
  });

  it.each([
    [3000, 1],
    [100_000, 1],
    [1_000_000, 1],
    [300_000, 3],
    [30_000, 33],
  ])('does not drift where all of %d × %d numbers are alike', (rows, columns) => {
    expectGram(new Float32Array(rows * columns).fill(0.1), rows, columns);
  });

  it('gives the same bits on any number of threads and in between others', async () => {
    const matrix = normal(30_000 * 21, 1);
    const compute = () => gramOfDense(matrix, 30_000, 21);
    const expected = await expectSameForAnyThreads(() => finish(compute()));
    expect(finishInTurn([compute(), compute()])).toEqual([expected, expected]);
  });

  it('frees its memory, also when given up', () => {
    const before = usedBytes();
    const steps = gramOfDense(normal(40_000 * 64, 1), 40_000, 64);
    expect(steps.next().done).toBe(false);
    expect(usedBytes()).toBeGreaterThan(before);
    steps.return(new Float64Array(0));
    expect(usedBytes()).toBe(before);
  });

  it('refuses a matrix of another size', () => {
    expectError(
      () => finish(gramOfDense(new Float32Array(5), 2, 3)),
      'invalid-argument',
      '5 numbers',
      '2 · 3',
    );
  });
});
