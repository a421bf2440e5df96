import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { eigensystem, finish, Random, ready } from '../src/index.js';
import { product } from './reference/dense.js';
import { expectError, expectSameForAnyThreads, finishChecked, usedBytes } from './support.js';

function symmetric(n: number, seed: number): Float64Array<ArrayBuffer> {
  const matrix = new Float64Array(n * n);
  new Random(seed).fillNormal(matrix);
  for (let i = 0; i < n; i++) for (let j = 0; j < i; j++) matrix[i * n + j] = matrix[j * n + i]!;
  return matrix;
}

/** BᵀB of some rows: positive semidefinite, of that rank. */
function ofRank(n: number, rank: number, seed: number): Float64Array<ArrayBuffer> {
  const factor = new Float64Array(rank * n);
  new Random(seed).fillNormal(factor);
  const matrix = new Float64Array(n * n);
  for (let k = 0; k < rank; k++) {
    for (let i = 0; i < n; i++) {
      for (let j = 0; j < n; j++) matrix[i * n + j]! += factor[k * n + i]! * factor[k * n + j]!;
    }
  }
  return matrix;
}

function diagonal(values: readonly number[]): Float64Array<ArrayBuffer> {
  const n = values.length;
  const matrix = new Float64Array(n * n);
  values.forEach((value, i) => (matrix[i * n + i] = value));
  return matrix;
}

/** Expects A·V = V·Λ, VᵀV = 1 and the trace, and returns the values, the greatest first. */
function expectEigensystem(matrix: Float64Array<ArrayBuffer>, n: number): number[] {
  const copy = matrix.slice();
  const { values, vectors } = finishChecked(eigensystem(matrix, n));
  expect(matrix).toEqual(copy);
  expect([values.length, vectors.length]).toEqual([n, n * n]);
  const size = Math.max(...values.map(Math.abs), Number.MIN_VALUE);
  const image = product(matrix, vectors, n, n, n);
  let [residual, skew, trace] = [0, 0, 0];
  for (let i = 0; i < n; i++) {
    trace += matrix[i * n + i]! - values[i]!;
    for (let j = 0; j < n; j++) {
      const wanted = vectors[i * n + j]! * values[j]!;
      residual = Math.max(residual, Math.abs(image[i * n + j]! - wanted) / size);
      let inner = i === j ? -1 : 0;
      for (let k = 0; k < n; k++) inner += vectors[k * n + i]! * vectors[k * n + j]!;
      skew = Math.max(skew, Math.abs(inner));
    }
  }
  // Vectors are rounded to single precision.
  expect(residual).toBeLessThan(1e-6);
  expect(skew).toBeLessThan(1e-6);
  expect(Math.abs(trace) / (size * n)).toBeLessThan(1e-13);
  return [...values].sort((a, b) => b - a);
}

function expectValues(found: readonly number[], expected: readonly number[]): void {
  const size = Math.max(...expected.map(Math.abs), 1);
  found.forEach((value, i) => {
    expect(Math.abs(value - expected[i]!) / size).toBeLessThan(1e-12);
  });
}

