// The best few of many keys: unsigned 64-bit numbers, the greatest first, no two alike. A key of a score above 0 and an
// index orders by falling score and then by rising index.

/** Stretches of this many bytes are sorted by insertion. */
const SHORT: usize = 16 * 8;

/** The key of a score of 0 or more. */
@inline
export function keyOf(score: f32, index: u32): u64 {
  return (<u64>reinterpret<u32>(score) << 32) | <u64>~index;
}

@inline
export function keyScore(key: u64): f32 {
  return reinterpret<f32>(<u32>(key >> 32));
}

@inline
export function keyIndex(key: u64): u32 {
  return ~(<u32>key);
}

/** Puts the keys above a pivot before it and the others behind; returns where the pivot lies. */
function divide(first: usize, last: usize): usize {
  const middle = first + (((last - first) >> 4) << 3);
  const a = load<u64>(first);
  const b = load<u64>(middle);
  const c = load<u64>(last);
  const pivot = max(min(a, b), min(max(a, b), c));
  const from = pivot == a ? first : pivot == b ? middle : last;
  store<u64>(from, c);
  let place = first;
  for (let at = first; at < last; at += 8) {
    const key = load<u64>(at);
    store<u64>(at, load<u64>(place));
    store<u64>(place, key);
    place += <usize>(key > pivot) << 3; // no branch to predict
  }
  store<u64>(last, load<u64>(place));
  store<u64>(place, pivot);
  return place;
}

function sortShort(first: usize, end: usize): void {
  for (let at = first + 8; at < end; at += 8) {
    const key = load<u64>(at);
    let place = at;
    while (place > first && load<u64>(place - 8) < key) {
      store<u64>(place, load<u64>(place - 8));
      place -= 8;
    }
    store<u64>(place, key);
  }
}

/** Brings the best keys of [first, end) before `limit`, the worst of them last; limit lies above first. */
export function selectKeys(first: usize, end: usize, limit: usize): void {
  while (end - first > SHORT) {
    const pivot = divide(first, end - 8);
    if (pivot >= limit) end = pivot;
    else first = pivot + 8;
    if (first >= limit) return;
  }
  sortShort(first, end);
}

/** Brings the best keys of [first, end) before `limit`, in order. */
export function sortKeys(first: usize, end: usize, limit: usize): void {
  while (end - first > SHORT) {
    const pivot = divide(first, end - 8);
    const rest = pivot + 8;
    if (rest >= limit) end = pivot;
    else if (pivot - first < end - rest) {
      sortKeys(first, pivot, limit);
      first = rest;
    } else {
      sortKeys(rest, end, limit);
      end = pivot;
    }
  }
  sortShort(first, end);
}
