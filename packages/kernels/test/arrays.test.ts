import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import {
  combineArrays,
  mapArray,
  ready,
  reduceArray,
  ResidentArray,
  selectArray,
  softmaxOfRows,
} from '../src/index.js';
import type { CombineOperation, MapOperation, Reduction } from '../src/index.js';
import { expectError, expectSameForAnyThreads, normal, resultOf, usedBytes } from './support.js';

/** Expects each number to be within some units in the last place of single precision of a double. */
function expectNear(actual: ArrayLike<number>, expected: ArrayLike<number>, ulps: number): void {
  expect(actual.length).toBe(expected.length);
  for (let i = 0; i < expected.length; i++) {
    const [value, exact] = [actual[i]!, expected[i]!];
    const unit = Math.max(2 ** -126, 2 ** (Math.floor(Math.log2(Math.abs(exact))) - 23));
    if (Number.isFinite(Math.fround(exact))) {
      expect(Math.abs(value - exact), `${value} for ${exact}`).toBeLessThanOrEqual(ulps * unit);
    } else expect(value).toBe(Math.fround(exact));
  }
}

beforeAll(async () => {
  await ready();
});

const functions: Readonly<Record<MapOperation, (x: number) => number>> = {
  negative: (x) => -x,
  absolute: Math.abs,
  square: (x) => x * x,
  squareRoot: Math.sqrt,
  reciprocalSquareRoot: (x) => 1 / Math.sqrt(x),
  reciprocal: (x) => 1 / x,
  exponential: Math.exp,
  logarithm: Math.log,
  logarithmOfOnePlus: Math.log1p,
  sigmoid: (x) => 1 / (1 + Math.exp(-x)),
  tangent: Math.tanh,
  softplus: (x) => Math.max(0, x) + Math.log1p(Math.exp(-Math.abs(x))),
  rectified: (x) => Math.max(0, x),
  clipped: (x) => Math.min(2, Math.max(-1, x)),
  leaky: (x) => (x < 0 ? -1 * x : x),
  elu: (x) => (x < 0 ? Math.exp(x) - 1 : x),
  step: (x) => (Number.isNaN(x) ? NaN : x > 0 ? 1 : -1),
  floor: Math.floor,
  ceiling: Math.ceil,
  nearest: (x) => (Math.abs(x % 2) === 0.5 ? x - (x % 2) : x < 0 ? -Math.round(-x) : Math.round(x)),
  sign: (x) => Math.sign(x) || 0,
  not: (x) => (x === 0 ? 1 : 0),
  constant: () => -1,
};
const special = [
  0.5,
  1.5,
  -0.5,
  -2.5,
  0,
  -0,
  1,
  -1,
  Infinity,
  -Infinity,
  NaN,
  1e-40,
  3e38,
  -3e38,
  88.7,
  88.8,
  -87,
  -104,
];

describe('mapArray', () => {
  const numbers = Float32Array.from([
    ...special,
    ...normal(4000, 1, 1),
    ...normal(4000, 2, 20),
    ...normal(1001, 3, 1e-3),
    ...normal(1000, 4, 1).map(Math.exp),
  ]);

  it.each(Object.entries(functions))('%s', (name, exact) => {
    const operation = name as MapOperation;
    const actual = resultOf(numbers.length, [numbers], (result, x) => {
      mapArray(operation, x, result, -1, 2);
    });
    const expected = Float64Array.from(numbers, (x) => exact(x));
    // Where 1 is taken from e^x the error is one of e^x.
    if (operation === 'elu') {
      expected.forEach((value, i) => {
        if (Number.isFinite(value))
          expect(Math.abs(actual[i]! - value)).toBeLessThan(2e-7 * Math.max(1, Math.abs(value)));
        else expect(actual[i]).toBe(value);
      });
    } else expectNear(actual, expected, 3);
  });

  it('computes in place, over several chunks, for any threads', async () => {
    const long = normal(70_001, 5, 1);
    const result = await expectSameForAnyThreads(() =>
      resultOf(long.length, [long], (copy, x) => {
        mapArray('square', x, x);
        mapArray('negative', x, copy);
      }),
    );
    expect(result).toEqual(long.map((x) => -Math.fround(x * x)));
  });
});

const combinations: Readonly<Record<CombineOperation, (a: number, b: number) => number>> = {
  sum: (a, b) => a + b,
  difference: (a, b) => a - b,
  product: (a, b) => a * b,
  quotient: (a, b) => a / b,
  maximum: Math.max,
  minimum: Math.min,
  squaredDifference: (a, b) => Math.fround(a - b) ** 2,
  equal: (a, b) => Number(a === b),
  notEqual: (a, b) => Number(a !== b),
  less: (a, b) => Number(a < b),
  lessOrEqual: (a, b) => Number(a <= b),
  greater: (a, b) => Number(a > b),
  greaterOrEqual: (a, b) => Number(a >= b),
  and: (a, b) => Number(a !== 0 && b !== 0),
  or: (a, b) => Number(a !== 0 || b !== 0),
};