describe('eigensystem', () => {
  beforeAll(async () => {
    await ready();
  });

  it('gives the values that are known', () => {
    expectValues(expectEigensystem(Float64Array.of(-3), 1), [-3]);
    expectValues(expectEigensystem(Float64Array.of(0), 1), [0]);
    expectValues(expectEigensystem(Float64Array.of(2, 1, 1, 2), 2), [3, 1]);
    expectValues(expectEigensystem(Float64Array.of(0, 1, 1, 0), 2), [1, -1]);
    // The second difference of n points: 2 − 2·cos(kπ / (n + 1)).
    const n = 41;
    const difference = diagonal(new Array<number>(n).fill(2));
    for (let i = 1; i < n; i++) difference[i * n + i - 1] = difference[(i - 1) * n + i] = -1;
    const known = Array.from(
      { length: n },
      (_, k) => 2 - 2 * Math.cos(((n - k) * Math.PI) / (n + 1)),
    );
    expectValues(expectEigensystem(difference, n), known);
  });

  it('takes any symmetric matrix', () => {
    const small = fc.integer({ min: 1, max: 12 }).chain((n) =>
      fc
        .array(
          fc.oneof(
            fc.integer({ min: -2, max: 2 }),
            fc
              .double({ min: -1e3, max: 1e3, noNaN: true })
              .map((value) => (Math.abs(value) < 1e-90 ? 0 : value)),
          ),
          {
            minLength: n * n,
            maxLength: n * n,
          },
        )
        .map((numbers) => {
          const matrix = Float64Array.from(numbers);
          for (let i = 0; i < n; i++) {
            for (let j = 0; j < i; j++) matrix[i * n + j] = matrix[j * n + i]!;
          }
          return { n, matrix };
        }),
    );
    fc.assert(
      fc.property(small, ({ n, matrix }) => {
        expectEigensystem(matrix, n);
      }),
    );
  });

  it.each([2, 3, 7, 8, 9, 16, 17, 64, 65, 129, 300])('takes size %d', (n) => {
    expectEigensystem(symmetric(n, n), n);
  });

  it('takes diagonal, repeated and missing values', () => {
    expectValues(expectEigensystem(diagonal([3, -1, 0, 7, 7]), 5), [7, 7, 3, 0, -1]);
    expectValues(expectEigensystem(new Float64Array(81), 9), new Array<number>(9).fill(0));
    const repeated = new Array<number>(40).fill(2.5);
    expectValues(expectEigensystem(diagonal(repeated), 40), repeated);
    // 1 + 11ᵀ: n − 1 times 1, once n + 1
    const n = 60;
    const ones = new Float64Array(n * n)
      .fill(1)
      .map((value, at) => value + (at % (n + 1) === 0 ? 1 : 0));
    expectValues(expectEigensystem(ones, n), [n + 1, ...new Array<number>(n - 1).fill(1)]);
  });

  it.each([
    [5, 0],
    [50, 1],
    [50, 3],
    [128, 127],
    [300, 5],
  ])('finds that a matrix of size %d has rank %d', (n, rank) => {
    const values = expectEigensystem(ofRank(n, rank, 3), n);
    const threshold = 1e-12 * (values[0]! + 1);
    expect(values.filter((value) => value > threshold)).toHaveLength(rank);
    expect(Math.min(...values)).toBeGreaterThanOrEqual(-threshold);
  });

  it('takes values of very different sizes', () => {
    const graded = Array.from({ length: 12 }, (_, i) => 10 ** (6 - 2 * i));
    expectValues(expectEigensystem(diagonal(graded), 12), graded);
    for (const scale of [1e-100, 1e-30, 1e30, 1e100]) {
      const values = expectEigensystem(
        symmetric(20, 3).map((value) => scale * value),
        20,
      );
      const unscaled = expectEigensystem(symmetric(20, 3), 20);
      expectValues(
        values.map((value) => value / scale),
        unscaled,
      );
    }
  });

  it('gives the same bits on any number of threads', async () => {
    await expectSameForAnyThreads(() =>
      [1, 9, 130].map((n) => finish(eigensystem(symmetric(n, 1), n))),
    );
  });

  it('yields on large matrices and frees its memory, also when given up', () => {
    const before = usedBytes();
    const fractions = [...eigensystem(symmetric(400, 1), 400)];
    expect(fractions.length).toBeGreaterThan(2);
    expect(usedBytes()).toBe(before);
    const given = eigensystem(symmetric(100, 1), 100);
    given.next();
    expect(usedBytes()).toBeGreaterThan(before);
    given.return(undefined as never);
    expect(usedBytes()).toBe(before);
  });

  it('refuses numbers that are not finite, wherever they stand', () => {
    const before = usedBytes();
    for (const n of [1, 2, 3, 9, 40]) {
      for (const bad of [NaN, Infinity, -Infinity]) {
        for (const matrix of [symmetric(n, n), diagonal(new Array<number>(n).fill(1))]) {
          for (const [i, j] of [
            [0, 0],
            [n - 1, n - 1],
            [n >> 1, n >> 1],
            [0, n - 1],
            [n >> 1, 0],
          ] as const) {
            const spoiled = matrix.slice();
            spoiled[i * n + j] = spoiled[j * n + i] = bad;
            expectError(() => finish(eigensystem(spoiled, n)), 'numerical', `${n} × ${n}`);
          }
        }
      }
    }
    expect(usedBytes()).toBe(before);
  });

  it('refuses sizes that do not fit', () => {
    for (const n of [0, -2, 1.5, NaN, 3]) {
      expectError(
        () => finish(eigensystem(new Float64Array(4), n)),
        'invalid-argument',
        '4 numbers',
      );
    }
  });
});
