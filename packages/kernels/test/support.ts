import fc from 'fast-check';
import { expect } from 'vitest';
import {
  buildCsr,
  engineStatus,
  isTensorecError,
  Random,
  ready,
  ResidentArray,
} from '../src/index.js';
import type { Csr, ErrorCode, Steps } from '../src/index.js';

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

/** Normally distributed numbers around 0. */
export function normal(length: number, seed: number, deviation = 0.3): Float32Array<ArrayBuffer> {
  const numbers = new Float32Array(length);
  new Random(seed).fillNormal(numbers, 0, deviation);
  return numbers;
}

/** A matrix with repeated entries, values of 0 and more, and rows of very different lengths, some without entries. */
export function skewedCsr(rows: number, columns: number, entries: number, seed: number): Csr {
  const random = new Random(seed);
  const few = (size: number): number => Math.floor(size * random.uniform() ** 3);
  return buildCsr(
    rows,
    columns,
    Int32Array.from({ length: entries }, () => few(rows)),
    Int32Array.from({ length: entries }, () => few(columns)),
    Float32Array.from({ length: entries }, () => random.integer(5) / 2),
  );
}

/** Bytes of the kernels' memory in use. */
export function usedBytes(): number {
  return engineStatus()!.usedBytes;
}

/** What a computation gives on 1, 2 and 3 threads: expects the same each time. */
export async function expectSameForAnyThreads<Result>(compute: () => Result): Promise<Result> {
  const results: Result[] = [];
  try {
    for (const threads of [1, 2, 3]) {
      await ready({ threads });
      expect(engineStatus()!.threads).toBe(threads);
      results.push(compute());
    }
  } finally {
    await ready({ threads: 2 });
  }
  for (const result of results) expect(result).toEqual(results[0]);
  return results[0]!;
}

/** How far two arrays are from each other, as a part of the norm of the second. */
export function relativeDistance(actual: ArrayLike<number>, expected: ArrayLike<number>): number {
  expect(actual.length).toBe(expected.length);
  let [difference, squares] = [0, 0];
  for (let i = 0; i < expected.length; i++) {
    difference += (actual[i]! - expected[i]!) ** 2;
    squares += expected[i]! ** 2;
  }
  return difference === 0 ? 0 : Math.sqrt(difference / squares);
}

/** Takes a step of each computation in turn until all are done. */
export function finishInTurn<Result>(computations: readonly Steps<Result>[]): Result[] {
  const results = new Array<Result>(computations.length);
  const left = new Map(computations.entries());
  while (left.size > 0) {
    for (const [i, steps] of left) {
      const step = steps.next();
      if (step.done !== true) continue;
      results[i] = step.value;
      left.delete(i);
    }
  }
  return results;
}

/** Runs the steps and expects their fractions to lie in [0, 1] and never to fall. */
export function finishChecked<Result>(steps: Steps<Result>): Result {
  let before = 0;
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
    expect(step.value).toBeGreaterThanOrEqual(before);
    expect(step.value).toBeLessThanOrEqual(1);
    before = step.value;
  }
}

/** What a kernel writes to an array of `length`; its operands are freed. */
export function resultOf(
  length: number,
  operands: readonly (Float32Array<ArrayBuffer> | Int32Array<ArrayBuffer>)[],
  write: (result: ResidentArray, ...operands: ResidentArray[]) => void,
): Float32Array {
  const result = new ResidentArray(length);
  const arrays = operands.map((numbers) => ResidentArray.from(numbers));
  try {
    write(result, ...arrays);
    return result.toFloat32Array();
  } finally {
    for (const array of [result, ...arrays]) array.dispose();
  }
}
