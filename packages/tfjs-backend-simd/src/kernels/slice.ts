import { backend_util, slice_util, util, type TensorInfo } from '@tensorflow/tfjs-core';
import type { SimdBackend } from '../backend.js';
import { areFloat, ownKernel, type OwnKernel } from '../kernel.js';
import { copyAxes, MOST_AXES, partOf } from '../layout.js';

/** A part of a tensor: where it begins, its size, and the shape that it gets. */
interface Part {
  readonly begin: readonly number[];
  readonly size: readonly number[];
  readonly shape: readonly number[];
}

/** Copies of parts of a tensor; undefined where one takes more axes than are copied at once. */
function copyParts(
  backend: SimdBackend,
  x: TensorInfo,
  parts: readonly Part[],
): TensorInfo[] | undefined {
  const plans = parts.map(({ begin, size }) => partOf(x.shape, begin, size));
  if (plans.some(({ axes }) => axes.length > MOST_AXES)) return undefined;
  return plans.map(({ axes, start }, n) =>
    backend.fill(parts[n]!.shape, (result) => {
      copyAxes(backend.floatsOf(x), start, axes, result);
    }),
  );
}

/** Parts of the given lengths one after the other along an axis; `shapeOf` gives the shape of each. */
function partsAlong(
  shape: readonly number[],
  axis: number,
  lengths: readonly number[],
  shapeOf: (size: readonly number[]) => readonly number[],
): readonly Part[] {
  let at = 0;
  return lengths.map((length) => {
    const begin = shape.map((_, each) => (each === axis ? at : 0));
    const size = shape.map((own, each) => (each === axis ? length : own));
    at += length;
    return { begin, size, shape: shapeOf(size) };
  });
}

/** Attributes of `StridedSlice`, which follow those of `tf.stridedSlice`. */
interface StridedSliceAttributes {
  readonly begin: number[];
  readonly end: number[];
  readonly strides: number[];
  readonly beginMask: number;
  readonly endMask: number;
  readonly ellipsisMask: number;
  readonly newAxisMask: number;
  readonly shrinkAxisMask: number;
}

/** Parts of a tensor. */
export const sliceKernels = (): readonly OwnKernel[] => [
  ownKernel<
    { readonly x: TensorInfo },
    { readonly begin: number | number[]; readonly size: number | number[] }
  >('Slice', ({ inputs: { x }, attrs, backend }) => {
    if (!areFloat(x)) return undefined;
    const [begin, size] = slice_util.parseSliceParams(x, attrs.begin, attrs.size);
    slice_util.assertParamsValid(x, begin!, size!);
    return copyParts(backend, x, [{ begin: begin!, size: size!, shape: size! }])?.[0];
  }),
  ownKernel<{ readonly x: TensorInfo }, StridedSliceAttributes>(
    'StridedSlice',
    ({ inputs: { x }, attrs, backend }) => {
      const { begin, end, strides, beginMask, endMask } = attrs;
      const { ellipsisMask, newAxisMask, shrinkAxisMask } = attrs;
      const masks = [beginMask, endMask, ellipsisMask, newAxisMask, shrinkAxisMask] as const;
      const info = slice_util.sliceInfo(x.shape, begin, end, strides, ...masks);
      if (!areFloat(x) || info.isIdentity || !(info.sliceDim0 || info.isSimpleSlice)) {
        return undefined;
      }
      const size = slice_util.computeOutShape(info.begin, info.end, info.strides);
      return copyParts(backend, x, [{ begin: info.begin, size, shape: info.finalShape }])?.[0];
    },
  ),
  ownKernel<
    { readonly x: TensorInfo },
    { readonly numOrSizeSplits: number | number[]; readonly axis: number }
  >('SplitV', ({ inputs: { x }, attrs, backend }) => {
    if (!areFloat(x)) return undefined;
    const axis = util.parseAxisParam(attrs.axis, x.shape)[0]!;
    const lengths = backend_util.prepareSplitSize(x, attrs.numOrSizeSplits, axis);
    return copyParts(
      backend,
      x,
      partsAlong(x.shape, axis, lengths, (size) => size),
    );
  }),
  ownKernel<{ readonly value: TensorInfo }, { readonly axis: number }>(
    'Unpack',
    ({ inputs: { value }, attrs, backend }) => {
      if (!areFloat(value)) return undefined;
      const axis = util.parseAxisParam(attrs.axis, value.shape)[0]!;
      const lengths = new Array<number>(value.shape[axis]!).fill(1);
      const rest = value.shape.filter((_, each) => each !== axis);
      return copyParts(
        backend,
        value,
        partsAlong(value.shape, axis, lengths, () => rest),
      );
    },
  ),
];
