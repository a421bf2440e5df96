import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import {
  AlternatingLeastSquares,
  buildCsr,
  emptyCsr,
  finish,
  LeastSquaresFoldIn,
  ready,
} from '../src/index.js';
import type { Csr } from '../src/index.js';
import { productsOfRows } from './reference/dense.js';
import { minimum } from './reference/least-squares.js';
import {
  csrArbitrary,
  csrOf,
  expectError,
  expectSameForAnyThreads,
  finishChecked,
  finishInTurn,
  normal,
  relativeDistance,
  skewedCsr,
  usedBytes,
} from './support.js';

const unobservedWeight = 0.2;

function regularizationOf(rows: number): Float64Array<ArrayBuffer> {
  return Float64Array.from({ length: rows }, (_, row) => 0.5 + 0.1 * (row % 7));
}

function solveOnce(
  observed: Csr,
  columnFactors: Float32Array,
  factors: number,
  weight = unobservedWeight,
): Float32Array<ArrayBuffer> {
  const foldIn = new LeastSquaresFoldIn(columnFactors, { factors, unobservedWeight: weight });
  try {
    return finishChecked(foldIn.solve(observed, regularizationOf(observed.rows)));
  } finally {
    foldIn.dispose();
  }
}

/** Expects each row within a tolerance of the reference's, as a part of its norm. */
function expectMinimum(
  found: Float32Array,
  observed: Csr,
  columnFactors: Float32Array,
  factors: number,
  weight = unobservedWeight,
  tolerance = 1e-4,
): void {
  const expected = minimum({
    observed,
    columnFactors,
    factors,
    unobservedWeight: weight,
    regularization: regularizationOf(observed.rows),
  });
  expect(found.length).toBe(expected.length);
  for (let row = 0; row < observed.rows; row++) {
    const [from, to] = [row * factors, (row + 1) * factors];
    expect(relativeDistance(found.subarray(from, to), expected.subarray(from, to))).toBeLessThan(
      tolerance,
    );
  }
}

/** Rows of a matrix as a matrix of their own. */
function rowsOf(observed: Csr, rows: readonly number[]): Csr {
  const entries = rows.map((row) => {
    const own: [number, number][] = [];
    for (let n = observed.offsets[row]!; n < observed.offsets[row + 1]!; n++) {
      own.push([observed.indices[n]!, observed.values[n]!]);
    }
    return own;
  });
  return csrOf(observed.columns, entries);
}

beforeAll(async () => {
  await ready();
});

