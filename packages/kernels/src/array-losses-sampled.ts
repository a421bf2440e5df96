import { requireLength, runAll } from './array-functions.js';
import { numberOfLoss, sharesOf, termsOf, writeSum, type PairLoss } from './array-losses.js';
import { requireEngine } from './engine/engine.js';
import type { Scope } from './engine/scope.js';
import { requireArgument } from './errors.js';
import type { ResidentArray } from './resident-array.js';

/** Numbers that a chunk reads of the table. */
const CHUNK = 65_536;
/** Into how many chunks the rows of the table are cut: each looks at all numbers of rows. */
const SCATTER_CHUNKS = 16;
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
  const memory = requireEngine().open();
  try {
    requireRows(memory, positives, rows, 'positives', true);
    requireRows(memory, negatives, rows, 'negatives', false);
    const targets = memory.view(Int32Array, positives.address, positions);
    const shareOf = sharesOf(memory, positions, weights, termsOf(loss, count), targets);
    const shares = memory.place(shareOf);
    const bytes = 16 * Math.ceil(columns / 4);
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
      ...[from, bytes, ...numbers, positions, shares, slopes, scores, sums, rows, SCATTER_CHUNKS],
    ]);
    copyBack(sums, gradients.table, columns);
  } finally {
    memory.close();
  }
}

/** @throws TensorecError `invalid-argument` naming the first number that is no row. */
export function requireRows(
  memory: Scope,
  numbers: ResidentArray,
  rows: number,
  name: string,
  mayBeNone: boolean,
): void {
  const view = memory.view(Int32Array, numbers.address, numbers.length);
  const least = mayBeNone ? -Infinity : 0;
  for (let n = 0; n < view.length; n++) {
    const row = view[n]!;
    requireArgument(
      row >= least && row < rows,
      () => `${name} holds ${row} at place ${n}; give numbers of the ${rows} rows of the table.`,
    );
  }
}

/** Rows of a multiple of 4 numbers, zeros at the end: those of the array where they are so. */
function padRows(memory: Scope, array: ResidentArray, rows: number, columns: number): number {
  if (columns % 4 === 0) return array.address;
  const address = memory.allocateZeros(16 * Math.ceil(columns / 4) * rows);
  copyRows(array.address, 4 * columns, address, paddedStride(columns), rows, columns);
  return address;
}

/** Where rows of a multiple of 4 numbers are written that end up in the array. */
function rowsToWrite(memory: Scope, array: ResidentArray, columns: number): number {
  if (columns % 4 === 0) return array.address;
  return memory.allocate(paddedStride(columns) * (array.length / columns));
}

/** Copies such rows to the array, unless they lie there. */
function copyBack(address: number, array: ResidentArray, columns: number): void {
  if (address === array.address) return;
  const rows = array.length / columns;
  copyRows(address, paddedStride(columns), array.address, 4 * columns, rows, columns);
}

function paddedStride(columns: number): number {
  return 16 * Math.ceil(columns / 4);
}

/** Copies rows between two strides in bytes. */
export function copyRows(
  source: number,
  sourceStride: number,
  target: number,
  targetStride: number,
  rows: number,
  columns: number,
): void {
  const part = Math.max(1, Math.floor(CHUNK / columns));
  runAll('copyNumbers', Math.ceil(rows / part), [
    ...[source, target, 1, 1, rows, columns],
    ...[0, 0, sourceStride, 4, 0, 0, targetStride, 4, part],
  ]);
}
