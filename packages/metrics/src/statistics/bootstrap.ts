import {
  bootstrapMeans,
  Random,
  TensorecError,
  type ReadonlyFloat64Array,
  type Steps,
} from '@tensorec/kernels';

/** Lower and upper end of an interval. */
export type Interval = readonly [lower: number, upper: number];

/** Options of {@link bootstrap}. */
export interface BootstrapOptions {
  /** How many resamples are drawn, at least 1; default 10,000. */
  readonly resamples?: number | undefined;
  /** How much of the resamples an interval covers, above 0 and below 1; default 0.95. */
  readonly level?: number | undefined;
  /** A safe integer ≥ 0, default 0. The same values and seed give the same bits. */
  readonly seed?: number | undefined;
}

/** Resampled means, to read intervals from. */
export interface Bootstrap {
  readonly level: number;
  /** The interval of the mean of a column. */
  meanInterval(column: number): Interval;
  /**
   * The interval of what is computed from the means of the columns, such as a difference of two or the root of one.
   * O(resamples · (columns + log resamples)).
   *
   * @param statistic - called once a resample with the mean of each column, in an array that is used again
   * @throws TensorecError `invalid-argument` when it gives NaN.
   */
  interval(statistic: (means: ReadonlyFloat64Array) => number): Interval;
}

/**
 * Resamples users with replacement, the same for all columns, so that models that were tested on the same users are
 * compared on the same resamples. Intervals are percentile intervals (Efron and Tibshirani 1993, An introduction to the
 * bootstrap, chapter 13): the (1 − level) / 2 and (1 + level) / 2 quantiles of the resampled values, with linear
 * interpolation between order statistics. They say how much a figure would vary with other users; not how it varies with seeds.
 * With fewer than some 30 rows they are too narrow.
 *
 * Needs `await ready()` of `@tensorec/kernels`. Time in the order of resamples · rows · columns.
 *
 * @param columns - one array a column, a value a user in each; all of the same length
 * @throws TensorecError `invalid-argument` for no columns, no rows, columns of different lengths, a value that is not a
 * finite number, or an option out of range; `not-ready` before `ready()`.
 */
export function* bootstrap(
  columns: readonly ArrayLike<number>[],
  { resamples = 10_000, level = 0.95, seed = 0 }: BootstrapOptions = {},
): Steps<Bootstrap> {
  if (!(level > 0 && level < 1)) {
    throw new TensorecError(
      'invalid-argument',
      `level is ${level}; give a number above 0 and below 1.`,
    );
  }
  const means = yield* bootstrapMeans(columns, resamples, new Random(seed));
  const width = columns.length;
  const interval = (statistic: (means: ReadonlyFloat64Array) => number): Interval => {
    const values = new Float64Array(resamples);
    for (let resample = 0; resample < resamples; resample++) {
      const value = statistic(means.subarray(resample * width, (resample + 1) * width));
      if (Number.isNaN(value)) {
        throw new TensorecError(
          'invalid-argument',
          `The statistic is NaN for resample ${resample} (counted from 0); it must be a number for any mixture of the users.`,
        );
      }
      values[resample] = value;
    }
    values.sort();
    return [quantile(values, (1 - level) / 2), quantile(values, (1 + level) / 2)];
  };
  return {
    level,
    interval,
    meanInterval: (column) => interval((row) => row[requireColumn(column, width)]!),
  };
}

function requireColumn(column: number, columns: number): number {
  if (Number.isInteger(column) && column >= 0 && column < columns) return column;
  throw new TensorecError(
    'invalid-argument',
    `There is no column ${column}; the columns are 0 to ${columns - 1}.`,
  );
}

/** Type 7 of Hyndman and Fan (1996): linear between the order statistics. */
function quantile(ascending: Float64Array, share: number): number {
  const place = share * (ascending.length - 1);
  const below = Math.floor(place);
  const lower = ascending[below]!;
  const upper = ascending[Math.min(below + 1, ascending.length - 1)]!;
  return lower === upper ? lower : lower + (place - below) * (upper - lower);
}
