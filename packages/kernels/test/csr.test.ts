import fc from 'fast-check';
import { describe, expect, expectTypeOf, it } from 'vitest';
import {
  buildCsr,
  columnCounts,
  emptyCsr,
  mergeRepeats,
  rowCounts,
  scaleColumns,
  scaleRows,
  transpose,
} from '../src/index.js';
import type { Csr } from '../src/index.js';
import { csrArbitrary, csrOf, expectError, toDense } from './support.js';

function entriesOf(csr: Csr): [number, number, number][] {
  const entries: [number, number, number][] = [];
  for (let row = 0; row < csr.rows; row++) {
    for (let p = csr.offsets[row]!; p < csr.offsets[row + 1]!; p++) {
      entries.push([row, csr.indices[p]!, csr.values[p]!]);
    }
  }
  return entries;
}

function transposedDense(dense: number[][], columns: number): number[][] {
  return Array.from({ length: columns }, (_, column) => dense.map((row) => row[column]!));
}

describe('buildCsr', () => {
  it('sorts entries into rows and keeps repeats and order', () => {
    const csr = buildCsr(
      3,
      4,
      Int32Array.of(2, 0, 2, 2, 0),
      Int32Array.of(3, 1, 0, 3, 1),
      Float32Array.of(1, 2, 3, 4, 5),
    );
    expect([...csr.offsets]).toEqual([0, 2, 2, 5]);
    expect([...csr.indices]).toEqual([1, 1, 3, 0, 3]);
    expect([...csr.values]).toEqual([2, 5, 1, 3, 4]);
  });

  it('takes 1 for values not given', () => {
    expect([...buildCsr(1, 2, Int32Array.of(0, 0), Int32Array.of(1, 0)).values]).toEqual([1, 1]);
  });

  it('accepts matrices without entries, rows or columns', () => {
    const none = new Int32Array(0);
    expect(buildCsr(0, 0, none, none)).toEqual(emptyCsr(0, 0));
    expect(buildCsr(3, 0, none, none)).toEqual(emptyCsr(3, 0));
    expect([...emptyCsr(3, 5).offsets]).toEqual([0, 0, 0, 0]);
  });

  it('names the first entry out of range', () => {
    expectError(
      () => buildCsr(2, 2, Int32Array.of(0, 2), Int32Array.of(0, 0)),
      'invalid-argument',
      'rowOf[1] is 2',
    );
    expectError(
      () => buildCsr(2, 2, Int32Array.of(0, 1, 1), Int32Array.of(0, 1, -7)),
      'invalid-argument',
      'columnOf[2] is -7',
    );
  });

  it('refuses sizes that are no counts and lengths that differ', () => {
    const one = Int32Array.of(0);
    for (const bad of [-1, 1.5, NaN, 2 ** 31]) {
      expectError(() => buildCsr(bad, 1, one, one), 'invalid-argument', `rows is ${String(bad)}`);
      expectError(() => emptyCsr(1, bad), 'invalid-argument', `columns is ${String(bad)}`);
    }
    expectError(() => buildCsr(1, 1, one, new Int32Array(0)), 'invalid-argument', 'columnOf');
    expectError(
      () => buildCsr(1, 1, one, one, new Float32Array(2)),
      'invalid-argument',
      'values has 2',
    );
  });

  it('is typed', () => {
    expectTypeOf(emptyCsr).returns.toEqualTypeOf<Csr>();
    const csr = emptyCsr(1, 1);
    const misuse = (): void => {
      // @ts-expect-error the arrays of a matrix are read-only
      csr.indices[0] = 1;
      // @ts-expect-error values are single precision
      buildCsr(0, 0, new Int32Array(0), new Int32Array(0), new Float64Array(0));
    };
    expect(misuse).toBeTypeOf('function');
  });
});

describe('transpose', () => {
  it('moves every entry and sorts its rows', () => {
    fc.assert(
      fc.property(csrArbitrary(), (csr) => {
        const transposed = transpose(csr);
        expect(toDense(transposed)).toEqual(transposedDense(toDense(csr), csr.columns));
        expect(transposed.indices.length).toBe(csr.indices.length);
        for (const [row, column, value] of entriesOf(csr)) {
          expect(entriesOf(transposed)).toContainEqual([column, row, value]);
        }
        // Twice is the same matrix with rows sorted stably.
        const sorted = entriesOf(csr).sort((a, b) => a[0] - b[0] || a[1] - b[1]);
        expect(entriesOf(transpose(transposed))).toEqual(sorted);
      }),
    );
  });
});

describe('mergeRepeats', () => {
  const csr = csrOf(4, [
    [
      [3, 1],
      [1, 2],
      [3, 5],
      [3, -2],
    ],
    [],
    [[0, 7]],
  ]);
  it.each([
    ['sum', [2, 4, 7]],
    ['last', [2, -2, 7]],
    ['one', [1, 1, 1]],
  ] as const)('takes the %s of the values', (how, values) => {
    const merged = mergeRepeats(csr, how);
    expect([...merged.offsets]).toEqual([0, 2, 2, 3]);
    expect([...merged.indices]).toEqual([1, 3, 0]);
    expect([...merged.values]).toEqual(values);
  });

  it('keeps the dense matrix for sums and makes columns ascend', () => {
    fc.assert(
      fc.property(csrArbitrary(), (any) => {
        const merged = mergeRepeats(any, 'sum');
        expect(toDense(merged)).toEqual(toDense(any));
        const keys = entriesOf(merged).map(([row, column]) => row * 100 + column);
        expect(keys).toEqual([...new Set(keys)].sort((a, b) => a - b));
      }),
    );
  });
});

describe('counts and scales', () => {
  it('agree with the dense matrix', () => {
    fc.assert(
      fc.property(csrArbitrary(true), (csr) => {
        const dense = toDense(csr);
        const entries = entriesOf(csr);
        const rowFactors = Float32Array.from({ length: csr.rows }, (_, i) => i - 1.5);
        const columnFactors = Float64Array.from({ length: csr.columns }, (_, i) => 0.5 * i);
        expect([...rowCounts(csr)]).toEqual(
          dense.map((_, row) => entries.filter((entry) => entry[0] === row).length),
        );
        expect([...columnCounts(csr)]).toEqual(
          Array.from(columnFactors, (_, column) => entries.filter((e) => e[1] === column).length),
        );
        const rows = scaleRows(csr, rowFactors);
        const columns = scaleColumns(csr, columnFactors);
        expect(rows.indices).toBe(csr.indices);
        expect(columns.offsets).toBe(csr.offsets);
        entries.forEach(([row, column, value], position) => {
          expect(rows.values[position]).toBeCloseTo(value * rowFactors[row]!, 12);
          expect(columns.values[position]).toBeCloseTo(value * columnFactors[column]!, 12);
        });
      }),
    );
  });

  it('refuse the wrong number of factors', () => {
    const csr = emptyCsr(2, 3);
    expectError(() => scaleRows(csr, new Float64Array(3)), 'invalid-argument', 'factors has 3');
    expectError(() => scaleColumns(csr, new Float64Array(2)), 'invalid-argument', 'factors has 2');
  });
});
