import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { buildCsr, Random, ready, ResidentArray, topKOfRows, type Csr } from '../src/index.js';
import { expectError, expectSameForAnyThreads, usedBytes } from './support.js';

beforeAll(async () => {
  await ready();
});

type Lists = readonly [values: number[], columns: number[]];

function select(scores: Float32Array<ArrayBuffer>, rows: number, k: number, excluded?: Csr): Lists {
  const before = usedBytes();
  const array = ResidentArray.from(scores);
  const [values, columns] = [new ResidentArray(rows * k), new ResidentArray(rows * k)];
  try {
    topKOfRows(array, values, columns, { rows, k }, excluded);
    return [[...values.toFloat32Array()], [...columns.toFloat32Array()]];
  } finally {
    for (const one of [array, values, columns]) one.dispose();
    expect(usedBytes()).toBe(before);
  }
}

/** The same by sorting. */
function sorted(scores: Float32Array<ArrayBuffer>, rows: number, k: number, excluded?: Csr): Lists {
  const width = scores.length / rows;
  const lists: [number[], number[]] = [[], []];
  for (let row = 0; row < rows; row++) {
    const [from, to] = [excluded?.offsets[row] ?? 0, excluded?.offsets[row + 1] ?? 0];
    const out = new Set(excluded?.indices.slice(from, to));
    const own = Array.from(scores.subarray(row * width, (row + 1) * width), (score, column) => ({
      score,
      column,
    })).filter(({ score, column }) => score > -Infinity && !out.has(column));
    own.sort((a, b) => b.score - a.score || a.column - b.column);
    for (let place = 0; place < k; place++) {
      lists[0].push(own[place]?.score ?? -Infinity);
      lists[1].push(own[place]?.column ?? -1);
    }
  }
  return lists;
}

/** Scores with many ties, −∞ and NaN. */
function scoresOf(length: number, seed: number): Float32Array<ArrayBuffer> {
  const random = new Random(seed);
  const special = [NaN, -Infinity, Infinity];
  return Float32Array.from(
    { length },
    () => special[random.integer(30)] ?? random.integer(40) - 20,
  );
}

/** Ascending columns for each row. */
function excludedOf(rows: number, columns: number, seed: number): Csr {
  const random = new Random(seed);
  const pairs: [number, number][] = [];
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      if (random.integer(3) === 0) pairs.push([row, column]);
    }
  }
  return buildCsr(
    rows,
    columns,
    Int32Array.from(pairs, ([row]) => row),
    Int32Array.from(pairs, ([, column]) => column),
  );
}

describe('topKOfRows', () => {
  it('gives what sorting gives', () => {
    const size = (least: number, most: number): fc.Arbitrary<number> =>
      fc.integer({ min: least, max: most });
    fc.assert(
      fc.property(
        size(1, 6),
        size(0, 70),
        size(1, 20),
        size(0, 1000),
        fc.boolean(),
        (rows, columns, k, seed, excludes) => {
          const scores = scoresOf(rows * columns, seed);
          const excluded = excludes ? excludedOf(rows, columns, seed) : undefined;
          expect(select(scores, rows, k, excluded)).toEqual(sorted(scores, rows, k, excluded));
        },
      ),
    );
  });

  it('gives the same for any number of threads', async () => {
    const scores = scoresOf(50 * 2001, 1);
    const excluded = excludedOf(50, 2001, 2);
    const lists = await expectSameForAnyThreads(() => select(scores, 50, 100, excluded));
    expect(lists).toEqual(sorted(scores, 50, 100, excluded));
  });

  it('refuses lengths that do not agree', () => {
    expectError(() => select(new Float32Array(5), 2, 1), 'invalid-argument', '2 rows');
    const excluded = excludedOf(3, 2, 1);
    const run = (): unknown => select(new Float32Array(4), 2, 1, excluded);
    expectError(run, 'invalid-argument', '4 offsets');
  });
});
