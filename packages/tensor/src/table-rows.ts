import { requireArgument, type ReadonlyInt32Array } from '@tensorec/kernels';
import * as tf from '@tensorflow/tfjs';
import { withGradient } from './custom-gradient.js';
import { rowPlaces, type RowPlaces } from './row-places.js';
import { addRowsBySegment } from './segments-on-device.js';

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

/** Row numbers of a batch and the place of each among its unique rows. */
export class UniqueRows {
  /** Each row number once, ascending. */
  readonly rows: Int32Array;
  readonly places: Int32Array;
  readonly #name: string;
  readonly #placeOf: RowPlaces;

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
    this.#name = name;
    this.#placeOf = rowPlaces(indices, count);
    this.rows = this.#placeOf.rows;
    this.places = this.#placeOf.of(indices);
  }

  placesOf(indices: RowNumbers): Int32Array {
    const places = this.#placeOf.of(indices);
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
  const numbers = (): tf.Tensor1D => tf.tensor1d(places, 'int32');
  return withGradient<tf.Tensor<R>>([rows], {
    forward: () => tf.gather(rows, numbers()),
    backward: (gradient) => [addRowsBySegment(gradient, numbers(), rows.shape[0])],
  });
}
