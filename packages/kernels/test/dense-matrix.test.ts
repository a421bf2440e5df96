import fc from 'fast-check';
import { beforeAll, describe, expect, expectTypeOf, it } from 'vitest';
import {
  buildCsr,
  DenseMatrix,
  emptyCsr,
  engineStatus,
  finish,
  gramOfColumns,
  Random,
  ready,
  transpose,
} from '../src/index.js';
import type { Csr, Steps } from '../src/index.js';
import { inverseOf } from './reference/inverse.js';
import { csrArbitrary, csrOf, expectError, toDense } from './support.js';

beforeAll(async () => {
  await ready();
});

/** Runs the steps and expects their fractions to lie in [0, 1] and never to fall. */
function finishChecked<Result>(steps: Steps<Result>): Result {
  let before = 0;
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
    expect(step.value).toBeGreaterThanOrEqual(before);
    expect(step.value).toBeLessThanOrEqual(1);
    before = step.value;
  }
}

function gramReference(rows: readonly (readonly number[])[], columns: number): number[] {
  const gram: number[] = [];
  for (let i = 0; i < columns; i++) {
    for (let j = 0; j < columns; j++) {
      gram.push(rows.reduce((sum, row) => sum + row[i]! * row[j]!, 0));
    }
  }
  return gram;
}

/** Numbers of a normal distribution. */
function normal(length: number, seed: number): Float32Array<ArrayBuffer> {
  const random = new Random(seed);
  return Float32Array.from({ length }, () => random.normal());
}

/** A symmetric positive definite matrix with eigenvalues from about n / 4 to 4 n. */
function definite(n: number, seed: number): Float32Array<ArrayBuffer> {
  const factor = normal(n * n, seed);
  const matrix = new Float32Array(n * n);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = i === j ? n / 4 : 0;
      for (let k = 0; k < n; k++) sum += factor[i * n + k]! * factor[j * n + k]!;
      matrix[i * n + j] = sum;
      matrix[j * n + i] = sum;
    }
  }
  return matrix;
}

/** A matrix of ones with a share of entries, rows sorted. */
function sparseOnes(rows: number, columns: number, share: number, seed: number): Csr {
  const random = new Random(seed);
  const rowOf: number[] = [];
  const columnOf: number[] = [];
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      if (random.uniform() >= share) continue;
      rowOf.push(row);
      columnOf.push(column);
    }
  }
  return buildCsr(rows, columns, Int32Array.from(rowOf), Int32Array.from(columnOf));
}

/** What `compute` gives for one, two and three threads, which must be the same bits and leave no memory in use. */
async function onThreads(compute: () => Float32Array): Promise<void> {
  const results: Float32Array[] = [];
  for (const threads of [1, 2, 3]) {
    await ready({ threads });
    const before = engineStatus()?.usedBytes;
    results.push(compute());
    expect(engineStatus()?.usedBytes).toBe(before);
  }
  expect(results[1]).toEqual(results[0]);
  expect(results[2]).toEqual(results[0]);
}

