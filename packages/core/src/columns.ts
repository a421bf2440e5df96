import type {
  ReadonlyFloat32Array,
  ReadonlyFloat64Array,
  ReadonlyInt32Array,
} from '@tensorec/kernels';

// One function for each kind of array: a shared one would have to find out the kind at every entry.

/** The entries at some positions. */
export function gather(from: ReadonlyInt32Array, positions: ReadonlyInt32Array): Int32Array {
  const to = new Int32Array(positions.length);
  for (let n = 0; n < positions.length; n++) to[n] = from[positions[n]!]!;
  return to;
}

/** As {@link gather}. */
export function gatherSingles(
  from: ReadonlyFloat32Array,
  positions: ReadonlyInt32Array,
): Float32Array {
  const to = new Float32Array(positions.length);
  for (let n = 0; n < positions.length; n++) to[n] = from[positions[n]!]!;
  return to;
}

/** As {@link gather}. */
export function gatherDoubles(
  from: ReadonlyFloat64Array,
  positions: ReadonlyInt32Array,
): Float64Array {
  const to = new Float64Array(positions.length);
  for (let n = 0; n < positions.length; n++) to[n] = from[positions[n]!]!;
  return to;
}

/** The entries with one of the marks, which are so many. */
export function pack(
  from: ReadonlyInt32Array,
  marks: Uint8Array,
  mark: number,
  length: number,
): Int32Array {
  const to = new Int32Array(length);
  let next = 0;
  for (let n = 0; n < marks.length; n++) if (marks[n] === mark) to[next++] = from[n]!;
  return to;
}

/** As {@link pack}. */
export function packSingles(
  from: ReadonlyFloat32Array,
  marks: Uint8Array,
  mark: number,
  length: number,
): Float32Array {
  const to = new Float32Array(length);
  let next = 0;
  for (let n = 0; n < marks.length; n++) if (marks[n] === mark) to[next++] = from[n]!;
  return to;
}

/** As {@link pack}. */
export function packDoubles(
  from: ReadonlyFloat64Array,
  marks: Uint8Array,
  mark: number,
  length: number,
): Float64Array {
  const to = new Float64Array(length);
  let next = 0;
  for (let n = 0; n < marks.length; n++) if (marks[n] === mark) to[next++] = from[n]!;
  return to;
}
