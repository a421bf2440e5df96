import type { Scope } from './engine/scope.js';
import { TensorecError } from './errors.js';
import { multiplyAt, packAt, packedBytes, type MatrixAt } from './gemm.js';
import { partOf, type Steps } from './steps.js';

/** Columns that are swept together. */
const BLOCK = 128;
/** Rows of a chunk of the copying kernels. */
const CHUNK_ROWS = 64;

/**
 * The inverse of a symmetric positive definite n × n matrix in the engine's memory, in place: reads the lower triangle,
 * leaves −1 times the inverse in it. Blocked symmetric sweeps (Goodnight, "A tutorial on the SWEEP operator", 1979):
 * n³/2 multiply-adds in single precision, blocks on the diagonal in double.
 *
 * @throws TensorecError `numerical` naming the pivot when the matrix is not positive definite.
 */
export function* sweepAt(memory: Scope, matrix: MatrixAt, n: number): Steps {
  const { engine } = memory;
  const width = Math.min(BLOCK, n);
  const columns = memory.allocate(4 * n * width);
  const products = memory.allocate(4 * n * width);
  const packed = memory.allocate(packedBytes(width, n));
  const inverse = memory.allocate(4 * width * width);
  const packedInverse = memory.allocate(packedBytes(width, width));
  const space = memory.allocate(8 * (width + 1) * (width + 2));
  const failure = memory.allocate(16);
  for (let first = 0; first < n; first += width) {
    const here = Math.min(width, n - first);
    yield* partOf(sweepBlock(first, here), first / n, (first + here) / n);
    yield (first + here) / n;
  }
  for (const address of [columns, products, packed, inverse, packedInverse, space, failure]) {
    memory.free(address);
  }

  function* sweepBlock(first: number, here: number): Steps {
    const chunks = Math.ceil(n / CHUNK_ROWS);
    const place = [matrix.address, matrix.stride, n, first, here];
    const stride = 4 * here;
    yield* partOf(engine.run('copyBlockColumns', chunks, [...place, columns]), 0, 0.05);
    const block = columns + first * stride;
    engine.call('invertBlock', [block, here, inverse, space, failure]);
    const [pivot, value] = memory.view(Float64Array, failure, 2);
    if (pivot! < here) {
      throw new TensorecError(
        'numerical',
        `The matrix is not positive definite: pivot ${first + pivot!} of ${n} is ${value!}. ` +
          'Add regularization to its diagonal.',
      );
    }
    const inverted = { address: inverse, stride };
    yield* partOf(packAt(memory, inverted, here, here, packedInverse), 0.05, 0.06);
    const left = { address: columns, stride };
    const product = { address: products, stride };
    const multiplied = multiplyAt(memory, left, n, here, packedInverse, here, product);
    yield* partOf(multiplied, 0.06, 0.12);
    yield* partOf(packAt(memory, { ...left, transposed: true }, here, n, packed), 0.12, 0.15);
    const change = { scale: -1, add: true, lower: true };
    yield* partOf(multiplyAt(memory, product, n, here, packed, n, matrix, change), 0.15, 0.95);
    const stored = engine.run('storeBlockColumns', chunks, [...place, products, inverse]);
    yield* partOf(stored, 0.95, 1);
  }
}
