import { gatherRows } from './array-copies.js';
import { runAll } from './array-functions.js';
import { activeOf, CatalogueLoss, clear } from './array-losses-catalogue.js';
import {
  copyBack,
  copyRows,
  paddedStride,
  padRows,
  requireRows,
  rowsToWrite,
  SCATTER_CHUNKS,
} from './array-losses-rows.js';
import type { SampledLoss, SampledPositions } from './array-losses-sampled.js';
import { writeSum } from './array-losses.js';
import { requireEngine } from './engine/engine.js';
import type { Scope } from './engine/scope.js';
import { ResidentArray } from './resident-array.js';

/** Numbers of rows are read as many at once. */
const PANEL = 8;

/**
 * Softmax cross-entropy of sampled rows that are the same for all positions: that of a catalogue of those rows, the target's
 * score beside them. Lengths have been looked at.
 */
export function lossOfSharedSample(
  { temperature = 1, removeHits = false }: SampledLoss,
  sample: SampledPositions,
  columns: number,
  result: ResidentArray,
  gradients?: { readonly queries: ResidentArray; readonly table: ResidentArray },
): void {
  const { queries, table, positives, negatives, count, weights, corrections } = sample;
  const rows = table.length / columns;
  const memory = requireEngine().open();
  const arrays: ResidentArray[] = [];
  const arrayOf = (length: number): ResidentArray => {
    arrays.push(new ResidentArray(length));
    return arrays.at(-1)!;
  };
  try {
    requireRows(memory, positives, rows, 'positives', true);
    requireRows(memory, negatives, rows, 'negatives', false);
    const active = activeOf(memory, positives, weights);
    const numbers = memory.allocateZeros(4 * PANEL * Math.ceil(count / PANEL));
    copyRows(negatives.address, 4 * count, numbers, 4 * count, 1, count);
    const drawn = arrayOf(count * columns);
    gatherRows(table, negatives, drawn, { outer: 1, rows, columns });
    const bias = corrections && arrayOf(count);
    if (bias) negativesOf(memory, corrections, negatives, bias);
    if (gradients !== undefined) clear(memory, gradients.queries);
    const losses = memory.allocate(8 * active.rows.length);
    const slopes = memory.allocate(4 * active.rows.length);
    const loss = new CatalogueLoss(
      memory,
      { queries, table: drawn, targets: positives, bias, temperature },
      columns,
      active,
      losses,
      { source: table, numbers, removeHits, corrections, slopes },
    );
    const ofDrawn = gradients && arrayOf(count * columns);
    if (active.rows.length > 0) {
      loss.run(gradients && { queries: gradients.queries, table: ofDrawn! });
    }
    writeSum(memory, losses, active.rows.length, 1, result);
    if (gradients === undefined || ofDrawn === undefined) return;
    const depth = columns + (bias === undefined ? 0 : 1);
    const stride = paddedStride(columns);
    const from = memory.allocateZeros(stride * active.rows.length);
    copyRows(loss.queries, 4 * depth, from, stride, active.rows.length, columns);
    const sums = rowsToWrite(memory, gradients.table, columns);
    const ones = memory.place(new Float32Array(count).fill(1));
    const scatter = (source: number, targets: number, length: number, weightsAt: number): void => {
      runAll('scatterSamples', SCATTER_CHUNKS, [
        ...[source, stride, targets, 0, 0, 0, length, weightsAt, weightsAt, 0, sums, rows],
        ...[SCATTER_CHUNKS, source === from ? 1 : 0],
      ]);
    };
    scatter(from, memory.place(active.targets), active.rows.length, slopes);
    if (active.rows.length > 0) {
      scatter(padRows(memory, ofDrawn, count, columns), numbers, count, ones);
    }
    copyBack(sums, gradients.table, columns);
  } finally {
    memory.close();
    for (const array of arrays) array.dispose();
  }
}

/** Writes minus the corrections of some rows to `result`. */
function negativesOf(
  memory: Scope,
  corrections: ResidentArray,
  numbers: ResidentArray,
  result: ResidentArray,
): void {
  const from = memory.view(Float32Array, corrections.address, corrections.length);
  const rows = memory.view(Int32Array, numbers.address, numbers.length);
  const to = memory.view(Float32Array, result.address, result.length);
  rows.forEach((row, n) => {
    to[n] = -from[row]!;
  });
}
