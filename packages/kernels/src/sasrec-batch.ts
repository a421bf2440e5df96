import type { ReadonlyFloat32Array, ReadonlyInt32Array } from './arrays.js';
import type { Scope } from './engine/scope.js';
import { requireArgument } from './errors.js';
import type { ResolvedOptions } from './sasrec-options.js';

/** Sequences of different lengths, one after the other. */
export interface SasRecSequences {
  /** Where each sequence begins among the inputs, from 0 on, and after the last one where it ends. */
  readonly offsets: ReadonlyInt32Array;
  /** The item at each position, oldest first. */
  readonly inputs: ReadonlyInt32Array;
}

/** What a step learns from. */
export interface SasRecBatch extends SasRecSequences {
  /** The item that comes after each position, −1 where there is none to learn. */
  readonly targets: ReadonlyInt32Array;
  /**
   * Items that do not come, the same number n for each position, those of one position beside one another; or how many
   * are to be drawn for each position, from all items alike, which is a function of seed and step. Not for the loss
   * `softmax`. Those of positions without a target are not looked at. One that is the target counts as both.
   */
  readonly negatives?: ReadonlyInt32Array | { readonly uniform: number };
  /**
   * For `sampled-softmax`: what is subtracted from the score of each negative, the logarithm of how often it is expected
   * among n draws (Bengio & Senécal 2008), so that few negatives stand for all items; Infinity leaves it out. The target
   * is not corrected; where it is to be lowered by c, raise those of the position's negatives by c. Default all 0.
   */
  readonly corrections?: ReadonlyFloat32Array;
}

/** Tables of gradients: so many parts of a batch at most, and so many bytes. */
const MOST_PARTS = 16;
const MOST_TABLE_BYTES = 2 ** 28;

/** Fours of negatives that are drawn in a chunk: as in assembly/sasrec-negatives.ts. */
const DRAW_CHUNK = 16384;

/** What the bits of a list of uses can tell apart. */
const MOST_POSITIONS = 2 ** 25;

/** A batch in the engine's memory. */
export interface PlacedBatch {
  readonly sequences: number;
  readonly positions: number;
  readonly targetCount: number;
  /** Negatives a position. */
  readonly negativeCount: number;
  readonly longest: number;
  readonly offsets: number;
  readonly inputs: number;
  readonly targets: number;
  readonly negatives: number;
  readonly corrections: number;
  /** The batch is cut into so many parts, by the batch alone. */
  readonly parts: number;
  /** The most sequences of a part. */
  readonly mostInPart: number;
  /** The first sequence of each part, and the end. */
  readonly bounds: number;
}

/** Refuses sequences that are none; the longest may be longer than the model's. Returns their longest. */
export function requireSequences({ offsets, inputs }: SasRecSequences): number {
  requireArgument(
    offsets.length >= 2,
    () =>
      `offsets has ${offsets.length} numbers; give one more than there are sequences, 2 or more.`,
  );
  requireArgument(offsets[0] === 0, () => `offsets[0] is ${offsets[0]!}; give 0.`);
  let longest = 0;
  for (let i = 1; i < offsets.length; i++) {
    const length = offsets[i]! - offsets[i - 1]!;
    requireArgument(
      length >= 1,
      () => `Sequence ${i - 1} has ${length} positions; leave out sequences without any.`,
    );
    longest = Math.max(longest, length);
  }
  const end = offsets[offsets.length - 1]!;
  requireArgument(
    end === inputs.length,
    () => `The last of offsets is ${end}, but inputs has ${inputs.length} numbers.`,
  );
  return longest;
}

/** Refuses the first number that is no item. */
export function requireItems(numbers: ReadonlyInt32Array, items: number, name: string): void {
  for (let i = 0; i < numbers.length; i++) {
    const item = numbers[i]!;
    requireArgument(
      item >= 0 && item < items,
      () => `${name}[${i}] is ${item}; give items from 0 to ${items - 1}.`,
    );
  }
}

/**
 * Checks a batch, but for its items, and copies it into the engine's memory.
 *
 * @param tableBytes - of the gradients of one part
 * @param step - the step that negatives are drawn for
 */
