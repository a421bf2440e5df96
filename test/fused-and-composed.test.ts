import {
  buildCsr,
  finish,
  LightGcnTraining,
  Random,
  SasRecTraining,
  type SasRecLoss,
} from '@tensorec/kernels';
import { ready, sparseValueAndGrads } from '@tensorec/tensor';
import '@tensorflow/tfjs-backend-wasm';
import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import { ComposedLightGcn } from '../benchmarks/composed/lightgcn.js';
import { ComposedSasRec } from '../benchmarks/composed/sasrec.js';

/**
 * The largest difference beside the largest number of those expected, or beside `least` where they are smaller: some
 * gradients, such as that of the bias of keys, are 0 but for rounding.
 */
function relativeError(found: ArrayLike<number>, expected: ArrayLike<number>, least = 0): number {
  let [difference, largest] = [0, least];
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

  const losses: readonly SasRecLoss[] = [
    { kind: 'bce' },
    { kind: 'gbce', t: 0.75 },
    { kind: 'sampled-softmax' },
    { kind: 'softmax' },
  ];

  it.each(losses)('SASRec with the loss $kind has the same loss and gradients', (loss) => {
    const random = new Random(11);
    const [items, length, factors, drawn] = [30, 9, 16, 3];
    const shape = { heads: 2, blocks: 2, loss, dropout: 0 };
    const fused = new SasRecTraining({ items, maxLength: length, factors, ...shape, seed: 5 });
    const { parameters } = fused.state();
    const composed = new ComposedSasRec(factors, parameters, shape);
    const lengths = [9, 1, 4, 7];
    const offsets = Int32Array.from([0, 9, 10, 14, 21]);
    const inputs = Int32Array.from({ length: 21 }, () => random.integer(items));
    const targets = inputs.map((_, n) => (n % 5 === 3 ? -1 : random.integer(items)));
    const negatives = Int32Array.from({ length: drawn * 21 }, () => random.integer(items));
    const sampled = loss.kind === 'softmax' ? {} : { negatives };
    const { loss: expectedLoss, gradients } = finish(
      fused.gradients({ offsets, inputs, targets, ...sampled }),
    );
    /** Left padding of what belongs to positions, `width` numbers each. */
    const padded = (numbers: Int32Array, width: number, filling: number): Int32Array => {
      const result = new Int32Array(lengths.length * length * width).fill(filling);
      lengths.forEach((own, n) => {
        const from = width * offsets[n]!;
        result.set(numbers.subarray(from, from + width * own), width * ((n + 1) * length - own));
      });
      return result;
    };
    const size: [number, number] = [lengths.length, length];
    const { value, variables } = sparseValueAndGrads(
      () =>
        composed.loss(
          {
            inputs: tf.tensor2d(padded(inputs, 1, -1), size, 'int32'),
            targets: tf.tensor2d(padded(targets, 1, -1), size, 'int32'),
            negatives: tf.tensor2d(
              padded(negatives, drawn, 0),
              [lengths.length * length, drawn],
              'int32',
            ),
          },
          random,
        ),
      { tables: {}, variables: [...composed.parameters.values()] },
    );
    expect(value.dataSync()[0]).toBeCloseTo(expectedLoss, 4);
    const least = 0.01 * Math.max(...Object.values(gradients).flatMap((numbers) => [...numbers]));
    for (const [name, expected] of Object.entries(gradients)) {
      const found = variables[composed.parameters.get(name)!.name]!.gradient.dataSync();
      expect(relativeError(found, expected, least), name).toBeLessThan(2e-4);
    }
    fused.dispose();
    composed.dispose();
  });
});
