import { show, TensorecError } from '@tensorec/core';

/** Throws `invalid-argument` unless the value is an integer of at least `minimum`. */
export function requireInteger(name: string, value: number, minimum: number): void {
  if (Number.isSafeInteger(value) && value >= minimum) return;
  throw new TensorecError(
    'invalid-argument',
    `${name} is ${show(value)}; give an integer of at least ${minimum}.`,
  );
}

/** Throws `invalid-argument` unless the value is a share: above 0 (or 0 where allowed) and below 1. */
export function requireShare(name: string, value: number, zeroAllowed: boolean): void {
  if (value < 1 && (zeroAllowed ? value >= 0 : value > 0)) return;
  throw new TensorecError(
    'invalid-argument',
    `${name} is ${show(value)}; give a share ${zeroAllowed ? 'of at least' : 'above'} 0 and below 1.`,
  );
}

/** Throws `invalid-argument` unless the value is one of those known. */
export function requireOneOf<Known extends string>(
  name: string,
  value: Known,
  known: readonly Known[],
): void {
  if (known.includes(value)) return;
  throw new TensorecError(
    'invalid-argument',
    `${name} is ${show(value)}; give ${known.map((word) => show(word)).join(' or ')}.`,
  );
}
