import { isTensorecError, type TensorecError } from '@tensorec/kernels';

/** The TensorecError that a call throws or rejects with; fails when there is none or another error. */
export async function errorOf(run: () => unknown): Promise<TensorecError> {
  let outcome: unknown;
  try {
    outcome = await run();
  } catch (error) {
    if (isTensorecError(error)) return error;
    throw error;
  }
  throw new Error(`Expected a TensorecError, got ${JSON.stringify(outcome)}.`);
}
