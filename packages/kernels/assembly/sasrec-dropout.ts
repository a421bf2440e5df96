// Dropout whose masks are a pure function of seed, step, sequence and place, so that none is stored. Of 32 random bits
// two places take 16 each: probabilities are multiples of 1/65536.
import { panelBytes } from './sasrec-shape';

/** Places whose 16 bits lie below are dropped; 0 drops none. */
export let threshold: i32 = 0;
/** What the kept numbers are multiplied by. */
export let keptScale: f32 = 1;

export function setDropout(places: i32): void {
  threshold = places;
  keptScale = <f32>(65536.0 / <f64>(65536 - places));
}

/** The finaliser of SplitMix64 (Steele, Lea & Flood, OOPSLA 2014). */
export function mixed(x: u64): u64 {
  x += 0x9e3779b97f4a7c15;
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9;
  x = (x ^ (x >> 27)) * 0x94d049bb133111eb;
  return x ^ (x >> 31);
}

/** 128 random bits of place `place` of a key: a 32-bit mixer (Wellons 2018) on a counter, the key in two places. */
@inline
export function randomBits(key: u64, place: usize): v128 {
  let x = i32x4.add(i32x4.splat(<i32>key + (<i32>place << 2)), i32x4(0, 1, 2, 3));
  x = v128.xor(x, i32x4.shr_u(x, 16));
  x = i32x4.mul(x, i32x4.splat(0x7feb352d));
  x = v128.xor(v128.xor(x, i32x4.shr_u(x, 15)), i32x4.splat(<i32>(key >> 32)));
  x = i32x4.mul(x, i32x4.splat(<i32>0x846ca68b));
  return v128.xor(x, i32x4.shr_u(x, 16));
}

/** Which of the first 4 of 8 places are kept. */
@inline
export function keptFirst(bits: v128, least: v128): v128 {
  return i32x4.ge_s(v128.and(bits, i32x4.splat(0xffff)), least);
}

/** Which of the other 4 are kept. */
@inline
export function keptSecond(bits: v128, least: v128): v128 {
  return i32x4.ge_s(i32x4.shr_u(bits, 16), least);
}

/** Drops numbers of panels out, and multiplies the others, in place. */
export function dropOut(x: usize, panels: usize, key: u64): void {
  if (threshold == 0) return;
  const least = i32x4.splat(threshold);
  const scale = f32x4.splat(keptScale);
  const places = (panels * panelBytes) >> 5;
  for (let place: usize = 0; place < places; place++) {
    const bits = randomBits(key, place);
    v128.store(x, v128.and(f32x4.mul(v128.load(x), scale), keptFirst(bits, least)));
    v128.store(x, v128.and(f32x4.mul(v128.load(x, 16), scale), keptSecond(bits, least)), 16);
    x += 32;
  }
}
