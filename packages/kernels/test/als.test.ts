import fc from 'fast-check';
import { beforeAll, describe, expect, expectTypeOf, it } from 'vitest';
import {
  AlternatingLeastSquares,
  alsObjective,
  buildCsr,
  emptyCsr,
  finish,
  ready,
  transpose,
} from '../src/index.js';
import type { Csr, LeastSquaresOptions, LeastSquaresSolver, Steps } from '../src/index.js';
import { productsOfRows } from './reference/dense.js';
import { conjugateGradients, minimum, objective } from './reference/least-squares.js';
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

/** One training with all that the reference needs. */
interface Training {
  readonly observed: Csr;
  readonly rows: Float32Array<ArrayBuffer>;
  readonly columns: Float32Array<ArrayBuffer>;
  readonly options: LeastSquaresOptions;
}

function trainingOf(observed: Csr, factors: number, seed = 1, unobservedWeight = 0.2): Training {
  const regularization = (length: number): Float64Array =>
    Float64Array.from({ length }, (_, i) => 0.5 + 0.1 * (i % 7));
  return {
    observed,
    rows: normal(observed.rows * factors, seed),
    columns: normal(observed.columns * factors, seed + 1),
    options: {
      factors,
      unobservedWeight,
      rowRegularization: regularization(observed.rows),
      columnRegularization: regularization(observed.columns),
    },
  };
}

/** The row factors' problem of a training, for the reference. */
function rowProblem({ observed, columns, options }: Training) {
  return {
    observed,
    columnFactors: columns,
    factors: options.factors,
    unobservedWeight: options.unobservedWeight,
    regularization: options.rowRegularization,
  };
}

/** The column factors' problem. */
function columnProblem({ observed, rows, options }: Training) {
  return {
    observed: transpose(observed),
    columnFactors: rows,
    factors: options.factors,
    unobservedWeight: options.unobservedWeight,
    regularization: options.columnRegularization,
  };
}

function create({ observed, rows, columns, options }: Training): AlternatingLeastSquares {
  return new AlternatingLeastSquares(observed, { rows, columns }, options);
}

type Half = 'solveRows' | 'solveColumns';

/** Factors after half-steps from the start. */
function solved(
  training: Training,
  solver: LeastSquaresSolver,
  ...halves: Half[]
): { rows: Float32Array<ArrayBuffer>; columns: Float32Array<ArrayBuffer> } {
  const squares = create(training);
  try {
    for (const half of halves) finishChecked(squares[half](solver));
    return { rows: squares.rowFactors(), columns: squares.columnFactors() };
  } finally {
    squares.dispose();
  }
}

/** Products of all pairs: factors themselves turn with the basis. */
function predictions(
  rows: ArrayLike<number>,
  columns: ArrayLike<number>,
  factors: number,
): Float64Array {
  return productsOfRows(rows, columns, factors);
}

const weighted = csrArbitrary(false, 0);
const factorCounts = fc.integer({ min: 1, max: 20 });
/** All widths that kernels treat differently, and some beyond the 256 numbers that products take at once. */
const widths = [1, 2, 3, 4, 5, 7, 8, 9, 12, 15, 16, 17, 23, 24, 31, 32, 33, 47, 48, 63, 64, 65, 70];
const wide = [255, 256, 257, 300];

beforeAll(async () => {
  await ready();
});

