import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import {
  buildCsr,
  emptyCsr,
  engineStatus,
  finish,
  Random,
  ready,
  ResidentArray,
  SparseOperator,
  sparseProduct,
  transpose,
  type Csr,
} from '../src/index.js';
import { product } from './reference/dense.js';
import {
  csrArbitrary,
  expectError,
  expectSameForAnyThreads,
  normal,
  relativeDistance,
  toDense,
} from './support.js';

beforeAll(async () => {
  await ready();
});

/** Two matrices that can be multiplied. */
const factors = csrArbitrary().chain((left) =>
  csrArbitrary().map((right) => ({ left, right: withRows(right, left.columns) })),
);

/** The matrix cut, or continued with empty rows, to a number of rows. */
function withRows(matrix: Csr, rows: number): Csr {
  const offsets = Int32Array.from(
    { length: rows + 1 },
    (_, row) => matrix.offsets[Math.min(row, matrix.rows)]!,
  );
  const entries = offsets[rows]!;
  const indices = matrix.indices.slice(0, entries);
  return { ...matrix, rows, offsets, indices, values: matrix.values.slice(0, entries) };
}

function flat(matrix: Csr): number[] {
  return toDense(matrix).flat();
}

/** A matrix of integers with long, short and empty rows. */
function large(rows: number, columns: number, entries: number, seed: number): Csr {
  const random = new Random(seed);
  const draw = (bound: number): Int32Array =>
    Int32Array.from({ length: entries }, () => random.integer(1 + random.integer(bound)));
  const values = Float32Array.from({ length: entries }, () => random.integer(9) - 4);
  return buildCsr(rows, columns, draw(rows), draw(columns), values);
}

describe('sparseProduct', () => {
  it('is the product of the dense matrices, without repeats', () => {
    fc.assert(
      fc.property(factors, ({ left, right }) => {
        const result = finish(sparseProduct(left, right));
        const expected = product(flat(left), flat(right), left.rows, left.columns, right.columns);
        expect(flat(result).map((x) => x + 0)).toEqual([...expected].map((x) => x + 0));
        for (let row = 0; row < result.rows; row++) {
          const own = [...result.indices.subarray(result.offsets[row], result.offsets[row + 1])];
          expect(new Set(own).size).toBe(own.length);
        }
      }),
    );
  });

  it('refuses matrices that do not fit', () => {
    const run = (): unknown => finish(sparseProduct(emptyCsr(2, 3), emptyCsr(4, 2)));
    expectError(run, 'invalid-argument', '3 columns', '4 rows');
  });
});

