import { reduceArray, ResidentArray, type Reduction } from '@tensorec/kernels';
import { backend_util, util, type TensorInfo } from '@tensorflow/tfjs-core';
import { areFloat, ownKernel, sizeOf, type OwnKernel } from '../kernel.js';

interface Input {
  readonly x: TensorInfo;
}

interface Attributes {
  /** Axes to reduce; null for all. */
  readonly axis?: number | number[] | null;
  /** What the kernel `Max` calls the axes. */
  readonly reductionIndices?: number | number[];
  readonly keepDims: boolean;
}

/** Neighbouring axes that are reduced at once: from `start` to before `end`. */
interface Group {
  readonly start: number;
  end: number;
}

/** The axes in groups of neighbours, the last ones first. */
function groupsOf(axes: readonly number[]): readonly Group[] {
  const groups: Group[] = [];
  for (const axis of [...axes].sort((a, b) => a - b)) {
    const last = groups.at(-1);
    if (last?.end === axis) last.end++;
    else groups.push({ start: axis, end: axis + 1 });
  }
  return groups.reverse();
}

/** Reduces group after group, each in the memory of the one before; the last one to `result`. */
function reduceGroups(
  reduction: Reduction,
  numbers: ResidentArray,
  shape: readonly number[],
  axes: readonly number[],
  result: ResidentArray,
  factor: number,
): void {
  const groups = groupsOf(axes);
  const left = [...shape];
  let current = numbers;
  groups.forEach(({ start, end }, n) => {
    const outer = sizeOf(left.slice(0, start));
    const size = sizeOf(left.slice(start, end));
    const inner = sizeOf(left.slice(end));
    const isLast = n === groups.length - 1;
    const to = isLast ? result : new ResidentArray(outer * inner);
    reduceArray(reduction, current, to, { outer, size, inner }, isLast ? factor : 1);
    if (current !== numbers) current.dispose();
    current = to;
    left.splice(start, end - start);
  });
}

function reduceKernel(name: string, reduction: Reduction): OwnKernel {
  return ownKernel<Input, Attributes>(name, ({ inputs: { x }, attrs, backend }) => {
    const given = attrs.reductionIndices ?? attrs.axis ?? x.shape.map((_, each) => each);
    const axes = util.parseAxisParam(given, x.shape);
    const count = sizeOf(axes.map((each) => x.shape[each]!));
    if (!areFloat(x) || axes.length === 0 || (count === 0 && name !== 'Sum')) return undefined;
    const [shape] = backend_util.computeOutAndReduceShapes(x.shape, axes);
    const kept = attrs.keepDims ? backend_util.expandShapeToKeepDim(shape, axes) : shape;
    return backend.fill(kept, (result) => {
      reduceGroups(
        reduction,
        backend.floatsOf(x),
        x.shape,
        axes,
        result,
        name === 'Mean' ? 1 / count : 1,
      );
    });
  });
}

/** Sums, means, the greatest and the smallest numbers along axes. */
export const reduceKernels = (): readonly OwnKernel[] => [
  reduceKernel('Sum', 'sum'),
  reduceKernel('Mean', 'sum'),
  reduceKernel('Max', 'maximum'),
  reduceKernel('Min', 'minimum'),
];
