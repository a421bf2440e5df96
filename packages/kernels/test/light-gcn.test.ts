import fc from 'fast-check';
import { beforeAll, describe, expect, expectTypeOf, it } from 'vitest';
import {
  buildCsr,
  emptyCsr,
  fingerprint,
  finish,
  LightGcnTraining,
  Random,
  ready,
} from '../src/index.js';
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

/** A name for the bits of all numbers of tables, which is compared sooner than they are. */
function bitsOf(...tables: NodeTables[]): string {
  return fingerprint(tables.flatMap(({ rows, columns }) => [rows, columns]));
}

/** The same for all that training changes. */
function bitsOfState({ parameters, firstMoments, secondMoments, steps }: LightGcnState): string {
  return `${bitsOf(parameters, firstMoments, secondMoments)} ${steps}`;
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

  it('gives the same bits on any number of threads', async () => {
    await expectSameForAnyThreads(() =>
      [
        [0, 5],
        [1, 16],
        [2, 50],
        [3, 64],
        [4, 33],
      ].map(([layers, factors]) =>
        using(large, optionsOf(factors!, layers!), (training) => [
          finish(training.step(drawBatch(large, 400, 2, 1))),
          finish(training.step(drawBatch(large, 300, 1, 2))),
          bitsOf(finish(training.gradients(drawBatch(large, 500, 1, 3))).gradients),
          bitsOf(finish(training.embeddings())),
          bitsOfState(training.state()),
        ]),
      ),
    );
  });

  it('goes on to the same bits from a state', () => {
    const options = optionsOf(13, 3);
    const steps = (training: LightGcnTraining, from: number, to: number): number[] =>
      Array.from({ length: to - from }, (_, i) =>
        finish(training.step(drawBatch(large, 200, 1, from + i))),
      );
    using(large, options, (first) => {
      steps(first, 0, 4);
      const state = first.state();
      const losses = steps(first, 4, 8);
      using(large, optionsOf(13, 3, { seed: 9 }), (second) => {
        second.restore(state);
        expect(second.state()).toEqual(state);
        expect(bitsOf(finish(second.embeddings()))).not.toBe(bitsOf(finish(first.embeddings())));
        expect(steps(second, 4, 8)).toEqual(losses);
        expect(bitsOfState(second.state())).toBe(bitsOfState(first.state()));
        expect(bitsOf(finish(second.embeddings()))).toBe(bitsOf(finish(first.embeddings())));
        first.restore(state);
        expect(steps(first, 4, 8)).toEqual(losses);
      });
    });
  });

  it('starts from the seed with a standard deviation of .1, and moves nothing at a rate of 0', () => {
    const [first, again, other] = [5, 5, 6].map((seed) =>
      using(large, optionsOf(50, 2, { seed }), (training) => {
        const { parameters } = training.state();
        finish(training.step(drawBatch(large, 50), 0));
        expect(training.state().parameters).toEqual(parameters);
        return whole(parameters);
      }),
    );
    expect(again).toEqual(first);
    expect(other).not.toEqual(first);
    const mean = first!.reduce((sum, value) => sum + value, 0) / first!.length;
    const square = first!.reduce((sum, value) => sum + value ** 2, 0) / first!.length;
    expect(Math.abs(mean)).toBeLessThan(0.002);
    expect(Math.sqrt(square)).toBeCloseTo(0.1, 2);
  });

  it('gives copies and keeps copies', () => {
    using(large, optionsOf(8, 1), (training) => {
      const state = training.state();
      const before = structuredClone(state);
      state.parameters.rows.fill(9);
      expect(training.state()).toEqual(before);
      training.restore(before);
      finish(training.step(drawBatch(large, 20)));
      expect(before.firstMoments.rows.every((value) => value === 0)).toBe(true);
    });
  });

  it('counts an entry that is there twice as two edges and reads no values', () => {
    const entries = (values: number[]): Csr =>
      buildCsr(
        2,
        2,
        Int32Array.of(0, 0, 0, 1),
        Int32Array.of(0, 0, 1, 1),
        Float32Array.from(values),
      );
    const found = [entries([1, 1, 1, 1]), entries([5, -2, 0, NaN])].map((observed) =>
      using(observed, optionsOf(3, 2), (training) => finish(training.embeddings())),
    );
    expect(found[1]).toEqual(found[0]);
    // Row 0 has three edges, two of them to column 0, which has no others: 2 / √(3 · 2).
    using(entries([1, 1, 1, 1]), optionsOf(1, 1, { layerWeights: [0, 1] }), (training) => {
      const parameters = { rows: Float32Array.of(1, 0), columns: Float32Array.of(0, 0) };
      training.restore({ ...training.state(), parameters });
      expect(finish(training.embeddings()).columns[0]).toBeCloseTo(2 / Math.sqrt(6), 6);
    });
  });

  it('leaves nodes without entries their own layer alone', () => {
    const options = optionsOf(4, 3, { regularization: 0 });
    for (const observed of [emptyCsr(2, 3), csrOf(3, [[], [[1, 1]]])]) {
      using(observed, options, (training) => {
        const { parameters } = training.state();
        const { rows } = finish(training.embeddings());
        for (let i = 0; i < 4; i++) expect(rows[i]).toBeCloseTo(parameters.rows[i]! / 4, 7);
        for (let step = 0; step < 3; step++) {
          finish(training.step(batchOf([0, 1, 0], [0, 1, 2], [2, 2, 0])));
        }
        expect(whole(training.state().parameters).every(Number.isFinite)).toBe(true);
        expect(training.state().parameters).not.toEqual(parameters);
      });
    }
  });

  it('takes one row and one column, and graphs without nodes', () => {
    const one = csrOf(1, [[[0, 1]]]);
    using(one, optionsOf(1, 2), (training) => {
      // The positive is the negative: nothing to tell apart, and regularization alone moves.
      const { loss, gradients } = finish(training.gradients(batchOf([0], [0], [0])));
      const [row, column] = whole(training.state().parameters);
      expect(loss).toBeCloseTo(Math.LN2 + 0.005 * (row! ** 2 + 2 * column! ** 2), 6);
      expect(gradients.rows[0]).toBeCloseTo(0.01 * row!, 6);
      expect(gradients.columns[0]).toBeCloseTo(0.02 * column!, 6);
    });
    for (const [rows, columns] of [
      [0, 0],
      [0, 2],
      [2, 0],
    ] as const) {
      using(emptyCsr(rows, columns), optionsOf(3, 2), (training) => {
        expect(whole(finish(training.embeddings()))).toHaveLength(3 * (rows + columns));
        training.restore(training.state());
        expectError(() => finish(training.step(batchOf([0], [0], [0]))), 'invalid-argument');
      });
    }
  });

  it('lowers the loss and ranks what was planted', () => {
    // Eight groups of 10 rows and 5 columns; each row has 3 of the 5 columns of its group.
    const random = new Random(2);
    const pairs: [number, number][] = [];
    for (let row = 0; row < 80; row++) {
      const [first, second] = random.permutation(5);
      for (let column = 0; column < 5; column++) {
        if (column !== first && column !== second) {
          pairs.push([row, 5 * Math.floor(row / 10) + column]);
        }
      }
    }
    const observed = buildCsr(
      80,
      40,
      Int32Array.from(pairs, ([row]) => row),
      Int32Array.from(pairs, ([, column]) => column),
    );
    using(observed, optionsOf(16, 2, { learningRate: 0.01, regularization: 1e-4 }), (training) => {
      const losses = Array.from({ length: 150 }, () => {
        const drawn = Array.from({ length: 128 }, () => pairs[random.integer(pairs.length)]!);
        return finish(
          training.step({
            rows: Int32Array.from(drawn, ([row]) => row),
            positives: Int32Array.from(drawn, ([, column]) => column),
            negatives: Int32Array.from(drawn, () => random.integer(40)),
          }),
        );
      });
      expect(losses[0]).toBeCloseTo(Math.LN2, 1);
      expect(losses.at(-1)).toBeLessThan(0.5 * losses[0]!);
      const { rows, columns } = finish(training.embeddings());
      for (let row = 0; row < 80; row++) {
        const scores = Array.from({ length: 40 }, (_, column) => {
          let score = 0;
          for (let i = 0; i < 16; i++) score += rows[16 * row + i]! * columns[16 * column + i]!;
          return score;
        });
        const best = [...scores.keys()].sort((a, b) => scores[b]! - scores[a]!).slice(0, 5);
        expect(best.every((column) => Math.floor(column / 5) === Math.floor(row / 10))).toBe(true);
      }
    });
  });

  it('is not disturbed by other trainings, nor by gradients taken side by side', () => {
    const alone = [1, 2, 3].map((seed) =>
      using(large, optionsOf(40, 3, { seed }), (training) => [
        finish(training.step(drawBatch(large, 300, 1, seed))),
        bitsOfState(training.state()),
      ]),
    );
    const trainings = [1, 2, 3].map(
      (seed) => new LightGcnTraining(large, optionsOf(40, 3, { seed })),
    );
    const losses = finishInTurn(
      trainings.map((training, i) => training.step(drawBatch(large, 300, 1, i + 1))),
    );
    expect(trainings.map((training, i) => [losses[i], bitsOfState(training.state())])).toEqual(
      alone,
    );
    const [first] = trainings;
    const batches = [4, 5].map((seed) => drawBatch(large, 300, 2, seed));
    const expected = batches.map((batch) => bitsOf(finish(first!.gradients(batch)).gradients));
    const found = finishInTurn(batches.map((batch) => first!.gradients(batch)));
    expect(found.map(({ gradients }) => bitsOf(gradients))).toEqual(expected);
    for (const training of trainings) training.dispose();
  });

  it('frees its memory, also after an abort, an error and a second call of dispose', () => {
    const before = usedBytes();
    const graph = skewedCsr(9000, 5000, 150_000, 2);
    const training = new LightGcnTraining(graph, optionsOf(64, 3));
    const own = usedBytes();
    expect(own).toBeGreaterThan(before);
    const batch = drawBatch(graph, 500);
    const { loss } = finish(training.gradients(batch));
    for (const steps of [0, 1, 2, 5]) {
      for (const work of [training.step(batch), training.gradients(batch), training.embeddings()]) {
        for (let step = 0; step < steps; step++) expect(work.next().done).toBe(false);
        work.return(undefined as never);
        expect(usedBytes()).toBe(own);
      }
    }
    // What was given up before the last hop moved nothing.
    expect(finish(training.gradients(batch)).loss).toBe(loss);
    const { parameters } = training.state();
    training.restore({
      ...training.state(),
      parameters: { ...parameters, rows: parameters.rows.fill(1e30) },
    });
    expectError(() => finish(training.step(batch)), 'numerical', 'loss of the batch');
    expect(usedBytes()).toBe(own);
    const started = training.step(batch);
    started.next();
    training.dispose();
    expectError(() => started.next(), 'invalid-argument', 'disposed');
    expect(usedBytes()).toBe(before);
    training.dispose();
    expect(usedBytes()).toBe(before);
    expectError(() => training.state(), 'invalid-argument', 'disposed');
  });

  it('refuses options out of range', () => {
    const before = usedBytes();
    const refused = (change: Change, ...pieces: string[]): void => {
      expectError(
        () => new LightGcnTraining(small, optionsOf(2, 2, change)),
        'invalid-argument',
        ...pieces,
      );
      expect(usedBytes()).toBe(before);
    };
    for (const value of [-1, 1.5, NaN, Infinity]) {
      refused({ factors: value }, `factors is ${value}`);
      refused({ layers: value }, `layers is ${value}`);
      refused({ seed: value }, `seed is ${value}`);
    }
    refused({ factors: 0 }, 'factors is 0');
    refused({ layers: 101 }, 'layers is 101', '100');
    for (const value of [-1, NaN, Infinity, 1e7]) {
      refused({ regularization: value }, `regularization is ${value}`);
      refused({ learningRate: value }, `learningRate is ${value}`);
      refused({ layerWeights: [0, 1, value === -1 ? -1e7 : value] }, 'layerWeights[2]');
    }
    for (const value of [-0.1, 1, NaN]) {
      refused({ beta1: value }, `beta1 is ${value}`);
      refused({ beta2: value }, `beta2 is ${value}`);
    }
    for (const value of [0, -1, NaN, 1e-60, Infinity]) refused({ epsilon: value }, 'epsilon is');
    refused({ layerWeights: [1, 2] }, 'layerWeights has 2', '3');
  });

  it('refuses batches and states that do not fit, which changes nothing', () => {
    using(small, optionsOf(2, 2), (training) => {
      const state = training.state();
      const used = usedBytes();
      const refused = (batch: PairBatch, ...pieces: string[]): void => {
        for (const work of [training.step(batch), training.gradients(batch)]) {
          expectError(() => finish<unknown>(work), 'invalid-argument', ...pieces);
        }
        expect(usedBytes()).toBe(used);
      };
      refused(batchOf([], [], []), 'empty');
      refused(batchOf([0, 1], [0], [0, 1]), 'positives has 1', '2');
      refused(batchOf([0, 1], [0, 1], [0, 1, 2]), 'negatives has 3', '2');
      refused(batchOf([0, 1], [0, 1], []), 'negatives has 0');
      refused(batchOf([0, 2], [0, 1], [0, 1]), 'rows[1] is 2', '0 to 1');
      refused(batchOf([-1], [0], [0]), 'rows[0] is -1');
      refused(batchOf([0], [3], [0]), 'positives[0] is 3', '0 to 2');
      refused(batchOf([0], [0], [0, -7]), 'negatives[1] is -7');
      for (const rate of [NaN, -1, Infinity]) {
        const work = training.step(batchOf([0], [0], [2]), rate);
        expectError(() => finish(work), 'invalid-argument', `learningRate is ${rate}`);
      }
      const refusedState = (change: Partial<LightGcnState>, ...pieces: string[]): void => {
        const restore = (): void => {
          training.restore({ ...state, ...change });
        };
        expectError(restore, 'invalid-argument', ...pieces);
      };
      const rows = (...numbers: number[]): NodeTables => ({
        rows: Float32Array.from(numbers),
        columns: new Float32Array(6),
      });
      refusedState({ parameters: rows(1, 2, 3) }, 'parameters.rows has 3', '4');
      refusedState({ firstMoments: rows(1, 2, NaN, 4) }, 'firstMoments.rows[2] is NaN');
      refusedState({ parameters: rows(1, -Infinity, 3, 4) }, 'parameters.rows[1] is -Infinity');
      refusedState({ secondMoments: rows(1, 2, 3, -1) }, 'secondMoments.rows[3] is -1');
      refusedState(
        { secondMoments: { ...rows(0, 0, 0, 0), columns: new Float32Array(5) } },
        'columns has 5',
      );
      for (const steps of [-1, 0.5, NaN]) refusedState({ steps }, `steps is ${steps}`);
      expect(training.state()).toEqual(state);
    });
  });

  it('is typed', () => {
    expectTypeOf<LightGcnTraining['step']>().returns.toEqualTypeOf<Steps<number>>();
    expectTypeOf<LightGcnTraining['embeddings']>().returns.toEqualTypeOf<Steps<NodeTables>>();
    // @ts-expect-error a batch has negatives
    const wrong: PairBatch = { rows: Int32Array.of(0), positives: Int32Array.of(0) };
    expect(wrong.rows).toHaveLength(1);
  });
});
