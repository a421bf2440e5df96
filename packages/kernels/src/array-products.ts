import { runAll, requireLength } from './array-functions.js';
import { requireEngine } from './engine/engine.js';
import { multiplyAt, packAt, packedBytes, type ProductShape } from './gemm.js';
import type { ResidentArray } from './resident-array.js';
import { finish } from './steps.js';

/** Multiplications that a chunk of small products makes, some 30 µs of one thread. */
const CHUNK = 524_288;
/** How many bytes a right factor has at most that each thread packs for itself. */
const MOST_PACKED = 1_048_576;
/** How many products there are at least that are cut into chunks of whole products, whatever their size. */
const MANY = 8;

/** Products of matrices that lie one after the other in their arrays. */
export interface BatchShape extends ProductShape {
  /** How many products there are. */
  readonly batch: number;
  /** How many left matrices there are; product n takes matrix n modulo this. Default `batch`. */
  readonly leftBatch?: number;
  /** How many right matrices there are; default `batch`. */
  readonly rightBatch?: number;
}

/**
 * Writes the products of dense row-major matrices to `result`, batch × rows × columns. Numbers as of `matrixProduct`. At
 * once; time in the order of batch · rows · depth · columns.
 *
 * @throws TensorecError `invalid-argument` unless lengths and shape agree; `memory`.
 */
export function multiplyArrays(
  left: ResidentArray,
  right: ResidentArray,
  result: ResidentArray,
  shape: BatchShape,
): void {
  const { batch, rows, depth, columns, transposeLeft = false, transposeRight = false } = shape;
  const { leftBatch = batch, rightBatch = batch } = shape;
  requireLength(left, leftBatch * rows * depth, 'left');
  requireLength(right, rightBatch * depth * columns, 'right');
  requireLength(result, batch * rows * columns, 'result');
  const whole = {
    batch,
    leftBatch,
    rightBatch,
    rows,
    depth,
    columns,
    transposeLeft,
    transposeRight,
  };
  // The rows of all left matrices are multiplied with one right matrix at once.
  const joined =
    batch > 1 && rightBatch === 1 && leftBatch === batch && !transposeLeft
      ? { ...whole, batch: 1, leftBatch: 1, rows: batch * rows }
      : whole;
  const isSmall = joined.rows * depth * columns <= CHUNK;
  const fits = packedBytes(depth, columns) <= MOST_PACKED;
  if (fits && (isSmall || joined.batch >= MANY)) multiplySmall(left, right, result, joined);
  else multiplyOneByOne(left, right, result, joined);
}

type Whole = Required<BatchShape>;

/** Chunks of whole products: each thread packs the right factors that it needs. */
function multiplySmall(
  left: ResidentArray,
  right: ResidentArray,
  result: ResidentArray,
  { batch, leftBatch, rightBatch, rows, depth, columns, transposeLeft, transposeRight }: Whole,
): void {
  const part = Math.max(1, Math.floor(CHUNK / Math.max(1, rows * depth * columns)));
  const chunks = Math.ceil(batch / part);
  const engine = requireEngine();
  const memory = engine.open();
  const bytes = engine.value('multiplySpace', depth) + packedBytes(depth, columns);
  const space = memory.allocate(bytes * Math.max(1, Math.min(engine.threads, chunks)));
  try {
    runAll('multiplyMatrices', chunks, [
      ...[left.address, 4 * (transposeLeft ? rows : depth), transposeLeft ? 1 : 0, leftBatch],
      ...[
        right.address,
        4 * (transposeRight ? depth : columns),
        transposeRight ? 1 : 0,
        rightBatch,
      ],
      ...[rows, depth, columns, result.address, batch, part, space, bytes],
    ]);
  } finally {
    memory.close();
  }
}

/** One product after the other, each on all threads. */
function multiplyOneByOne(
  left: ResidentArray,
  right: ResidentArray,
  result: ResidentArray,
  { batch, leftBatch, rightBatch, rows, depth, columns, transposeLeft, transposeRight }: Whole,
): void {
  const memory = requireEngine().open();
  try {
    const packed = memory.allocate(packedBytes(depth, columns));
    for (let n = 0; n < batch; n++) {
      const rightAt = {
        address: right.address + 4 * (n % rightBatch) * depth * columns,
        stride: 4 * (transposeRight ? depth : columns),
        transposed: transposeRight,
      };
      if (n === 0 || rightBatch > 1) finish(packAt(memory, rightAt, depth, columns, packed));
      const leftAt = {
        address: left.address + 4 * (n % leftBatch) * rows * depth,
        stride: 4 * (transposeLeft ? rows : depth),
        transposed: transposeLeft,
      };
      const resultAt = { address: result.address + 4 * n * rows * columns, stride: 4 * columns };
      finish(multiplyAt(memory, leftAt, rows, depth, packed, columns, resultAt));
    }
  } finally {
    memory.close();
  }
}
