import {
  buildCsr,
  requireArgument,
  transpose,
  type Csr,
  type Random,
  type ReadonlyFloat32Array,
  type ReadonlyInt32Array,
} from '@tensorec/kernels';
import type * as tf from '@tensorflow/tfjs';
import { requireShape, requireType } from './check.js';
import { withGradient } from './custom-gradient.js';
import {
  bipartiteCsr,
  normalizedCsr,
  withoutSome,
  withSelfLoops,
  type Normalization,
} from './sparse-changes.js';
import { multiplySide, multiplySideEntries } from './sparse-on-device.js';
import { SparseSide } from './sparse-side.js';

/** Lets {@link sparseMatMul} see what is private. */
let sideOf: (matrix: SparseMatrix) => SparseSide;

/**
 * A sparse matrix that dense tensors are multiplied with: the compressed sparse rows of `@tensorec/kernels`, which it does not
 * copy and must not change. On `simd` a copy of it, and for gradients one of its transpose, stays in the memory of the kernels
 * until {@link SparseMatrix.dispose}; afterwards products throw a TensorecError `invalid-argument`.
 */
export class SparseMatrix {
  /** The entries. */
  readonly csr: Csr;
  /** Rows and columns. */
  readonly shape: readonly [rows: number, columns: number];
  readonly #side: SparseSide;

  static {
    sideOf = (matrix) => matrix.#side;
  }

  /**
   * @param csr - columns may repeat within a row, which adds their values
   * @throws TensorecError `invalid-argument` where offsets or columns are no compressed sparse rows.
   */
  constructor(csr: Csr) {
    requireCsr(csr);
    this.csr = csr;
    this.shape = [csr.rows, csr.columns];
    this.#side = new SparseSide(csr);
  }

  /**
   * A matrix from the coordinates of its entries in any order.
   *
   * @param shape - rows and columns
   * @param values - default 1 everywhere
   * @throws TensorecError `invalid-argument` naming the first entry out of range, or lengths that differ.
   */
  static fromCoordinates(
    [rows, columns]: readonly [rows: number, columns: number],
    rowOf: ReadonlyInt32Array,
    columnOf: ReadonlyInt32Array,
    values?: ReadonlyFloat32Array,
  ): SparseMatrix {
    return new SparseMatrix(buildCsr(rows, columns, rowOf, columnOf, values));
  }

  /**
   * The adjacency of the graph whose nodes are the rows and, after them, the columns of interactions R: [[0, R], [Rᵀ, 0]]
   * (He et al., "LightGCN", 2020, eq. 6). Linear time.
   *
   * @throws TensorecError `invalid-argument` as the constructor.
   */
  static bipartite(interactions: Csr): SparseMatrix {
    requireCsr(interactions);
    return new SparseMatrix(bipartiteCsr(interactions));
  }

  /**
   * The product with a dense matrix. Its gradient for the dense matrix is the product of the transposed matrix, which is made
   * when it is first needed. Time in the order of entries · columns.
   *
   * @param dense - columns of this matrix × any, `float32`
   * @throws TensorecError `invalid-argument` for another shape or type, or after {@link SparseMatrix.dispose}.
   */
  matMul(dense: tf.Tensor2D): tf.Tensor2D {
    const side = this.#side;
    requireDense(side, dense);
    return withGradient([dense], {
      forward: () => multiplySide(side, dense),
      backward: (gradient) => [multiplySide(side.transposed, gradient)],
    });
  }

  /** The transposed matrix. Linear time. */
  transpose(): SparseMatrix {
    return new SparseMatrix(transpose(this.csr));
  }

  /**
   * The matrix divided by degrees, the sums of values of its rows and columns; where a degree is 0, so is the result. Linear
   * time.
   *
   * @param how - `symmetric`: D^-1/2 · A · D^-1/2, rows and columns by their own degrees; `left`: D^-1 · A, so that rows have
   * the sum 1, which makes a random walk
   * @param options - `selfLoops`: adds the identity first, as Kipf and Welling do ("Semi-supervised classification with
   * graph convolutional networks", 2017, eq. 2); default false
   * @throws TensorecError `numerical` naming a negative degree where it is symmetric, `invalid-argument` for self loops of a
   * matrix that is not square.
   */
  normalize(how: Normalization, options: { readonly selfLoops?: boolean } = {}): SparseMatrix {
    const csr = options.selfLoops === true ? withSelfLoops(this.csr) : this.csr;
    return new SparseMatrix(normalizedCsr(csr, how));
  }

  /**
   * The matrix without a random part of its entries, the others times 1 / (1 − rate), so that the expected matrix stays
   * (van den Berg et al., "Graph convolutional matrix completion", 2018, § 2.5). Linear time.
   *
   * @param rate - the probability that an entry is left out, from 0 to below 1
   * @param random - one number is drawn for each entry, in their order
   * @throws TensorecError `invalid-argument` for another rate.
   */
  dropout(rate: number, random: Random): SparseMatrix {
    return new SparseMatrix(withoutSome(this.csr, rate, random));
  }

  /** Frees what devices keep; twice does nothing. */
  dispose(): void {
    this.#side.dispose();
  }
}

/**
 * The product of a sparse matrix with a dense one, where the values of the entries are a tensor, such as the attention of
 * nodes to their neighbours: gradients for both. Time in the order of entries · columns.
 *
 * @param pattern - where entries stand; its own values do not count
 * @param values - a number for each entry in the order of `pattern.csr`, `float32`
 * @param dense - columns of the pattern × any, `float32`
 * @throws TensorecError `invalid-argument` for other shapes or types, or a pattern that was disposed of.
 */
export function sparseMatMul(
  pattern: SparseMatrix,
  values: tf.Tensor1D,
  dense: tf.Tensor2D,
): tf.Tensor2D {
  const side = sideOf(pattern);
  requireDense(side, dense);
  requireShape('values', values, [side.csr.indices.length]);
  requireType('values', values, 'float32');
  return withGradient([values, dense], {
    forward: (save) => {
      save([values, dense]);
      return multiplySide(side, dense, values);
    },
    backward: (gradient, saved) => {
      const [factors, right] = saved as [tf.Tensor1D, tf.Tensor2D];
      return [
        multiplySideEntries(side, gradient, right),
        multiplySide(side.transposed, gradient, factors),
      ];
    },
  });
}

function requireDense(side: SparseSide, dense: tf.Tensor2D): void {
  side.requireUsable();
  requireShape('dense', dense, [side.csr.columns, undefined]);
  requireType('dense', dense, 'float32');
}

/** Kernels read memory at what a matrix says, so nothing is taken on trust. */
function requireCsr({ rows, columns, offsets, indices, values }: Csr): void {
  const entries = indices.length;
  requireArgument(
    offsets.length === rows + 1 && values.length === entries,
    () =>
      `The matrix has ${offsets.length} offsets, ${entries} columns and ${values.length} values; give rows + 1 = ${rows + 1} offsets, and a value for each column.`,
  );
  let before = 0;
  for (let row = 0; row <= rows; row++) {
    const offset = offsets[row]!;
    requireArgument(
      offset >= before && offset <= entries && (row > 0 || offset === 0),
      () =>
        `offsets[${row}] is ${offset}; give offsets that rise from 0 to the ${entries} entries.`,
    );
    before = offset;
  }
  requireArgument(before === entries, () => `The last offset is ${before}; give ${entries}.`);
  for (let entry = 0; entry < entries; entry++) {
    const column = indices[entry]!;
    requireArgument(
      column >= 0 && column < columns,
      () => `indices[${entry}] is ${column}, outside the ${columns} columns.`,
    );
  }
}
