import { isTensorecError, type TensorecError } from '@tensorec/core';

/** The TensorecError that a call throws or rejects with; fails when there is none or another error. */
export async function errorOf(run: () => unknown): Promise<TensorecError> {
  try {
    await run();
  } catch (error) {
    if (isTensorecError(error)) return error;
    throw error;
  }
  throw new Error('Expected a TensorecError, and the call returned.');
}
