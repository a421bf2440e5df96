import {
  describeStage,
  TensorecError,
  type DescribedStage,
  type Id,
  type Interactions,
  type Role,
} from '@tensorec/core';

/** A stage that keeps a part of the interactions, their role, and the ids that still occur. */
export interface FilterStage extends DescribedStage {
  <User extends Id, Item extends Id, R extends Role>(
    data: Interactions<User, Item, R>,
  ): Interactions<User, Item, R>;
}

/** A filter from the positions that it keeps: an entry other than 0 in the mask that it returns. */
export function createFilter(
  name: string,
  parameters: object,
  keep: (data: Interactions) => Uint8Array,
): FilterStage {
  return describeStage(
    { name, parameters },
    <User extends Id, Item extends Id, R extends Role>(
      data: Interactions<User, Item, R>,
    ): Interactions<User, Item, R> =>
      requireRemaining(name, parameters, data.size, data.select(markedPositions(keep(data)))),
  );
}

/** The interactions over the ids that still occur; `empty-data` naming the filter when there are none. */
export function requireRemaining<User extends Id, Item extends Id, R extends Role>(
  name: string,
  parameters: object,
  before: number,
  remaining: Interactions<User, Item, R>,
): Interactions<User, Item, R> {
  if (remaining.size > 0) return remaining.compact();
  throw new TensorecError(
    'empty-data',
    `The filter ${name} ${JSON.stringify(parameters)} leaves none of ${before} interactions; relax it.`,
  );
}

/** The positions of the entries other than 0, ascending. */
export function markedPositions(mask: Uint8Array, mark?: number): Int32Array {
  const isMarked = (entry: number): boolean => (mark === undefined ? entry !== 0 : entry === mark);
  let count = 0;
  for (let n = 0; n < mask.length; n++) if (isMarked(mask[n]!)) count++;
  const positions = new Int32Array(count);
  let next = 0;
  for (let n = 0; n < mask.length; n++) if (isMarked(mask[n]!)) positions[next++] = n;
  return positions;
}
