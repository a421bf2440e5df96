import { requireLength, runAll } from './array-functions.js';
import { requireArgument } from './errors.js';
import type { ResidentArray } from './resident-array.js';

/** Numbers that a chunk copies. */
const CHUNK = 65_536;
/** Into how many chunks segments are cut: each looks at all numbers of segments. */
const SEGMENT_CHUNKS = 8;

/**
 * Writes the rows of `x`, seen as `outer` matrices of `rows` × `columns`, with the given numbers to `result`, outer ×
 * numbers × columns. At once; time in the order of what is written.
 *
 * @param numbers - row numbers, integers from 0 to rows − 1: whoever calls has looked at them
 * @throws TensorecError `invalid-argument` unless lengths and shapes agree.
 */
export function gatherRows(
  x: ResidentArray,
  numbers: ResidentArray,
  result: ResidentArray,
  {
    outer,
    rows,
    columns,
  }: { readonly outer: number; readonly rows: number; readonly columns: number },
): void {
  requireLength(x, outer * rows * columns, 'x');
  requireLength(result, outer * numbers.length * columns, 'result');
  const part = Math.max(1, Math.ceil(CHUNK / Math.max(1, columns)));
  runAll('gatherNumbers', Math.ceil((outer * numbers.length) / part), [
    ...[x.address, rows, numbers.address, numbers.length, 4 * columns],
    ...[result.address, outer, part],
  ]);
}

/**
 * Writes the sum of the rows of each segment to `result`, segments × columns; 0 where a segment has none. Sums in single
 * precision in the order of the rows. Rows whose segment is below 0 or not below the number of segments are left out. At
 * once; time in the order of what is read and written.
 *
 * @param rows - a row of `columns` numbers for each of `segments`
 * @param segments - integers
 * @throws TensorecError `invalid-argument` unless lengths agree.
 */
export function sumSegments(
  rows: ResidentArray,
  segments: ResidentArray,
  result: ResidentArray,
  columns: number,
): void {
  requireLength(rows, segments.length * columns, 'rows');
  const count = columns === 0 ? 0 : result.length / columns;
  requireArgument(
    Number.isInteger(count),
    () => `result has ${result.length} numbers; give a multiple of the ${columns} columns.`,
  );
  const part = Math.ceil(count / (result.length < CHUNK ? 1 : SEGMENT_CHUNKS));
  runAll('sumSegments', Math.ceil(count / Math.max(1, part)), [
    ...[rows.address, segments.address, segments.length, columns],
    ...[result.address, count, part],
  ]);
}

/** Where the numbers of an array of several axes lie: the first one, and how far it is along each axis. */
export interface Layout {
  readonly array: ResidentArray;
  /** Where the first number lies; default 0. */
  readonly start?: number;
  /** Numbers from one place to the next along each axis; 0 repeats. */
  readonly strides: readonly number[];
}

/**
 * Copies numbers between two layouts of the same sizes: slices, permuted axes, repeats, parts of a longer array. At once;
 * time in the order of the product of the sizes.
 *
 * @param sizes - of at most four axes
 * @throws TensorecError `invalid-argument` for more axes, or where a layout reaches out of its array.
 */
export function copyLayout(source: Layout, target: Layout, sizes: readonly number[]): void {
  requireArgument(
    sizes.length <= 4,
    () => `There are ${sizes.length} axes; copy at most four at once.`,
  );
  if (sizes.includes(0)) return;
  requireInside(source, sizes, 'source');
  requireInside(target, sizes, 'target');
  const four = padded(sizes, 1);
  const part = Math.max(1, Math.ceil(CHUNK / four[3]!));
  runAll('copyNumbers', Math.ceil((four[0]! * four[1]! * four[2]!) / part), [
    source.array.address + 4 * (source.start ?? 0),
    target.array.address + 4 * (target.start ?? 0),
    ...four,
    ...padded(source.strides, 4),
    ...padded(target.strides, 4),
    part,
  ]);
}

/** Four values, each times a factor: the given ones, ones before them. */
function padded(values: readonly number[], factor: number): readonly number[] {
  const four = [factor, factor, factor, factor];
  const missing = 4 - values.length;
  for (let axis = missing; axis < 4; axis++) four[axis] = factor * values[axis - missing]!;
  return four;
}

function requireInside(
  { array, start = 0, strides }: Layout,
  sizes: readonly number[],
  name: string,
): void {
  let last = start;
  let least = 0;
  for (let axis = 0; axis < strides.length; axis++) {
    last += strides[axis]! * (sizes[axis]! - 1);
    least = Math.min(least, strides[axis]!);
  }
  requireArgument(
    strides.length === sizes.length && start >= 0 && last < array.length && least === 0,
    () => `The ${name} reaches from ${start} to ${last}, outside an array of ${array.length}.`,
  );
}

/**
 * Writes the transposes of `matrices` matrices of `rows` × `columns`, which lie one after the other, to `result`. At once;
 * time in the order of the length.
 *
 * @throws TensorecError `invalid-argument` unless both arrays have matrices · rows · columns numbers.
 */
export function transposeArray(
  x: ResidentArray,
  result: ResidentArray,
  matrices: number,
  rows: number,
  columns: number,
): void {
  requireLength(x, matrices * rows * columns, 'x');
  requireLength(result, matrices * rows * columns, 'result');
  const wanted = Math.max(4, 4 * Math.ceil(CHUNK / 4 / Math.max(1, rows)));
  const part = Math.min(wanted, columns);
  const parts = Math.ceil(columns / Math.max(1, part));
  runAll('transposeNumbers', matrices * parts, [
    ...[x.address, result.address, matrices, rows, columns, parts, part],
  ]);
}
