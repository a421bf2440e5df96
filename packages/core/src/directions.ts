import {
  dot,
  FactorIndex,
  type ReadonlyFloat32Array,
  type ReadonlyInt32Array,
} from '@tensorec/kernels';
import { matrixRows } from './matrix-rows.js';

/** The directions of rows of a matrix, for cosines between them; kept in the kernels' memory until disposed of. */
export class Directions {
  readonly #rows: ReadonlyFloat32Array;
  readonly #width: number;
  readonly #index: FactorIndex;
  /** 1 for rows of zeros, which have no direction. */
  readonly #missing: Uint8Array;

  /** @param matrix - rows × width, row-major */
  constructor(matrix: ReadonlyFloat32Array, width: number) {
    const rows = matrix.slice();
    this.#missing = new Uint8Array(matrix.length / width);
    for (let row = 0; row < this.#missing.length; row++) {
      const start = row * width;
      const norm = Math.sqrt(dot(matrix, start, matrix, start, width));
      if (norm === 0) this.#missing[row] = 1;
      else for (let i = start; i < start + width; i++) rows[i]! /= norm;
    }
    this.#rows = rows;
    this.#width = width;
    this.#index = new FactorIndex(rows, width);
  }

  /**
   * Cosines of the given rows with all rows; −Infinity where either has no direction.
   *
   * @param cosines - out: rows.length × all rows, row-major
   */
  cosines(rows: ReadonlyInt32Array, cosines: Float32Array): void {
    this.#index.products(matrixRows(this.#rows, this.#width, rows), cosines);
    const all = this.#missing.length;
    for (let n = 0; n < rows.length; n++) {
      const own = n * all;
      if (this.#missing[rows[n]!] === 1) cosines.fill(-Infinity, own, own + all);
      else
        for (let row = 0; row < all; row++)
          if (this.#missing[row] === 1) cosines[own + row] = -Infinity;
    }
  }

  /** Frees the kernels' memory. */
  dispose(): void {
    this.#index.dispose();
  }
}
