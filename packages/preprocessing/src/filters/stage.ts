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

/** A filter from the interactions that it keeps: those with a 1 among the marks that `keep` returns. */
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
      requireRemaining(name, parameters, data.size, markedInteractions(data, keep(data))),
  );
}

/** The interactions that are marked with 1. */
export function markedInteractions<User extends Id, Item extends Id, R extends Role>(
  data: Interactions<User, Item, R>,
  marks: Uint8Array,
): Interactions<User, Item, R> {
  return data.marked(marks, 1, data.role, data.splitId);
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
