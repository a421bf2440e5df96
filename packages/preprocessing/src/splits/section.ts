import type { DataSplit, Id, Interactions, Schema } from '@tensorec/core';
import * as z from 'zod/mini';
import { kFold, leaveLastOut, leaveOneOut, randomSplit, temporalSplit } from './splits.js';

/** The split of an experiment file, where the data comes whole. */
export type SplitSection =
  | {
      readonly method: 'leave-last-out';
      /** Interactions a user; default 1. */
      readonly test: number;
      /** Interactions a user; default 0. */
      readonly validation: number;
      /** Shorter users stay in train; default test + validation + 1. */
      readonly minHistory?: number | undefined;
    }
  | { readonly method: 'leave-one-out'; readonly validation: boolean }
  | {
      readonly method: 'random';
      /** Share of the interactions. */
      readonly test: number;
      readonly validation: number;
      /** Shares of each user's interactions, or of all. */
      readonly per: 'user' | 'all';
    }
  | {
      readonly method: 'temporal';
      /** Share of the interactions before the test begins. */
      readonly at: number;
      readonly validation: number;
    }
  | { readonly method: 'k-fold'; readonly folds: number };

const share = z.number().check(z.gt(0), z.lt(1));
const shareOrNone = z.number().check(z.gte(0), z.lt(1));
const count = z.int().check(z.positive());

const leaveLastOutSchema = z.strictObject({
  method: z.literal('leave-last-out'),
  test: z._default(count, 1),
  validation: z._default(z.int().check(z.nonnegative()), 0),
  minHistory: z.optional(count),
});
const leaveOneOutSchema = z.strictObject({
  method: z.literal('leave-one-out'),
  validation: z._default(z.boolean(), false),
});
const randomSchema = z.strictObject({
  method: z.literal('random'),
  test: z._default(share, 0.2),
  validation: z._default(shareOrNone, 0),
  per: z._default(z.enum(['user', 'all']), 'user'),
});
const temporalSchema = z.strictObject({
  method: z.literal('temporal'),
  at: z._default(share, 0.8),
  validation: z._default(shareOrNone, 0),
});
const kFoldSchema = z.strictObject({
  method: z.literal('k-fold'),
  folds: z._default(z.int().check(z.gte(2)), 5),
});

/** Strict schemas of the members of {@link SplitSection}, to make a larger union of. */
export const splitSchemas: readonly [
  typeof leaveLastOutSchema,
  typeof leaveOneOutSchema,
  typeof randomSchema,
  typeof temporalSchema,
  typeof kFoldSchema,
] = [leaveLastOutSchema, leaveOneOutSchema, randomSchema, temporalSchema, kFoldSchema];

/** Strict schema of a {@link SplitSection}. */
export const splitSchema: Schema<SplitSection> = z.discriminatedUnion('method', [...splitSchemas]);

/** The splits that a section asks for: one, or one a fold. */
export function splitData(
  section: SplitSection,
  seed: number,
): <User extends Id, Item extends Id>(
  data: Interactions<User, Item, 'whole'>,
) => readonly DataSplit<User, Item>[] {
  switch (section.method) {
    case 'leave-last-out':
      return (data) => [leaveLastOut(section)(data)];
    case 'leave-one-out':
      return (data) => [leaveOneOut({ ...section, seed })(data)];
    case 'random':
      return (data) => [randomSplit({ ...section, seed })(data)];
    case 'temporal':
      return (data) => [temporalSplit(section)(data)];
    case 'k-fold':
      return kFold({ ...section, seed });
  }
}

/** A split in words. */
export function describeSplit(section: SplitSection): string {
  switch (section.method) {
    case 'leave-last-out': {
      const { test, validation } = section;
      const before =
        validation > 0
          ? `, the ${validation} before ${validation === 1 ? 'is' : 'are'} the validation`
          : '';
      return `the last ${test === 1 ? 'interaction' : `${test} interactions`} of each user ${test === 1 ? 'is' : 'are'} the test${before}`;
    }
    case 'leave-one-out':
      return `one random interaction of each user is the test${section.validation ? ', another the validation' : ''}`;
    case 'random': {
      const { test, validation, per } = section;
      const whose = per === 'user' ? "each user's interactions" : 'the interactions';
      const rest = validation > 0 ? `, ${validation} the validation` : '';
      return `a random share of ${test} of ${whose} is the test${rest}`;
    }
    case 'temporal': {
      const { at, validation } = section;
      const before = validation > 0 ? `, a share of ${validation} before it the validation` : '';
      return `everything after the first ${at} of all interactions in time is the test${before}`;
    }
    case 'k-fold':
      return `${section.folds} random folds, each in turn the test`;
  }
}
