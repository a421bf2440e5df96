// The greatest numbers of each row.
import { nextChunk, parameter } from './pool';
import { holds, insert, lengthOfList, threshold, useList } from './top-k-list';

/** Offers the numbers of a row to the list; −∞ and NaN are never taken. */
function offerRow(scores: usize, count: usize, excluded: usize, excludedCount: usize): void {
  let least = threshold();
  let leasts = f32x4.splat(least);
  let item: usize = 0;
  while (item < count) {
    const at = scores + (item << 2);
    const end = min(item + 16, count);
    if (end == item + 16) {
      const some = v128.or(
        v128.or(f32x4.gt(v128.load(at), leasts), f32x4.gt(v128.load(at, 16), leasts)),
        v128.or(f32x4.gt(v128.load(at, 32), leasts), f32x4.gt(v128.load(at, 48), leasts)),
      );
      if (!v128.any_true(some)) {
        item = end;
        continue;
      }
    }
    for (; item < end; item++) {
      const score = load<f32>(scores + (item << 2));
      // Items come in ascending order: one that equals the last of a full list does not enter.
      if (!(score > least)) continue;
      if (excludedCount > 0 && holds(excluded, excludedCount, <i32>item)) continue;
      insert(score, <i32>item);
      least = threshold();
      leasts = f32x4.splat(least);
    }
  }
}

/**
 * The k greatest numbers of each row and where they stand, ties by place; −∞ and −1 where there are fewer.
 *
 * Parameters: scores, rows, columns, k; offsets and ascending columns that are excluded by row, or 0; out: numbers and their
 * columns, both in single precision; rows a chunk.
 */
export function topKOfRows(): void {
  const rows = parameter(1);
  const columns = parameter(2);
  const k = parameter(3);
  const offsets = parameter(4);
  for (let chunk = nextChunk(); chunk >= 0; chunk = nextChunk()) {
    const end = min((<usize>chunk + 1) * parameter(8), rows);
    for (let row = <usize>chunk * parameter(8); row < end; row++) {
      const values = parameter(6) + ((row * k) << 2);
      const items = parameter(7) + ((row * k) << 2);
      useList(values, items, 0, k);
      const from = offsets == 0 ? 0 : <usize>load<i32>(offsets + (row << 2));
      const to = offsets == 0 ? 0 : <usize>load<i32>(offsets + (row << 2), 4);
      offerRow(parameter(0) + ((row * columns) << 2), columns, parameter(5) + (from << 2), to - from);
      const length = lengthOfList();
      for (let o: usize = 0; o < length << 2; o += 4) store<f32>(items + o, <f32>load<i32>(items + o));
      for (let o = length << 2; o < k << 2; o += 4) {
        store<f32>(values + o, -Infinity);
        store<f32>(items + o, -1);
      }
    }
  }
}
