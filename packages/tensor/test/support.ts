import { isTensorecError, type ErrorCode } from '@tensorec/kernels';
import type * as tf from '@tensorflow/tfjs';
import { expect } from 'vitest';

/** Expects a TensorecError of a code whose message contains every given piece. */
export function expectError(run: () => unknown, code: ErrorCode, ...pieces: string[]): void {
  let caught: unknown;
  try {
    run();
  } catch (error) {
    caught = error;
  }
  expect(isTensorecError(caught, code), String(caught)).toBe(true);
  const message = caught instanceof Error ? caught.message : '';
  for (const piece of pieces) expect(message).toContain(piece);
}

/** The numbers of a tensor; a copy, so that steps in place do not change it. */
export async function numbersOf(tensor: tf.Tensor): Promise<Float32Array> {
  return (await tensor.data<'float32'>()).slice();
}

/** Expects numbers within a distance of others, which grows with numbers above 1. */
export function expectClose(
  actual: ArrayLike<number>,
  expected: ArrayLike<number>,
  distance = 1e-5,
): void {
  expect(actual.length).toBe(expected.length);
  for (let n = 0; n < expected.length; n++) {
    const allowed = distance * Math.max(1, Math.abs(expected[n]!));
    expect(Math.abs(actual[n]! - expected[n]!), `number ${n}`).toBeLessThanOrEqual(allowed);
  }
}