describe('AlternatingLeastSquares', () => {
  it('gives the minimum worked out by hand for one row and one factor', () => {
    // (3·2 + 1·1) / (3·2² + 1·1² + 0.5·(2² + 1² + 4²) + 1.5) = 7 / 25
    const observed = csrOf(3, [
      [
        [0, 3],
        [1, 1],
      ],
    ]);
    for (const solver of ['exact', { conjugateGradientSteps: 1 }] as const) {
      const { rows, columns } = solved(
        {
          observed,
          rows: new Float32Array(1),
          columns: Float32Array.of(2, 1, 4),
          options: {
            factors: 1,
            unobservedWeight: 0.5,
            rowRegularization: Float64Array.of(1.5),
            columnRegularization: Float64Array.of(1, 1, 1),
          },
        },
        solver,
        'solveRows',
      );
      [0.56, 0.28, 1.12].forEach((value, i) => {
        expect(rows[0]! * columns[i]!).toBeCloseTo(value, 6);
      });
    }
  });

  it('reaches the minimum on both sides, exactly and by enough conjugate gradients', () => {
    fc.assert(
      fc.property(weighted, factorCounts, (observed, factors) => {
        const training = trainingOf(observed, factors);
        const byRow = predictions(minimum(rowProblem(training)), training.columns, factors);
        const byColumn = predictions(training.rows, minimum(columnProblem(training)), factors);
        for (const solver of ['exact', { conjugateGradientSteps: factors + 12 }] as const) {
          const first = solved(training, solver, 'solveRows');
          expect(
            relativeDistance(predictions(first.rows, first.columns, factors), byRow),
          ).toBeLessThan(1e-4);
          const second = solved(training, solver, 'solveColumns');
          expect(
            relativeDistance(predictions(second.rows, second.columns, factors), byColumn),
          ).toBeLessThan(1e-4);
        }
      }),
      { numRuns: 60 },
    );
  });

  it('takes the conjugate-gradient steps of the reference from where the factors are', () => {
    fc.assert(
      fc.property(
        weighted,
        factorCounts,
        fc.integer({ min: 1, max: 5 }),
        fc.constantFrom(0, 0.01, 0.3, 2),
        (observed, factors, steps, unobservedWeight) => {
          // Without a weight the minimum is zeros, of which nothing can be a small part off.
          fc.pre(Array.from(observed.values).some((value) => value > 0));
          const training = trainingOf(observed, factors, 5, unobservedWeight);
          const expected = conjugateGradients(rowProblem(training), training.rows, steps);
          const found = solved(training, { conjugateGradientSteps: steps }, 'solveRows');
          expect(
            relativeDistance(
              predictions(found.rows, found.columns, factors),
              predictions(expected, training.columns, factors),
            ),
          ).toBeLessThan(1e-4);
        },
      ),
      { numRuns: 60 },
    );
  });

  it.each([...widths, ...wide])('agrees with the reference for %d factors', (factors) => {
    const training = trainingOf(skewedCsr(7, 11, 60, factors), factors, factors);
    const exact = solved(training, 'exact', 'solveRows');
    expect(
      relativeDistance(
        predictions(exact.rows, exact.columns, factors),
        predictions(minimum(rowProblem(training)), training.columns, factors),
      ),
    ).toBeLessThan(1e-4);
    const steps = solved(training, { conjugateGradientSteps: 2 }, 'solveColumns');
    const expected = conjugateGradients(columnProblem(training), training.columns, 2);
    expect(
      relativeDistance(
        predictions(steps.rows, steps.columns, factors),
        predictions(training.rows, expected, factors),
      ),
    ).toBeLessThan(1e-4);
  });

  it.each([
    [8, 32_768],
    [8, 32_769],
    [8, 33_001],
    [3, 40_003],
    [16, 16_385],
    [64, 4097],
  ])('agrees with the reference for %d factors and a row of %d entries', (factors, entries) => {
    // Other rows lie before and after, so that the long one shares neither chunk nor kept rows with them by luck.
    const columns = 50;
    const lengths = [3, entries, 0, 7];
    const observed = buildCsr(
      lengths.length,
      columns,
      Int32Array.from(lengths.flatMap((length, row) => new Array<number>(length).fill(row))),
      Int32Array.from(
        lengths.flatMap((length) => Array.from({ length }, (_, n) => (n * n + 3) % columns)),
      ),
      Float32Array.from(
        lengths.flatMap((length) => Array.from({ length }, (_, n) => (n % 5) / 1000)),
      ),
    );
    const training = trainingOf(observed, factors);
    for (const steps of [1, 2, 3]) {
      const found = solved(training, { conjugateGradientSteps: steps }, 'solveRows');
      const expected = conjugateGradients(rowProblem(training), training.rows, steps);
      expect(
        relativeDistance(
          predictions(found.rows, found.columns, factors),
          predictions(expected, training.columns, factors),
        ),
      ).toBeLessThan(1e-4);
    }
    const found = solved(training, 'exact', 'solveRows');
    expect(
      relativeDistance(
        predictions(found.rows, found.columns, factors),
        predictions(minimum(rowProblem(training)), training.columns, factors),
      ),
    ).toBeLessThan(1e-4);
  });

  it('alternates as the reference does', () => {
    const factors = 6;
    let training = trainingOf(skewedCsr(40, 30, 500, 3), factors);
    const found = solved(
      training,
      { conjugateGradientSteps: 3 },
      'solveColumns',
      'solveRows',
      'solveColumns',
      'solveRows',
    );
    for (let iteration = 0; iteration < 2; iteration++) {
      const columns = conjugateGradients(columnProblem(training), training.columns, 3);
      training = { ...training, columns: Float32Array.from(columns) };
      const rows = conjugateGradients(rowProblem(training), training.rows, 3);
      training = { ...training, rows: Float32Array.from(rows) };
    }
    expect(
      relativeDistance(
        predictions(found.rows, found.columns, factors),
        predictions(training.rows, training.columns, factors),
      ),
    ).toBeLessThan(1e-4);
  });

  it('counts repeated entries each, and entries of value 0 as rows that have some', () => {
    const factors = 3;
    const once = trainingOf(csrOf(2, [[[0, 3]], [[1, 0]]]), factors);
    const thrice = {
      ...once,
      observed: csrOf(2, [
        [
          [0, 1],
          [0, 1],
          [0, 1],
        ],
        [
          [1, 0],
          [1, 0],
        ],
      ]),
    };
    const [a, b] = [once, thrice].map((training) => solved(training, 'exact', 'solveRows'));
    expect(relativeDistance(b!.rows, a!.rows)).toBeLessThan(1e-6);
    // With weight 0 nothing pulls the factors away from zero.
    expect(Math.max(...a!.rows.subarray(factors).map(Math.abs))).toBeLessThan(1e-6);
  });

  it('gives zeros to rows without entries, whatever they start from', () => {
    const training = trainingOf(csrOf(2, [[], [[0, 1]], [], []]), 5, 1, 0);
    training.rows.set([NaN, Infinity, 1e30], 0);
    const { rows, columns } = solved(training, { conjugateGradientSteps: 1 }, 'solveRows');
    expect(rows.subarray(0, 5)).toEqual(new Float32Array(5));
    expect(rows.subarray(10)).toEqual(new Float32Array(10));
    expect(rows.subarray(5, 10).some((value) => value !== 0)).toBe(true);
    expect(columns.every(Number.isFinite)).toBe(true);
    const other = trainingOf(csrOf(2, [[[0, 1]], [[0, 2]]]), 5);
    expect(solved(other, 'exact', 'solveColumns').columns.subarray(5)).toEqual(new Float32Array(5));
  });

  it('takes matrices without rows, columns or entries', () => {
    for (const [rows, columns] of [
      [0, 0],
      [0, 3],
      [3, 0],
      [1, 1],
      [100, 2],
    ] as const) {
      const training = trainingOf(emptyCsr(rows, columns), 4);
      const found = solved(training, 'exact', 'solveRows', 'solveColumns');
      expect(found.rows).toEqual(new Float32Array(4 * rows));
      expect(found.columns).toEqual(new Float32Array(4 * columns));
    }
  });

  it('copies its start and gives copies', () => {
    const training = trainingOf(skewedCsr(20, 10, 50, 1), 8);
    const squares = create(training);
    const { rows, columns } = training;
    const before = [rows.slice(), columns.slice()];
    expect([squares.rowFactors(), squares.columnFactors()]).toEqual(before);
    squares.rowFactors().fill(9);
    expect(squares.rowFactors()).toEqual(before[0]);
    finish(squares.solveRows('exact'));
    expect([rows, columns]).toEqual(before);
    squares.dispose();
  });

  it('never raises the objective, and lowers it more with each conjugate gradient', () => {
    fc.assert(
      fc.property(weighted, factorCounts, (observed, factors) => {
        const training = trainingOf(observed, factors, 5);
        const { options } = training;
        const value = (rows: Float32Array, columns: Float32Array): number =>
          alsObjective(observed, rows, columns, options);
        const start = value(training.rows, training.columns);
        let before = start;
        for (const conjugateGradientSteps of [1, 2, 3]) {
          const found = solved(training, { conjugateGradientSteps }, 'solveRows');
          const after = value(found.rows, found.columns);
          expect(after).toBeLessThanOrEqual(before + 1e-5 * (1 + start));
          before = after;
        }
      }),
      { numRuns: 60 },
    );
  });

  it('lowers the objective with every half-step of an alternation', () => {
    for (const solver of ['exact', { conjugateGradientSteps: 3 }] as const) {
      const training = trainingOf(skewedCsr(60, 50, 1500, 2), 8);
      const squares = create(training);
      const value = (): number =>
        alsObjective(
          training.observed,
          squares.rowFactors(),
          squares.columnFactors(),
          training.options,
        );
      const path = [value()];
      for (let iteration = 0; iteration < 5; iteration++) {
        for (const half of ['solveRows', 'solveColumns'] as const) {
          finish(squares[half](solver));
          path.push(value());
        }
      }
      squares.dispose();
      for (let i = 1; i < path.length; i++) {
        expect(path[i]!).toBeLessThanOrEqual(path[i - 1]! * (1 + 1e-6));
      }
      expect(path.at(-1)).toBeLessThan(0.8 * path[0]!);
    }
  });

  it('gives the same bits on any number of threads', async () => {
    const cases = [
      trainingOf(skewedCsr(500, 300, 9000, 4), 13),
      trainingOf(skewedCsr(90, 3000, 30_000, 4), 64),
      trainingOf(skewedCsr(30, 50, 900, 4), 270),
    ];
    await expectSameForAnyThreads(() =>
      cases.map((training) => [
        solved(training, { conjugateGradientSteps: 3 }, 'solveColumns', 'solveRows'),
        solved(training, 'exact', 'solveRows'),
      ]),
    );
  });

  it('is not disturbed by other trainings side by side', () => {
    const trainings = [
      trainingOf(skewedCsr(800, 300, 9000, 1), 24),
      trainingOf(skewedCsr(300, 900, 20_000, 2), 40),
      trainingOf(skewedCsr(5, 5, 9, 3), 3),
    ];
    const alone = trainings.map((training) =>
      solved(training, { conjugateGradientSteps: 3 }, 'solveColumns', 'solveRows'),
    );
    const all = trainings.map(create);
    for (const half of ['solveColumns', 'solveRows'] as const) {
      finishInTurn(all.map((squares) => squares[half]({ conjugateGradientSteps: 3 })));
    }
    all.forEach((squares, i) => {
      expect(squares.rowFactors()).toEqual(alone[i]!.rows);
      expect(squares.columnFactors()).toEqual(alone[i]!.columns);
      squares.dispose();
    });
  });

  it('keeps the engine that it began with when the number of threads changes', async () => {
    const training = trainingOf(skewedCsr(3000, 300, 40_000, 1), 64);
    const expected = solved(training, 'exact', 'solveRows');
    try {
      await ready({ threads: 1 });
      const squares = create(training);
      const steps = squares.solveRows('exact');
      steps.next();
      await ready({ threads: 3 });
      finish(steps);
      expect(squares.rowFactors()).toEqual(expected.rows);
      squares.dispose();
    } finally {
      await ready({ threads: 2 });
    }
  });

  it('yields on large matrices, with fractions that never fall', () => {
    const squares = create(trainingOf(skewedCsr(20_000, 400, 200_000, 1), 64));
    const fractions = [...squares.solveRows('exact')];
    squares.dispose();
    expect(fractions.length).toBeGreaterThan(3);
    expect(fractions).toEqual([...fractions].sort((a, b) => a - b));
    expect(fractions.every((fraction) => fraction >= 0 && fraction <= 1)).toBe(true);
  });

  it('frees its memory, also after an abort, an error and a second call of dispose', () => {
    const training = trainingOf(skewedCsr(5000, 300, 60_000, 1), 64);
    const before = usedBytes();
    const squares = create(training);
    const own = usedBytes();
    expect(own).toBeGreaterThan(before);
    for (const steps of [0, 1, 2, 3, 5]) {
      const solving = squares.solveRows('exact');
      for (let step = 0; step < steps; step++) solving.next();
      solving.return(0);
      expect(usedBytes()).toBe(own);
    }
    finish(squares.solveColumns({ conjugateGradientSteps: 1 }));
    expect(usedBytes()).toBe(own);
    squares.dispose();
    expect(usedBytes()).toBe(before);
    squares.dispose();
    expect(usedBytes()).toBe(before);

    const broken = create({ ...training, columns: training.columns.slice().fill(NaN) });
    expectError(() => {
      finish(broken.solveRows('exact'));
    }, 'numerical');
    expect(usedBytes()).toBe(own);
    broken.dispose();
    expect(usedBytes()).toBe(before);
  });

  it('refuses lengths that do not fit and numbers out of range', () => {
    const before = usedBytes();
    const good = trainingOf(csrOf(2, [[[0, 1]]]), 2);
    const refused = (change: Partial<Training>, ...pieces: string[]): void => {
      expectError(() => create({ ...good, ...change }), 'invalid-argument', ...pieces);
      expect(usedBytes()).toBe(before);
    };
    const options = (change: Partial<LeastSquaresOptions>): Partial<Training> => ({
      options: { ...good.options, ...change },
    });
    refused({ rows: new Float32Array(3) }, 'start.rows has 3', 'give 2');
    refused({ columns: new Float32Array(5) }, 'start.columns has 5', 'give 4');
    for (const factors of [0, -1, 1.5, NaN, Infinity]) {
      refused(options({ factors }), `factors is ${factors}`);
    }
    for (const unobservedWeight of [-1, NaN, Infinity]) {
      refused(options({ unobservedWeight }), `unobservedWeight is ${unobservedWeight}`);
    }
    refused(
      options({ rowRegularization: new Float64Array(2) }),
      'rowRegularization has 2',
      'give 1',
    );
    refused(options({ columnRegularization: new Float64Array(1) }), 'columnRegularization has 1');
    for (const value of [0, -2, NaN, Infinity]) {
      refused(
        options({ rowRegularization: Float64Array.of(value) }),
        `rowRegularization[0] is ${value}`,
      );
      refused(
        options({ columnRegularization: Float64Array.of(1, value) }),
        `columnRegularization[1] is ${value}`,
      );
      if (value === 0) continue;
      refused({ observed: csrOf(2, [[[0, value]]]) }, `values[0] is ${value}`);
    }
    const squares = create(good);
    for (const conjugateGradientSteps of [0, -1, 1.5, NaN]) {
      expectError(
        () => {
          finish(squares.solveRows({ conjugateGradientSteps }));
        },
        'invalid-argument',
        `conjugateGradientSteps is ${conjugateGradientSteps}`,
      );
    }
    squares.dispose();
    expect(usedBytes()).toBe(before);
  });

  it('names the first row that is not finite', () => {
    const factors = 3;
    for (const solver of ['exact', { conjugateGradientSteps: 1 }] as const) {
      const rows: [number, number][][] = Array.from({ length: 100 }, () => [[0, 1]]);
      rows[70] = [];
      const training = trainingOf(csrOf(2, rows), factors);
      for (const row of [99, 70, 80]) training.rows[row * factors + 1] = NaN;
      expectError(() => solved(training, solver, 'solveRows'), 'numerical', 'row 80 ');
      expectError(() => solved(training, solver, 'solveColumns'), 'numerical');
    }
    for (const bad of [NaN, Infinity, -Infinity, 1e30]) {
      for (const factor of [0, 4, 7]) {
        const training = trainingOf(csrOf(3, [[[0, 1]]]), factors);
        training.columns[factor] = bad;
        expectError(() => solved(training, 'exact', 'solveRows'), 'numerical');
      }
    }
  });

  it('does not take an overflow for a solution', () => {
    for (const value of [1e15, 1e18, 1e30, 3e38]) {
      for (const solver of [
        'exact',
        ...[1, 2, 3].map((conjugateGradientSteps) => ({ conjugateGradientSteps })),
      ] as const) {
        const training = trainingOf(
          csrOf(2, [
            [
              [0, value],
              [1, value / 3],
            ],
          ]),
          2,
        );
        expectError(() => solved(training, solver, 'solveRows'), 'numerical', 'row 0 ');
      }
    }
  });

  it('tells the objective before each half-step', () => {
    fc.assert(
      fc.property(weighted, factorCounts, (observed, factors) => {
        const training = trainingOf(observed, factors);
        const squares = create(training);
        try {
          for (const half of ['solveRows', 'solveColumns', 'solveRows'] as const) {
            const expected = alsObjective(
              observed,
              squares.rowFactors(),
              squares.columnFactors(),
              training.options,
            );
            const found = finish(squares[half]({ conjugateGradientSteps: 2 }));
            expect(Math.abs(found - expected)).toBeLessThanOrEqual(1e-5 * Math.abs(expected));
          }
        } finally {
          squares.dispose();
        }
      }),
      { numRuns: 60 },
    );
  });

  it('tells the same objective for any number of threads', async () => {
    const training = trainingOf(skewedCsr(500, 300, 6000, 2), 12);
    const found: number[] = [];
    for (const threads of [1, 2, 3]) {
      await ready({ threads });
      const squares = create(training);
      found.push(finish(squares.solveRows('exact')), finish(squares.solveColumns('exact')));
      squares.dispose();
    }
    expect(found.slice(2, 4)).toEqual(found.slice(0, 2));
    expect(found.slice(4)).toEqual(found.slice(0, 2));
  });

  it('is typed', () => {
    expectTypeOf<AlternatingLeastSquares['solveRows']>().returns.toEqualTypeOf<Steps<number>>();
    expectTypeOf<LeastSquaresSolver>().toEqualTypeOf<
      'exact' | { readonly conjugateGradientSteps: number }
    >();
    // @ts-expect-error no such solver
    const wrong: LeastSquaresSolver = 'lbfgs';
    expect(wrong).toBe('lbfgs');
  });
});

