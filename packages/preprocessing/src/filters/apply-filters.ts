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

/** The `filter` section of an experiment file: filters in the order of these keys. */
export interface FilterSpec {
  /** As {@link minimumValue}. */
  readonly minValue?: number | undefined;
  /** As {@link removeDuplicates}. */
  readonly duplicates?: DuplicateRule | undefined;
  /** As {@link minimumUserInteractions}. */
  readonly minUser?: number | undefined;
  /** As {@link minimumItemInteractions}. */
  readonly minItem?: number | undefined;
  /** As {@link kCore}. */
  readonly kCore?: number | undefined;
}

const count = z.optional(z.int().check(z.positive()));

/** Strict schema of a {@link FilterSpec}. */
export const filterSpecSchema: Schema<FilterSpec> = z.strictObject({
  minValue: z.optional(z.number()),
  duplicates: z.optional(z.enum(['first', 'last', 'sum'])),
  minUser: count,
  minItem: count,
  kCore: count,
});

/**
 * All filters of a `filter` section as one stage, in the order minValue, duplicates, minUser, minItem, kCore.
 *
 * @throws TensorecError `invalid-argument` for a bad section; `empty-data` naming the filter that leaves nothing.
 */
export function applyFilters(spec: FilterSpec): FilterStage {
  const {
    minValue,
    duplicates,
    minUser,
    minItem,
    kCore: k,
  } = parseWith(filterSpecSchema, spec, 'filter');
  const filters: FilterStage[] = [];
  if (minValue !== undefined) filters.push(minimumValue(minValue));
  if (duplicates !== undefined) filters.push(removeDuplicates(duplicates));
  if (minUser !== undefined) filters.push(minimumUserInteractions(minUser));
  if (minItem !== undefined) filters.push(minimumItemInteractions(minItem));
  if (k !== undefined) filters.push(kCore(k));
  return describeStage(
    { name: 'filters', parameters: { minValue, duplicates, minUser, minItem, kCore: k } },
    <User extends Id, Item extends Id, R extends Role>(
      data: Interactions<User, Item, R>,
    ): Interactions<User, Item, R> => filters.reduce((kept, filter) => filter(kept), data),
  );
}

/** A `filter` section in words, for reports. */
export function describeFilters(spec: FilterSpec): string {
  const { minValue, duplicates, minUser, minItem, kCore: k } = spec;
  const words: string[] = [];
  if (minValue !== undefined) words.push(`values of at least ${minValue}`);
  if (duplicates === 'sum') words.push('repeated pairs summed');
  else if (duplicates !== undefined) words.push(`the ${duplicates} of repeated pairs`);
  if (minUser !== undefined) words.push(`users with at least ${minUser} interactions`);
  if (minItem !== undefined) words.push(`items with at least ${minItem} interactions`);
  if (k !== undefined) words.push(`${k}-core`);
  return words.length === 0 ? 'none' : words.join(', then ');
}
