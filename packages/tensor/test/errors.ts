import { isTensorecError } from '@tensorec/kernels';
import { expect } from 'vitest';

/** Expects an `invalid-argument` error whose message has every given piece. */
export function expectInvalid(run: () => unknown, ...pieces: string[]): void {
  let caught: unknown;
  try {
    run();
  } catch (error) {
    caught = error;
  }
  expect(isTensorecError(caught, 'invalid-argument'), String(caught)).toBe(true);
  const message = caught instanceof Error ? caught.message : '';
  for (const piece of pieces) expect(message).toContain(piece);
}
