import { isTensorecError } from '@tensorec/kernels';
import fc from 'fast-check';
import { describe, expect, expectTypeOf, it } from 'vitest';
import { mae, r2, ratingMetrics, rmse, type RatingMetricName } from '../src/index.js';
import { errorOf } from './error-of.js';

const actual = [4, 3, 5, 1, 2.5];
const predicted = Float32Array.of(3.5, 3, 4, 2, 2.5);
// errors −0.5, 0, −1, 1, 0: Σ e² = 2.25, Σ |e| = 2.5

describe('values computed by hand', () => {
  it('rmse = √(2.25 / 5)', () => {
    expect(rmse(predicted, actual)).toBe(Math.sqrt(2.25 / 5));
  });

  it('mae = 2.5 / 5', () => {
    expect(mae(predicted, actual)).toBe(0.5);
  });

  it('r2 = 1 − 2.25 / 9.2', () => {
    // mean 15.5 / 5 = 3.1; deviations 0.9, −0.1, 1.9, −2.1, −0.6: 0.81 + 0.01 + 3.61 + 4.41 + 0.36 = 9.2
    expect(r2(predicted, actual)).toBeCloseTo(1 - 2.25 / 9.2, 14);
  });

  it('one row', () => {
    expect(rmse([3], [5])).toBe(2);
    expect(mae([3], [5])).toBe(2);
  });
});

it('values of scikit-learn 1.9.1', () => {
  // mean_squared_error(actual, predicted) ** 0.5, mean_absolute_error(…), r2_score(…)
  expect(rmse(predicted, actual)).toBeCloseTo(0.6708203932499369, 14);
  expect(mae(predicted, actual)).toBeCloseTo(0.5, 14);
  expect(r2(predicted, actual)).toBeCloseTo(0.7554347826086956, 14);
});

const rating = fc.double({ min: -100, max: 100, noNaN: true });
const rows = fc.array(fc.tuple(rating, rating), { minLength: 1, maxLength: 50 }).map((pairs) => ({
  predictions: pairs.map(([prediction]) => prediction),
  truth: pairs.map(([, value]) => value),
}));

describe('properties', () => {
  it('mae ≤ rmse ≤ greatest error', () => {
    fc.assert(
      fc.property(rows, ({ predictions, truth }) => {
        const errors = predictions.map((prediction, row) => Math.abs(prediction - truth[row]!));
        const tolerance = 1e-12 * Math.max(1, ...errors);
        expect(mae(predictions, truth)).toBeLessThanOrEqual(rmse(predictions, truth) + tolerance);
        expect(rmse(predictions, truth)).toBeLessThanOrEqual(Math.max(...errors) + tolerance);
      }),
    );
  });

  it('rmse and mae are symmetric, 0 for the truth, and scale with the ratings', () => {
    fc.assert(
      fc.property(rows, ({ predictions, truth }) => {
        for (const metric of [rmse, mae]) {
          const value = metric(predictions, truth);
          expect(metric(truth, predictions)).toBe(value);
          expect(metric(truth, truth)).toBe(0);
          const double = (values: number[]): number[] => values.map((entry) => 2 * entry);
          expect(metric(double(predictions), double(truth))).toBeCloseTo(2 * value, 9);
        }
      }),
    );
  });

  it('r2 is 1 for the truth, about 0 for its mean, and never above 1', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 2 }),
        fc.nat(),
        (truth, seed) => {
          fc.pre(new Set(truth).size > 1);
          const mean = truth.reduce((sum, value) => sum + value, 0) / truth.length;
          expect(r2(truth, truth)).toBe(1);
          expect(
            r2(
              truth.map(() => mean),
              truth,
            ),
          ).toBeCloseTo(0, 12);
          expect(
            r2(
              truth.map((value, row) => value + ((seed + row) % 3)),
              truth,
            ),
          ).toBeLessThanOrEqual(1);
        },
      ),
    );
  });
});

describe('bad input', () => {
  const metrics = Object.values(ratingMetrics);

  it.each(metrics)('$name refuses arrays of different lengths', ({ compute, name }) => {
    const error = errorOf(() => compute([1, 2, 3], [1, 2]));
    expect(isTensorecError(error, 'invalid-argument')).toBe(true);
    expect(error.message).toContain(`${name} got 3 predictions and 2 actual values: row 2`);
  });

  it.each(metrics)('$name refuses no rows', ({ compute }) => {
    expect(
      isTensorecError(
        errorOf(() => compute([], [])),
        'invalid-argument',
      ),
    ).toBe(true);
  });

  it.each(metrics)('$name refuses values that are not finite, naming the row', ({ compute }) => {
    for (const value of [NaN, Infinity, -Infinity]) {
      const inPredicted = errorOf(() => compute([1, value], [1, 2]));
      expect(isTensorecError(inPredicted, 'invalid-argument')).toBe(true);
      expect(inPredicted.message).toContain(`${value} as the predicted value of row 1`);
      const inActual = errorOf(() => compute([1, 2, 3], [1, 2, value]));
      expect(inActual.message).toContain(`${value} as the actual value of row 2`);
    }
  });

  it.each(metrics)('$name reports an overflow', ({ compute }) => {
    const error = errorOf(() => compute([1e308, -1e308, 1], [-1e308, 1e308, 2]));
    expect(isTensorecError(error, 'numerical')).toBe(true);
    expect(error.message).toContain('Rescale');
  });

  it('r2 refuses true values that are all equal, however their mean rounds', () => {
    const truth = new Array<number>(10).fill(0.1);
    const error = errorOf(() =>
      r2(
        truth.map((_, row) => row),
        truth,
      ),
    );
    expect(isTensorecError(error, 'invalid-argument')).toBe(true);
    expect(error.message).toContain('every row (10 in all) is 0.1');
  });
});

describe('registry', () => {
  it('holds each metric under its own name, with its direction', () => {
    expect(Object.keys(ratingMetrics)).toEqual(
      Object.values(ratingMetrics).map(({ name }) => name),
    );
    expect(ratingMetrics.rmse).toMatchObject({ compute: rmse, higherIsBetter: false });
    expect(ratingMetrics.mae).toMatchObject({ compute: mae, higherIsBetter: false });
    expect(ratingMetrics.r2).toMatchObject({ compute: r2, higherIsBetter: true });
  });

  it('is typed by name', () => {
    expectTypeOf<keyof typeof ratingMetrics>().toEqualTypeOf<RatingMetricName>();
  });
});