export function placeBatch(
  memory: Scope,
  batch: SasRecBatch,
  options: ResolvedOptions,
  tableBytes: number,
  step: number,
): PlacedBatch {
  const longest = requireSequences(batch);
  requireArgument(
    longest <= options.maxLength,
    () =>
      `A sequence has ${longest} positions; give the last ${options.maxLength} of it (maxLength).`,
  );
  const { offsets, inputs, targets } = batch;
  requireArgument(
    inputs.length < MOST_POSITIONS,
    () => `The batch has ${inputs.length} positions; give fewer than ${MOST_POSITIONS}.`,
  );
  requireArgument(
    targets.length === inputs.length,
    () => `targets has ${targets.length} numbers; give ${inputs.length}, one a position.`,
  );
  let targetCount = 0;
  for (let i = 0; i < targets.length; i++) if (targets[i]! !== -1) targetCount++;
  requireArgument(targetCount > 0, () => 'No position of the batch has a target.');
  const negativeCount = countNegatives(batch, options);
  const most = Math.max(1, Math.min(MOST_PARTS, Math.floor(MOST_TABLE_BYTES / tableBytes)));
  const bounds = partBounds(
    offsets,
    Math.min(most, offsets.length - 1),
    costOf(options, negativeCount),
  );
  const sizes = Array.from(bounds.subarray(1), (end, part) => end - bounds[part]!);
  return {
    sequences: offsets.length - 1,
    positions: inputs.length,
    targetCount,
    negativeCount,
    longest,
    offsets: memory.place(offsets),
    inputs: memory.place(inputs),
    targets: memory.place(targets),
    negatives: placeNegatives(
      memory,
      batch.negatives,
      negativeCount * inputs.length,
      options,
      step,
    ),
    corrections: batch.corrections === undefined ? 0 : memory.place(batch.corrections),
    parts: sizes.length,
    mostInPart: Math.max(...sizes),
    bounds: memory.place(bounds),
  };
}

/** How many negatives a position has. */
function countNegatives(batch: SasRecBatch, { loss }: ResolvedOptions): number {
  const { inputs, negatives, corrections } = batch;
  requireArgument(
    corrections === undefined || loss.kind === 'sampled-softmax',
    () => `corrections are for the loss sampled-softmax; the loss is ${loss.kind}.`,
  );
  if (loss.kind === 'softmax') {
    requireArgument(
      negatives === undefined,
      () => 'The loss softmax takes all items; leave negatives out.',
    );
    return 0;
  }
  const each = negativesEach(negatives, inputs.length);
  if (corrections !== undefined) requireCorrections(corrections, each * inputs.length);
  return each;
}

function negativesEach(negatives: SasRecBatch['negatives'], positions: number): number {
  if (negatives !== undefined && 'uniform' in negatives) {
    const { uniform } = negatives;
    requireArgument(
      Number.isInteger(uniform) && uniform >= 1 && uniform * positions <= 0x7fffffff,
      () =>
        `negatives.uniform is ${uniform}; give an integer of 1 or more, so that the memory holds them.`,
    );
    return uniform;
  }
  const length = negatives?.length ?? 0;
  requireArgument(
    length > 0 && length % positions === 0,
    () =>
      `negatives has ${length} numbers; give the same number, 1 or more, for each of ${positions} positions.`,
  );
  return length / positions;
}

function requireCorrections(corrections: ReadonlyFloat32Array, length: number): void {
  requireArgument(
    corrections.length === length,
    () => `corrections has ${corrections.length} numbers; give ${length}.`,
  );
  for (let i = 0; i < length; i++) {
    requireArgument(
      corrections[i]! > -Infinity,
      () => `corrections[${i}] is ${corrections[i]!}; give finite numbers or Infinity.`,
    );
  }
}

/** Copies negatives into the engine's memory, or draws them there. */
function placeNegatives(
  memory: Scope,
  negatives: SasRecBatch['negatives'],
  length: number,
  { items, seed }: ResolvedOptions,
  step: number,
): number {
  if (negatives === undefined) return 0;
  if (!('uniform' in negatives)) return memory.place(negatives);
  const fours = Math.ceil(length / 4);
  const drawn = memory.allocate(16 * fours);
  const parameters = [drawn, fours, items, seed, step];
  memory.engine.runChunks('sasRecDrawNegatives', 0, Math.ceil(fours / DRAW_CHUNK), parameters);
  return drawn;
}

/** Multiply-adds that a sequence takes, but for a factor. */
function costOf(options: ResolvedOptions, negatives: number): (length: number) => number {
  const { blocks, factors, items, loss } = options;
  const candidates = loss.kind === 'softmax' ? items : negatives + 1;
  return (length) => length * (blocks * (36 * factors + 7 * length) + 6 * candidates);
}

/** The first sequence of each part, such that parts cost about the same. */
function partBounds(
  offsets: ReadonlyInt32Array,
  parts: number,
  cost: (length: number) => number,
): Int32Array<ArrayBuffer> {
  const sequences = offsets.length - 1;
  const costs = Float64Array.from({ length: sequences }, (_, i) =>
    cost(offsets[i + 1]! - offsets[i]!),
  );
  const share = costs.reduce((sum, each) => sum + each, 0) / parts;
  const bounds = new Int32Array(parts + 1);
  let sum = 0;
  let part = 1;
  for (let i = 0; i < sequences; i++) {
    // A sequence belongs to the part in which its middle lies.
    while (part < parts && sum + costs[i]! / 2 >= part * share) bounds[part++] = i;
    sum += costs[i]!;
  }
  bounds.fill(sequences, part);
  return bounds;
}
