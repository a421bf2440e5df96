import { requireEngine } from './engine/engine.js';
import type { ExportName } from './engine/binary.generated.js';
import { requireArgument } from './errors.js';
import type { ResidentArray } from './resident-array.js';

/** Numbers that a chunk of an element-wise kernel computes. */
const CHUNK = 32_768;

/** Functions of one number, in the order of the kernel's numbers. */
const mapOperations = [
  'negative',
  'absolute',
  'square',
  'squareRoot',
  'reciprocalSquareRoot',
  'reciprocal',
  'exponential',
  'logarithm',
  'logarithmOfOnePlus',
  'sigmoid',
  'tangent',
  'softplus',
  'rectified',
  'clipped',
  'leaky',
  'elu',
  'step',
  'floor',
  'ceiling',
  'nearest',
  'sign',
  'not',
  'constant',
] as const;

/**
 * A function of one number x with parameters p and q: `tangent` is the hyperbolic one, `clipped` lies between p and q,
 * `leaky` is p · x below 0, `elu` is e^x − 1 below 0, `step` is 1 above 0 and else p, `nearest` rounds halves to even
 * numbers, `sign` of NaN is 0, `not` is 1 where x is 0 and else 0, `constant` is p.
 */
export type MapOperation = (typeof mapOperations)[number];

/** Functions of two numbers, in the order of the kernel's numbers. */
const combineOperations = [
  'sum',
  'difference',
  'product',
  'quotient',
  'maximum',
  'minimum',
  'squaredDifference',
  'equal',
  'notEqual',
  'less',
  'lessOrEqual',
  'greater',
  'greaterOrEqual',
  'and',
  'or',
] as const;

/** A function of two numbers; relations, `and` and `or` (of what is not 0) are 1 where they hold, else 0. */
export type CombineOperation = (typeof combineOperations)[number];

/**
 * Writes a function of each number of `x` to `result`, which may be `x` itself. NaN stays NaN; exponentials and
 * logarithms are within 3 units in the last place. At once; time in the order of the length.
 *
 * @throws TensorecError `invalid-argument` unless both have the same length.
 */
export function mapArray(
  operation: MapOperation,
  x: ResidentArray,
  result: ResidentArray,
  p = 0,
  q = 0,
): void {
  requireLength(result, x.length, 'result');
  const op = mapOperations.indexOf(operation);
  runAll('mapNumbers', Math.ceil(x.length / CHUNK), [
    op,
    x.address,
    result.address,
    x.length,
    p,
    q,
  ]);
}

/** An operand of {@link combineArrays}: which of the two axes it has; it repeats along the other. */
export interface Operand {
  /** The numbers, or one number, which has neither axis. */
  readonly array: ResidentArray | number;
  /** Has a row for each row of the result; default true. */
  readonly rows?: boolean;
  /** Has a column for each column of the result; default true. */
  readonly columns?: boolean;
}

/**
 * Writes a function of two arrays, each seen as `rows` × `columns`, row-major, to `result`, which may be an operand that
 * has both axes. At once; time in the order of rows · columns.
 *
 * @throws TensorecError `invalid-argument` unless lengths and shape agree.
 */
export function combineArrays(
  operation: CombineOperation,
  left: Operand,
  right: Operand,
  result: ResidentArray,
  rows: number,
  columns: number,
): void {
  requireLength(result, rows * columns, 'result');
  const [leftAddress, leftRow, leftStep] = placeOf(left, rows, columns, 'left');
  const [rightAddress, rightRow, rightStep] = placeOf(right, rows, columns, 'right');
  requireArgument(
    leftStep + rightStep > 0 || columns <= 1,
    () => 'Neither operand has columns; combine one column of each instead.',
  );
  // One row, or rows and columns that make one, are cut into rows of the length of a chunk.
  const flat = leftRow === leftStep * columns && rightRow === rightStep * columns;
  const oneRow = rows === 1 || flat;
  const width = oneRow ? CHUNK : columns;
  const height = oneRow ? Math.ceil((rows * columns) / CHUNK) : rows;
  const chunkRows = oneRow ? 1 : Math.max(1, Math.floor(CHUNK / Math.max(1, columns)));
  runAll('combineNumbers', Math.ceil(height / chunkRows), [
    combineOperations.indexOf(operation),
    leftAddress,
    oneRow ? leftStep * CHUNK : leftRow,
    leftStep,
    rightAddress,
    oneRow ? rightStep * CHUNK : rightRow,
    rightStep,
    result.address,
    height,
    width,
    chunkRows,
    rows * columns,
  ]);
}

/**
 * Writes the numbers of `chosen` to `result` where `condition` is not 0, and those of `other` elsewhere. At once; time in
 * the order of the length.
 *
 * @throws TensorecError `invalid-argument` unless all have the same length.
 */
export function selectArray(
  condition: ResidentArray,
  chosen: ResidentArray,
  other: ResidentArray,
  result: ResidentArray,
): void {
  requireLength(condition, result.length, 'condition');
  requireLength(chosen, result.length, 'chosen');
  requireLength(other, result.length, 'other');
  runAll('selectNumbers', Math.ceil(result.length / CHUNK), [
    ...[condition.address, chosen.address, other.address, result.address, result.length],
  ]);
}

/** Address, and bytes from row to row and from column to column. */
function placeOf(
  { array, rows: hasRows = true, columns: hasColumns = true }: Operand,
  rows: number,
  columns: number,
  name: 'left' | 'right',
): readonly [number, number, number] {
  if (typeof array === 'number') {
    return [requireEngine().placeNumber(name === 'left' ? 0 : 1, array), 0, 0];
  }
  const width = hasColumns ? columns : 1;
  requireLength(array, (hasRows ? rows : 1) * width, name);
  return [array.address, hasRows ? 4 * width : 0, hasColumns ? 4 : 0];
}

/** Runs a kernel: on the calling thread alone where there is one chunk. */
export function runAll(task: ExportName, chunks: number, parameters: readonly number[]): void {
  const engine = requireEngine();
  if (chunks === 1) engine.call(task, parameters);
  else if (chunks > 1) engine.runChunks(task, 0, chunks, parameters);
}

/** @throws TensorecError `invalid-argument` unless the array has `length` numbers. */
export function requireLength(array: ResidentArray, length: number, name: string): void {
  requireArgument(
    array.length === length,
    () => `${name} has ${array.length} numbers; give an array of ${length}.`,
  );
}
