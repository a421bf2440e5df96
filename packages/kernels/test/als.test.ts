import fc from 'fast-check';
import { describe, expect, expectTypeOf, it } from 'vitest';
import {
  alsHalfStep,
  alsObjective,
  buildCsr,
  finish,
  gramOfDense,
  mergeRepeats,
  Random,
  transpose,
} from '../src/index.js';
import type { AlsOptions, Csr, Steps } from '../src/index.js';
import { csrArbitrary, csrOf, expectError, toDense } from './support.js';

function normal(length: number, seed: number): Float32Array<ArrayBuffer> {
  const numbers = new Float32Array(length);
  new Random(seed).fillNormal(numbers, 0, 0.3);
  return numbers;
}

/** Objective and gradient for the row factors, straight from the formula, over all pairs. */
function reference(
  observed: Csr,
  p: ArrayLike<number>,
  q: ArrayLike<number>,
  options: AlsOptions,
): { objective: number; gradient: Float64Array } {
  const { factors: f, unobservedWeight, regularization } = options;
  const gradient = new Float64Array(observed.rows * f);
  const weights = toDense(observed);
  let objective = 0;
  for (let row = 0; row < observed.rows; row++) {
    for (let column = 0; column < observed.columns; column++) {
      let product = 0;
      for (let i = 0; i < f; i++) product += p[row * f + i]! * q[column * f + i]!;
      const weight = weights[row]![column]!;
      objective += weight * (1 - product) ** 2 + unobservedWeight * product ** 2;
      const slope = -2 * weight * (1 - product) + 2 * unobservedWeight * product;
      for (let i = 0; i < f; i++) {
        gradient[row * f + i] = gradient[row * f + i]! + slope * q[column * f + i]!;
      }
    }
    for (let i = 0; i < f; i++) {
      const factor = p[row * f + i]!;
      objective += regularization[row]! * factor ** 2;
      gradient[row * f + i] = gradient[row * f + i]! + 2 * regularization[row]! * factor;
    }
  }
  return { objective, gradient };
}

function optionsFor(rows: number, factors: number, solver: AlsOptions['solver']): AlsOptions {
  return {
    factors,
    solver,
    unobservedWeight: 0.2,
    regularization: Float64Array.from({ length: rows }, (_, row) => 0.5 + 0.1 * row),
  };
}

const weighted = csrArbitrary(false, 0);
const factorCounts = fc.integer({ min: 1, max: 9 });

