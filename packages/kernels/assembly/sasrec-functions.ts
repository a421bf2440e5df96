// Exponentials for sums and sigmoids, cheaper than those of elementary.ts.
import { multiplyAdd } from './simd';

/** e^x for x up to 87, within some (1 + |x|) · 1e-7 of it; e^-87 below −87. */
@inline
export function expUpTo87(x: v128): v128 {
  const t = f32x4.mul(f32x4.max(x, f32x4.splat(-87)), f32x4.splat(1.44269504));
  // Beside 1.5 · 2^23 there is room for whole numbers alone.
  const shifted = f32x4.add(t, f32x4.splat(12582912));
  const r = f32x4.sub(t, f32x4.sub(shifted, f32x4.splat(12582912)));
  let power = multiplyAdd(f32x4.splat(0.009671513), r, f32x4.splat(0.0013264727));
  power = multiplyAdd(f32x4.splat(0.055507336), r, power);
  power = multiplyAdd(f32x4.splat(0.24022242), r, power);
  power = multiplyAdd(f32x4.splat(0.693147), r, power);
  power = multiplyAdd(f32x4.splat(1), r, power);
  return i32x4.add(power, i32x4.shl(shifted, 23));
}
