import { exp } from '@tensorec/kernels';

/** Coefficients of P and Q in the three intervals of Cody (1969), Rational Chebyshev approximations for the error function. */
const small = {
  p: [
    3209.3775891384694, 377.485237685302, 113.86415415105016, 3.1611237438705655,
    0.18577770618460315,
  ],
  q: [2844.236833439171, 1282.6165260773723, 244.02463793444417, 23.601290952344122, 1],
} as const;
const middle = {
  p: [
    1230.3393547979972, 2051.0783778260716, 1712.0476126340707, 881.952221241769, 298.6351381974001,
    66.11919063714163, 8.883149794388377, 0.5641884969886701, 2.1531153547440383e-8,
  ],
  q: [
    1230.3393548037495, 3439.3676741437216, 4362.619090143247, 3290.7992357334597,
    1621.3895745666903, 537.1811018620099, 117.6939508913125, 15.744926110709835, 1,
  ],
} as const;
const large = {
  p: [
    -0.0006587491615298378, -0.016083785148742275, -0.12578172611122926, -0.36034489994980445,
    -0.30532663496123236, -0.016315387137302097,
  ],
  q: [
    0.0023352049762686918, 0.06051834131244132, 0.5279051029514285, 1.8729528499234673,
    2.568520192289822, 1,
  ],
} as const;

/**
 * The chance that a standard normal variable is at least as far from 0 as `z`: erfc(|z| / √2), with a relative error of some
 * 1e-14 down to 1e-300.
 */
export function twoSidedNormal(z: number): number {
  return complementaryError(Math.abs(z) / Math.SQRT2);
}

/** erfc(x) for x ≥ 0. */
function complementaryError(x: number): number {
  if (x <= 0.5) return 1 - x * ratio(small, x * x);
  if (x <= 4) return exp(-x * x) * ratio(middle, x);
  if (x > 27) return 0;
  const inverse = 1 / (x * x);
  return (exp(-x * x) / x) * (1 / Math.sqrt(Math.PI) + inverse * ratio(large, inverse));
}

function ratio(
  { p, q }: { readonly p: readonly number[]; readonly q: readonly number[] },
  x: number,
): number {
  return polynomial(p, x) / polynomial(q, x);
}

function polynomial(coefficients: readonly number[], x: number): number {
  return coefficients.reduceRight((sum, coefficient) => sum * x + coefficient, 0);
}