describe('alsHalfStep', () => {
  it('gives the minimum worked out by hand for one row and one factor', () => {
    // (3·2 + 1·1) / (3·2² + 1·1² + 0.5·(2² + 1² + 4²) + 1.5) = 7 / 25
    const observed = csrOf(3, [
      [
        [0, 3],
        [1, 1],
      ],
    ]);
    for (const solver of ['exact', { conjugateGradientSteps: 1 }] as const) {
      const p = new Float32Array(1);
      const options = {
        factors: 1,
        unobservedWeight: 0.5,
        regularization: Float64Array.of(1.5),
        solver,
      };
      finish(alsHalfStep(observed, p, Float32Array.of(2, 1, 4), options));
      expect(p[0]).toBeCloseTo(0.28, 7);
    }
  });

  it('reaches the point where the gradient is zero, exactly and by f conjugate gradients', () => {
    fc.assert(
      fc.property(weighted, factorCounts, (observed, factors) => {
        const q = normal(observed.columns * factors, 3);
        for (const solver of ['exact', { conjugateGradientSteps: factors + 2 }] as const) {
          const p = normal(observed.rows * factors, 4);
          const options = optionsFor(observed.rows, factors, solver);
          finish(alsHalfStep(observed, p, q, options));
          for (const slope of reference(observed, p, q, options).gradient) {
            expect(Math.abs(slope)).toBeLessThan(2e-5);
          }
        }
      }),
    );
  });

  it('never raises the objective, and lowers it more with each conjugate gradient', () => {
    fc.assert(
      fc.property(weighted, factorCounts, (observed, factors) => {
        const q = normal(observed.columns * factors, 5);
        const start = normal(observed.rows * factors, 6);
        let before = reference(observed, start, q, optionsFor(observed.rows, factors, 'exact'));
        for (const conjugateGradientSteps of [1, 2, 3]) {
          const p = start.slice();
          const options = optionsFor(observed.rows, factors, { conjugateGradientSteps });
          finish(alsHalfStep(observed, p, q, options));
          const after = reference(observed, p, q, options);
          expect(after.objective).toBeLessThanOrEqual(before.objective + 1e-4);
          before = after;
        }
      }),
    );
  });

  it('folds in a batch as the rows of the whole, from zeros', () => {
    const random = new Random(11);
    const entries = 400;
    const all = mergeRepeats(
      buildCsr(
        30,
        25,
        Int32Array.from({ length: entries }, () => random.integer(30)),
        Int32Array.from({ length: entries }, () => random.integer(25)),
      ),
      'one',
    );
    const f = 6;
    const q = normal(25 * f, 1);
    const p = normal(30 * f, 2);
    const options = optionsFor(30, f, 'exact');
    finish(alsHalfStep(all, p, q, options));

    // rows 3 and 4 alone, as a matrix of two histories
    const start = all.offsets[3]!;
    const end = all.offsets[5]!;
    const batch: Csr = {
      rows: 2,
      columns: 25,
      offsets: all.offsets.slice(3, 6).map((offset) => offset - start),
      indices: all.indices.slice(start, end),
      values: all.values.slice(start, end),
    };
    const folded = new Float32Array(2 * f);
    const columnGram = finish(gramOfDense(q, 25, f));
    finish(
      alsHalfStep(batch, folded, q, {
        ...options,
        columnGram,
        regularization: Float64Array.of(options.regularization[3]!, options.regularization[4]!),
      }),
    );
    expect(folded).toEqual(p.slice(3 * f, 5 * f));
  });

  it('sets rows without entries to zero, also with nothing else to hold them there', () => {
    const p = normal(4, 1);
    const options = { factors: 2, unobservedWeight: 0, regularization: new Float64Array(2) };
    const observed = csrOf(1, [[], [[0, 1]]]);
    finish(
      alsHalfStep(observed, p, Float32Array.of(1, 2), {
        ...options,
        solver: { conjugateGradientSteps: 2 },
      }),
    );
    expect([...p.subarray(0, 2)]).toEqual([0, 0]);
    expect(p[2]! + 2 * p[3]!).toBeCloseTo(1, 6);
  });

  it('yields on large matrices, with fractions that never fall', () => {
    const rows = 3000;
    const observed = buildCsr(
      rows,
      40,
      Int32Array.from({ length: rows * 5 }, (_, i) => i % rows),
      Int32Array.from({ length: rows * 5 }, (_, i) => i % 37),
    );
    const p = normal(rows * 32, 1);
    const fractions = [
      ...alsHalfStep(observed, p, normal(40 * 32, 2), optionsFor(rows, 32, 'exact')),
    ];
    expect(fractions.length).toBeGreaterThan(10);
    expect(fractions).toEqual([...fractions].sort((a, b) => a - b));
    expect(fractions.every((fraction) => fraction >= 0 && fraction <= 1)).toBe(true);
  });

  it('refuses lengths that do not fit, negative numbers and factors that are not finite', () => {
    const observed = csrOf(2, [[[0, 1]]]);
    const good: AlsOptions = optionsFor(1, 2, 'exact');
    const run = (options: Partial<AlsOptions>, p = 2, q = 4) => {
      return () => {
        finish(
          alsHalfStep(observed, new Float32Array(p), new Float32Array(q), { ...good, ...options }),
        );
      };
    };
    expectError(run({}, 3), 'invalid-argument', 'rowFactors has 3', 'give 2');
    expectError(run({}, 2, 5), 'invalid-argument', 'columnFactors has 5');
    expectError(run({ factors: 0 }), 'invalid-argument', 'factors is 0');
    expectError(run({ unobservedWeight: -1 }), 'invalid-argument', 'unobservedWeight is -1');
    expectError(run({ regularization: new Float64Array(2) }), 'invalid-argument', 'regularization');
    expectError(
      run({ regularization: Float64Array.of(-2) }),
      'invalid-argument',
      'regularization[0] is -2',
    );
    expectError(
      run({ solver: { conjugateGradientSteps: 0 } }),
      'invalid-argument',
      'conjugateGradientSteps is 0',
    );
    expectError(run({ columnGram: new Float64Array(3) }), 'invalid-argument', 'columnGram has 3');
    expectError(run({ regularization: Float64Array.of(0) }), 'numerical', 'pivot');
    const negative = csrOf(2, [[[0, -1]]]);
    expectError(
      () => {
        finish(alsHalfStep(negative, new Float32Array(2), new Float32Array(4), good));
      },
      'invalid-argument',
      'values[0] is -1',
    );
    for (const solver of ['exact', { conjugateGradientSteps: 1 }] as const) {
      expectError(() => {
        const q = Float32Array.of(NaN, 1, 1, 1);
        finish(alsHalfStep(observed, new Float32Array(2), q, { ...good, solver }));
      }, 'numerical');
    }
  });

  it('is typed', () => {
    expectTypeOf(alsHalfStep).returns.toEqualTypeOf<Steps>();
    expectTypeOf<AlsOptions['solver']>().toEqualTypeOf<
      'exact' | { readonly conjugateGradientSteps: number }
    >();
    // @ts-expect-error no such solver
    const wrong: AlsOptions = { ...optionsFor(1, 1, 'exact'), solver: 'lbfgs' };
    expect(wrong.factors).toBe(1);
  });
});

