import { ResidentArray, type Operand } from '@tensorec/kernels';
import { copyAxes, joinAxes, MOST_AXES, stridesOf } from './layout.js';
import { sizeOf } from './kernel.js';

/** Two operands as one kernel takes them: both seen as a matrix, of which each has both axes, one or none. */
export interface Plan {
  readonly rows: number;
  readonly columns: number;
  readonly left: Omit<Operand, 'array'>;
  readonly right: Omit<Operand, 'array'>;
}

/** A run of axes along which both operands behave alike. */
interface Run {
  size: number;
  readonly left: boolean;
  readonly right: boolean;
}

/** Joins neighbouring axes along which both operands go on, or one repeats. */
function runsOf(
  left: readonly number[],
  right: readonly number[],
  result: readonly number[],
): readonly Run[] {
  const runs: Run[] = [];
  result.forEach((size, axis) => {
    if (size === 1) return;
    const goesOn = (shape: readonly number[]): boolean =>
      (shape[axis - result.length + shape.length] ?? 1) !== 1;
    const run = { size, left: goesOn(left), right: goesOn(right) };
    const last = runs.at(-1);
    if (last?.left === run.left && last.right === run.right) last.size *= size;
    else runs.push(run);
  });
  return runs;
}

const both = { rows: true, columns: true };
const neither = { rows: false, columns: false };

/** The plan where one operand is a number, or both have the same shape. */
function planOfOne(
  left: readonly number[],
  right: readonly number[],
  result: readonly number[],
): Plan | undefined {
  const columns = sizeOf(result);
  if (sizeOf(right) === 1) return { rows: 1, columns, left: both, right: neither };
  if (sizeOf(left) === 1) return { rows: 1, columns, left: neither, right: both };
  const isSame =
    left.length === right.length && left.every((length, axis) => length === right[axis]);
  return isSame ? { rows: 1, columns, left: both, right: both } : undefined;
}

/** How to combine two shapes; undefined where operands repeat in more ways than a matrix has. */
export function planOf(
  left: readonly number[],
  right: readonly number[],
  result: readonly number[],
): Plan | undefined {
  const one = planOfOne(left, right, result);
  if (one !== undefined) return one;
  const runs = runsOf(left, right, result);
  if (runs.length > 2) return undefined;
  const columns = runs.at(-1) ?? { size: 1, left: true, right: true };
  const rows = runs.length === 2 ? runs[0]! : { size: 1, left: true, right: true };
  return {
    rows: rows.size,
    columns: columns.size,
    left: { rows: rows.left, columns: columns.left },
    right: { rows: rows.right, columns: columns.right },
  };
}

/**
 * A copy of an array of a shape that is repeated to the shape of the result.
 *
 * @returns undefined where that takes more axes than are copied at once
 */
export function repeated(
  array: ResidentArray,
  shape: readonly number[],
  result: readonly number[],
): ResidentArray | undefined {
  const strides = stridesOf(shape);
  const axes = joinAxes(
    result.map((size, axis) => {
      const own = axis - result.length + shape.length;
      return { size, stride: (shape[own] ?? 1) === 1 ? 0 : strides[own]! };
    }),
  );
  if (axes.length > MOST_AXES) return undefined;
  const copy = new ResidentArray(sizeOf(result));
  copyAxes(array, 0, axes, copy);
  return copy;
}
