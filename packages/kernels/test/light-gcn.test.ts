import fc from 'fast-check';
import { beforeAll, describe, expect, expectTypeOf, it } from 'vitest';
import { buildCsr, emptyCsr, finish, LightGcnTraining, Random, ready } from '../src/index.js';
import type {
  Csr,
  LightGcnOptions,
  LightGcnState,
  NodeTables,
  PairBatch,
  Steps,
} from '../src/index.js';
import * as reference from './reference/light-gcn.js';
import {
  csrArbitrary,
  csrOf,
  expectError,
  expectSameForAnyThreads,
  finishChecked,
  finishInTurn,
  relativeDistance,
  skewedCsr,
  usedBytes,
} from './support.js';

type Change = Partial<LightGcnOptions>;

function optionsOf(factors: number, layers: number, change: Change = {}): LightGcnOptions {
  return { factors, layers, regularization: 0.01, seed: 1, ...change };
}

/** What the reference trains. */
function problemOf(observed: Csr, options: LightGcnOptions): reference.LightGcnProblem {
  const { factors, layers, regularization } = options;
  const layerWeights = Array.from(
    options.layerWeights ?? new Array<number>(layers + 1).fill(1 / (layers + 1)),
  );
  return { observed, factors, layerWeights, regularization };
}

/** Some use of a training, which is then disposed of. */
function using<Result>(
  observed: Csr,
  options: LightGcnOptions,
  use: (training: LightGcnTraining) => Result,
): Result {
  const training = new LightGcnTraining(observed, options);
  try {
    return use(training);
  } finally {
    training.dispose();
  }
}

/** Rows and then columns, as the reference has them. */
function whole({ rows, columns }: NodeTables): Float32Array<ArrayBuffer> {
  const table = new Float32Array(rows.length + columns.length);
  table.set(rows);
  table.set(columns, rows.length);
  return table;
}

function batchOf(rows: number[], positives: number[], negatives: number[]): PairBatch {
  return {
    rows: Int32Array.from(rows),
    positives: Int32Array.from(positives),
    negatives: Int32Array.from(negatives),
  };
}

/** Pairs drawn with repeats, mostly of the first rows and columns. */
function drawBatch({ rows, columns }: Csr, pairs: number, negatives = 1, seed = 1): PairBatch {
  const random = new Random(seed);
  const few = (size: number): number => Math.floor(size * random.uniform() ** 2);
  return {
    rows: Int32Array.from({ length: pairs }, () => few(rows)),
    positives: Int32Array.from({ length: pairs }, () => few(columns)),
    negatives: Int32Array.from({ length: pairs * negatives }, () => random.integer(columns)),
  };
}

/** A graph with rows, columns and edges enough for many chunks. */
const large = skewedCsr(900, 700, 20_000, 3);
/** Two rows that share one of two columns, and a column beside. */
const small = csrOf(3, [
  [
    [0, 1],
    [1, 1],
  ],
  [[1, 1]],
]);

const graphs = csrArbitrary().filter(({ rows }) => rows > 0);
const cases = fc.record({
  observed: graphs,
  factors: fc.integer({ min: 1, max: 20 }),
  layers: fc.integer({ min: 0, max: 4 }),
  pairs: fc.integer({ min: 1, max: 12 }),
  negatives: fc.integer({ min: 1, max: 3 }),
  seed: fc.integer({ min: 0, max: 1000 }),
});

beforeAll(async () => {
  await ready();
});

