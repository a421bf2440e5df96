import type { ReadonlyFloat32Array, ReadonlyFloat64Array } from './arrays.js';

/**
 * The inner product of `length` numbers of `a` from `aOffset` on and of `b` from `bOffset` on, in four interleaved
 * partial sums.
 */
export function dot(
  a: ReadonlyFloat32Array | ReadonlyFloat64Array,
  aOffset: number,
  b: ReadonlyFloat32Array | ReadonlyFloat64Array,
  bOffset: number,
  length: number,
): number {
  let sum0 = 0;
  let sum1 = 0;
  let sum2 = 0;
  let sum3 = 0;
  const whole = length - (length & 3);
  let i = 0;
  for (; i < whole; i += 4) {
    const p = aOffset + i;
    const q = bOffset + i;
    sum0 += a[p]! * b[q]!;
    sum1 += a[p + 1]! * b[q + 1]!;
    sum2 += a[p + 2]! * b[q + 2]!;
    sum3 += a[p + 3]! * b[q + 3]!;
  }
  for (; i < length; i++) sum0 += a[aOffset + i]! * b[bOffset + i]!;
  return sum0 + sum1 + (sum2 + sum3);
}
