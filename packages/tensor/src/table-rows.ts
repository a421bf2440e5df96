import { requireArgument, type ReadonlyInt32Array } from '@tensorec/kernels';
import * as tf from '@tensorflow/tfjs';
import { sumRows } from './sum-rows.js';

/** Row numbers of a table. */
export type RowNumbers = ReadonlyInt32Array | readonly number[];

/** A table, one row a user, an item or another thing, and the rows of it that a batch needs. */
export interface TableUse<R extends tf.Rank = tf.Rank> {
  /** `float32`, of the shape [V, …]. */
  readonly table: tf.Variable<R>;
  /** Row numbers, at least one, in any order and repeated at will: integers from 0 to V − 1. */
  readonly indices: RowNumbers;
}

/** The rows of a table that a batch needs, each once. */
export interface TableRows<R extends tf.Rank = tf.Rank> {
  /** The rows, in the order of their numbers: [unique rows, …]. */
  readonly rows: tf.Tensor<R>;
  /** For each of the batch's row numbers its place in {@link TableRows.rows}, `int32`. */
  readonly indices: tf.Tensor1D;
  /**
   * The rows with the given numbers, one for each: [numbers, …]. Its gradient with respect to {@link TableRows.rows} adds
   * up what repeated numbers get.
   *
   * @param indices - row numbers of the table, of those the batch named; default all of these, in their order
   * @throws TensorecError `invalid-argument` for a number that the batch did not name.
   */
  readonly lookup: (indices?: RowNumbers) => tf.Tensor<R>;
}

/** Row numbers of a batch, each once, ascending, and the place of each among them. */
export class UniqueRows {
  readonly rows: Int32Array;
  readonly places: Int32Array;
  readonly #name: string;
  readonly #placeOf = new Map<number, number>();

  /**
   * @param name - of the table, for messages
   * @param count - rows of the table
   */
  constructor(name: string, indices: RowNumbers, count: number) {
    requireArgument(
      indices.length > 0,
      () =>
        `indices of the table '${name}' is empty; leave a table out that a batch does not need.`,
    );
    requireRows(name, indices, count);
    const sorted = Int32Array.from(indices).sort();
    this.#name = name;
    this.rows = sorted.filter((row, n) => n === 0 || row !== sorted[n - 1]);
    this.rows.forEach((row, place) => this.#placeOf.set(row, place));
    this.places = this.placesOf(indices);
  }

  placesOf(indices: RowNumbers): Int32Array {
    const places = new Int32Array(indices.length);
    for (let n = 0; n < places.length; n++) places[n] = this.#placeOf.get(indices[n]!) ?? -1;
    const unknown = places.indexOf(-1);
    requireArgument(
      unknown < 0,
      () =>
        `lookup of the table '${this.#name}': number ${unknown} is row ${indices[unknown]!}, which is not among the table's indices; name all rows that the batch needs there.`,
    );
    return places;
  }
}

function requireRows(name: string, indices: RowNumbers, count: number): void {
  let n = 0;
  while (n < indices.length && isRow(indices[n]!, count)) n++;
  requireArgument(
    n === indices.length,
    () =>
      `indices of the table '${name}' has ${indices[n]!} at place ${n}; give row numbers from 0 to ${count - 1}.`,
  );
}

function isRow(row: number, count: number): boolean {
  return Number.isInteger(row) && row >= 0 && row < count;
}

/** What the loss gets of a table: leaves of the tape, and how to look rows up in them. */
export function tableRows<R extends tf.Rank>(unique: UniqueRows, rows: tf.Tensor<R>): TableRows<R> {
  return {
    rows,
    get indices() {
      return tf.tensor1d(unique.places, 'int32');
    },
    lookup: (indices) =>
      pickRows(rows, indices === undefined ? unique.places : unique.placesOf(indices)),
  };
}

/** A gather whose gradient costs as much as itself, on every device. */
function pickRows<R extends tf.Rank>(rows: tf.Tensor<R>, places: Int32Array): tf.Tensor<R> {
  const pick = tf.customGrad<tf.Tensor<R>>((x) => ({
    value: tf.gather(x as tf.Tensor<R>, tf.tensor1d(places, 'int32')),
    gradFunc: (gradient) => sumRows(gradient, places, rows.shape[0]),
  }));
  return pick(rows);
}
