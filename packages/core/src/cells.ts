import { TensorecError } from '@tensorec/kernels';
import { show } from './nearest.js';
import type { Id } from './vocabulary.js';

/** A cell that must hold an id. */
export function readId(value: unknown, position: number, name: string): Id {
  if (typeof value === 'string' || (typeof value === 'number' && Number.isFinite(value))) {
    return value;
  }
  throw new TensorecError(
    'invalid-argument',
    `Row ${position}: "${name}" is ${show(value)}, expected an id (a string or a finite number).`,
  );
}

/** A cell that must hold a finite number. */
export function readNumber(value: unknown, position: number, name: string): number {
  if (typeof value === 'number' && Number.isFinite(value)) return value;
  throw new TensorecError(
    'invalid-argument',
    `Row ${position}: "${name}" is ${show(value)}, expected a finite number.`,
  );
}
