import { readFileSync } from 'node:fs';
import * as tf from '@tensorflow/tfjs';
import { expect } from 'vitest';

type Numbers = readonly number[] | readonly (readonly number[])[];

/** What PyTorch gives for some inputs; reference/losses.py writes it. */
export interface Golden<Input extends string> {
  readonly loss: number;
  readonly gradients: Readonly<Record<Input, Numbers>>;
}

/** All cases of reference/losses.json. */
export interface GoldenLosses {
  readonly binaryCrossEntropy: Golden<'logits'> & Matrices<'logits' | 'labels' | 'weights'>;
  readonly bpr: ScoreCase;
  readonly generalizedBce: ScoreCase & Calibrated;
  readonly catalogueSoftmax: TableCase & { readonly temperature: number } & Vectors<'bias'>;
  readonly sampledSoftmax: SampledSoftmaxCase & Matrices<'negatives'>;
  readonly sampledSoftmaxShared: SampledSoftmaxCase & Vectors<'negatives'>;
  readonly sampledBce: TableCase & Matrices<'negatives'>;
  readonly sampledBpr: TableCase & Matrices<'negatives'>;
  readonly sampledGeneralizedBce: TableCase & Matrices<'negatives'> & Calibrated;
  readonly infoNCE: Golden<'a' | 'b'> & Matrices<'a' | 'b'> & { readonly temperature: number };
}

type Vectors<Name extends string> = Readonly<Record<Name, number[]>>;
type Matrices<Name extends string> = Readonly<Record<Name, number[][]>>;
type ScoreCase = Golden<'positives' | 'negatives'> &
  Vectors<'positives' | 'weights'> &
  Matrices<'negatives'>;
type TableCase = Golden<'queries' | 'table' | 'bias'> &
  Matrices<'queries' | 'table'> &
  Vectors<'targets' | 'weights'>;
type SampledSoftmaxCase = TableCase & { readonly temperature: number } & Vectors<'logQ'>;
interface Calibrated {
  readonly catalogue: number;
  readonly t: number;
}

export const golden = JSON.parse(
  readFileSync(new URL('reference/losses.json', import.meta.url), 'utf8'),
) as GoldenLosses;

/** What numbers may be off, as a part of the greatest one. */
const TOLERANCE = 2e-6;

/** Expects numbers to be near others, for their size. */
export function expectNear(actual: ArrayLike<number>, expected: Numbers, name: string): void {
  const flat = expected.flat();
  const scale = Math.max(1e-3, ...flat.map(Math.abs));
  expect(actual.length, name).toBe(flat.length);
  flat.forEach((value, i) => {
    expect(Math.abs(actual[i]! - value), `${name} ${i}`).toBeLessThan(TOLERANCE * scale);
  });
}

/** Expects value and gradients of a loss to be those of the golden case, and nothing to be left of tensors. */
export function expectGolden<Input extends string>(
  golden: Golden<Input>,
  inputs: Readonly<Partial<Record<Input, tf.Tensor>>>,
  loss: () => tf.Scalar,
): void {
  const before = tf.memory().numTensors;
  const variables = Object.entries<tf.Tensor>(inputs as Record<string, tf.Tensor>);
  const { value, grads } = tf.valueAndGrads(() => loss())(variables.map(([, tensor]) => tensor));
  expectNear(value.dataSync(), [golden.loss], 'loss');
  variables.forEach(([name], n) => {
    expectNear(grads[n]!.dataSync(), golden.gradients[name as Input], name);
  });
  const alone = loss();
  expectNear(alone.dataSync(), [golden.loss], 'loss without gradients');
  tf.dispose([value, grads, alone]);
  expect(tf.memory().numTensors).toBe(before);
}

/** The value of a loss, and its gradients by some tensors; both are read, nothing is left. */
export function valueAndGradients(
  loss: () => tf.Scalar,
  inputs: readonly tf.Tensor[],
): { readonly value: number; readonly gradients: readonly (readonly number[])[] } {
  return tf.tidy(() => {
    const { value, grads } = tf.valueAndGrads(() => loss())([...inputs]);
    return {
      value: value.dataSync()[0]!,
      // Without zeros below 0.
      gradients: grads.map((gradient) => Array.from(gradient.dataSync(), (slope) => slope + 0)),
    };
  });
}
