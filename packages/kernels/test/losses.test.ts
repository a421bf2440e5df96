import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import {
  crossEntropyOfScores,
  lossOfCatalogue,
  lossOfSamples,
  lossOfScores,
  ready,
  ResidentArray,
} from '../src/index.js';
import type { PairLoss } from '../src/index.js';
import { referenceLoss, referencePairs } from './reference/losses.js';
import { expectError, expectSameForAnyThreads, normal, usedBytes } from './support.js';

type Numbers = Float32Array<ArrayBuffer> | Int32Array<ArrayBuffer>;

/** What a kernel writes to arrays of some lengths; its operands are freed, and nothing else is left. */
function resultsOf(
  lengths: readonly number[],
  operands: readonly Numbers[],
  write: (results: ResidentArray[], operands: ResidentArray[]) => void,
): Float32Array[] {
  const before = usedBytes();
  const results = lengths.map((length) => new ResidentArray(length));
  const given = operands.map((numbers) => ResidentArray.from(numbers));
  try {
    write(results, given);
    return results.map((result) => result.toFloat32Array());
  } finally {
    for (const array of [...results, ...given]) array.dispose();
    expect(usedBytes()).toBe(before);
  }
}

/** Integers from `least` to before `end` in no order. */
function integers(
  length: number,
  seed: number,
  least: number,
  end: number,
): Int32Array<ArrayBuffer> {
  return Int32Array.from(
    normal(length, seed, 1),
    (value) => least + (Math.floor(Math.abs(value) * 1e4) % (end - least)),
  );
}

/** Weights of 0, 1 and 2. */
const weightsOf = (length: number): Float32Array<ArrayBuffer> =>
  Float32Array.from({ length }, (_, i) => (i * 5) % 3);

function norm(numbers: ArrayLike<number>): number {
  let squares = 0;
  for (let i = 0; i < numbers.length; i++) squares += numbers[i]! ** 2;
  return Math.sqrt(squares);
}

/** Expects results to be near for their size, or for one of 1 where they cancel out. */
function expectClose(
  actual: readonly Float32Array[],
  expected: readonly ArrayLike<number>[],
): void {
  expected.forEach((numbers, n) => {
    expect(actual[n]!.length).toBe(numbers.length);
    const differences = actual[n]!.map((value, i) => value - numbers[i]!);
    const size = Math.max(1, norm(numbers));
    expect(norm(differences) / size, `result ${n}`).toBeLessThan(3e-6);
  });
}

const kinds: readonly PairLoss[] = [
  { kind: 'binary-cross-entropy', positiveWeight: 0.3 },
  { kind: 'bpr' },
  { kind: 'softmax' },
];

beforeAll(async () => {
  await ready();
});

describe('lossOfScores', () => {
  it.each(kinds)('$kind is that of the reference', (loss) => {
    const size = fc.integer({ min: 1, max: 40 });
    fc.assert(
      fc.property(size, size, (positions, count) => {
        const [p, n] = [normal(positions, 1, 3), normal(positions * count, 2, 3)];
        const weights = weightsOf(positions);
        const sum = weights.reduce((a, b) => a + b, 0);
        const expected = {
          loss: 0,
          positives: new Float64Array(positions),
          negatives: [] as number[],
        };
        p.forEach((positive, i) => {
          const row = [...n.subarray(i * count, (i + 1) * count)];
          const pairs = referencePairs(loss, positive, row);
          const share = sum === 0 ? 0 : weights[i]! / sum;
          expected.loss += share * pairs.loss;
          expected.positives[i] = share * pairs.positive;
          expected.negatives.push(...pairs.negatives.map((slope) => share * slope));
        });
        const actual = resultsOf([1, positions, n.length], [p, n, weights], (to, from) => {
          const scores = { positives: from[0]!, negatives: from[1]!, weights: from[2]! };
          lossOfScores(loss, scores, to[0]!, { positives: to[1]!, negatives: to[2]! });
        });
        expectClose(actual, [[expected.loss], expected.positives, expected.negatives]);
      }),
    );
  });

  it('refuses lengths that do not fit', () => {
    const run = (negatives: number) => () =>
      resultsOf([1], [new Float32Array(2), new Float32Array(negatives)], (to, from) => {
        lossOfScores({ kind: 'bpr' }, { positives: from[0]!, negatives: from[1]! }, to[0]!);
      });
    expectError(run(3), 'invalid-argument', '3', '2');
    expectError(run(0), 'invalid-argument', '0');
  });
});

describe('crossEntropyOfScores', () => {
  it('is that of the reference, for any threads', async () => {
    for (const length of [1, 3, 4, 40_007]) {
      const [x, weights] = [normal(length, 1, 4), weightsOf(length).map((weight) => weight + 1)];
      const labels = Float32Array.from({ length }, (_, i) => (i % 4) / 3);
      const actual = await expectSameForAnyThreads(() =>
        resultsOf([1, length], [x, labels, weights], (to, from) => {
          const scores = { scores: from[0]!, labels: from[1]!, weights: from[2]! };
          crossEntropyOfScores(scores, to[0]!, to[1]);
        }),
      );
      const sum = weights.reduce((a, b) => a + b, 0);
      let loss = 0;
      const slopes = Float64Array.from(x, (value, i) => {
        const share = weights[i]! / sum;
        loss +=
          share *
          (Math.max(value, 0) + Math.log1p(Math.exp(-Math.abs(value))) - value * labels[i]!);
        return share * (1 / (1 + Math.exp(-value)) - labels[i]!);
      });
      expectClose(actual, [[loss], slopes]);
    }
  });
});

