import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { normalizeRows, normalizeRowsBackward, ready, ResidentArray } from '../src/index.js';
import {
  expectError,
  expectSameForAnyThreads,
  normal,
  relativeDistance,
  usedBytes,
} from './support.js';

beforeAll(async () => {
  await ready();
});

type Numbers = Float32Array<ArrayBuffer>;
type Inputs = readonly [x: Numbers, gain: Numbers, bias: Numbers, gradient: Numbers];

/** The result, and the gradients of x, gain and bias. */
function normalize(inputs: Inputs, epsilon: number): Float32Array[] {
  const before = usedBytes();
  const arrays = inputs.map((numbers) => ResidentArray.from(numbers));
  const [x, gain, bias, gradient] = arrays as [
    ResidentArray,
    ResidentArray,
    ResidentArray,
    ResidentArray,
  ];
  const results = [x, x, gain, bias].map(({ length }) => new ResidentArray(length));
  const statistics = new ResidentArray(2 * Math.floor(x.length / Math.max(1, gain.length)));
  try {
    normalizeRows({ x, gain, bias }, results[0]!, statistics, epsilon);
    const gradients = { x: results[1]!, gain: results[2]!, bias: results[3]! };
    normalizeRowsBackward({ x, gain }, statistics, gradient, gradients);
    return results.map((array) => array.toFloat32Array());
  } finally {
    for (const array of [...arrays, ...results, statistics]) array.dispose();
    expect(usedBytes()).toBe(before);
  }
}

/** The same in double precision. */
function exact([x, gain, bias, gradient]: Inputs, epsilon: number): Float64Array[] {
  const columns = gain.length;
  const results = [x, x, gain, bias].map(({ length }) => new Float64Array(length));
  const [result, ofX, ofGain, ofBias] = results as [
    Float64Array,
    Float64Array,
    Float64Array,
    Float64Array,
  ];
  for (let row = 0; row < x.length; row += columns) {
    const numbers = Float64Array.from(x.subarray(row, row + columns));
    const mean = numbers.reduce((sum, value) => sum + value, 0) / columns;
    const variance = numbers.reduce((sum, value) => sum + (value - mean) ** 2, 0) / columns;
    const factor = 1 / Math.sqrt(variance + epsilon);
    const normals = numbers.map((value) => (value - mean) * factor);
    const scaled = normals.map((_, n) => gradient[row + n]! * gain[n]!);
    const plain = scaled.reduce((sum, value) => sum + value, 0) / columns;
    const slope = scaled.reduce((sum, value, n) => sum + value * normals[n]!, 0) / columns;
    normals.forEach((value, n) => {
      result[row + n] = value * gain[n]! + bias[n]!;
      ofX[row + n] = factor * (scaled[n]! - plain - value * slope);
      ofGain[n]! += gradient[row + n]! * value;
      ofBias[n]! += gradient[row + n]!;
    });
  }
  return results;
}

function inputsOf(rows: number, columns: number): Inputs {
  const x = normal(rows * columns, 1, 2).map((value) => value + 3);
  return [x, normal(columns, 2, 1), normal(columns, 3, 1), normal(rows * columns, 4, 1)];
}

describe('normalizeRows', () => {
  it('and its gradients are those of double precision', () => {
    const size = fc.integer({ min: 0, max: 23 });
    fc.assert(
      fc.property(size, fc.integer({ min: 1, max: 70 }), (rows, columns) => {
        const inputs = inputsOf(rows, columns);
        const expected = exact(inputs, 1e-3);
        normalize(inputs, 1e-3).forEach((actual, n) => {
          // Where all but rounding cancels out, as in rows of one number, there is no relative distance.
          const difference = actual.reduce((sum, x, i) => sum + (x - expected[n]![i]!) ** 2, 0);
          const norm = expected[n]!.reduce((sum, x) => sum + x ** 2, actual.length);
          expect(Math.sqrt(difference)).toBeLessThanOrEqual(2e-5 * Math.sqrt(norm));
        });
      }),
    );
  });

  it('gives the same bits for any number of threads', async () => {
    const inputs = inputsOf(3001, 50);
    const results = await expectSameForAnyThreads(() => normalize(inputs, 1e-5));
    exact(inputs, 1e-5).forEach((expected, n) => {
      expect(relativeDistance(results[n]!, expected)).toBeLessThan(2e-5);
    });
  });

  it('gives the bias to rows of equal numbers, and NaN stays in its row', () => {
    const inputs = [
      Float32Array.of(7, 7, NaN, 1),
      Float32Array.of(2, 3),
      Float32Array.of(5, 6),
      Float32Array.of(1, 1, 1, 1),
    ] as const;
    const [result, ofX] = normalize(inputs, 1e-8);
    expect([...result!]).toEqual([5, 6, NaN, NaN]);
    expect([...ofX!].map(Number.isNaN)).toEqual([false, false, true, true]);
  });

  it('refuses lengths that do not agree', () => {
    const refused = (
      x: number,
      gain: number,
      bias: number,
      gradient: number,
      name: string,
    ): void => {
      const inputs = [normal(x, 1), normal(gain, 1), normal(bias, 1), normal(gradient, 1)] as const;
      expectError(() => normalize(inputs, 1), 'invalid-argument', name);
    };
    refused(7, 2, 2, 7, 'x has 7');
    refused(0, 0, 0, 0, 'columns');
    refused(6, 2, 3, 6, 'bias');
    refused(6, 2, 2, 5, 'gradient');
  });
});
