import {
  requireArgument,
  SparseOperator,
  transpose,
  type Csr,
  type ReadonlyInt32Array,
} from '@tensorec/kernels';

/**
 * A sparse matrix to be multiplied with, and what devices keep of it: the matrix itself, or the transposed one that its
 * gradients take.
 */
export class SparseSide {
  readonly csr: Csr;
  /** Where the value of each entry stands among values that are given in the order of the matrix itself. */
  readonly places: ReadonlyInt32Array | undefined;
  #operator: SparseOperator | undefined;
  #rowOfEntries: Int32Array | undefined;
  #transposed: SparseSide | undefined;
  #disposed = false;

  constructor(csr: Csr, places?: ReadonlyInt32Array) {
    this.csr = csr;
    this.places = places;
  }

  /** The matrix in the memory of the kernels; made when it is first needed. */
  get operator(): SparseOperator {
    this.requireUsable();
    this.#operator ??= new SparseOperator(this.csr, this.places);
    return this.#operator;
  }

  /** The row of each entry. */
  get rowOfEntries(): Int32Array {
    this.#rowOfEntries ??= rowOfEntries(this.csr);
    return this.#rowOfEntries;
  }

  /** The other side; made when it is first needed. */
  get transposed(): SparseSide {
    this.requireUsable();
    this.#transposed ??= new SparseSide(transpose(this.csr), transposedPlaces(this.csr));
    return this.#transposed;
  }

  /** Frees what is kept of both sides. */
  dispose(): void {
    this.#disposed = true;
    this.#operator?.dispose();
    this.#operator = undefined;
    this.#transposed?.dispose();
    this.#transposed = undefined;
  }

  /** @throws TensorecError `invalid-argument` once it was disposed of. */
  requireUsable(): void {
    requireArgument(
      !this.#disposed,
      () => 'This SparseMatrix was disposed of; make another one of the same `csr`.',
    );
  }
}

/** The row of each entry of a matrix. */
export function rowOfEntries({ rows, offsets, indices }: Csr): Int32Array<ArrayBuffer> {
  const rowOf = new Int32Array(indices.length);
  for (let row = 0; row < rows; row++) rowOf.fill(row, offsets[row], offsets[row + 1]);
  return rowOf;
}

/** Where each entry of the transposed matrix stands in the matrix itself. */
function transposedPlaces({ columns, indices }: Csr): Int32Array {
  const next = new Int32Array(columns + 1);
  for (let entry = 0; entry < indices.length; entry++) next[indices[entry]! + 1]!++;
  for (let column = 0; column < columns; column++) next[column + 1]! += next[column]!;
  const places = new Int32Array(indices.length);
  for (let entry = 0; entry < indices.length; entry++) places[next[indices[entry]!]!++] = entry;
  return places;
}
