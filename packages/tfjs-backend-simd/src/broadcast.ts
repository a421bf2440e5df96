import { copyLayout, ResidentArray, type Operand } from '@tensorec/kernels';

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

/** How to combine two shapes; undefined where operands repeat in more ways than a matrix has. */
export function planOf(
  left: readonly number[],
  right: readonly number[],
  result: readonly number[],
): Plan | undefined {
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
  const runs = runsOf(shape, result, result);
  if (runs.length > 4) return undefined;
  const sizes = runs.map(({ size }) => size);
  const copy = new ResidentArray(sizes.reduce((product, size) => product * size, 1));
  const source = stridesOf(runs.map(({ size, left }) => (left ? size : 1)));
  copyLayout(
    { array, strides: source.map((stride, axis) => (runs[axis]!.left ? stride : 0)) },
    { array: copy, strides: stridesOf(sizes) },
    sizes,
  );
  return copy;
}

/** Numbers from one place to the next along each axis of a shape. */
export function stridesOf(shape: readonly number[]): number[] {
  const strides = new Array<number>(shape.length);
  let stride = 1;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    strides[axis] = stride;
    stride *= shape[axis]!;
  }
  return strides;
}