describe('combineArrays', () => {
  it('is exact for operands that have both axes, one or none', () => {
    const operation = fc.constantFrom(...(Object.keys(combinations) as CombineOperation[]));
    const size = fc.integer({ min: 0, max: 19 });
    fc.assert(
      fc.property(
        ...([
          operation,
          size,
          size,
          fc.boolean(),
          fc.boolean(),
          fc.boolean(),
          fc.boolean(),
        ] as const),
        (name, rows, columns, leftRows, leftColumns, rightRows, rightColumns) => {
          fc.pre(leftColumns || rightColumns);
          const left = normal((leftRows ? rows : 1) * (leftColumns ? columns : 1), 1, 1);
          const right = normal((rightRows ? rows : 1) * (rightColumns ? columns : 1), 2, 1);
          const actual = resultOf(rows * columns, [left, right], (result, a, b) => {
            combineArrays(
              name,
              { array: a, rows: leftRows, columns: leftColumns },
              { array: b, rows: rightRows, columns: rightColumns },
              result,
              rows,
              columns,
            );
          });
          const at = (hasRows: boolean, hasColumns: boolean, i: number): number =>
            (hasRows ? Math.floor(i / columns) : 0) * (hasColumns ? columns : 1) +
            (hasColumns ? i % columns : 0);
          const expected = actual.map((_, i) =>
            combinations[name](
              left[at(leftRows, leftColumns, i)]!,
              right[at(rightRows, rightColumns, i)]!,
            ),
          );
          expect(actual).toEqual(expected);
        },
      ),
    );
  });

  it('takes one number for an operand', () => {
    const numbers = normal(17_003, 4, 1);
    for (const [name, exact] of Object.entries(combinations)) {
      for (const left of [true, false]) {
        const actual = resultOf(numbers.length, [numbers], (result, array) => {
          const [a, b] = left
            ? [{ array: 0.1 }, { array: array }]
            : [{ array: array }, { array: 0.1 }];
          combineArrays(name as CombineOperation, a, b, result, 1, numbers.length);
        });
        const one = Math.fround(0.1);
        expect(actual, name).toEqual(
          numbers.map((value) => (left ? exact(one, value) : exact(value, one))),
        );
      }
    }
  });

  it('compares equal numbers, zeros and NaN', () => {
    const left = Float32Array.of(1, 1, 0, -0, 0, NaN, NaN, Infinity, -2, 5, 0);
    const right = Float32Array.of(1, 2, 0, 0, 3, NaN, 0, Infinity, -3, 0, NaN);
    for (const [name, exact] of Object.entries(combinations).slice(7)) {
      const actual = resultOf(left.length, [left, right], (result, a, b) => {
        const operation = name as CombineOperation;
        combineArrays(operation, { array: a }, { array: b }, result, 1, left.length);
      });
      expect(actual, name).toEqual(left.map((value, i) => exact(value, right[i]!)));
    }
  });

  it('cuts long rows and many rows into chunks that give the same for any threads', async () => {
    for (const [rows, columns] of [
      [1, 70_001],
      [7, 10_001],
      [30_000, 3],
    ] as const) {
      const [left, right] = [normal(rows * columns, 1, 1), normal(columns, 2, 1)];
      const result = await expectSameForAnyThreads(() =>
        resultOf(rows * columns, [left, right], (sum, a, b) => {
          combineArrays('sum', { array: a }, { array: b, rows: false }, sum, rows, columns);
        }),
      );
      expect(result).toEqual(left.map((value, i) => value + right[i % columns]!));
    }
  });

  it('refuses lengths that do not fit, and two operands without columns', () => {
    const combine = (left: number, columns: boolean) => () =>
      resultOf(6, [new Float32Array(left), new Float32Array(2)], (result, a, b) => {
        combineArrays('sum', { array: a, columns }, { array: b, columns: false }, result, 2, 3);
      });
    expectError(combine(5, true), 'invalid-argument', 'left has 5', '6');
    expectError(combine(2, false), 'invalid-argument', 'columns');
  });
});

describe('selectArray', () => {
  it('takes numbers of one array or of the other, for any threads', async () => {
    for (const length of [0, 1, 7, 40_003]) {
      const numbers = [3, 4, 5].map((seed) => normal(length, seed, 1)) as [
        Float32Array<ArrayBuffer>,
        Float32Array<ArrayBuffer>,
        Float32Array<ArrayBuffer>,
      ];
      const [condition, chosen, other] = numbers;
      condition.forEach((value, i) => {
        condition[i] = i === 3 ? NaN : value < 0 ? 0 : value;
      });
      const result = await expectSameForAnyThreads(() =>
        resultOf(length, numbers, (target, a, b, c) => {
          selectArray(a, b, c, target);
        }),
      );
      expect(result).toEqual(chosen.map((value, i) => (condition[i] === 0 ? other[i]! : value)));
    }
  });

  it('refuses lengths that differ', () => {
    const [short, long] = [new ResidentArray(2), new ResidentArray(3)];
    for (const [name, arrays] of [
      ['condition', [short, long, long]],
      ['chosen', [long, short, long]],
      ['other', [long, long, short]],
    ] as const) {
      expectError(
        () => {
          selectArray(...arrays, long);
        },
        'invalid-argument',
        name,
      );
    }
    for (const array of [short, long]) array.dispose();
  });
});

