import fc from 'fast-check';
import { expect } from 'vitest';
import { buildCsr, isTensorecError } from '../src/index.js';
import type { Csr, ErrorCode } from '../src/index.js';

/** How many representable numbers lie between two doubles; 0 for equal ones and for two NaN. */
export function ulpsBetween(a: number, b: number): number {
  if (Object.is(a, b)) return 0;
  const view = new DataView(new ArrayBuffer(8));
  const place = (x: number): bigint => {
    view.setFloat64(0, x);
    const bits = view.getBigInt64(0);
    return bits < 0n ? -(bits & 0x7fffffffffffffffn) : bits;
  };
  const distance = place(a) - place(b);
  return Number(distance < 0n ? -distance : distance);
}

/** Expects a TensorecError of a code whose message contains every given piece. */
export function expectError(run: () => unknown, code: ErrorCode, ...pieces: string[]): void {
  let caught: unknown;
  try {
    run();
  } catch (error) {
    caught = error;
  }
  expect(isTensorecError(caught, code)).toBe(true);
  const message = caught instanceof Error ? caught.message : '';
  for (const piece of pieces) expect(message).toContain(piece);
}

/** A matrix from rows of [column, value] pairs. */
export function csrOf(columns: number, rows: readonly (readonly [number, number])[][]): Csr {
  const rowOf: number[] = [];
  const columnOf: number[] = [];
  const values: number[] = [];
  rows.forEach((entries, row) => {
    for (const [column, value] of entries) {
      rowOf.push(row);
      columnOf.push(column);
      values.push(value);
    }
  });
  return buildCsr(
    rows.length,
    columns,
    Int32Array.from(rowOf),
    Int32Array.from(columnOf),
    Float32Array.from(values),
  );
}

/** The matrix as rows of numbers; repeated entries are added. */
export function toDense(csr: Csr): number[][] {
  return Array.from({ length: csr.rows }, (_, row) => {
    const dense = new Array<number>(csr.columns).fill(0);
    for (let p = csr.offsets[row]!; p < csr.offsets[row + 1]!; p++) {
      const column = csr.indices[p]!;
      dense[column] = dense[column]! + csr.values[p]!;
    }
    return dense;
  });
}

/** Small sparse matrices of integer values, with empty rows and columns, and with repeats unless `unique`. */
export function csrArbitrary(unique = false, least = -3): fc.Arbitrary<Csr> {
  return fc
    .record({ rows: fc.integer({ min: 0, max: 9 }), columns: fc.integer({ min: 1, max: 9 }) })
    .chain(({ rows, columns }) => {
      const entry = fc.tuple(
        fc.integer({ min: 0, max: columns - 1 }),
        fc.integer({ min: least, max: 4 }),
      );
      const row = unique
        ? fc.uniqueArray(entry, { maxLength: columns, selector: ([column]) => column })
        : fc.array(entry, { maxLength: 2 * columns });
      return fc
        .array(row, { minLength: rows, maxLength: rows })
        .map((entries) => csrOf(columns, entries));
    });
}
