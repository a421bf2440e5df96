import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { beforeAll, describe, expect, it } from 'vitest';
import {
  AlternatingLeastSquares,
  FactorIndex,
  finish,
  LeastSquaresFoldIn,
  ready,
  ResidentArray,
} from '../src/index.js';
import type { Steps } from '../src/index.js';
import { expectError, normal, skewedCsr, usedBytes } from './support.js';

const factors = 64;
const observed = skewedCsr(2000, 800, 20_000, 1);
const rows = normal(observed.rows * factors, 1);
const columns = normal(observed.columns * factors, 2);
const options = {
  factors,
  unobservedWeight: 0.1,
  rowRegularization: new Float64Array(observed.rows).fill(1),
  columnRegularization: new Float64Array(observed.columns).fill(1),
};

/** What everything holds that keeps memory; `steps` takes more than one slice, `others` is what else it does. */
function testKind<Kept extends { dispose(): void }>(
  name: string,
  create: () => Kept,
  steps: (kept: Kept) => Steps<unknown>,
  ...others: ((kept: Kept) => unknown)[]
): void {
  describe(name, () => {
    it('frees its memory once', () => {
      const before = usedBytes();
      const kept = create();
      const own = usedBytes() - before;
      expect(own).toBeGreaterThan(0);
      const other = create();
      expect(usedBytes()).toBe(before + 2 * own);
      kept.dispose();
      kept.dispose();
      expect(usedBytes()).toBe(before + own);
      finish(steps(other));
      other.dispose();
      expect(usedBytes()).toBe(before);
    });

    it('frees what a computation holds that is given up at any step', () => {
      const before = usedBytes();
      for (const count of [0, 1, 2]) {
        const kept = create();
        const computation = steps(kept);
        for (let step = 0; step < count; step++) expect(computation.next().done).toBe(false);
        computation.return(undefined);
        finish(steps(kept));
        kept.dispose();
        expect(usedBytes()).toBe(before);
      }
    });

    it('refuses every call after dispose', () => {
      const kept = create();
      kept.dispose();
      const before = usedBytes();
      for (const call of [(one: Kept) => finish(steps(one)), ...others]) {
        expectError(() => call(kept), 'invalid-argument', 'disposed of');
      }
      expect(usedBytes()).toBe(before);
    });

    it('stops what is under way when it is disposed of, and leaves the memory of others alone', () => {
      const before = usedBytes();
      const kept = create();
      const computation = steps(kept);
      expect(computation.next().done).toBe(false);
      kept.dispose();
      // What takes its place in memory:
      const other = create();
      expectError(() => finish(computation), 'invalid-argument', 'disposed of');
      const fresh = create();
      expect(finish(steps(other))).toEqual(finish(steps(fresh)));
      for (const one of [other, fresh]) one.dispose();
      expect(usedBytes()).toBe(before);
    });
  });
}

beforeAll(async () => {
  await ready();
});

it('frees the memory of what is collected as garbage without having been disposed of', async () => {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  const before = usedBytes();
  const indexes = Array.from({ length: 10 }, () => new FactorIndex(columns, factors));
  const lists = finish(indexes[3]!.topK(rows.subarray(0, factors), 3));
  expect(usedBytes()).toBeGreaterThan(before);
  indexes.length = 0;
  // One of the arrays takes the place of another one that was disposed of.
  new ResidentArray(100).dispose();
  const arrays = Array.from({ length: 10 }, () => new ResidentArray(1000));
  arrays.length = 0;
  for (let turn = 0; turn < 50 && usedBytes() > before; turn++) {
    collect();
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  expect(usedBytes()).toBe(before);
  expect(lists.lengths[0]).toBe(3);
});

testKind(
  'AlternatingLeastSquares',
  () => new AlternatingLeastSquares(observed, { rows, columns }, options),
  function* (squares) {
    yield* squares.solveRows('exact');
    return squares.rowFactors();
  },
  (squares) => {
    finish(squares.solveColumns('exact'));
  },
  (squares) => squares.rowFactors(),
  (squares) => squares.columnFactors(),
);
testKind(
  'LeastSquaresFoldIn',
  () => new LeastSquaresFoldIn(columns, options),
  (foldIn) => foldIn.solve(observed, options.rowRegularization),
);
testKind(
  'FactorIndex',
  () => new FactorIndex(columns, factors),
  (index) => index.topK(rows, 10),
  (index) => {
    index.products(rows.subarray(0, factors), new Float32Array(observed.columns));
  },
);
