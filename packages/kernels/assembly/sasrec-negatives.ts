// Negatives drawn uniformly from all items, as a pure function of seed, step and place.
import { nextChunk, parameter, realParameter } from './pool';
import { mixed, randomBits } from './sasrec-dropout';

/** Fours of negatives of a chunk. */
const CHUNK: usize = 16384;

/** Draws so many negatives, a multiple of 4. Parameters: out, fours, items, seed, step. */
export function sasRecDrawNegatives(): void {
  const out = parameter(0);
  const fours = parameter(1);
  const items = i32x4.splat(<i32>parameter(2));
  const key = mixed(~mixed(mixed(<u64>realParameter(3)) + <u64>parameter(4)));
  for (let chunk = nextChunk(); chunk >= 0; chunk = nextChunk()) {
    const end = min((<usize>chunk + 1) * CHUNK, fours);
    for (let place = <usize>chunk * CHUNK; place < end; place++) {
      // The high halves of 64-bit products: of 2^32 numbers, each item has as many as any other or one more.
      const bits = randomBits(key, place);
      const first = i64x2.extmul_low_i32x4_u(bits, items);
      const second = i64x2.extmul_high_i32x4_u(bits, items);
      v128.store(out + (place << 4), i32x4.shuffle(first, second, 1, 3, 5, 7));
    }
  }
}