describe('lossOfSamples', () => {
  it.each(kinds)('$kind is that of the reference', (kind) => {
    const size = fc.integer({ min: 1, max: 20 });
    fc.assert(
      fc.property(
        size,
        size,
        size,
        size,
        fc.boolean(),
        (positions, count, rows, columns, shared) => {
          const [queries, table] = [
            normal(positions * columns, 1, 1),
            normal(rows * columns, 2, 1),
          ];
          const positives = integers(positions, 3, -1, rows);
          const negatives = integers(count * (shared ? 1 : positions), 4, 0, rows);
          const [weights, bias] = [weightsOf(positions), normal(rows, 5, 1)];
          const corrections = bias.map((value) => -value);
          fc.pre(weights.some((weight, i) => weight > 0 && positives[i]! >= 0));
          const actual = resultsOf(
            [1, queries.length, table.length],
            [queries, table, positives, negatives, weights, corrections],
            (to, from) => {
              const sample = {
                ...{ queries: from[0]!, table: from[1]!, positives: from[2]!, negatives: from[3]! },
                ...{ count, weights: from[4]!, corrections: from[5]! },
              };
              const gradients = { queries: to[1]!, table: to[2]! };
              lossOfSamples({ ...kind, temperature: 0.5 }, sample, columns, to[0]!, gradients);
            },
          );
          const { loss, ...expected } = referenceLoss(kind, {
            ...{ queries, table, columns, positives, weights, bias, temperature: 0.5 },
            negativesOf: (i) =>
              Array.from({ length: count }, (_, j) => negatives[shared ? j : i * count + j]!),
          });
          expectClose(actual, [[loss], expected.queries, expected.table]);
        },
      ),
    );
  });

  it('gives the same for any threads, and names a number that is no row', async () => {
    const [positions, count, rows, columns] = [701, 13, 999, 18];
    const [queries, table] = [normal(positions * columns, 1, 1), normal(rows * columns, 2, 1)];
    const positives = integers(positions, 3, -1, rows);
    const negatives = integers(count * positions, 4, 0, rows);
    const run = () =>
      resultsOf(
        [1, queries.length, table.length],
        [queries, table, positives, negatives],
        (to, from) => {
          const [q, t, p, n] = from;
          const sample = { queries: q!, table: t!, positives: p!, negatives: n!, count };
          const gradients = { queries: to[1]!, table: to[2]! };
          lossOfSamples({ kind: 'bpr' }, sample, columns, to[0]!, gradients);
        },
      );
    await expectSameForAnyThreads(run);
    negatives[77] = rows;
    expectError(run, 'invalid-argument', 'negatives', '999', '77');
    negatives[77] = -1;
    expectError(run, 'invalid-argument', 'negatives', '-1', '77');
  });
});

describe('lossOfCatalogue', () => {
  /** Loss and gradients, of the kernel and of the reference. */
  function both(positions: number, rows: number, columns: number) {
    const [queries, table] = [normal(positions * columns, 1, 0.7), normal(rows * columns, 2, 0.7)];
    const targets = integers(positions, 3, -1, rows);
    targets[0] = rows - 1;
    const [weights, bias] = [weightsOf(positions).map((w) => w + 0.5), normal(rows, 5, 1)];
    const compute = () =>
      resultsOf(
        [1, queries.length, table.length, rows],
        [queries, table, targets, weights, bias],
        (to, from) => {
          const given = {
            ...{ queries: from[0]!, table: from[1]!, targets: from[2]!, weights: from[3]! },
            ...{ bias: from[4]!, temperature: 0.9 },
          };
          const gradients = { queries: to[1]!, table: to[2]!, bias: to[3]! };
          lossOfCatalogue(given, columns, to[0]!, gradients);
          const alone = new ResidentArray(1);
          lossOfCatalogue(given, columns, alone);
          expect(alone.toFloat32Array()).toEqual(to[0]!.toFloat32Array());
          alone.dispose();
        },
      );
    const reference = () =>
      referenceLoss(
        { kind: 'softmax' },
        {
          ...{ queries, table, columns, positives: targets, weights, bias, temperature: 0.9 },
          negativesOf: (i) =>
            Array.from({ length: rows }, (_, row) => row).filter((row) => row !== targets[i]),
        },
      );
    return { compute, reference };
  }

  it('is that of the reference in all shapes', () => {
    const size = fc.integer({ min: 1, max: 50 });
    fc.assert(
      fc.property(size, size, size, (positions, rows, columns) => {
        const { compute, reference } = both(positions, rows + 1, columns);
        const expected = reference();
        const { queries, table, bias } = expected;
        expectClose(compute(), [[expected.loss], queries, table, bias]);
      }),
    );
  });

  it('is so where parts are cut, and the same for any threads', async () => {
    for (const [positions, rows, columns] of [
      [489, 261, 9],
      [23, 70, 530],
      [43, 20_011, 53],
    ] as const) {
      const { compute, reference } = both(positions, rows, columns);
      const expected = reference();
      const { queries, table, bias } = expected;
      const actual = await expectSameForAnyThreads(compute);
      expectClose(actual, [[expected.loss], queries, table, bias]);
    }
  });

  it('gives 0 where no position takes part', () => {
    const targets = Int32Array.of(-1, -1);
    const operands = [new Float32Array(4).fill(NaN), normal(6, 1, 1), targets];
    const actual = resultsOf([1, 4, 6], operands, (to, [queries, table, numbers]) => {
      const given = { queries: queries!, table: table!, targets: numbers!, temperature: 1 };
      lossOfCatalogue(given, 2, to[0]!, { queries: to[1]!, table: to[2]! });
    });
    expect(actual).toEqual([1, 4, 6].map((length) => new Float32Array(length)));
  });
});
