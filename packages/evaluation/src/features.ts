import { suggest, TensorecError, type FeatureColumn, type FeatureTable } from '@tensorec/core';
import { itemSets, type ItemSets } from '@tensorec/metrics';
import { rowMap } from './alignment.js';
import type { Scorer } from './scorer.js';
import type { TestPart } from './settings.js';

/** A column of a feature table, with a table whose ids are of any type. */
export interface FeatureOption {
  readonly table: FeatureTable;
  readonly column: string;
}

/** The categories of the model's items. */
export interface ItemCategories {
  readonly sets: ItemSets;
  /** Items without one. */
  readonly without: number;
}

/**
 * The labels of each row of a column: one or none of categories, any number of tags.
 *
 * @param kinds - what the column may be
 * @throws TensorecError `unknown-name` for a column that is not there, `invalid-argument` for one of another kind.
 */
export function readLabels(
  option: 'itemFeatures' | 'userGroups',
  { table, column }: FeatureOption,
  kinds: readonly FeatureColumn['kind'][],
): readonly (readonly string[])[] {
  const found = table.columns.get(column);
  if (found === undefined) {
    throw new TensorecError(
      'unknown-name',
      `The table of ${option} has no column "${column}"${suggest(column, [...table.columns.keys()])}`,
    );
  }
  if (found.kind === 'number' || !kinds.includes(found.kind)) {
    const advice =
      found.kind === 'number' ? ' Cut numbers into ranges and give each range a name.' : '';
    throw new TensorecError(
      'invalid-argument',
      `The column "${column}" of ${option} is of the kind ${found.kind}; it must be ${kinds.join(' or ')}.${advice}`,
    );
  }
  if (found.kind === 'tags') return found.values;
  return found.values.map((label) => (label === undefined ? [] : [label]));
}

/**
 * The categories or tags of the model's items; those that the table does not know have none.
 *
 * @throws TensorecError `invalid-argument` when no item of the model has one.
 */
export function readCategories(scorer: Scorer, option: FeatureOption): ItemCategories {
  const labelsOf = readLabels('itemFeatures', option, ['category', 'tags']);
  const { items } = scorer.model;
  const labels = Array.from(rowMap(items, option.table.ids), (row) => labelsOf[row] ?? []);
  const without = labels.filter((label) => label.length === 0).length;
  if (without === labels.length) {
    throw new TensorecError(
      'invalid-argument',
      `None of the ${items.size} items has an entry in the column "${option.column}" of itemFeatures; check that the ` +
        'table and the interactions use the same ids, of the same type.',
    );
  }
  return { sets: itemSets(labels), without };
}

/** Groups of users. */
export interface UserGroups {
  /** For each of the users the number of the group, from 0; −1 for none. */
  readonly groups: Int32Array;
  /** How the groups are made, in words. */
  readonly note: string;
}

/** Groups that a note lists one by one; of more it gives the number. */
const listedGroups = 12;

/**
 * The groups of users by a column of categories; users without an entry are in no group.
 *
 * @throws TensorecError `invalid-argument` when no user has one.
 */
export function groupsByColumn(
  test: TestPart,
  users: Int32Array,
  option: FeatureOption,
): UserGroups {
  const labelsOf = readLabels('userGroups', option, ['category']);
  const rows = rowMap(test.users, option.table.ids);
  const sizes = new Map<string, number>();
  const labels = Array.from(users, (user) => labelsOf[rows[user]!]?.[0]);
  for (const label of labels) {
    if (label !== undefined) sizes.set(label, (sizes.get(label) ?? 0) + 1);
  }
  if (sizes.size === 0) {
    throw new TensorecError(
      'invalid-argument',
      `None of the ${users.length} users has an entry in the column "${option.column}" of userGroups; check that the ` +
        'table and the interactions use the same ids, of the same type.',
    );
  }
  const names = [...sizes.keys()].sort();
  const numbers = new Map(names.map((name, number) => [name, number]));
  const groups = Int32Array.from(labels, (label = '') => numbers.get(label) ?? -1);
  const without = labels.filter((label) => label === undefined).length;
  const list = names.map((name) => `${name} (${sizes.get(name) ?? 0} users)`);
  const described = names.length > listedGroups ? `${names.length} of them` : list.join(', ');
  const rest = without > 0 ? `; ${without} users have none and do not count in gaps` : '';
  return { groups, note: `Gaps are between users by "${option.column}": ${described}${rest}.` };
}

/**
 * Thirds of users by the length of their history. With n users in ascending order of length, the first group reaches up
 * to the length at position ⌈n / 3⌉, the second up to that at ⌈2n / 3⌉, so that users of one length are in one group;
 * where many are alike a group may have nobody.
 */
export function groupsByHistory(scorer: Scorer, users: Int32Array): UserGroups {
  const lengths = users.map((user) => scorer.profileOf(user).length);
  const ascending = lengths.toSorted();
  const bounds = [1, 2, 3].map(
    (third) => ascending[Math.ceil((third * users.length) / 3) - 1] ?? 0,
  );
  const groups = lengths.map((length) => bounds.findIndex((bound) => length <= bound));
  const described = bounds.flatMap((_, group) => {
    const own = lengths.filter((_length, n) => groups[n] === group).sort();
    const [lowest] = own;
    const highest = own.at(-1);
    if (lowest === undefined || highest === undefined) return [];
    const range = lowest === highest ? String(lowest) : `${lowest} to ${highest}`;
    return `${range} items (${own.length} users)`;
  });
  return {
    groups,
    note: `Gaps are between users by the length of their history: ${described.join(', ')}.`,
  };
}
