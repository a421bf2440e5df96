import type { Scope } from './engine/scope.js';
import { requireArgument } from './errors.js';
import { requireItems, type PlacedBatch, type SasRecBatch } from './sasrec-batch.js';
import type { ResolvedOptions } from './sasrec-options.js';
import type { Steps } from './steps.js';

/** Items whose uses stand together: as in assembly/sasrec-entries.ts. */
export const GROUP_ITEMS = 64;
/** Items that are packed in a chunk: as in assembly/sasrec-softmax.ts. */
const PACKED_CHUNK = 320;

/** Where the uses of items go. */
interface UsesAt {
  /** A word a group of items for each part: where the part's next use of it goes. */
  readonly places: number;
  readonly starts: number;
  readonly entries: number;
}

/** Counts how often each item is used and finds where its uses go. */
export function* countUses(
  memory: Scope,
  shape: readonly number[],
  batch: SasRecBatch,
  placed: PlacedBatch,
  { items, loss }: ResolvedOptions,
): Steps<UsesAt> {
  const { engine } = memory;
  const { parts, negativeCount, targetCount, positions } = placed;
  const listed = loss.kind !== 'softmax';
  const groups = Math.ceil(items / GROUP_ITEMS);
  const places = memory.allocate(4 * parts * groups);
  const failure = memory.place(Int32Array.of(0));
  yield* engine.run('sasRecCountUses', parts, [
    ...shape,
    ...[placed.offsets, placed.inputs, placed.targets, placed.negatives, negativeCount],
    ...[listed ? 1 : 0, placed.bounds, places, failure],
  ]);
  if (memory.view(Int32Array, failure, 1)[0] !== 0) requireBatchItems(batch, items, negativeCount);
  const starts = memory.allocate(4 * (groups + 1));
  engine.call('sasRecPlaceUses', [places, groups, parts, starts]);
  const count = positions + (listed ? targetCount * (negativeCount + 1) : 0);
  return { places, starts, entries: memory.allocate(8 * count) };
}

/** Finds what the kernel has found: an item out of range. */
function requireBatchItems(batch: SasRecBatch, items: number, negativeCount: number): void {
  requireItems(batch.inputs, items, 'inputs');
  for (let i = 0; i < batch.targets.length; i++) {
    const target = batch.targets[i]!;
    if (target === -1) continue;
    requireArgument(
      target >= 0 && target < items,
      () => `targets[${i}] is ${target}; give items from 0 to ${items - 1}, or -1 for none.`,
    );
    if (batch.negatives === undefined || 'uniform' in batch.negatives) continue;
    for (let j = i * negativeCount; j < (i + 1) * negativeCount; j++) {
      const item = batch.negatives[j]!;
      requireArgument(
        item >= 0 && item < items,
        () => `negatives[${j}] is ${item}; give items from 0 to ${items - 1}.`,
      );
    }
  }
}

/** Items as the softmax wants them, and a bound of their norms. */
interface PackedItems {
  readonly packed: number;
  readonly norm: number;
}

/** For losses that go by samples. */
export const noPacked: PackedItems = { packed: 0, norm: 0 };

/** Packs the items for products with them. */
export function packItems(
  memory: Scope,
  shape: readonly number[],
  { items, factors }: ResolvedOptions,
): PackedItems {
  const { engine } = memory;
  const packed = memory.allocate(engine.value('sasRecPackedBytes', items, factors));
  const chunks = Math.ceil(items / PACKED_CHUNK);
  const squares = memory.allocate(4 * chunks);
  engine.runChunks('sasRecPackItems', 0, chunks, [...shape, packed, squares]);
  const greatest = memory.view(Float32Array, squares, chunks).reduce((a, b) => Math.max(a, b), 0);
  // A little more than single precision says, so that it is a bound.
  return { packed, norm: 1.001 * Math.sqrt(greatest) };
}
