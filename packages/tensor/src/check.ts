import { requireArgument } from '@tensorec/kernels';
import type * as tf from '@tensorflow/tfjs';
import { isReadAtOnce } from './device-traits.js';

/** A shape as messages show it. */
export function describeShape(shape: readonly (number | undefined)[]): string {
  return `[${shape.map((size) => size ?? 'any').join(', ')}]`;
}

/**
 * @param expected - undefined for an axis of any size
 * @throws TensorecError `invalid-argument` unless the tensor has this shape.
 */
export function requireShape(
  name: string,
  { shape }: tf.Tensor,
  expected: readonly (number | undefined)[],
): void {
  requireArgument(
    shape.length === expected.length &&
      expected.every((size, axis) => size === undefined || size === shape[axis]),
    () =>
      `${name} has the shape ${describeShape(shape)}; give a tensor of the shape ${describeShape(expected)}.`,
  );
}

/** @throws TensorecError `invalid-argument` unless the tensor is of this type. */
export function requireType(name: string, { dtype }: tf.Tensor, expected: tf.DataType): void {
  requireArgument(
    dtype === expected,
    () => `${name} is of the type ${dtype}; give a tensor of the type ${expected}.`,
  );
}

/** @throws TensorecError `invalid-argument` unless the number is an integer of `least` or more. */
export function requireInteger(name: string, value: number, least: number): void {
  requireArgument(
    Number.isInteger(value) && value >= least,
    () => `${name} is ${value}; give an integer of ${least} or more.`,
  );
}

/**
 * Looks at each row number, where the device lets a program read at once.
 *
 * @throws TensorecError `invalid-argument` naming the first that is not below `rows`, or for another type than int32.
 */
export function requireRowNumbers(name: string, numbers: tf.Tensor, rows: number): void {
  requireType(name, numbers, 'int32');
  if (!isReadAtOnce()) return;
  const values = numbers.dataSync<'int32'>();
  const wrong = values.findIndex((value) => value < 0 || value >= rows);
  requireArgument(
    wrong < 0,
    () => `${name} holds ${values[wrong]!} at place ${wrong}; give integers from 0 to ${rows - 1}.`,
  );
}
