import fc from 'fast-check';
import { describe, expect, expectTypeOf, it } from 'vitest';
import {
  choleskyFactor,
  choleskyInverse,
  choleskySolve,
  dot,
  finish,
  gramOfColumns,
  Random,
} from '../src/index.js';
import type { Steps } from '../src/index.js';
import { csrArbitrary, csrOf, expectError, finishChecked, toDense } from './support.js';

function gramReference(rows: readonly (readonly number[])[], columns: number): number[] {
  const gram: number[] = [];
  for (let i = 0; i < columns; i++) {
    for (let j = 0; j < columns; j++) {
      gram.push(rows.reduce((sum, row) => sum + row[i]! * row[j]!, 0));
    }
  }
  return gram;
}

/** A symmetric positive definite matrix: a Gram matrix with something on its diagonal. */
function definite(n: number, seed: number): Float64Array {
  const matrix = new Float64Array((n + 2) * n);
  new Random(seed).fillNormal(matrix);
  const gram = new Float64Array(n * n);
  for (let row = 0; row < n + 2; row++) {
    for (let i = 0; i < n; i++) {
      for (let j = 0; j < n; j++) gram[i * n + j]! += matrix[row * n + i]! * matrix[row * n + j]!;
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

describe('gramOfColumns', () => {
  it('is AᵀA of the dense matrix, repeats added', () => {
    fc.assert(
      fc.property(csrArbitrary(), (csr) => {
        expect([...finishChecked(gramOfColumns(csr))].map((x) => x + 0)).toEqual(
          gramReference(toDense(csr), csr.columns).map((x) => x + 0),
        );
      }),
    );
  });

  it('yields between parts of a large matrix', () => {
    const row = Array.from({ length: 300 }, (_, column) => [column, 1] as const);
    const csr = csrOf(
      300,
      new Array<typeof row>(100).fill(row).map((entries) => [...entries]),
    );
    const steps = gramOfColumns(csr);
    expect(steps.next().done).toBe(false);
    const gram = finishChecked(steps);
    expect(gram.every((value) => value === 100)).toBe(true);
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
        finish(choleskyInverse(a, n));
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
        finish(choleskyInverse(new Float64Array(5), 2));
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

describe('choleskyInverse', () => {
  it('gives the figures of numpy for a 3 × 3 matrix', () => {
    const a = Float64Array.of(4, NaN, NaN, 1, 3, NaN, 2, 0, 5);
    finish(choleskyInverse(a, 3));
    const inverse = [
      0.3488372093023256, -0.11627906976744187, -0.13953488372093023, -0.11627906976744187,
      0.372093023255814, 0.04651162790697675, -0.13953488372093023, 0.04651162790697675,
      0.2558139534883721,
    ];
    a.forEach((value, i) => {
      expect(value).toBeCloseTo(inverse[i]!, 13);
    });
  });

  it('times the matrix is the identity, for every size around the block size', () => {
    for (const n of SIZES) {
      const a = definite(n, n + 1);
      const inverse = a.slice();
      finishChecked(choleskyInverse(inverse, n));
      let worst = 0;
      let asymmetry = 0;
      for (let i = 0; i < n; i++) {
        for (let j = 0; j < n; j++) {
          const product = dot(a, i * n, inverse, j * n, n);
          worst = Math.max(worst, Math.abs(product - (i === j ? 1 : 0)));
          asymmetry = Math.max(asymmetry, Math.abs(inverse[i * n + j]! - inverse[j * n + i]!));
        }
      }
      expect(worst).toBeLessThan(1e-9);
      expect(asymmetry).toBe(0);
    }
  });

  it('is typed', () => {
    expectTypeOf(choleskyInverse).returns.toEqualTypeOf<Steps>();
    const single = new Float32Array(2);
    // @ts-expect-error single precision is not enough
    const steps = choleskyInverse(single, 1);
    expectError(() => steps.next(), 'invalid-argument', '2');
  });
});
