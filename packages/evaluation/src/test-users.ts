import { TensorecError } from '@tensorec/core';
import { Random } from '@tensorec/kernels';
import type { Settings, TestPart } from './settings.js';

/** The users that an evaluation is about. */
export interface TestUsers {
  /** Rows of the test part's `users`, ascending. */
  readonly rows: Int32Array;
  /** Users with test interactions that are not among them. */
  readonly leftOut: number;
  readonly notes: readonly string[];
}

/**
 * Selects the test users that the option `users` asks for.
 *
 * @param isKnown - whether a user, by row of the test part, has a history
 * @throws TensorecError `empty-data` when nobody is left.
 */
export function selectTestUsers(
  test: TestPart,
  users: Settings['users'],
  isKnown: (row: number) => boolean,
): TestUsers {
  const present = new Uint8Array(test.users.size);
  for (const row of test.userRows) present[row] = 1;
  const all = Int32Array.from(present.keys()).filter((row) => present[row] === 1);
  const notes: string[] = [];
  if (all.length < present.length) {
    const without = present.length - all.length;
    notes.push(
      `${without} of the ${present.length} users have no interaction in the ${test.role} part and do not count.`,
    );
  }
  if (users === 'all') return { rows: all, leftOut: 0, notes };
  if (users === 'known') {
    const rows = all.filter(isKnown);
    if (rows.length === 0) {
      throw new TensorecError(
        'empty-data',
        `None of the ${all.length} users of the ${test.role} part has a history that the model could go by, so with ` +
          "users: 'known' nobody is left; check that model and data use the same ids, of the same type.",
      );
    }
    const leftOut = all.length - rows.length;
    if (leftOut > 0) {
      notes.push(`${leftOut} users of the ${test.role} part have no history and are left out.`);
    }
    return { rows, leftOut, notes };
  }
  const sampled = Math.min(users.sample, all.length);
  const order = new Random(users.seed).permutation(all.length).subarray(0, sampled).sort();
  if (sampled < all.length) {
    notes.push(
      `The figures are of a random sample of ${sampled} of the ${all.length} users of the ${test.role} part (seed ${users.seed}).`,
    );
  }
  return { rows: order.map((position) => all[position]!), leftOut: all.length - sampled, notes };
}
