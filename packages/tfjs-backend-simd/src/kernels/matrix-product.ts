import { combineArrays, mapArray, multiplyArrays, type ResidentArray } from '@tensorec/kernels';
import { broadcast_util, type TensorInfo } from '@tensorflow/tfjs-core';
import type { SimdBackend } from '../backend.js';
import { areFloat, ownKernel, sizeOf, type OwnKernel } from '../kernel.js';

interface Factors {
  readonly a: TensorInfo;
  readonly b: TensorInfo;
}

interface Transposes {
  readonly transposeA: boolean;
  readonly transposeB: boolean;
}

/** What a fused product does with the product. */
interface FusedAttributes extends Transposes {
  readonly activation: string;
  readonly leakyreluAlpha?: number | undefined;
}

/** What an activation does with the numbers; those that are missing are left to the backend `cpu`. */
const activations: Readonly<
  Record<string, (numbers: ResidentArray, attributes: FusedAttributes) => void>
> = {
  linear: () => undefined,
  relu: (numbers) => {
    mapArray('rectified', numbers, numbers);
  },
  relu6: (numbers) => {
    mapArray('clipped', numbers, numbers, 0, 6);
  },
  elu: (numbers) => {
    mapArray('elu', numbers, numbers);
  },
  sigmoid: (numbers) => {
    mapArray('sigmoid', numbers, numbers);
  },
  leakyrelu: (numbers, { leakyreluAlpha }) => {
    mapArray('leaky', numbers, numbers, leakyreluAlpha);
  },
};

/** The product; `change` is called with its numbers. */
function multiply(
  backend: SimdBackend,
  { a, b }: Factors,
  { transposeA, transposeB }: Transposes,
  change: (product: ResidentArray, columns: number) => void,
): TensorInfo | undefined {
  const batchShape = (shape: readonly number[]): number[] => shape.slice(0, -2);
  const outer = broadcast_util.assertAndGetBroadcastShape(batchShape(a.shape), batchShape(b.shape));
  const batch = sizeOf(outer);
  const leftBatch = sizeOf(batchShape(a.shape));
  const rightBatch = sizeOf(batchShape(b.shape));
  // Product n takes the matrices n modulo their number, as on the other backends.
  const [rows, depth] = lastTwo(a.shape, transposeA);
  const [rightDepth, columns] = lastTwo(b.shape, transposeB);
  if (!areFloat(a, b) || depth !== rightDepth) return undefined;
  return backend.fill([...outer, rows, columns], (product) => {
    multiplyArrays(backend.floatsOf(a), backend.floatsOf(b), product, {
      batch,
      leftBatch,
      rightBatch,
      rows,
      depth,
      columns,
      transposeLeft: transposeA,
      transposeRight: transposeB,
    });
    change(product, columns);
  });
}

function lastTwo(shape: readonly number[], transposed: boolean): [number, number] {
  const [rows, columns] = [shape.at(-2)!, shape.at(-1)!];
  return transposed ? [columns, rows] : [rows, columns];
}

/** Products of matrices, with a bias and an activation or without. */
export const matrixProductKernels = (): readonly OwnKernel[] => [
  ownKernel<Factors, Transposes>('BatchMatMul', ({ inputs, attrs, backend }) =>
    multiply(backend, inputs, attrs, () => undefined),
  ),
  ownKernel<Factors & { readonly bias?: TensorInfo }, FusedAttributes>(
    '_FusedMatMul',
    ({ inputs, attrs, backend }) => {
      const activate = activations[attrs.activation];
      const { bias } = inputs;
      const columnsOfB = lastTwo(inputs.b.shape, attrs.transposeB)[1];
      const biasSize = bias === undefined ? columnsOfB : sizeOf(bias.shape);
      if (activate === undefined || biasSize !== columnsOfB || (bias && !areFloat(bias))) {
        return undefined;
      }
      return multiply(backend, inputs, attrs, (product, columns) => {
        if (bias !== undefined) {
          combineArrays(
            'sum',
            { array: product },
            { array: backend.floatsOf(bias), rows: false },
            product,
            product.length / Math.max(1, columns),
            columns,
          );
        }
        activate(product, attrs);
      });
    },
  ),
];
