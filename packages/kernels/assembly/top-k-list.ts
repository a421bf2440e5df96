// A list of the best scores and the items that have them, while it is made.

/** Whether ascending indices hold one. */
export function holds(indices: usize, count: usize, index: i32): bool {
  let low: usize = 0;
  let high = count;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (load<i32>(indices + (middle << 2)) < index) low = middle + 1;
    else high = middle;
  }
  return low < count && load<i32>(indices + (low << 2)) == index;
}

/** The list of one query while it is made: scores and items, the best first, how many, and the most. */
let listScores: usize = 0;
let listItems: usize = 0;
let listLength: usize = 0;
let longest: usize = 0;

/** Puts an item in its place: greater score first, then the smaller item. The last one leaves a full list. */
export function insert(score: f32, item: i32): void {
  let low: usize = 0;
  let high = listLength;
  while (low < high) {
    const middle = (low + high) >> 1;
    const there = load<f32>(listScores + (middle << 2));
    if (there > score || (there == score && load<i32>(listItems + (middle << 2)) < item)) {
      low = middle + 1;
    } else high = middle;
  }
  if (low == longest) return;
  if (listLength < longest) listLength++;
  const at = low << 2;
  const moved = ((listLength - 1) << 2) - at;
  memory.copy(listScores + at + 4, listScores + at, moved);
  memory.copy(listItems + at + 4, listItems + at, moved);
  store<f32>(listScores + at, score);
  store<i32>(listItems + at, item);
}

/** The score that an item must reach; −Infinity while there is room. */
@inline
export function threshold(): f32 {
  return listLength < longest ? -Infinity : load<f32>(listScores + ((longest - 1) << 2));
}

/** Makes a list that may hold `most` items the current one. */
@inline
export function useList(scores: usize, items: usize, length: usize, most: usize): void {
  listScores = scores;
  listItems = items;
  listLength = length;
  longest = most;
}

/** How many items the list holds. */
@inline
export function lengthOfList(): usize {
  return listLength;
}
