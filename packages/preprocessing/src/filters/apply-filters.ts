import {
  describeStage,
  parseWith,
  type Id,
  type Interactions,
  type Role,
  type Schema,
} from '@tensorec/core';
import * as z from 'zod/mini';
import { kCore } from './k-core.js';
import { minimumItemInteractions, minimumUserInteractions } from './minimum-interactions.js';
import { minimumValue } from './minimum-value.js';
import { removeDuplicates, type DuplicateRule } from './remove-duplicates.js';
import type { FilterStage } from './stage.js';

/** The `filter` section of an experiment file: filters in the order of these fields. */
export interface FilterSpec {
  /** Keeps interactions of at least this value; see {@link minimumValue}. */
  readonly minValue?: number | undefined;
  /** Which of repeated pairs is kept, or that their values are added; see {@link removeDuplicates}. */
  readonly duplicates?: DuplicateRule | undefined;
  /** Fewest interactions of a user; see {@link minimumUserInteractions}. */
  readonly minUser?: number | undefined;
  /** Fewest interactions of an item; see {@link minimumItemInteractions}. */
  readonly minItem?: number | undefined;
  /** Fewest interactions of users and items alike; see {@link kCore}. */
  readonly kCore?: number | undefined;
}

const count = z.int().check(z.positive());

/** Strict schema of a {@link FilterSpec}. */
export const filterSpecSchema: Schema<FilterSpec> = z.strictObject({
  minValue: z.optional(z.number()),
  duplicates: z.optional(z.enum(['first', 'last', 'sum'])),
  minUser: z.optional(count),
  minItem: z.optional(count),
  kCore: z.optional(count),
});

/**
 * The filters of a specification as one stage, in the order of its fields.
 *
 * @throws TensorecError `invalid-argument` for a bad specification, and as the filters: `empty-data` names the one that
 * leaves nothing.
 */
export function applyFilters(spec: FilterSpec): FilterStage {
  const parameters = parseWith(filterSpecSchema, spec, 'filter');
  const { minValue, duplicates, minUser, minItem, kCore: core } = parameters;
  const filters: FilterStage[] = [];
  if (minValue !== undefined) filters.push(minimumValue(minValue));
  if (duplicates !== undefined) filters.push(removeDuplicates(duplicates));
  if (minUser !== undefined) filters.push(minimumUserInteractions(minUser));
  if (minItem !== undefined) filters.push(minimumItemInteractions(minItem));
  if (core !== undefined) filters.push(kCore(core));
  return describeStage(
    { name: 'filters', parameters },
    <User extends Id, Item extends Id, R extends Role>(
      data: Interactions<User, Item, R>,
    ): Interactions<User, Item, R> => filters.reduce((kept, filter) => filter(kept), data),
  );
}

/** The filters of a specification in words, for reports; `none` where there are none. */
export function describeFilters(spec: FilterSpec | undefined): string {
  const { minValue, duplicates, minUser, minItem, kCore: core } = spec ?? {};
  const words: string[] = [];
  if (minValue !== undefined) words.push(`values of at least ${minValue}`);
  if (duplicates === 'sum') words.push('the values of repeated pairs added');
  else if (duplicates !== undefined) words.push(`the ${duplicates} of repeated pairs`);
  if (minUser !== undefined) words.push(`users with at least ${minUser} interactions`);
  if (minItem !== undefined) words.push(`items with at least ${minItem} interactions`);
  if (core !== undefined) words.push(`${core}-core`);
  return words.length === 0 ? 'none' : words.join(', then ');
}
