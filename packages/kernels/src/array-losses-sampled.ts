import { requireLength, runAll } from './array-functions.js';
import {
  SCATTER_CHUNKS,
  copyBack,
  paddedStride,
  padRows,
  requireRows,
  rowsToWrite,
} from './array-losses-rows.js';
import { lossOfSharedSample } from './array-losses-shared.js';
import { numberOfLoss, sharesOf, termsOf, writeSum, type PairLoss } from './array-losses.js';
import { requireEngine } from './engine/engine.js';
import type { ResidentArray } from './resident-array.js';

/** Numbers that a chunk reads of the table. */
const CHUNK = 65_536;
/** Negatives are stored in groups of as many. */
const GROUP = 8;

/** Positions that each ask for one row of a table, and not for others. */
export interface SampledPositions {
  /** A row of `columns` numbers for each position. */
  readonly queries: ResidentArray;
  /** Rows of `columns` numbers. */
  readonly table: ResidentArray;
  /** The row that each position asks for; below 0 where it takes no part. */
  readonly positives: ResidentArray;
  /** Rows that it does not ask for: as many for each position, or the same for all. */
  readonly negatives: ResidentArray;
  /** How many each position has. */
  readonly count: number;
  /** Default: all the same. */
  readonly weights?: ResidentArray | undefined;
  /** What is taken from the score of each row of the table; default nothing. */
  readonly corrections?: ResidentArray | undefined;
}

/** A loss of scores that are products of queries and rows. */
export interface SampledLoss extends PairLoss {
  /** What products are divided by; default 1. */
  readonly temperature?: number;
  /** Whether negatives that are the positive row take no part; default false. */
  readonly removeHits?: boolean;
}

/**
 * Writes the mean loss of sampled negatives to the one number of `result`, and its gradients. Beside arguments and results
 * it takes positions × (1 + count) numbers, and none of that order without gradients. At once; time in the order of the
 * products and the size of the table.
 *
 * @throws TensorecError `invalid-argument` unless lengths agree and all numbers are rows of the table; `memory`.
 */
export function lossOfSamples(
  loss: SampledLoss,
  sample: SampledPositions,
  columns: number,
  result: ResidentArray,
  gradients?: { readonly queries: ResidentArray; readonly table: ResidentArray },
): void {
  const { queries, table, positives, negatives, count, weights, corrections } = sample;
  const positions = positives.length;
  const rows = table.length / columns;
  requireLength(queries, positions * columns, 'queries');
  requireLength(table, Math.floor(rows) * columns, 'table');
  const isShared = negatives.length === count && positions !== 1;
  requireLength(negatives, isShared ? count : positions * count, 'negatives');
  if (weights !== undefined) requireLength(weights, positions, 'weights');
  if (corrections !== undefined) requireLength(corrections, rows, 'corrections');
  const { temperature = 1, removeHits = false, positiveWeight = 1 } = loss;
  if (isShared && loss.kind === 'softmax') {
    lossOfSharedSample(loss, sample, columns, result, gradients);
    return;
  }
  const memory = requireEngine().open();
  try {
    requireRows(memory, positives, rows, 'positives', true);
    requireRows(memory, negatives, rows, 'negatives', false);
    const targets = memory.view(Int32Array, positives.address, positions);
    const shareOf = sharesOf(memory, positions, weights, termsOf(loss, count), targets);
    const shares = memory.place(shareOf);
    const bytes = paddedStride(columns);
    const scoreBytes = 4 * GROUP * Math.ceil(count / GROUP);
    const losses = memory.allocate(8 * positions);
    const from = padRows(memory, queries, positions, columns);
    const base = padRows(memory, table, rows, columns);
    const numbers = [positives.address, negatives.address, count, isShared ? 0 : 4 * count];
    const slopes = gradients ? memory.allocate(4 * positions) : 0;
    const scores = gradients ? memory.allocate(scoreBytes * positions) : 0;
    const gradient = gradients ? rowsToWrite(memory, gradients.queries, columns) : 0;
    const part = Math.max(1, Math.floor(CHUNK / (count * columns)));
    runAll('lossesOfSamples', Math.ceil(positions / part), [
      ...[numberOfLoss(loss), from, base, bytes, ...numbers, positions, shares, positiveWeight],
      ...[1 / temperature, corrections?.address ?? 0, removeHits ? 1 : 0, losses],
      ...[slopes, scores, gradient, part, memory.allocate(scoreBytes * memory.engine.threads)],
    ]);
    writeSum(memory, losses, positions, 1, result);
    if (gradients === undefined) return;
    copyBack(gradient, gradients.queries, columns);
    const sums = rowsToWrite(memory, gradients.table, columns);
    runAll('scatterSamples', SCATTER_CHUNKS, [
      ...[from, bytes, ...numbers, positions, shares, slopes, scores, sums, rows],
      ...[SCATTER_CHUNKS, 1],
    ]);
    copyBack(sums, gradients.table, columns);
  } finally {
    memory.close();
  }
}
