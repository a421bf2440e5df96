import { parseWith, type Schema } from '@tensorec/core';
import * as z from 'zod/mini';
import { kFold } from './folds.js';
import { leaveLastOut, leaveOneOut, randomSplit } from './per-user.js';
import type { FoldSplitter } from './stage.js';
import { temporalSplit } from './temporal.js';

/** As {@link leaveLastOut}. */
export interface LeaveLastOutSpec {
  readonly method: 'leave-last-out';
  /** Interactions a user; default 1. */
  readonly test?: number | undefined;
  /** Interactions a user; default 0. */
  readonly validation?: number | undefined;
  /** Users with fewer interactions stay in train; default test + validation + 1. */
  readonly minHistory?: number | undefined;
}

/** As {@link leaveOneOut}. */
export interface LeaveOneOutSpec {
  readonly method: 'leave-one-out';
  /** Default `false`. */
  readonly validation?: boolean | undefined;
}

/** As {@link randomSplit}. */
export interface RandomSplitSpec {
  readonly method: 'random';
  /** Share of the interactions; default 0.2. */
  readonly test?: number | undefined;
  /** Share of the interactions; default 0. */
  readonly validation?: number | undefined;
  /** Shares of each user's interactions, or of all; default `'user'`. */
  readonly per?: 'user' | 'all' | undefined;
}

/** As {@link temporalSplit}. */
export interface TemporalSplitSpec {
  readonly method: 'temporal';
  /** Share of the interactions before the test; default 0.8. */
  readonly at?: number | undefined;
  /** Share of the interactions, the last before the test; default 0. */
  readonly validation?: number | undefined;
}

/** As {@link kFold}. */
export interface KFoldSpec {
  readonly method: 'k-fold';
  /** Default 5. */
  readonly folds?: number | undefined;
}

/** The `split` section of an experiment file, where the split is made from the data alone. */
export type SplitSpec =
  LeaveLastOutSpec | LeaveOneOutSpec | RandomSplitSpec | TemporalSplitSpec | KFoldSpec;

const count = z.int().check(z.positive());
const share = z.number().check(z.gt(0), z.lt(1));
const shareOrNone = z.number().check(z.gte(0), z.lt(1));

/** Strict schema of a {@link SplitSpec}. */
export const splitSpecSchema: Schema<SplitSpec> = z.discriminatedUnion('method', [
  z.strictObject({
    method: z.literal('leave-last-out'),
    test: z.optional(count),
    validation: z.optional(z.int().check(z.nonnegative())),
    minHistory: z.optional(count),
  }),
  z.strictObject({ method: z.literal('leave-one-out'), validation: z.optional(z.boolean()) }),
  z.strictObject({
    method: z.literal('random'),
    test: z.optional(share),
    validation: z.optional(shareOrNone),
    per: z.optional(z.enum(['user', 'all'])),
  }),
  z.strictObject({
    method: z.literal('temporal'),
    at: z.optional(share),
    validation: z.optional(shareOrNone),
  }),
  z.strictObject({
    method: z.literal('k-fold'),
    folds: z.optional(z.int().check(z.minimum(2))),
  }),
]);

/**
 * The splits that a specification asks for: one, or one a fold. Given folds go through `foldsFromParts`.
 *
 * @param seed - of the random methods; default 0
 * @throws TensorecError `invalid-argument` for a bad specification, and as the split's own function.
 */
export function splitData(spec: SplitSpec, seed = 0): FoldSplitter {
  const checked = parseWith(splitSpecSchema, spec, 'split');
  switch (checked.method) {
    case 'leave-last-out': {
      const { test, validation, minHistory: minimumHistory } = checked;
      const split = leaveLastOut({ test, validation, minimumHistory });
      return (data) => [split(data)];
    }
    case 'leave-one-out': {
      const split = leaveOneOut({ validation: checked.validation, seed });
      return (data) => [split(data)];
    }
    case 'random': {
      const { test, validation, per } = checked;
      const split = randomSplit({ test, validation, per, seed });
      return (data) => [split(data)];
    }
    case 'temporal': {
      const { at, validation } = checked;
      const split = temporalSplit({ at, validation });
      return (data) => [split(data)];
    }
    case 'k-fold':
      return kFold({ folds: checked.folds, seed });
  }
}

/** A split in words, for reports. */
export function describeSplit(spec: SplitSpec): string {
  return `${spec.method}: ${splitInWords(spec)}`;
}

function splitInWords(spec: SplitSpec): string {
  switch (spec.method) {
    case 'leave-last-out': {
      const { test = 1, validation = 0, minHistory = test + validation + 1 } = spec;
      const last = test === 1 ? 'the last interaction' : `the last ${test} interactions`;
      const before = validation === 1 ? 'the one before' : `the ${validation} before`;
      return `${last} of each user with at least ${minHistory} for test${validation === 0 ? '' : `, ${before} for validation`}`;
    }
    case 'leave-one-out':
      return `one random interaction of each user for test${spec.validation ? ', another for validation' : ''}`;
    case 'random': {
      const { test = 0.2, validation = 0, per = 'user' } = spec;
      const of = per === 'user' ? "each user's interactions" : 'all interactions';
      return `${percent(test)} of ${of}, drawn at random, for test${validation === 0 ? '' : `, ${percent(validation)} for validation`}`;
    }
    case 'temporal': {
      const { at = 0.8, validation = 0 } = spec;
      const next = validation === 0 ? '' : `the next ${percent(validation)} for validation, `;
      return `the first ${percent(at - validation)} of all interactions by time for train, ${next}the rest for test`;
    }
    case 'k-fold':
      return `all interactions dealt out at random to ${spec.folds ?? 5} folds, each in turn the test`;
  }
}

/** A share as a percentage, without the rounding errors of binary fractions. */
function percent(share: number): string {
  return `${Number((100 * share).toPrecision(6))} %`;
}
