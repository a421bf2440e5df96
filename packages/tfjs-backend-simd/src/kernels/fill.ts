import { copyLayout, mapArray } from '@tensorec/kernels';
import type { TensorInfo } from '@tensorflow/tfjs-core';
import type { SimdBackend } from '../backend.js';
import { areFloat, ownKernel, sizeOf, type OwnKernel } from '../kernel.js';
import { copyAxes, joinAxes, MOST_AXES, stridesOf } from '../layout.js';

interface Input {
  readonly x: TensorInfo;
}

function constant(backend: SimdBackend, shape: readonly number[], value: number): TensorInfo {
  return backend.fill(shape, (result) => {
    mapArray('constant', result, result, value);
  });
}

/** Tensors of one number. */
export const fillKernels = (): readonly OwnKernel[] => [
  ownKernel<object, { readonly shape: number[]; readonly value: unknown; readonly dtype?: string }>(
    'Fill',
    ({ attrs: { shape, value, dtype = 'float32' }, backend }) =>
      typeof value === 'number' && dtype === 'float32'
        ? constant(backend, shape, value)
        : undefined,
  ),
  ownKernel<Input>('ZerosLike', ({ inputs: { x }, backend }) =>
    areFloat(x) ? constant(backend, x.shape, 0) : undefined,
  ),
  ownKernel<Input>('OnesLike', ({ inputs: { x }, backend }) =>
    areFloat(x) ? constant(backend, x.shape, 1) : undefined,
  ),
];

/** Repeats a tensor along its axes. */
export const tileKernel = (): OwnKernel =>
  ownKernel<Input, { readonly reps: readonly number[] }>(
    'Tile',
    ({ inputs: { x }, attrs: { reps }, backend }) => {
      const strides = stridesOf(x.shape);
      const axes = joinAxes(
        x.shape.flatMap((size, axis) => [
          { size: reps[axis]!, stride: 0 },
          { size, stride: strides[axis]! },
        ]),
      );
      if (!areFloat(x) || axes.length > MOST_AXES) return undefined;
      const shape = x.shape.map((size, axis) => size * reps[axis]!);
      return backend.fill(shape, (result) => {
        copyAxes(backend.floatsOf(x), 0, axes, result);
      });
    },
  );

/** A tensor with a border of one number: what the gradient of `slice` is made of. */
export const padKernel = (): OwnKernel =>
  ownKernel<Input, { readonly paddings: [number, number][]; readonly constantValue: number }>(
    'PadV2',
    ({ inputs: { x }, attrs: { paddings, constantValue }, backend }) => {
      const shape = x.shape.map((size, axis) => paddings[axis]![0] + size + paddings[axis]![1]);
      const all = stridesOf(shape);
      const axes = joinAxes(x.shape.map((size, axis) => ({ size, stride: all[axis]! })));
      if (!areFloat(x) || axes.length > MOST_AXES) return undefined;
      const sizes = axes.map(({ size }) => size);
      const strides = axes.map(({ stride }) => stride);
      const start = all.reduce((at, stride, axis) => at + stride * paddings[axis]![0], 0);
      return backend.fill(shape, (array) => {
        mapArray('constant', array, array, constantValue);
        if (sizeOf(x.shape) === 0) return;
        const source = { array: backend.floatsOf(x), strides: stridesOf(sizes) };
        copyLayout(source, { array, start, strides }, sizes);
      });
    },
  );