describe('alsObjective', () => {
  it('is the sum over all pairs', () => {
    fc.assert(
      fc.property(weighted, factorCounts, (observed, factors) => {
        const p = normal(observed.rows * factors, 1);
        const q = normal(observed.columns * factors, 2);
        const options = optionsFor(observed.rows, factors, 'exact');
        const columnRegularization = new Float64Array(observed.columns).fill(0.7);
        let expected = reference(observed, p, q, options).objective;
        for (const factor of q) expected += 0.7 * factor ** 2;
        const objective = alsObjective(observed, p, q, {
          factors,
          unobservedWeight: options.unobservedWeight,
          rowRegularization: options.regularization,
          columnRegularization,
        });
        expect(Math.abs(objective - expected)).toBeLessThan(1e-9 * (1 + expected));
      }),
    );
  });

  it('falls with every half-step of an alternation', () => {
    const random = new Random(2);
    const entries = 1500;
    const observed = mergeRepeats(
      buildCsr(
        60,
        50,
        Int32Array.from({ length: entries }, () => random.integer(60)),
        Int32Array.from({ length: entries }, () => random.integer(50)),
      ),
      'sum',
    );
    const transposed = transpose(observed);
    const factors = 8;
    const p = normal(60 * factors, 1);
    const q = normal(50 * factors, 2);
    const rowRegularization = new Float64Array(60).fill(1);
    const columnRegularization = new Float64Array(50).fill(2);
    const common = { factors, unobservedWeight: 0.1, solver: { conjugateGradientSteps: 3 } };
    const objective = (): number =>
      alsObjective(observed, p, q, { ...common, rowRegularization, columnRegularization });
    const path = [objective()];
    for (let epoch = 0; epoch < 5; epoch++) {
      finish(alsHalfStep(observed, p, q, { ...common, regularization: rowRegularization }));
      path.push(objective());
      finish(alsHalfStep(transposed, q, p, { ...common, regularization: columnRegularization }));
      path.push(objective());
    }
    expect(path).toEqual([...path].sort((a, b) => b - a));
    expect(path.at(-1)).toBeLessThan(0.7 * path[0]!);
  });

  it('refuses lengths that do not fit', () => {
    const observed = csrOf(2, [[[0, 1]]]);
    const one = new Float64Array(1);
    expectError(
      () =>
        alsObjective(observed, new Float32Array(1), new Float32Array(2), {
          factors: 1,
          unobservedWeight: 1,
          rowRegularization: one,
          columnRegularization: one,
        }),
      'invalid-argument',
      'columnRegularization has 1',
    );
  });
});
