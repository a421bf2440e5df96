import { requireLength, runAll } from './array-functions.js';
import { requireArgument } from './errors.js';
import type { ResidentArray } from './resident-array.js';

/** Numbers of a result that is worth several chunks. */
const CHUNK = 32_768;
/** Into how many chunks segments are cut: each looks at all numbers of segments. */
const SEGMENT_CHUNKS = 8;

/**
 * Writes the greatest number of each segment, column by column, to `result`, segments × columns; −∞ where a segment has no
 * row, NaN where a row of it has one. Rows whose segment is below 0 or not below the number of segments are left out. At
 * once; time in the order of what is read and written.
 *
 * @param rows - a row of `columns` numbers for each of `segments`
 * @param segments - integers
 * @throws TensorecError `invalid-argument` unless lengths agree.
 */
export function maximaOfSegments(
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
  runAll('raiseSegments', Math.ceil(count / Math.max(1, part)), [
    ...[rows.address, segments.address, segments.length, columns],
    ...[result.address, count, part],
  ]);
}