describe('SparseOperator', () => {
  it('multiplies dense matrices of any width, and combines rows', () => {
    fc.assert(
      fc.property(factors, fc.integer({ min: 1, max: 70 }), ({ left, right }, width) => {
        const dense = Float32Array.from({ length: left.columns * width }, (_, n) => (n * 7) % 11);
        const operator = new SparseOperator(left);
        const multiplied = finish(operator.multiply(dense, width));
        expect([...multiplied].map((x) => x + 0)).toEqual(
          [...product(flat(left), dense, left.rows, left.columns, width)].map((x) => x + 0),
        );
        operator.dispose();

        const second = new SparseOperator(right);
        const combined = new Float32Array(left.rows * right.columns).fill(NaN);
        second.combine(left, combined);
        expect([...combined].map((x) => x + 0)).toEqual(
          [...product(flat(left), flat(right), left.rows, left.columns, right.columns)].map(
            (x) => x + 0,
          ),
        );
        expect(second.toCsr()).toEqual(right);
        second.dispose();
      }),
    );
  });

  it('gives the same bits for any number of threads and frees what it took', async () => {
    const matrix = large(700, 500, 60_000, 1);
    const dense = new Float32Array(500 * 43);
    new Random(2).fillNormal(dense);
    const rows = large(90, 700, 3000, 3);
    const results: (readonly [Float32Array, Float32Array])[] = [];
    for (const threads of [1, 2, 3]) {
      await ready({ threads });
      const before = engineStatus()?.usedBytes;
      const operator = new SparseOperator(matrix);
      const combined = new Float32Array(90 * 500);
      operator.combine(rows, combined);
      results.push([finish(operator.multiply(dense, 43)), combined]);
      operator.dispose();
      expect(engineStatus()?.usedBytes).toBe(before);
    }
    expect(results[1]).toEqual(results[0]);
    expect(results[2]).toEqual(results[0]);
    const [multiplied] = results[0]!;
    const expected = product(flat(matrix), dense, 700, 500, 43);
    multiplied.forEach((value, n) => {
      expect(Math.abs(value - expected[n]!)).toBeLessThan(1e-3);
    });
  });

  it('multiplies arrays that stay, with other values too, for any threads', async () => {
    const matrix = large(300, 200, 9000, 4);
    const transposed = transpose(matrix);
    // Where the entries of the transposed matrix stand: their numbers transposed in their place.
    const numbers = Float32Array.from(matrix.values, (_, entry) => entry);
    const places = Int32Array.from(transpose({ ...matrix, values: numbers }).values);
    for (const width of [1, 7, 50, 64]) {
      const dense = normal(300 * width, 5, 1);
      const right = normal(200 * width, 6, 1);
      const [own, turned, entries] = await expectSameForAnyThreads(() => {
        const operator = new SparseOperator(matrix);
        const other = new SparseOperator({ ...transposed, values: new Float32Array(9000) }, places);
        const [left, denseRight, values] = [dense, right, Float32Array.from(matrix.values)].map(
          (array) => ResidentArray.from(array),
        );
        const results = [300 * width, 200 * width, 9000].map((n) => new ResidentArray(n));
        operator.multiplyArray(denseRight!, results[0]!, width);
        other.multiplyArray(left!, results[1]!, width, values);
        operator.multiplyEntries(left!, denseRight!, results[2]!, width);
        const copies = results.map((result) => result.toFloat32Array());
        for (const one of [operator, other, left!, denseRight!, values!, ...results]) one.dispose();
        return copies;
      });
      const expected = product(flat(matrix), right, 300, 200, width);
      expect(relativeDistance(own!, expected)).toBeLessThan(1e-6);
      const expectedTurned = product(flat(transposed), dense, 200, 300, width);
      expect(relativeDistance(turned!, expectedTurned)).toBeLessThan(1e-6);
      const dots = matrix.values.slice();
      for (let row = 0; row < 300; row++) {
        for (let entry = matrix.offsets[row]!; entry < matrix.offsets[row + 1]!; entry++) {
          let sum = 0;
          for (let column = 0; column < width; column++) {
            const from = matrix.indices[entry]! * width + column;
            sum += dense[row * width + column]! * right[from]!;
          }
          dots[entry] = sum;
        }
      }
      expect(relativeDistance(entries!, dots)).toBeLessThan(1e-6);
    }
  });

  it('refuses arrays and places that do not fit', () => {
    const matrix = large(3, 2, 5, 1);
    expectError(
      () => new SparseOperator(matrix, new Int32Array(4)),
      'invalid-argument',
      '4 places',
    );
    const operator = new SparseOperator(matrix);
    const arrays = [2, 3, 5, 6].map((length) => new ResidentArray(length));
    const [two, three, five, six] = arrays as [
      ResidentArray,
      ResidentArray,
      ResidentArray,
      ResidentArray,
    ];
    const calls: readonly (readonly [call: () => void, name: string])[] = [
      [operator.multiplyArray.bind(operator, six, six, 2), 'dense'],
      [operator.multiplyArray.bind(operator, two, six, 1), 'result'],
      [operator.multiplyArray.bind(operator, two, three, 1, two), 'values'],
      [operator.multiplyEntries.bind(operator, two, two, five, 1), 'left'],
      [operator.multiplyEntries.bind(operator, six, six, five, 2), 'right'],
      [operator.multiplyEntries.bind(operator, three, two, six, 1), 'result'],
    ];
    for (const [call, name] of calls) expectError(call, 'invalid-argument', name);
    for (const one of [...arrays, operator]) one.dispose();
  });

  it('refuses shapes that do not fit', () => {
    const operator = new SparseOperator(emptyCsr(2, 3));
    const multiply = (): unknown => finish(operator.multiply(new Float32Array(5), 2));
    expectError(multiply, 'invalid-argument', '5 numbers', '3 · 2');
    const combine = (): void => {
      operator.combine(emptyCsr(1, 3), new Float32Array(3));
    };
    expectError(combine, 'invalid-argument');
    operator.dispose();
  });
});
