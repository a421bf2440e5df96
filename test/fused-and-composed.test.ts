import { buildCsr, finish, LightGcnTraining, Random } from '@tensorec/kernels';
import { ready, sparseValueAndGrads } from '@tensorec/tensor';
import '@tensorflow/tfjs-backend-wasm';
import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import { ComposedLightGcn } from '../benchmarks/composed/lightgcn.js';

/** The largest difference beside the largest number of those expected. */
function relativeError(found: ArrayLike<number>, expected: ArrayLike<number>): number {
  let [difference, largest] = [0, 0];
  for (let n = 0; n < expected.length; n++) {
    difference = Math.max(difference, Math.abs(found[n]! - expected[n]!));
    largest = Math.max(largest, Math.abs(expected[n]!));
  }
  return difference / largest;
}

describe.each(['simd', 'wasm', 'cpu'])('fused steps and those composed on %s', (device) => {
  beforeAll(async () => {
    await ready();
    await tf.setBackend(device);
  });

  it.each([0, 1, 3])('LightGCN with %i layers has the same loss and gradients', (layers) => {
    const random = new Random(7);
    const numbers = (count: number, end: number): Int32Array =>
      Int32Array.from({ length: count }, () => random.integer(end));
    const [rows, columns, factors, pairs] = [30, 40, 16, 25];
    const observed = buildCsr(rows, columns, numbers(300, rows), numbers(300, columns));
    const options = { factors, layers, regularization: 0.01, seed: 3 };
    const fused = new LightGcnTraining(observed, options);
    const { parameters } = fused.state();
    const start = Float32Array.of(...parameters.rows, ...parameters.columns);
    const composed = new ComposedLightGcn(
      observed,
      tf.tensor2d(start, [rows + columns, factors]),
      options,
    );
    const batch = {
      rows: numbers(pairs, rows),
      positives: numbers(pairs, columns),
      negatives: numbers(2 * pairs, columns),
    };
    const { loss, gradients } = finish(fused.gradients(batch));
    const { value, variables } = sparseValueAndGrads(() => composed.loss(batch), {
      tables: {},
      variables: [composed.parameters],
    });
    expect(value.dataSync()[0]).toBeCloseTo(loss, 5);
    const [found] = Object.values(variables);
    const expected = Float32Array.of(...gradients.rows, ...gradients.columns);
    expect(relativeError(found!.gradient.dataSync(), expected)).toBeLessThan(1e-4);
    fused.dispose();
    composed.dispose();
  });
});