describe('gramOfColumns', () => {
  it('is AᵀA of the dense matrix, repeats added, in whatever order the entries come', () => {
    fc.assert(
      fc.property(csrArbitrary(), fc.boolean(), (csr, sorted) => {
        const matrix = sorted ? transpose(transpose(csr)) : csr;
        const gram = finishChecked(gramOfColumns(matrix));
        expect(Array.from(gram, (x) => x + 0)).toEqual(
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

  it('gives the same bits on any number of threads', async () => {
    const ones = sparseOnes(300, 150, 0.2, 1);
    const values = normal(ones.indices.length, 2);
    await onThreads(() => finish(gramOfColumns({ ...ones, values })));
  });

  it('counts the rows that two columns share where all values are 1', () => {
    for (const [rows, columns, share] of [
      [1, 1, 1],
      [40, 7, 0.3],
      [60, 130, 0.5],
    ] as const) {
      const ones = sparseOnes(rows, columns, share, rows);
      expect([...finish(gramOfColumns(ones))]).toEqual(gramReference(toDense(ones), columns));
    }
  });

  it('takes matrices without rows or columns', () => {
    expect(finish(gramOfColumns(emptyCsr(0, 3)))).toEqual(new Float32Array(9));
    expect(finish(gramOfColumns(emptyCsr(3, 0)))).toEqual(new Float32Array(0));
  });
});

describe('DenseMatrix', () => {
  it('gives back what it was made from', () => {
    for (const [rows, columns] of [
      [0, 0],
      [0, 3],
      [3, 0],
      [1, 1],
      [5, 17],
      [40, 33],
    ] as const) {
      const numbers = normal(rows * columns, rows);
      const matrix = DenseMatrix.from(numbers, rows, columns);
      expect(finish(matrix.toArray())).toEqual(numbers);
      matrix.dispose();
    }
    expectError(
      () => DenseMatrix.from(new Float32Array(5), 2, 3),
      'invalid-argument',
      '5 numbers',
      '2 · 3',
    );
  });

  it('reads and changes the diagonal and scales columns', () => {
    const matrix = DenseMatrix.from(Float32Array.of(1, 2, 3, 4, 5, 6), 2, 3);
    expect([...matrix.diagonal()]).toEqual([1, 5]);
    matrix.changeDiagonal((value) => value + 10);
    finish(matrix.scaleColumns(Float32Array.of(1, 10, -1)));
    expect([...finish(matrix.toArray())]).toEqual([11, 20, -3, 4, 150, -6]);
    expectError(
      () => {
        finish(matrix.scaleColumns(Float32Array.of(1)));
      },
      'invalid-argument',
      '1 factors',
      '3 columns',
    );
    matrix.dispose();
  });

  it('inverts, reading the lower triangle alone', () => {
    for (const n of [0, 1, 2, 3, 5, 64, 127, 128, 129, 200, 257, 330]) {
      const numbers = definite(n, n);
      const lower = numbers.slice();
      for (let i = 0; i < n; i++) lower.fill(NaN, i * n + i + 1, (i + 1) * n);
      const matrix = DenseMatrix.from(lower, n, n);
      finishChecked(matrix.invert());
      const inverse = finish(matrix.toArray());
      matrix.dispose();
      const expected = inverseOf(numbers, n);
      let worst = 0;
      let largest = 0;
      for (let i = 0; i < n * n; i++) {
        worst = Math.max(worst, Math.abs(inverse[i]! - expected[i]!));
        largest = Math.max(largest, Math.abs(expected[i]!));
      }
      // Single precision times a condition number of some 20.
      expect(worst).toBeLessThanOrEqual(5e-6 * largest);
      for (let i = 0; i < n; i++) {
        for (let j = 0; j < i; j++) expect(inverse[i * n + j]).toBe(inverse[j * n + i]);
      }
    }
  });

  it('inverts with the same bits on any number of threads', async () => {
    const numbers = definite(300, 5);
    await onThreads(() => {
      const matrix = DenseMatrix.from(numbers, 300, 300);
      finish(matrix.invert());
      finish(matrix.scaleColumns(normal(300, 6)));
      const result = finish(matrix.toArray());
      matrix.dispose();
      return result;
    });
  });

  it('names the pivot that is not positive, and frees its memory', () => {
    const before = engineStatus()?.usedBytes;
    const n = 300;
    for (const [place, value] of [
      [0, NaN],
      [0, Infinity],
      [80, 0],
      [250, -3],
    ] as const) {
      const numbers = new Float32Array(n * n);
      for (let i = 0; i < n; i++) numbers[i * n + i] = i === place ? value : 1;
      const matrix = DenseMatrix.from(numbers, n, n);
      expectError(
        () => {
          finish(matrix.invert());
        },
        'numerical',
        `pivot ${place} of 300 is ${value}`,
      );
      matrix.dispose();
    }
    const oblong = DenseMatrix.from(new Float32Array(6), 2, 3);
    expectError(
      () => {
        finish(oblong.invert());
      },
      'invalid-argument',
      '2 × 3',
    );
    oblong.dispose();
    expect(engineStatus()?.usedBytes).toBe(before);
  });

  it('combines rows, whatever the shape', () => {
    fc.assert(
      fc.property(csrArbitrary(), fc.integer({ min: 0, max: 150 }), (weights, columns) => {
        const numbers = normal(weights.columns * columns, columns).map(Math.round);
        const matrix = DenseMatrix.from(numbers, weights.columns, columns);
        const out = new Float32Array(weights.rows * columns).fill(NaN);
        matrix.combineRows(weights, out);
        matrix.dispose();
        const expected = toDense(weights).flatMap((row) =>
          Array.from({ length: columns }, (_, column) =>
            row.reduce((sum, value, k) => sum + value * numbers[k * columns + column]!, 0),
          ),
        );
        expect(Array.from(out, (x) => x + 0)).toEqual(expected.map((x) => x + 0));
      }),
      { numRuns: 60 },
    );
  });

  it('combines rows with the same bits on any number of threads', async () => {
    const weights = sparseOnes(130, 90, 0.3, 7);
    const numbers = normal(90 * 333, 8);
    await onThreads(() => {
      const matrix = DenseMatrix.from(numbers, 90, 333);
      const out = new Float32Array(130 * 333);
      matrix.combineRows(weights, out);
      matrix.dispose();
      return out;
    });
  });

  it('refuses shapes that do not fit, and use after dispose', () => {
    const matrix = DenseMatrix.from(new Float32Array(6), 2, 3);
    for (const [weights, length] of [
      [emptyCsr(1, 3), 3],
      [emptyCsr(1, 2), 4],
    ] as const) {
      expectError(
        () => {
          matrix.combineRows(weights, new Float32Array(length));
        },
        'invalid-argument',
        `${length} numbers`,
        'weights of 2 columns',
      );
    }
    matrix.dispose();
    matrix.dispose();
    for (const use of [
      () => finish(matrix.toArray()),
      () => matrix.diagonal(),
      () => {
        matrix.combineRows(emptyCsr(1, 2), new Float32Array(3));
      },
      () => {
        finish(matrix.scaleColumns(new Float32Array(3)));
      },
      () => {
        finish(matrix.invert());
      },
    ]) {
      expectError(use, 'invalid-argument', 'disposed');
    }
  });

  it('is typed', () => {
    expectTypeOf<ReturnType<(typeof DenseMatrix)['gramOfColumns']>>().toEqualTypeOf<
      Steps<DenseMatrix>
    >();
    const misuse = (): void => {
      // @ts-expect-error numbers of single precision
      DenseMatrix.from(new Float64Array(1), 1, 1);
    };
    expect(misuse).toBeTypeOf('function');
  });
});
