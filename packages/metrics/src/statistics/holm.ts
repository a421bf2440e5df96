import { TensorecError } from '@tensorec/kernels';

/**
 * P-values corrected for testing several hypotheses (Holm 1979, A simple sequentially rejective multiple test
 * procedure): the j-th smallest of m is multiplied by m − j + 1, is at least the one before and at most 1. Those below α
 * after the correction are rejected with a chance of at most α that any of them is true. O(m log m).
 *
 * @param pValues - from 0 to 1, of the hypotheses that are looked at together
 * @returns the corrected ones, in the order given
 * @throws TensorecError `invalid-argument` for a p-value outside [0, 1].
 */
export function holm(pValues: readonly number[]): number[] {
  pValues.forEach((pValue, n) => {
    if (pValue >= 0 && pValue <= 1) return;
    throw new TensorecError(
      'invalid-argument',
      `holm found the p-value ${pValue} at position ${n} (counted from 0); a p-value lies in [0, 1].`,
    );
  });
  const order = [...pValues.keys()].sort((a, b) => pValues[a]! - pValues[b]!);
  const adjusted = new Array<number>(pValues.length);
  let largest = 0;
  order.forEach((n, place) => {
    largest = Math.max(largest, Math.min(1, (pValues.length - place) * pValues[n]!));
    adjusted[n] = largest;
  });
  return adjusted;
}
