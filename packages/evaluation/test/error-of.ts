import { isTensorecError, type ErrorCode } from '@tensorec/core';
import { expect } from 'vitest';

/** Expects a rejection with an error of the code, whose message matches. */
export async function expectError(
  promise: Promise<unknown>,
  code: ErrorCode,
  message: RegExp,
): Promise<void> {
  const error: unknown = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(isTensorecError(error), `expected a TensorecError, got ${String(error)}`).toBe(true);
  if (!isTensorecError(error)) return;
  expect(error.message).toMatch(message);
  expect(error.code).toBe(code);
}