describe('reduceArray', () => {
  const folds: Readonly<Record<Reduction, (a: number, b: number) => number>> = {
    sum: (a, b) => a + b,
    maximum: Math.max,
    minimum: Math.min,
  };
  const starts = { sum: 0, maximum: -Infinity, minimum: Infinity };
  const reference = (
    name: Reduction,
    numbers: Float32Array,
    [outer, size, inner]: readonly [number, number, number],
  ): Float64Array =>
    Float64Array.from({ length: outer * inner }, (_, i) => {
      const first = Math.floor(i / inner) * size * inner + (i % inner);
      const line = Array.from({ length: size }, (_, k) => numbers[first + k * inner]!);
      return line.reduce((a, b) => folds[name](a, b), starts[name]);
    });

  it.each([
    [1, 1, 1],
    [3, 0, 2],
    [0, 4, 5],
    [5, 7, 1],
    [2, 3, 4],
    [1, 100_003, 1],
    [3, 1029, 1],
    [2, 300, 37],
    [1, 9, 5003],
    [600, 130, 1],
  ])('outer %d, size %d, inner %d', async (outer, size, inner) => {
    const shape = { outer, size, inner };
    const numbers = normal(outer * size * inner, 1, 1);
    for (const name of ['sum', 'maximum', 'minimum'] as const) {
      const actual = await expectSameForAnyThreads(() =>
        resultOf(outer * inner, [numbers], (result, x) => {
          reduceArray(name, x, result, shape);
        }),
      );
      const expected = reference(name, numbers, [outer, size, inner]);
      const sizes = reference('sum', numbers.map(Math.abs), [outer, size, inner]);
      actual.forEach((value, i) => {
        if (name === 'sum')
          expect(Math.abs(value - expected[i]!)).toBeLessThanOrEqual(2e-6 * sizes[i]!);
        else expect(value).toBe(expected[i]);
      });
    }
  });

  it('multiplies sums by a factor, and hands NaN on', () => {
    const numbers = Float32Array.of(1, 2, 3, 4, 5, NaN);
    const run = (name: Reduction): Float32Array =>
      resultOf(2, [numbers], (result, x) => {
        reduceArray(name, x, result, { outer: 2, size: 3, inner: 1 }, 0.5);
      });
    expect([...run('sum')]).toEqual([3, NaN]);
    expect([...run('maximum')]).toEqual([3, NaN]);
    expect([...run('minimum')]).toEqual([1, NaN]);
  });
});

describe('softmaxOfRows', () => {
  it.each([
    [1, 1],
    [3, 5],
    [7, 1031],
    [20_000, 2],
    [2, 0],
  ])('%d × %d', async (rows, columns) => {
    const numbers = normal(rows * columns, 1, 5);
    const actual = await expectSameForAnyThreads(() =>
      resultOf(numbers.length, [numbers], (result, x) => {
        softmaxOfRows(x, result, rows, columns);
      }),
    );
    for (let row = 0; row < rows; row++) {
      const line = numbers.subarray(row * columns, (row + 1) * columns);
      const greatest = Math.max(...line);
      const powers = Float64Array.from(line, (x) => Math.exp(Math.fround(x - greatest)));
      const total = powers.reduce((sum, power) => sum + power, 0);
      powers.forEach((power, i) => {
        const exact = power / total;
        expect(Math.abs(actual[row * columns + i]! - exact)).toBeLessThanOrEqual(1e-6 * exact);
      });
    }
  });

  it('takes numbers of any size, and −∞ for what is left out', () => {
    const numbers = Float32Array.of(1e30, 1e30, -Infinity, 3e38, -3e38, 0);
    const actual = resultOf(6, [numbers], (result, x) => {
      softmaxOfRows(x, result, 2, 3);
    });
    expect([...actual]).toEqual([0.5, 0.5, 0, 1, 0, 0]);
  });
});

describe('ResidentArray', () => {
  it('holds numbers until it is disposed of', () => {
    const before = usedBytes();
    const array = ResidentArray.from(Float32Array.of(1, 2.5, -3));
    expect([...array.toFloat32Array()]).toEqual([1, 2.5, -3]);
    expect(usedBytes()).toBeGreaterThan(before);
    array.dispose();
    expect(usedBytes()).toBe(before);
    expectError(() => array.toFloat32Array(), 'invalid-argument', 'disposed');
    for (const length of [-1, 1.5, NaN]) {
      expectError(() => new ResidentArray(length), 'invalid-argument', String(length));
    }
    expect(usedBytes()).toBe(before);
  });
});
