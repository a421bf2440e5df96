import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import {
  bootstrapMeans,
  engineStatus,
  finish,
  Random,
  ready,
  signFlipMeans,
} from '../src/index.js';
import { expectError } from './support.js';

beforeAll(() => ready());

const word = (1n << 64n) - 1n;
const golden = 0x9e3779b97f4a7c15n;

function mix(state: bigint): bigint {
  let z = state;
  z = ((z ^ (z >> 30n)) * 0xbf58476d1ce4e5b9n) & word;
  z = ((z ^ (z >> 27n)) * 0x94d049bb133111ebn) & word;
  return z ^ (z >> 31n);
}

/** The words of the stream of one resample: SplitMix64. */
function wordsOf(seed: number, resample: number, count: number): readonly bigint[] {
  const random = new Random(seed);
  const low = BigInt(random.uint32());
  const key = low | (BigInt(random.uint32()) << 32n);
  const start = mix((key + mix((BigInt(resample) * golden + 1n) & word)) & word);
  return Array.from({ length: count }, (_, n) => mix((start + BigInt(n + 1) * golden) & word));
}

/** The rows that a bootstrap resample draws. */
function drawnRows(seed: number, resample: number, rows: number): readonly number[] {
  const halves = wordsOf(seed, resample, Math.ceil(rows / 2)).flatMap((z) => [
    z & 0xffffffffn,
    z >> 32n,
  ]);
  return halves.slice(0, rows).map((half) => Number((half * BigInt(rows)) >> 32n));
}

const tables = fc
  .tuple(fc.integer({ min: 1, max: 150 }), fc.integer({ min: 1, max: 10 }))
  .chain(([rows, columns]) =>
    fc.array(
      fc.array(fc.double({ min: -100, max: 100, noNaN: true }), {
        minLength: rows,
        maxLength: rows,
      }),
      { minLength: columns, maxLength: columns },
    ),
  );

function expectNear(found: number, wanted: number): void {
  expect(Math.abs(found - wanted)).toBeLessThan(1e-11);
}

describe('bootstrapMeans', () => {
  it('is the mean of the rows that the streams draw', () => {
    fc.assert(
      fc.property(tables, fc.integer({ min: 1, max: 9 }), fc.nat(), (columns, resamples, seed) => {
        const rows = columns[0]!.length;
        const means = finish(bootstrapMeans(columns, resamples, new Random(seed)));
        expect(means.length).toBe(resamples * columns.length);
        for (let resample = 0; resample < resamples; resample++) {
          const drawn = drawnRows(seed, resample, rows);
          columns.forEach((column, n) => {
            const sum = drawn.reduce((total, row) => total + column[row]!, 0);
            expectNear(means[resample * columns.length + n]!, sum / rows);
          });
        }
      }),
    );
  });

  it('draws every row as often as chance has it', () => {
    const rows = 7;
    const columns = Array.from({ length: rows }, (_, row) =>
      Float64Array.from({ length: rows }, (__, n) => (n === row ? 1 : 0)),
    );
    const resamples = 20_000;
    const means = finish(bootstrapMeans(columns, resamples, new Random(4)));
    const draws = columns.map((_, n) => {
      let sum = 0;
      for (let at = n; at < means.length; at += rows) sum += rows * means[at]!;
      return sum;
    });
    // Of 140,000 draws 20,000 fall on each row, with a standard deviation of 131.
    for (const count of draws) expect(Math.abs(count - 20_000)).toBeLessThan(5 * 131);
  });
});

describe('signFlipMeans', () => {
  it('is the mean under the signs that the streams draw', () => {
    fc.assert(
      fc.property(tables, fc.integer({ min: 1, max: 9 }), fc.nat(), (columns, resamples, seed) => {
        const rows = columns[0]!.length;
        const means = finish(signFlipMeans(columns, resamples, new Random(seed)));
        for (let resample = 0; resample < resamples; resample++) {
          const words = wordsOf(seed, resample, Math.ceil(rows / 64));
          columns.forEach((column, n) => {
            const sum = column.reduce((total, value, row) => {
              const bit = (words[Math.floor(row / 64)]! >> BigInt(row % 64)) & 1n;
              return total + (bit === 1n ? value : -value);
            }, 0);
            expectNear(means[resample * columns.length + n]!, sum / rows);
          });
        }
      }),
    );
  });
});

it('leaves no memory taken, also when it is given up', () => {
  const before = engineStatus()?.usedBytes;
  finish(bootstrapMeans([[1, 2, 3]], 50, new Random(0)));
  const steps = signFlipMeans([new Float64Array(5000)], 100_000, new Random(0));
  steps.next();
  steps.return(new Float64Array(0));
  expect(engineStatus()?.usedBytes).toBe(before);
});

it('refuses tables and counts that are wrong', () => {
  const run = (columns: number[][], resamples: number) => () =>
    finish(bootstrapMeans(columns, resamples, new Random(0)));
  expectError(run([], 1), 'invalid-argument', 'no column');
  expectError(run([[]], 1), 'invalid-argument', '0 rows');
  expectError(run([[1], []], 1), 'invalid-argument', 'Column 1', '0 rows');
  expectError(run([[1, NaN]], 1), 'invalid-argument', 'NaN', 'row 1');
  expectError(run([[1]], 0), 'invalid-argument', 'resamples is 0');
  expectError(run([[1]], 1e9), 'invalid-argument', 'resamples is 1000000000');
});
