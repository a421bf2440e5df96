// Four rows of item factors at a time with one row of hidden states.
import { laneSums, multiplyAdd } from './simd';

/** Products of four rows with `h`; `addresses` are words. */
@inline
function dots4(addresses: usize, h: usize, bytes: usize): v128 {
  let a = <usize>load<u32>(addresses);
  let b = <usize>load<u32>(addresses, 4);
  let c = <usize>load<u32>(addresses, 8);
  let d = <usize>load<u32>(addresses, 12);
  let x = f32x4.splat(0);
  let y = x;
  let z = x;
  let w = x;
  for (const end = h + bytes; h < end; h += 16) {
    const u = v128.load(h);
    x = multiplyAdd(x, u, v128.load(a));
    y = multiplyAdd(y, u, v128.load(b));
    z = multiplyAdd(z, u, v128.load(c));
    w = multiplyAdd(w, u, v128.load(d));
    a += 16;
    b += 16;
    c += 16;
    d += 16;
  }
  return laneSums(x, y, z, w);
}

/** Products of `count` rows, a multiple of 4, with `h`. */
export function rowProducts(addresses: usize, count: usize, h: usize, bytes: usize, out: usize): void {
  for (const end = out + (count << 2); out < end; out += 16) {
    v128.store(out, dots4(addresses, h, bytes));
    addresses += 16;
  }
}

/** to += Σ weight · row over four rows. */
@inline
function add4(addresses: usize, scales: usize, to: usize, bytes: usize): void {
  let a = <usize>load<u32>(addresses);
  let b = <usize>load<u32>(addresses, 4);
  let c = <usize>load<u32>(addresses, 8);
  let d = <usize>load<u32>(addresses, 12);
  const s = v128.load_splat<f32>(scales);
  const t = v128.load_splat<f32>(scales, 4);
  const u = v128.load_splat<f32>(scales, 8);
  const v = v128.load_splat<f32>(scales, 12);
  for (const end = to + bytes; to < end; to += 16) {
    const ab = multiplyAdd(f32x4.mul(s, v128.load(a)), t, v128.load(b));
    const cd = multiplyAdd(f32x4.mul(u, v128.load(c)), v, v128.load(d));
    v128.store(to, f32x4.add(v128.load(to), f32x4.add(ab, cd)));
    a += 16;
    b += 16;
    c += 16;
    d += 16;
  }
}

/** to += Σ weight · row over `count` rows, a multiple of 4. */
export function addRows(addresses: usize, scales: usize, count: usize, to: usize, bytes: usize): void {
  for (const end = scales + (count << 2); scales < end; scales += 16) {
    add4(addresses, scales, to, bytes);
    addresses += 16;
  }
}
