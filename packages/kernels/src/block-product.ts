/** Rows of a block. */
export const BLOCK = 64;
/** Columns that are multiplied at once: two packed blocks of this depth stay in the second-level cache. */
const DEPTH = 256;

/** Work space of the blocked algorithms: two packed blocks of rows and their product. */
export interface BlockBuffers {
  readonly left: Float64Array;
  readonly right: Float64Array;
  /** `BLOCK` × `BLOCK` inner products. */
  readonly product: Float64Array;
}

export function blockBuffers(): BlockBuffers {
  return {
    left: new Float64Array(BLOCK * DEPTH),
    right: new Float64Array(BLOCK * DEPTH),
    product: new Float64Array(BLOCK * BLOCK),
  };
}

/**
 * Writes to `buffers.product` the inner products, over columns [from, to), of rows [leftRow, leftRow + leftCount) of
 * an n × n matrix with rows [rightRow, rightRow + rightCount) of it; at most `BLOCK` rows each.
 */
export function multiplyRows(
  matrix: Float64Array,
  n: number,
  leftRow: number,
  leftCount: number,
  rightRow: number,
  rightCount: number,
  from: number,
  to: number,
  buffers: BlockBuffers,
): void {
  buffers.product.fill(0);
  for (let start = from; start < to; start += DEPTH) {
    const end = Math.min(start + DEPTH, to);
    packRows(matrix, n, leftRow, leftCount, start, end, buffers.left);
    packRows(matrix, n, rightRow, rightCount, start, end, buffers.right);
    addBlockProduct(buffers, leftCount, rightCount, end - start);
  }
}

/**
 * Copies columns [from, to) of rows [row, row + count) of an n × n matrix to rows of `DEPTH` in `packed`, and fills
 * the rows up to the next multiple of 4 with zeros.
 */
function packRows(
  matrix: Float64Array,
  n: number,
  row: number,
  count: number,
  from: number,
  to: number,
  packed: Float64Array,
): void {
  const width = to - from;
  for (let i = 0; i < count; i++) {
    const target = i * DEPTH;
    const source = (row + i) * n + from;
    for (let k = 0; k < width; k++) packed[target + k] = matrix[source + k]!;
  }
  const padded = (count + 3) & ~3;
  packed.fill(0, count * DEPTH, padded * DEPTH);
}

/**
 * Adds to `product` the inner products, over the first `depth` columns, of every row of `left` with every row of
 * `right`. Tiles of 4 × 2 rows keep their eight sums in registers.
 */
function addBlockProduct(
  buffers: BlockBuffers,
  leftRows: number,
  rightRows: number,
  depth: number,
): void {
  const { left, right, product } = buffers;
  for (let i = 0; i < leftRows; i += 4) {
    for (let j = 0; j < rightRows; j += 2) {
      let sum00 = 0;
      let sum01 = 0;
      let sum10 = 0;
      let sum11 = 0;
      let sum20 = 0;
      let sum21 = 0;
      let sum30 = 0;
      let sum31 = 0;
      let a = i * DEPTH;
      let b = j * DEPTH;
      for (const end = a + depth; a < end; a++, b++) {
        const b0 = right[b]!;
        const b1 = right[b + DEPTH]!;
        const a0 = left[a]!;
        sum00 += a0 * b0;
        sum01 += a0 * b1;
        const a1 = left[a + DEPTH]!;
        sum10 += a1 * b0;
        sum11 += a1 * b1;
        const a2 = left[a + 2 * DEPTH]!;
        sum20 += a2 * b0;
        sum21 += a2 * b1;
        const a3 = left[a + 3 * DEPTH]!;
        sum30 += a3 * b0;
        sum31 += a3 * b1;
      }
      const c = i * BLOCK + j;
      product[c] = product[c]! + sum00;
      product[c + 1] = product[c + 1]! + sum01;
      product[c + BLOCK] = product[c + BLOCK]! + sum10;
      product[c + BLOCK + 1] = product[c + BLOCK + 1]! + sum11;
      product[c + 2 * BLOCK] = product[c + 2 * BLOCK]! + sum20;
      product[c + 2 * BLOCK + 1] = product[c + 2 * BLOCK + 1]! + sum21;
      product[c + 3 * BLOCK] = product[c + 3 * BLOCK]! + sum30;
      product[c + 3 * BLOCK + 1] = product[c + 3 * BLOCK + 1]! + sum31;
    }
  }
}