describe('LeastSquaresFoldIn', () => {
  it('gives the minimum worked out by hand for one row and one factor', () => {
    // (3·2 + 1·1) / (3·2² + 1·1² + 0.5·(2² + 1² + 4²) + 1.5) = 7 / 25
    const observed = csrOf(3, [
      [
        [0, 3],
        [1, 1],
      ],
    ]);
    const foldIn = new LeastSquaresFoldIn(Float32Array.of(2, 1, 4), {
      factors: 1,
      unobservedWeight: 0.5,
    });
    expect(finish(foldIn.solve(observed, Float64Array.of(1.5)))[0]).toBeCloseTo(0.28, 6);
    foldIn.dispose();
  });

  it('gives the minimum of the reference', () => {
    fc.assert(
      fc.property(
        // Weights of 0 alone have the minimum 0, which is near nothing in relative terms.
        csrArbitrary(false, 1),
        fc.integer({ min: 1, max: 20 }),
        fc.constantFrom(0, 0.01, 1),
        (observed, factors, weight) => {
          const columnFactors = normal(observed.columns * factors, 3);
          const found = solveOnce(observed, columnFactors, factors, weight);
          expectMinimum(found, observed, columnFactors, factors, weight);
        },
      ),
      { numRuns: 60 },
    );
  });

  it.each([1, 7, 8, 9, 15, 16, 17, 32, 50, 63, 64, 65, 70, 255, 256, 257, 300])(
    'gives the minimum of the reference for %d factors',
    (factors) => {
      const observed = skewedCsr(6, 40, 200, factors + 2);
      const columnFactors = normal(40 * factors, factors);
      const found = solveOnce(observed, columnFactors, factors);
      expectMinimum(found, observed, columnFactors, factors);
    },
  );

  it.each([
    [8, 32_769],
    [5, 40_001],
    [24, 11_000],
  ])('gives it for %d factors and a row of %d entries', (factors, entries) => {
    const columns = 30;
    const observed = buildCsr(
      2,
      columns,
      new Int32Array(entries + 1).fill(1, 1),
      Int32Array.from({ length: entries + 1 }, (_, n) => (n * n) % columns),
      Float32Array.from({ length: entries + 1 }, (_, n) => ((n + 1) % 4) / 500),
    );
    const columnFactors = normal(columns * factors, 3);
    const found = solveOnce(observed, columnFactors, factors);
    // Sums of so many numbers of few kinds in single precision.
    expectMinimum(found, observed, columnFactors, factors, unobservedWeight, 5e-4);
  });

  it('finds what the exact half-step of training finds', () => {
    const factors = 12;
    const observed = skewedCsr(60, 40, 700, 4);
    const columns = normal(40 * factors, 1);
    const squares = new AlternatingLeastSquares(
      observed,
      { rows: normal(60 * factors, 2), columns },
      {
        factors,
        unobservedWeight,
        rowRegularization: regularizationOf(60),
        columnRegularization: regularizationOf(40),
      },
    );
    finish(squares.solveRows('exact'));
    const trained = productsOfRows(squares.rowFactors(), squares.columnFactors(), factors);
    squares.dispose();
    const folded = productsOfRows(solveOnce(observed, columns, factors), columns, factors);
    expect(relativeDistance(folded, trained)).toBeLessThan(1e-5);
  });

  it('gives a row the same bits alone and among others, in any order, again and again', () => {
    for (const factors of [5, 64, 257]) {
      const observed = skewedCsr(150, 90, 6000, 3);
      const foldIn = new LeastSquaresFoldIn(normal(90 * factors, 1), { factors, unobservedWeight });
      const one = (rows: number): Float64Array => new Float64Array(rows).fill(0.7);
      const together = finish(foldIn.solve(observed, one(150)));
      for (const row of [0, 1, 39, 40, 41, 149]) {
        const alone = finish(foldIn.solve(rowsOf(observed, [row]), one(1)));
        expect(alone).toEqual(together.slice(row * factors, (row + 1) * factors));
      }
      const backwards = Array.from({ length: 150 }, (_, i) => 149 - i);
      const turned = finish(foldIn.solve(rowsOf(observed, backwards), one(150)));
      for (const row of backwards) {
        expect(turned.slice((149 - row) * factors, (150 - row) * factors)).toEqual(
          together.slice(row * factors, (row + 1) * factors),
        );
      }
      foldIn.dispose();
    }
  });

  it('gives zeros to rows without entries, and takes matrices without rows or columns', () => {
    const columnFactors = normal(3 * 5, 1);
    const observed = csrOf(3, [[], [[1, 2]], []]);
    const found = solveOnce(observed, columnFactors, 5, 0);
    expect(found.slice(0, 5)).toEqual(new Float32Array(5));
    expect(found.slice(10)).toEqual(new Float32Array(5));
    expect(solveOnce(emptyCsr(0, 3), columnFactors, 5)).toEqual(new Float32Array(0));
    expect(solveOnce(emptyCsr(4, 0), new Float32Array(0), 5)).toEqual(new Float32Array(20));
    expect(solveOnce(emptyCsr(0, 0), new Float32Array(0), 5)).toEqual(new Float32Array(0));
  });

  it('serves calls that begin before the first is prepared, also when that one is given up', () => {
    const factors = 40;
    const columnFactors = normal(2000 * factors, 1);
    const jobs = [skewedCsr(900, 2000, 9000, 1), skewedCsr(3, 2000, 50, 2), emptyCsr(2, 2000)];
    const expected = jobs.map((job) => solveOnce(job, columnFactors, factors));
    const before = usedBytes();
    const foldIn = new LeastSquaresFoldIn(columnFactors, { factors, unobservedWeight });
    const start = (job: Csr) => foldIn.solve(job, regularizationOf(job.rows));
    const first = start(jobs[0]!);
    expect(first.next().done).toBe(false);
    const second = start(jobs[1]!);
    second.next();
    first.return(new Float32Array(0));
    expect(finish(second)).toEqual(expected[1]);
    expect(finishInTurn(jobs.map(start))).toEqual(expected);
    foldIn.dispose();

    const another = new LeastSquaresFoldIn(columnFactors, { factors, unobservedWeight });
    expect(finishInTurn(jobs.map((job) => another.solve(job, regularizationOf(job.rows))))).toEqual(
      expected,
    );
    another.dispose();
    expect(usedBytes()).toBe(before);
  });

  it('gives the same bits on any number of threads', async () => {
    const observed = skewedCsr(400, 300, 9000, 1);
    await expectSameForAnyThreads(() =>
      [9, 64, 300].map((factors) => solveOnce(observed, normal(300 * factors, 1), factors)),
    );
  });

  it('copies the factors and leaves its arguments alone', () => {
    const observed = skewedCsr(20, 10, 50, 1);
    const columnFactors = normal(40, 1);
    const copy = columnFactors.slice();
    const foldIn = new LeastSquaresFoldIn(columnFactors, { factors: 4, unobservedWeight });
    columnFactors.fill(NaN);
    const found = finish(foldIn.solve(observed, regularizationOf(20)));
    expectMinimum(found, observed, copy, 4);
    foldIn.dispose();
  });

  it('keeps nothing of a call', () => {
    const observed = skewedCsr(100, 50, 800, 1);
    const foldIn = new LeastSquaresFoldIn(normal(50 * 9, 1), { factors: 9, unobservedWeight });
    finish(foldIn.solve(observed, regularizationOf(100)));
    const own = usedBytes();
    for (let n = 0; n < 3; n++) finish(foldIn.solve(observed, regularizationOf(100)));
    expect(usedBytes()).toBe(own);
    foldIn.dispose();
  });

  it('refuses what does not fit, and works on afterwards', () => {
    const before = usedBytes();
    const make = (length: number, factors: number, weight: number) => () =>
      new LeastSquaresFoldIn(new Float32Array(length), { factors, unobservedWeight: weight });
    expectError(make(7, 2, 1), 'invalid-argument', 'columnFactors has 7');
    for (const bad of [0, -1, 1.5, NaN]) {
      expectError(make(4, bad, 1), 'invalid-argument', `factors is ${bad}`);
    }
    for (const bad of [-1, NaN, Infinity]) {
      expectError(make(4, 2, bad), 'invalid-argument', `unobservedWeight is ${bad}`);
    }
    expect(usedBytes()).toBe(before);

    const foldIn = new LeastSquaresFoldIn(Float32Array.of(1, 0, 0, 1), {
      factors: 2,
      unobservedWeight: 0.5,
    });
    const observed = csrOf(2, [[[0, 1]]]);
    const refused = (matrix: Csr, regularization: Float64Array, ...pieces: string[]): void => {
      expectError(
        () => finish(foldIn.solve(matrix, regularization)),
        'invalid-argument',
        ...pieces,
      );
    };
    refused(csrOf(3, [[[0, 1]]]), Float64Array.of(1), '3 columns', 'give 2');
    refused(observed, new Float64Array(2), 'regularization has 2', 'give 1');
    for (const bad of [0, -1, NaN, Infinity]) {
      refused(observed, Float64Array.of(bad), `regularization[0] is ${bad}`);
      if (bad !== 0) refused(csrOf(2, [[[0, bad]]]), Float64Array.of(1), `values[0] is ${bad}`);
    }
    // 1 / (1 + 0.5 + 0.5)
    expect(finish(foldIn.solve(observed, Float64Array.of(0.5)))[0]).toBeCloseTo(0.5, 6);
    foldIn.dispose();
    expect(usedBytes()).toBe(before);
  });

  it('does not take factors that are not finite, or an overflow, for a solution', () => {
    const before = usedBytes();
    for (const bad of [NaN, Infinity, 1e30]) {
      const foldIn = new LeastSquaresFoldIn(Float32Array.of(1, bad, 1, 1), {
        factors: 2,
        unobservedWeight,
      });
      for (let n = 0; n < 2; n++) {
        const solve = () => finish(foldIn.solve(csrOf(2, [[[0, 1]]]), Float64Array.of(1)));
        expectError(solve, 'numerical');
      }
      foldIn.dispose();
    }
    const foldIn = new LeastSquaresFoldIn(Float32Array.of(1, 2, 3, 4), {
      factors: 2,
      unobservedWeight,
    });
    const huge = csrOf(2, [[[1, 1]], [[0, 1e25]]]);
    expectError(() => finish(foldIn.solve(huge, Float64Array.of(1, 1))), 'numerical', 'row 1 ');
    foldIn.dispose();
    expect(usedBytes()).toBe(before);
  });
});
