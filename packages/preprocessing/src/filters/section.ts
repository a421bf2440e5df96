import type { Id, Interactions, Role, Schema } from '@tensorec/core';
import * as z from 'zod/mini';
import {
  kCore,
  minimumItemInteractions,
  minimumUserInteractions,
  minimumValue,
  removeDuplicates,
} from './filters.js';

/** The filters of an experiment file, applied in the order of these fields. */
export interface FilterSection {
  /** Keeps interactions with at least this value. */
  readonly minValue?: number | undefined;
  /** Which of repeated pairs is kept, or that their values are added. */
  readonly duplicates?: 'first' | 'last' | 'sum' | undefined;
  /** Fewest interactions of a user. */
  readonly minUser?: number | undefined;
  /** Fewest interactions of an item. */
  readonly minItem?: number | undefined;
  /** Fewest interactions of users and items alike, to the fixpoint. */
  readonly kCore?: number | undefined;
}

const count = z.int().check(z.positive());

/** Strict schema of a {@link FilterSection}. */
export const filterSchema: Schema<FilterSection> = z.strictObject({
  minValue: z.optional(z.number()),
  duplicates: z.optional(z.enum(['first', 'last', 'sum'])),
  minUser: z.optional(count),
  minItem: z.optional(count),
  kCore: z.optional(count),
});

/** The filters of a section as one stage. */
export function applyFilters(
  section: FilterSection,
): <User extends Id, Item extends Id, R extends Role>(
  data: Interactions<User, Item, R>,
) => Interactions<User, Item, R> {
  const { minValue, duplicates, minUser, minItem, kCore: core } = section;
  return (data) => {
    let kept = data;
    if (minValue !== undefined) kept = minimumValue(minValue)(kept);
    if (duplicates !== undefined) kept = removeDuplicates(duplicates)(kept);
    if (minUser !== undefined) kept = minimumUserInteractions(minUser)(kept);
    if (minItem !== undefined) kept = minimumItemInteractions(minItem)(kept);
    if (core !== undefined) kept = kCore(core)(kept);
    return kept;
  };
}

/** The filters of a section in words; `none` where there are none. */
export function describeFilters(section: FilterSection | undefined): string {
  const { minValue, duplicates, minUser, minItem, kCore: core } = section ?? {};
  const words = [
    ...(minValue === undefined ? [] : [`value at least ${minValue}`]),
    ...(duplicates === undefined ? [] : [`repeated pairs: ${duplicates}`]),
    ...(minUser === undefined ? [] : [`users with at least ${minUser} interactions`]),
    ...(minItem === undefined ? [] : [`items with at least ${minItem} interactions`]),
    ...(core === undefined ? [] : [`${core}-core`]),
  ];
  return words.length === 0 ? 'none' : words.join(', then ');
}
