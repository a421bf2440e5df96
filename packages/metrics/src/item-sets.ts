import { TensorecError } from '@tensorec/kernels';

/**
 * A set for each item of a catalogue: its categories or tags, or the training users who have it. The pattern of a sparse
 * matrix with a row an item; a `Csr` of `@tensorec/kernels` without repeats is one.
 */
export interface ItemSets {
  /** How many different members there are in all sets; a member is a whole number from 0 below it. */
  readonly columns: number;
  /** One more than items, ascending from 0: the members of item `i` are `indices[offsets[i]]` to `indices[offsets[i + 1] - 1]`. */
  readonly offsets: ArrayLike<number>;
  /** The members, none twice in an item. */
  readonly indices: ArrayLike<number>;
}

/**
 * Sets from lists of members of any kind, one list an item: `itemSets([['drama'], ['drama', 'war'], []])`. A member that
 * an item names twice counts once.
 */
export function itemSets(sets: Iterable<Iterable<unknown>>): ItemSets {
  const columnOf = new Map<unknown, number>();
  const offsets = [0];
  const indices: number[] = [];
  for (const set of sets) {
    for (const member of new Set(set)) {
      let column = columnOf.get(member);
      if (column === undefined) {
        column = columnOf.size;
        columnOf.set(member, column);
      }
      indices.push(column);
    }
    offsets.push(indices.length);
  }
  return { columns: columnOf.size, offsets, indices };
}

/** An accumulator for each member, all 0; whoever writes to it clears it. Shared by all calls and grown when needed. */
let shared = new Float64Array(0);

export function accumulators(columns: number): Float64Array {
  if (shared.length < columns) shared = new Float64Array(columns);
  return shared;
}

/** A member of an item, which must be one of the columns. */
export function memberAt(metric: string, sets: ItemSets, entry: number): number {
  const member = sets.indices[entry]!;
  if (Number.isSafeInteger(member) && member >= 0 && member < sets.columns) return member;
  throw new TensorecError(
    'invalid-argument',
    `${metric} found the member ${String(member)} at entry ${entry} (counted from 0) of the sets: a member is a whole ` +
      `number from 0 to ${sets.columns - 1}.`,
  );
}
