import * as tf from '@tensorflow/tfjs';

/**
 * The sum of the rows of `x` that belong to each place: row n belongs to place `places[n]`; 0 where none does. The transpose
 * of a gather. Sums are taken in pairs, so it takes the logarithm of the most rows of a place in calls, on every device
 * (tfjs has a segment sum for some devices alone); on `simd` one kernel does it.
 *
 * @param x - n rows
 * @param places - n integers from 0 to count − 1
 */
export function sumRows(x: tf.Tensor, places: Int32Array, count: number): tf.Tensor {
  if (tf.getBackend() === 'simd') {
    return tf.unsortedSegmentSum(x, tf.tensor1d(places, 'int32'), count);
  }
  return tf.tidy(() => {
    let { order, lengths } = grouped(places, count);
    let sums = x;
    do {
      const pairs = pairsOf(order, lengths);
      const missing = sums.shape[0];
      const padded = tf.concat([sums, tf.zeros([1, ...sums.shape.slice(1)])]);
      const pick = (rows: Int32Array): tf.Tensor =>
        tf.gather(
          padded,
          tf.tensor1d(
            rows.map((row) => (row < 0 ? missing : row)),
            'int32',
          ),
        );
      sums = pairs.hasSecond ? tf.add(pick(pairs.first), pick(pairs.second)) : pick(pairs.first);
      ({ lengths } = pairs);
      order = Int32Array.from(pairs.first.keys());
    } while (lengths.some((length) => length > 1));
    return sums;
  });
}

/** Rows of each place, one place after the other, and how many there are of each. */
interface Groups {
  readonly order: Int32Array;
  readonly lengths: Int32Array;
}

function grouped(places: Int32Array, count: number): Groups {
  const lengths = new Int32Array(count);
  for (const place of places) lengths[place]!++;
  const next = new Int32Array(count);
  for (let place = 1; place < count; place++) next[place] = next[place - 1]! + lengths[place - 1]!;
  const order = new Int32Array(places.length);
  places.forEach((place, row) => {
    order[next[place]!++] = row;
  });
  return { order, lengths };
}

/**
 * Rows two by two: a place with n rows gets ⌈n / 2⌉ pairs, one with none a pair of nothing; −1 is no row.
 */
function pairsOf(
  order: Int32Array,
  lengths: Int32Array,
): { first: Int32Array; second: Int32Array; hasSecond: boolean; lengths: Int32Array } {
  const halves = lengths.map((length) => Math.max(1, (length + 1) >> 1));
  const total = halves.reduce((sum, half) => sum + half, 0);
  const first = new Int32Array(total).fill(-1);
  const second = new Int32Array(total).fill(-1);
  let from = 0;
  let pair = 0;
  lengths.forEach((length, place) => {
    for (let n = 0; n < length; n++)
      (n % 2 === 0 ? first : second)[pair + (n >> 1)] = order[from + n]!;
    from += length;
    pair += halves[place]!;
  });
  return { first, second, hasSecond: second.some((row) => row >= 0), lengths: halves };
}
