import { requireArgument, type ReadonlyInt32Array } from '@tensorec/kernels';
import { requireWhole } from './batches.js';
import type { SequenceBatch } from './sequences.js';

/** Options of {@link leftPadded}. */
export interface PaddingOptions {
  /** Columns of the matrices; of a longer sequence the last events are taken. A whole number ≥ 1. */
  readonly length: number;
  /** What stands before a shorter sequence: a 32-bit integer that is no item row, such as the number of items. */
  readonly padding: number;
}

/** Sequences of a batch as matrices, size × length, row-major, each ending in the last column. */
export interface PaddedBatch {
  /** Rows of the matrices. */
  readonly size: number;
  /** Columns of the matrices. */
  readonly length: number;
  /** Row of each sequence's user, size entries. */
  readonly sequenceUsers: Int32Array;
  /** Item of each event; `padding` before the first. */
  readonly itemRows: Int32Array;
  /** The item that came next; `padding` where `itemRows` has it. */
  readonly targetRows: Int32Array;
}

/**
 * Packed sequences as left-padded matrices, for models that want those.
 *
 * @throws TensorecError `invalid-argument` for a length that is no whole number ≥ 1 and a padding that is no 32-bit integer.
 */
export function leftPadded(batch: SequenceBatch, options: PaddingOptions): PaddedBatch {
  const { size, sequenceUsers, offsets, itemRows, targetRows } = batch;
  return {
    size,
    length: options.length,
    sequenceUsers,
    itemRows: leftPad(itemRows, offsets, options),
    targetRows: leftPad(targetRows, offsets, options),
  };
}

/**
 * One array of packed sequences as a left-padded matrix, for what else an event has, such as negatives.
 *
 * @param values - the entries of sequence n at offsets[n] … offsets[n + 1] − 1
 * @throws TensorecError as {@link leftPadded}.
 */
export function leftPad(
  values: ReadonlyInt32Array,
  offsets: ReadonlyInt32Array,
  { length, padding }: PaddingOptions,
): Int32Array {
  requireWhole('length', length);
  requireArgument(
    Number.isInteger(padding) && Math.abs(padding) <= 0x7fffffff,
    () => `padding is ${padding}; give a 32-bit integer.`,
  );
  const sequences = offsets.length - 1;
  const matrix = new Int32Array(sequences * length).fill(padding);
  for (let n = 0; n < sequences; n++) {
    const end = offsets[n + 1]!;
    const taken = Math.min(length, end - offsets[n]!);
    for (let k = 1; k <= taken; k++) matrix[(n + 1) * length - k] = values[end - k]!;
  }
  return matrix;
}
