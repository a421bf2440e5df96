import { requireLength, runAll } from './array-functions.js';
import type { ResidentArray } from './resident-array.js';

/** Numbers that a chunk computes: as in assembly/gaussian.ts. */
const CHUNK = 16_384;

/**
 * Writes x · Φ(x), the Gaussian error linear unit, of each number to `result`, which may be `x` itself; Φ is the normal
 * distribution function. Within 2e-6 of the exact value as a part of it, and within 1e-7 as a part of |x|; NaN stays NaN. At
 * once; time in the order of the length.
 *
 * @throws TensorecError `invalid-argument` unless both have the same length.
 */
export function gaussianUnits(x: ResidentArray, result: ResidentArray): void {
  requireLength(result, x.length, 'result');
  runAll('gaussianUnits', Math.ceil(x.length / CHUNK), [x.address, result.address, x.length]);
}

/**
 * Writes the gradient of {@link gaussianUnits}, gradient · (Φ(x) + x · φ(x)), to `result`; φ is the normal density. At once;
 * time in the order of the length.
 *
 * @param gradient - of the units
 * @throws TensorecError `invalid-argument` unless all have the same length.
 */
export function gaussianUnitsBackward(
  x: ResidentArray,
  gradient: ResidentArray,
  result: ResidentArray,
): void {
  requireLength(gradient, x.length, 'gradient');
  requireLength(result, x.length, 'result');
  runAll('gaussianUnitsBackward', Math.ceil(x.length / CHUNK), [
    ...[x.address, gradient.address, result.address, x.length],
  ]);
}
