import type { Csr, Interactions, ReadonlyFloat32Array } from '@tensorec/core';
import { fingerprint } from '@tensorec/kernels';
import { batchesOf, type Batches, type BatchOptions } from './batches.js';

/** Interactions of a batch: `userRows[n]` with `itemRows[n]`. */
export interface PairBatch {
  /** Pairs in the batch. */
  readonly size: number;
  /** Row of each pair's user. */
  readonly userRows: Int32Array;
  /** Row of each pair's item. */
  readonly itemRows: Int32Array;
}

/** Interactions of a batch with their values. */
export interface ValuedPairBatch extends PairBatch {
  /** Rating, count or weight; 1 where the data has none. */
  readonly values: Float32Array;
}

/**
 * Each interaction once an epoch, repeated pairs as often as they occur.
 *
 * @param data - interactions, or a matrix of users by items such as the history of a training record
 * @throws TensorecError `invalid-argument` as {@link batchesOf}, also for data without interactions.
 */
export function pairBatches(data: Interactions | Csr, options: BatchOptions): Batches<PairBatch> {
  const columns = columnsOf(data);
  return batchesOf({
    ...options,
    count: columns.itemRows.length,
    get identity() {
      return { kind: 'pairs', data: columns.fingerprint() };
    },
    gatherer: () => pairGatherer(columns, options.batchSize),
  });
}

/** As {@link pairBatches}, with the value of each pair. */
export function valuedPairBatches(
  data: Interactions | Csr,
  options: BatchOptions,
): Batches<ValuedPairBatch> {
  const columns = columnsOf(data);
  return batchesOf({
    ...options,
    count: columns.itemRows.length,
    get identity() {
      return { kind: 'valued pairs', data: columns.fingerprint() };
    },
    gatherer() {
      const gatherPairs = pairGatherer(columns, options.batchSize);
      const values = new Float32Array(Math.min(options.batchSize, columns.itemRows.length));
      return (positions) => {
        const { length } = positions;
        const source = columns.values;
        for (let n = 0; n < length; n++) values[n] = source?.[positions[n]!] ?? 1;
        return { ...gatherPairs(positions), values: values.subarray(0, length) };
      };
    },
  });
}

/** Parallel columns of pairs. */
interface PairColumns {
  readonly userRows: ArrayLike<number>;
  readonly itemRows: ArrayLike<number>;
  readonly values: ReadonlyFloat32Array | undefined;
  fingerprint(): string;
}

function columnsOf(data: Interactions | Csr): PairColumns {
  if ('userRows' in data) {
    const { userRows, itemRows, values } = data;
    return { userRows, itemRows, values, fingerprint: () => data.fingerprint };
  }
  return {
    userRows: rowsOf(data),
    itemRows: data.indices,
    values: data.values,
    fingerprint: () => matrixFingerprint(data),
  };
}

/** The row of each entry. */
function rowsOf({ rows, offsets, indices }: Csr): Int32Array {
  const rowOf = new Int32Array(indices.length);
  for (let row = 0; row < rows; row++) rowOf.fill(row, offsets[row], offsets[row + 1]);
  return rowOf;
}

/** Names a matrix by its content. */
function matrixFingerprint({ columns, offsets, indices, values }: Csr): string {
  return fingerprint([String(columns), offsets, indices, values]);
}

function pairGatherer(
  { userRows, itemRows }: PairColumns,
  batchSize: number,
): (positions: Int32Array) => PairBatch {
  const capacity = Math.min(batchSize, itemRows.length);
  const users = new Int32Array(capacity);
  const items = new Int32Array(capacity);
  return (positions) => {
    const size = positions.length;
    for (let n = 0; n < size; n++) {
      const position = positions[n]!;
      users[n] = userRows[position]!;
      items[n] = itemRows[position]!;
    }
    return { size, userRows: users.subarray(0, size), itemRows: items.subarray(0, size) };
  };
}
