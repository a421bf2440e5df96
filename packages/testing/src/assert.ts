import { isTensorecError, type ErrorCode, type ReadonlyNumbers } from '@tensorec/core';

/**
 * Requires a condition.
 *
 * @param message - what is wrong; a function in loops, where most messages are never read
 * @throws Error with the message unless the condition holds.
 */
export function check(condition: boolean, message: string | (() => string)): asserts condition {
  if (!condition) throw new Error(typeof message === 'string' ? message : message());
}

/**
 * Requires two columns of numbers to be the same, bit for bit but for the payload of NaN.
 *
 * @throws Error that names the first position where they differ.
 */
export function sameNumbers(
  actual: ReadonlyNumbers,
  expected: ReadonlyNumbers,
  what: string,
): void {
  check(
    actual.length === expected.length,
    `${what}: ${actual.length} numbers, expected ${expected.length}`,
  );
  for (let n = 0; n < actual.length; n++) {
    check(
      Object.is(actual[n], expected[n]),
      () => `${what}: ${actual[n]!} at position ${n}, expected ${expected[n]!}`,
    );
  }
}

/**
 * Requires two plain values to be the same as JSON, whatever the order of their keys.
 *
 * @throws Error that shows both.
 */
export function samePlain(actual: unknown, expected: unknown, what: string): void {
  const [found, wanted] = [canonicalJson(actual), canonicalJson(expected)];
  check(found === wanted, `${what}: ${found}, expected ${wanted}`);
}

function canonicalJson(value: unknown): string {
  const sorted = JSON.stringify(value, (_, part: unknown) =>
    typeof part === 'object' && part !== null && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  ) as string | undefined;
  return sorted ?? 'undefined';
}

/**
 * Requires a call to be refused with a typed error.
 *
 * @param what - what the call does, for the message: "k = 0"
 * @param mentions - texts that the error's message must hold
 * @throws Error when the call succeeds, or fails with anything else.
 */
export async function refused(
  call: () => unknown,
  code: ErrorCode,
  what: string,
  mentions: readonly string[] = [],
): Promise<void> {
  const error = await failure(call);
  if (error === undefined) throw new Error(`${what}: accepted, expected an error "${code}"`);
  if (!isTensorecError(error.thrown, code)) {
    throw new Error(`${what}: expected a TensorecError "${code}", got ${describe(error.thrown)}`, {
      cause: error.thrown,
    });
  }
  const { message } = error.thrown;
  for (const text of mentions) {
    check(message.includes(text), `${what}: the error does not mention ${text}: ${message}`);
  }
}

/** What a call throws or rejects with, or `undefined` when it succeeds. */
export async function failure(
  call: () => unknown,
): Promise<{ readonly thrown: unknown } | undefined> {
  try {
    await call();
    return undefined;
  } catch (thrown) {
    return { thrown };
  }
}

/** An error as it is shown in a message. */
export function describe(error: unknown): string {
  if (isTensorecError(error)) return `TensorecError "${error.code}": ${error.message}`;
  return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
}
