import type { SampledEvents } from './user-sample.js';

/** Milliseconds without an event that end a session: half an hour, as web analytics have it. */
export const SESSION_GAP = 1_800_000;

/** Events of one user that repeat others. */
export interface Repeats {
  /** Events of an item that the user had before. */
  readonly pairs: number;
  /** Those whose value and time are the same too. */
  readonly rows: number;
}

/** Counts the repeated events of one user. Time in the order of n log n. */
export function countRepeats({ itemRows, values, times }: SampledEvents): Repeats {
  const order = Int32Array.from(itemRows, (_, n) => n).sort(
    (a, b) => itemRows[a]! - itemRows[b]! || values[a]! - values[b]! || times[a]! - times[b]!,
  );
  let pairs = 0;
  let rows = 0;
  for (let n = 1; n < order.length; n++) {
    const [a, b] = [order[n - 1]!, order[n]!];
    if (itemRows[a] !== itemRows[b]) continue;
    pairs++;
    if (values[a] === values[b] && times[a] === times[b]) rows++;
  }
  return { pairs, rows };
}

/** Lengths of one user's sessions, where `gap` without an event ends one. */
export function sessionLengths(times: Float64Array, gap: number): number[] {
  const sorted = times.slice().sort();
  const lengths: number[] = [];
  let start = 0;
  for (let n = 1; n <= sorted.length; n++) {
    if (n < sorted.length && sorted[n]! - sorted[n - 1]! <= gap) continue;
    lengths.push(n - start);
    start = n;
  }
  return lengths;
}