describe('LightGcnTraining', () => {
  it('gives the embeddings, loss and gradients worked out by hand', () => {
    // Degrees: rows 2 and 1, columns 1, 2 and 0. Edges: 1/√2 from row 0 to column 0, 1/2 from row 0 to column 1, 1/√2
    // from row 1 to column 1. With x = 1, 2 | 3, 4, 5 one hop gives
    // 3/√2 + 4/2, 4/√2 | 1/√2, 1/2 + 2/√2, 0.
    const options = optionsOf(1, 1, { layerWeights: [0.5, 1], regularization: 0.1 });
    const root = Math.SQRT1_2;
    const z = [0.5 + 3 * root + 2, 1 + 4 * root, 1.5 + root, 2 + 0.5 + 2 * root, 2.5];
    const parameters = { rows: Float32Array.of(1, 2), columns: Float32Array.of(3, 4, 5) };
    using(small, options, (training) => {
      training.restore({ ...training.state(), parameters });
      const found = finish(training.embeddings());
      [...found.rows, ...found.columns].forEach((value, node) => {
        expect(value).toBeCloseTo(z[node]!, 6);
      });
      // Row 1 with column 1 against column 2: d = z1 · (z4 − z3).
      const d = z[1]! * (z[4]! - z[3]!);
      const slope = 1 / (1 + Math.exp(-d));
      const { loss, gradients } = finish(training.gradients(batchOf([1], [1], [2])));
      expect(loss).toBeCloseTo(Math.log(1 + Math.exp(d)) + 0.05 * (4 + 16 + 25), 5);
      const [g1, g3, g4] = [slope * (z[4]! - z[3]!), -slope * z[1]!, slope * z[1]!];
      const expected = {
        rows: [g3 / 2, g1 / 2 + g3 * root + 0.1 * 2],
        columns: [0, g3 / 2 + g1 * root + 0.1 * 4, g4 / 2 + 0.1 * 5],
      };
      expect(relativeDistance(gradients.rows, expected.rows)).toBeLessThan(1e-5);
      expect(relativeDistance(gradients.columns, expected.columns)).toBeLessThan(1e-5);
    });
  });

  it('gives the loss, gradients and embeddings of the reference', () => {
    fc.assert(
      fc.property(cases, ({ observed, factors, layers, pairs, negatives, seed }) => {
        const options = optionsOf(factors, layers, { seed });
        const problem = problemOf(observed, options);
        const batch = drawBatch(observed, pairs, negatives, seed);
        using(observed, options, (training) => {
          const parameters = whole(training.state().parameters);
          const { loss, gradients } = finishChecked(training.gradients(batch));
          const expected = reference.gradients(problem, parameters, batch);
          expect(Math.abs(loss - reference.loss(problem, parameters, batch))).toBeLessThan(1e-6);
          expect(relativeDistance(whole(gradients), expected)).toBeLessThan(1e-5);
          const found = whole(finishChecked(training.embeddings()));
          const embeddings = reference.embeddings(problem, parameters);
          expect(relativeDistance(found, embeddings)).toBeLessThan(1e-6);
        });
      }),
    );
  });

  it.each([
    [0, 7],
    [1, 64],
    [2, 1],
    [3, 50],
    [4, 9],
  ])(
    'gives gradients by central differences of the loss, %d layers, %d factors',
    (layers, factors) => {
      const observed = skewedCsr(12, 9, 40, layers);
      const weights = [0.4, 0.1, 0.3, -0.2, 0.25].slice(0, layers + 1);
      const options = optionsOf(factors, layers, { layerWeights: weights, regularization: 0.1 });
      const problem = problemOf(observed, options);
      const batch = drawBatch(observed, 30, 2, 4);
      using(observed, options, (training) => {
        const parameters = Float64Array.from(whole(training.state().parameters));
        const found = whole(finish(training.gradients(batch)).gradients);
        const expected = parameters.map((value, at) => {
          const lossWith = (other: number): number => {
            const moved = parameters.slice();
            moved[at] = other;
            return reference.loss(problem, moved, batch);
          };
          return (lossWith(value + 1e-4) - lossWith(value - 1e-4)) / 2e-4;
        });
        expect(relativeDistance(found, expected)).toBeLessThan(1e-5);
      });
    },
  );

  it.each([1, 2, 3, 7, 8, 9, 16, 17, 24, 31, 32, 33, 40, 50, 56, 57, 63, 64, 65, 96, 100, 130])(
    'agrees with the reference for %d factors on a graph of many chunks',
    (factors) => {
      const options = optionsOf(factors, 3);
      const problem = problemOf(large, options);
      const batch = drawBatch(large, 300, 1, factors);
      using(large, options, (training) => {
        const parameters = whole(training.state().parameters);
        const { gradients } = finish(training.gradients(batch));
        const expected = reference.gradients(problem, parameters, batch);
        expect(relativeDistance(whole(gradients), expected)).toBeLessThan(1e-5);
      });
    },
  );

  it('takes the steps of Adam of the reference', () => {
    const options = optionsOf(7, 2, { learningRate: 0.005 });
    const problem = problemOf(large, options);
    using(large, options, (training) => {
      const parameters = Float64Array.from(whole(training.state().parameters));
      const start = parameters.slice();
      const adam = new reference.Adam(parameters.length);
      for (let step = 0; step < 5; step++) {
        const batch = drawBatch(large, 200, 1, step);
        const rate = step === 3 ? 0.02 : 0.005;
        const loss = finishChecked(training.step(batch, step === 3 ? 0.02 : undefined));
        expect(loss).toBeCloseTo(reference.loss(problem, parameters, batch), 5);
        adam.move(parameters, reference.gradients(problem, parameters, batch), rate);
      }
      const moved = whole(training.state().parameters).map((value, i) => value - start[i]!);
      const expected = parameters.map((value, i) => value - start[i]!);
      expect(relativeDistance(moved, expected)).toBeLessThan(1e-3);
      expect(training.state().steps).toBe(5);
    });
  });
});