describe('alsObjective', () => {
  it('is the sum over all pairs', () => {
    fc.assert(
      fc.property(weighted, factorCounts, (observed, factors) => {
        const training = trainingOf(observed, factors);
        const expected = objective(
          {
            ...rowProblem(training),
            columnRegularization: training.options.columnRegularization,
          },
          training.rows,
        );
        const found = alsObjective(observed, training.rows, training.columns, training.options);
        expect(Math.abs(found - expected)).toBeLessThan(1e-6 * (1 + expected));
      }),
    );
  });

  it('leaves the memory as it was', () => {
    const { observed, rows, columns, options } = trainingOf(skewedCsr(50, 40, 100, 1), 5);
    const before = usedBytes();
    alsObjective(observed, rows, columns, options);
    expect(usedBytes()).toBe(before);
  });

  it('refuses lengths that do not fit', () => {
    const training = trainingOf(csrOf(2, [[[0, 1]]]), 1);
    const { observed, rows, columns, options } = training;
    const run = (
      change: Partial<LeastSquaresOptions>,
      p: Float32Array = rows,
      q: Float32Array = columns,
    ) => {
      return () => alsObjective(observed, p, q, { ...options, ...change });
    };
    const two = new Float64Array(2);
    expectError(
      run({ columnRegularization: new Float64Array(1) }),
      'invalid-argument',
      'columnRegularization has 1',
    );
    expectError(run({ rowRegularization: two }), 'invalid-argument', 'rowRegularization has 2');
    expectError(run({}, new Float32Array(3)), 'invalid-argument', '3');
    expectError(run({}, rows, new Float32Array(3)), 'invalid-argument', '3');
  });
});
