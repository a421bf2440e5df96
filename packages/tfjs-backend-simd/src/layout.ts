import { copyLayout, type ResidentArray } from '@tensorec/kernels';

/** An axis of an array: its size and how many numbers lie from one place to the next; 0 repeats. */
export interface Axis {
  readonly size: number;
  readonly stride: number;
}

/** How many axes are copied at once. */
export const MOST_AXES = 4;

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

/** The same axes in their order, without those of one place; those that go on in one another become one. */
export function joinAxes(axes: readonly Axis[]): readonly Axis[] {
  const joined: Axis[] = [];
  for (const next of axes) {
    const last = joined.at(-1);
    if (next.size === 1) continue;
    if (last?.stride === next.stride * next.size) {
      joined[joined.length - 1] = { size: last.size * next.size, stride: next.stride };
    } else joined.push(next);
  }
  return joined;
}

/** A part of a tensor of a shape: `size` places from `begin` on; as axes that were joined, and where it starts. */
export function partOf(
  shape: readonly number[],
  begin: readonly number[],
  size: readonly number[],
): { readonly axes: readonly Axis[]; readonly start: number } {
  const strides = stridesOf(shape);
  return {
    axes: joinAxes(size.map((each, axis) => ({ size: each, stride: strides[axis]! }))),
    start: strides.reduce((at, stride, axis) => at + stride * begin[axis]!, 0),
  };
}

/** Copies what lies along axes of the source, from `start` on, to the whole result; at most {@link MOST_AXES}. */
export function copyAxes(
  source: ResidentArray,
  start: number,
  axes: readonly Axis[],
  result: ResidentArray,
): void {
  const sizes = axes.map(({ size }) => size);
  const strides = axes.map(({ stride }) => stride);
  copyLayout(
    { array: source, start, strides },
    { array: result, strides: stridesOf(sizes) },
    sizes,
  );
}
