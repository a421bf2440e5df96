// What torch makes of the same steps; the first lines of golden/light-gcn.py say how the file is made again.
import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { buildCsr, finish, LightGcnTraining, ready } from '../src/index.js';
import type { NodeTables } from '../src/index.js';
import { relativeDistance } from './support.js';

interface Tables {
  readonly rows: readonly number[];
  readonly columns: readonly number[];
}

interface Golden {
  readonly rows: number;
  readonly columns: number;
  readonly entries: readonly (readonly [number, number])[];
  readonly factors: number;
  readonly layers: number;
  readonly regularization: number;
  readonly learningRate: number;
  readonly start: Tables;
  readonly steps: readonly {
    readonly batch: Record<'rows' | 'positives' | 'negatives', readonly number[]>;
    readonly loss: number;
    readonly gradients: Tables;
  }[];
  readonly end: Tables;
  readonly embeddings: Tables;
}

const file = new URL('golden/light-gcn.json', import.meta.url);
const golden = JSON.parse(readFileSync(file, 'utf8')) as Golden;

function expectTables(found: NodeTables, expected: Tables, tolerance: number): void {
  expect(relativeDistance(found.rows, expected.rows)).toBeLessThan(tolerance);
  expect(relativeDistance(found.columns, expected.columns)).toBeLessThan(tolerance);
}

beforeAll(async () => {
  await ready();
});

describe('LightGcnTraining beside torch', () => {
  it('has its losses, gradients, parameters and embeddings over steps of Adam', () => {
    const { rows, columns, entries, factors, layers, regularization, learningRate } = golden;
    const observed = buildCsr(
      rows,
      columns,
      Int32Array.from(entries, ([row]) => row),
      Int32Array.from(entries, ([, column]) => column),
    );
    const options = { factors, layers, regularization, learningRate, seed: 0 };
    const training = new LightGcnTraining(observed, options);
    const parameters = {
      rows: Float32Array.from(golden.start.rows),
      columns: Float32Array.from(golden.start.columns),
    };
    training.restore({ ...training.state(), parameters });
    for (const { batch, loss, gradients } of golden.steps) {
      const own = {
        rows: Int32Array.from(batch.rows),
        positives: Int32Array.from(batch.positives),
        negatives: Int32Array.from(batch.negatives),
      };
      expectTables(finish(training.gradients(own)).gradients, gradients, 1e-4);
      expect(finish(training.step(own))).toBeCloseTo(loss, 6);
    }
    expectTables(training.state().parameters, golden.end, 1e-5);
    expectTables(finish(training.embeddings()), golden.embeddings, 1e-5);
    training.dispose();
  });
});
