import type { Id, Interactions } from '@tensorec/core';

/** Numbers of the users of one run, by rows of its test part. */
export interface RunColumns {
  readonly test: Pick<Interactions, 'users'>;
  readonly userRows: ArrayLike<number>;
  readonly columns: readonly ArrayLike<number>[];
}

/** Numbers of users over all runs. */
export interface UserColumns {
  /** In the order in which the runs have them. */
  readonly users: readonly Id[];
  /** One number a user each. */
  readonly columns: readonly Float64Array[];
}

/**
 * The numbers of each user, matched by id: their mean, or their sum, over the runs that have the user.
 * O(runs · users · columns).
 */
export function overRuns(runs: readonly RunColumns[], combine: 'mean' | 'sum'): UserColumns {
  const position = new Map<Id, number>();
  const targets = runs.map(({ test, userRows }) =>
    Int32Array.from(userRows, (row) => {
      const id = test.users.id(row);
      const known = position.get(id) ?? position.size;
      position.set(id, known);
      return known;
    }),
  );
  const times = new Float64Array(position.size);
  const columns = (runs[0]?.columns ?? []).map(() => new Float64Array(position.size));
  runs.forEach((run, n) => {
    targets[n]!.forEach((target, at) => {
      times[target]!++;
      columns.forEach((column, c) => {
        column[target]! += run.columns[c]![at]!;
      });
    });
  });
  if (combine === 'mean') {
    for (const column of columns) column.forEach((sum, at) => (column[at] = sum / times[at]!));
  }
  return { users: [...position.keys()], columns };
}

/** The columns for some of the users, in the order given; a user that is not there is an error of the caller. */
export function columnsFor(
  { users, columns }: UserColumns,
  wanted: readonly Id[],
): readonly Float64Array[] {
  const same = wanted.length === users.length && wanted.every((id, n) => id === users[n]);
  if (same) return columns;
  const position = new Map(users.map((id, n) => [id, n]));
  const rows = wanted.map((id) => position.get(id)!);
  return columns.map((column) => Float64Array.from(rows, (row) => column[row]!));
}

/** The users whom all have, in the order of the first. */
export function commonUsers(all: readonly UserColumns[]): readonly Id[] {
  const [first, ...others] = all;
  const sets = others.map(({ users }) => new Set(users));
  return (first?.users ?? []).filter((id) => sets.every((set) => set.has(id)));
}
