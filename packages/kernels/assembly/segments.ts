// Folds of the rows of segments.
import { nextChunk, parameter } from './pool';

/** The greater of each pair of numbers; NaN where one is. */
function raiseRow(to: usize, x: usize, count: usize): void {
  const end = to + (count << 2);
  for (const whole = to + ((count & ~3) << 2); to < whole; to += 16) {
    v128.store(to, f32x4.max(v128.load(to), v128.load(x)));
    x += 16;
  }
  for (; to < end; to += 4) {
    store<f32>(to, max(load<f32>(to), load<f32>(x)));
    x += 4;
  }
}

/**
 * The greatest numbers of each segment, −∞ where it has no row. A chunk makes a range of segments and looks at all numbers
 * of segments. Numbers outside 0 … segments − 1 take no part.
 *
 * Parameters: rows, numbers of their segments, how many; columns; result, segments, segments a chunk.
 */
export function raiseSegments(): void {
  const count = parameter(2);
  const columns = parameter(3);
  const bytes = columns << 2;
  for (let chunk = nextChunk(); chunk >= 0; chunk = nextChunk()) {
    const from = <usize>chunk * parameter(6);
    const end = min(from + parameter(6), parameter(5));
    const last = parameter(4) + end * bytes;
    for (let to = parameter(4) + from * bytes; to < last; to += 4) store<f32>(to, -Infinity);
    for (let n: usize = 0; n < count; n++) {
      const segment = load<i32>(parameter(1) + (n << 2));
      if (segment < <i32>from || segment >= <i32>end) continue;
      raiseRow(parameter(4) + <usize>segment * bytes, parameter(0) + n * bytes, columns);
    }
  }
}
