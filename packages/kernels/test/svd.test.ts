import { beforeAll, describe, expect, it } from 'vitest';
import {
  buildCsr,
  emptyCsr,
  engineStatus,
  finish,
  Random,
  ready,
  truncatedSvd,
  type Csr,
  type TruncatedSvd,
} from '../src/index.js';
import { csrOf, expectError, toDense } from './support.js';

beforeAll(async () => {
  await ready();
});

function svdOf(matrix: Csr, rank: number, seed = 1): TruncatedSvd {
  return finish(truncatedSvd(matrix, rank, new Random(seed)));
}

/** The greatest |A·v − σ·u| and |Aᵀ·u − σ·v|, and how far the vectors are from orthonormal. */
function errorsOf(matrix: Csr, { rank, values, left, right }: TruncatedSvd): [number, number] {
  const dense = toDense(matrix);
  const { rows, columns } = matrix;
  let [residual, overlap] = [0, 0];
  for (let k = 0; k < rank; k++) {
    for (let row = 0; row < rows; row++) {
      let sum = 0;
      for (let c = 0; c < columns; c++) sum += dense[row]![c]! * right[c * rank + k]!;
      residual = Math.max(residual, Math.abs(sum - values[k]! * left[row * rank + k]!));
    }
    for (let column = 0; column < columns; column++) {
      let sum = 0;
      for (let r = 0; r < rows; r++) sum += dense[r]![column]! * left[r * rank + k]!;
      residual = Math.max(residual, Math.abs(sum - values[k]! * right[column * rank + k]!));
    }
    for (let other = 0; other <= k; other++) {
      for (const [vectors, length] of [
        [left, rows],
        [right, columns],
      ] as const) {
        let sum = 0;
        for (let n = 0; n < length; n++) sum += vectors[n * rank + k]! * vectors[n * rank + other]!;
        overlap = Math.max(overlap, Math.abs(sum - (k === other ? 1 : 0)));
      }
    }
  }
  return [residual, overlap];
}

/** Entries that fall off with rows and columns. */
function sample(rows: number, columns: number, entries: number): Csr {
  const random = new Random(8);
  const draw = (bound: number): Int32Array =>
    Int32Array.from({ length: entries }, () => random.integer(1 + random.integer(bound)));
  return buildCsr(rows, columns, draw(rows), draw(columns));
}

describe('truncatedSvd', () => {
  it('gives the singular values of numpy', () => {
    const matrix = csrOf(5, [
      [
        [0, 3],
        [1, 1],
        [2, 2],
      ],
      [
        [0, 5],
        [1, 4],
      ],
      [
        [1, 2],
        [2, 2],
        [3, 1],
      ],
      [
        [2, 4],
        [3, 5],
        [4, 1],
      ],
      [
        [0, 2],
        [3, 3],
        [4, 3],
      ],
      [
        [1, 1],
        [4, 5],
      ],
    ]);
    const expected = [8.350096017929086, 6.688222568365628, 5.345256200755707, 2.799037334069937];
    const { values, rank } = svdOf(matrix, 4);
    expect(rank).toBe(4);
    expected.forEach((value, k) => {
      expect(values[k]! / value).toBeCloseTo(1, 5);
    });
    expect(svdOf(matrix, 99).rank).toBe(5);
  });

  it('solves its equations on larger matrices, wide and tall', () => {
    for (const [rows, columns] of [
      [300, 90],
      [90, 300],
      [400, 400],
    ] as const) {
      const matrix = sample(rows, columns, 4000);
      const svd = svdOf(matrix, 12);
      const [residual, overlap] = errorsOf(matrix, svd);
      expect(residual / svd.values[0]!).toBeLessThan(2e-4);
      expect(overlap).toBeLessThan(1e-4);
      expect([...svd.values]).toEqual([...svd.values].sort((a, b) => b - a));
    }
  });

  it('finds no more than the rank, and nothing in an empty matrix', () => {
    const one = csrOf(3, [[[0, 2]], [[0, 2]], []]);
    const { rank, values } = svdOf(one, 3);
    expect(rank).toBe(1);
    expect(values[0]).toBeCloseTo(Math.sqrt(8), 5);
    expect(svdOf(emptyCsr(4, 3), 2)).toMatchObject({ rank: 0 });
    expect(svdOf(emptyCsr(0, 3), 2).rank).toBe(0);
    expect(svdOf(csrOf(1, [[[0, -7]]]), 1).values[0]).toBeCloseTo(7, 5);
  });

  it('gives the same bits for any number of threads and frees what it took', async () => {
    const matrix = sample(500, 300, 6000);
    const results: TruncatedSvd[] = [];
    for (const threads of [1, 2, 3]) {
      await ready({ threads });
      const before = engineStatus()?.usedBytes;
      results.push(svdOf(matrix, 10));
      expect(engineStatus()?.usedBytes).toBe(before);
    }
    expect(results[1]).toEqual(results[0]);
    expect(results[2]).toEqual(results[0]);
  });

  it('refuses a rank that is no integer of 1 or more, and values that are not finite', () => {
    for (const rank of [0, 1.5, NaN]) {
      expectError(() => svdOf(emptyCsr(2, 2), rank), 'invalid-argument', `rank is ${rank}`);
    }
    expectError(() => svdOf(csrOf(2, [[[0, NaN]], [[1, 1]]]), 1), 'numerical');
  });
});
