import { describe, expect, it } from 'vitest';
import { choleskyFactor, choleskySolve, dot, finish, Random } from '../src/index.js';
import { expectError, finishChecked } from './support.js';

/** A symmetric positive definite matrix: a Gram matrix with something on its diagonal. */
function definite(n: number, seed: number): Float64Array {
  const matrix = new Float64Array((n + 2) * n);
  new Random(seed).fillNormal(matrix);
  const gram = new Float64Array(n * n);
  for (let row = 0; row < n + 2; row++) {
    for (let i = 0; i < n; i++) {
      const value = matrix[row * n + i]!;
      for (let j = 0; j < n; j++) gram[i * n + j]! += value * matrix[row * n + j]!;
    }
  }
  for (let i = 0; i < n; i++) gram[i * n + i] = gram[i * n + i]! + n / 4;
  return gram;
}

const SIZES = [0, 1, 2, 3, 5, 63, 64, 65, 130, 257, 330];

describe('dot', () => {
  it('multiplies the given stretches', () => {
    const a = Float32Array.of(9, 1, 2, 3, 4, 5);
    const b = Float64Array.of(9, 9, 2, 3, 5, 7, 11);
    expect(dot(a, 1, b, 2, 5)).toBe(2 + 6 + 15 + 28 + 55);
    expect(dot(a, 1, b, 2, 3)).toBe(2 + 6 + 15);
    expect(dot(a, 6, b, 7, 0)).toBe(0);
  });
});

describe('choleskyFactor and choleskySolve', () => {
  it('give the figures of numpy for a 3 × 3 matrix', () => {
    const a = Float64Array.of(4, 1, 2, 1, 3, 0, 2, 0, 5);
    finish(choleskyFactor(a, 3));
    const lower = [2, 0.5, 1.6583123951777, 1, -0.30151134457776363, 1.9771421064483223];
    [a[0]!, a[3]!, a[4]!, a[6]!, a[7]!, a[8]!].forEach((value, i) => {
      expect(value).toBeCloseTo(lower[i]!, 13);
    });
    // right of the diagonal nothing changes
    expect([a[1], a[2], a[5]]).toEqual([1, 2, 0]);
    const x = Float64Array.of(1, 2, 3);
    choleskySolve(a, 3, x);
    [-0.3023255813953489, 0.7674418604651163, 0.7209302325581396].forEach((value, i) => {
      expect(x[i]).toBeCloseTo(value, 13);
    });
  });

  it('factor and solve matrices of every size around the block size', () => {
    for (const n of SIZES) {
      const a = definite(n, n);
      const factor = a.slice();
      for (let i = 0; i < n; i++) factor.fill(NaN, i * n + i + 1, (i + 1) * n); // never read
      finishChecked(choleskyFactor(factor, n));
      let worst = 0;
      for (let i = 0; i < n; i++) {
        for (let j = 0; j <= i; j++) {
          const product = dot(factor, i * n, factor, j * n, j + 1);
          worst = Math.max(worst, Math.abs(product - a[i * n + j]!));
        }
      }
      expect(worst).toBeLessThan(1e-10 * (n + 1));

      const expected = new Float64Array(n);
      new Random(n).fillNormal(expected);
      const x = expected.map((_, i) => dot(a, i * n, expected, 0, n));
      choleskySolve(factor, n, x);
      x.forEach((value, i) => {
        expect(value).toBeCloseTo(expected[i]!, 8);
      });
    }
  });

  it('name the pivot that is not positive', () => {
    expectError(
      () => {
        finish(choleskyFactor(Float64Array.of(1, 2, 2, 1), 2));
      },
      'numerical',
      'pivot 1 of 2',
      '-3',
    );
    const n = 100;
    const a = new Float64Array(n * n);
    for (let i = 0; i < n; i++) a[i * n + i] = i === 80 ? 0 : 1;
    expectError(
      () => {
        finish(choleskyFactor(a, n));
      },
      'numerical',
      'pivot 80 of 100',
    );
    for (const bad of [NaN, Infinity]) {
      expectError(
        () => {
          finish(choleskyFactor(Float64Array.of(bad), 1));
        },
        'numerical',
        'pivot 0',
      );
    }
  });

  it('refuse arrays of another size', () => {
    expectError(
      () => {
        finish(choleskyFactor(new Float64Array(5), 2));
      },
      'invalid-argument',
      '5',
    );
    expectError(
      () => {
        choleskySolve(new Float64Array(4), 2, new Float64Array(3));
      },
      'invalid-argument',
      'rightHandSide has 3',
    );
  });
});
