import { parseWith, type DataSplit, type Id, type Interactions, type Schema } from '@tensorec/core';
import * as z from 'zod/mini';
import { kFold } from './folds.js';
import { leaveLastOut, leaveOneOut, randomSplit } from './per-user.js';
import { temporalSplit } from './temporal.js';

/** As {@link leaveLastOut}. */
export interface LeaveLastOutSpec {
  readonly method: 'leave-last-out';
  readonly test?: number | undefined;
  readonly validation?: number | undefined;
  /** `minimumHistory` of {@link leaveLastOut}. */
  readonly minHistory?: number | undefined;
}

/** As {@link leaveOneOut}. */
export interface LeaveOneOutSpec {
  readonly method: 'leave-one-out';
  readonly validation?: boolean | undefined;
}

/** As {@link randomSplit}. */
export interface RandomSplitSpec {
  readonly method: 'random';
  readonly test?: number | undefined;
  readonly validation?: number | undefined;
  readonly per?: 'user' | 'all' | undefined;
}

/** As {@link temporalSplit}. */
export interface TemporalSplitSpec {
  readonly method: 'temporal';
  readonly at?: number | undefined;
  readonly validation?: number | undefined;
}

/** As {@link kFold}. */
export interface KFoldSpec {
  readonly method: 'k-fold';
  readonly folds?: number | undefined;
}

/** Test folds in files, in the format of the data; read them and use `foldsFromParts`. */
export interface FilesSplitSpec {
  readonly method: 'folds';
  readonly files: readonly string[];
}

/** A split that needs nothing but the data. */
export type ComputedSplitSpec =
  LeaveLastOutSpec | LeaveOneOutSpec | RandomSplitSpec | TemporalSplitSpec | KFoldSpec;

/** The `split` section of an experiment file. */
export type SplitSpec = ComputedSplitSpec | FilesSplitSpec;

const count = z.int().check(z.positive());
const countOrNone = z.int().check(z.nonnegative());
const share = z.number().check(z.gt(0), z.lt(1));
const shareOrNone = z.number().check(z.gte(0), z.lt(1));

/** Strict schema of a {@link SplitSpec}. */
export const splitSpecSchema: Schema<SplitSpec> = z.discriminatedUnion('method', [
  z.strictObject({
    method: z.literal('leave-last-out'),
    test: z.optional(count),
    validation: z.optional(countOrNone),
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
  z.strictObject({
    method: z.literal('folds'),
    files: z.array(z.string().check(z.minLength(1))).check(z.minLength(1)),
  }),
]);

/**
 * The splits that a `split` section asks for: one, or one a fold. A seed is used by the random methods.
 *
 * @throws TensorecError `invalid-argument` for a bad section, and as the split's own function.
 */
export function splitData(
  spec: ComputedSplitSpec,
  seed = 0,
): <User extends Id, Item extends Id>(
  data: Interactions<User, Item, 'whole'>,
) => readonly DataSplit<User, Item>[] {
  parseWith(splitSpecSchema, spec, 'split');
  switch (spec.method) {
    case 'leave-last-out': {
      const { test, validation, minHistory: minimumHistory } = spec;
      const split = leaveLastOut({ test, validation, minimumHistory });
      return (data) => [split(data)];
    }
    case 'leave-one-out': {
      const split = leaveOneOut({ validation: spec.validation, seed });
      return (data) => [split(data)];
    }
    case 'random': {
      const { test, validation, per } = spec;
      const split = randomSplit({ test, validation, per, seed });
      return (data) => [split(data)];
    }
    case 'temporal': {
      const { at, validation } = spec;
      const split = temporalSplit({ at, validation });
      return (data) => [split(data)];
    }
    case 'k-fold':
      return kFold({ folds: spec.folds, seed });
  }
}

/** A `split` section in words, for reports. */
export function describeSplit(spec: SplitSpec): string {
  const percent = (part: number): string => `${Number((100 * part).toPrecision(6))} %`;
  switch (spec.method) {
    case 'leave-last-out': {
      const { test = 1, validation = 0, minHistory = test + validation + 1 } = spec;
      return `leave-last-out: of each user with at least ${minHistory} interactions the last ${test} for test, ${validation} before them for validation`;
    }
    case 'leave-one-out':
      return `leave-one-out: of each user one random interaction for test${spec.validation ? ', one for validation' : ''}`;
    case 'random': {
      const { test = 0.2, validation = 0, per = 'user' } = spec;
      const of = per === 'user' ? "each user's interactions" : 'all interactions';
      return `random: of ${of} ${percent(test)} for test, ${percent(validation)} for validation`;
    }
    case 'temporal': {
      const { at = 0.8, validation = 0 } = spec;
      return `temporal: the first ${percent(at)} of all interactions in time, of which the last ${percent(validation)} of all for validation, then test`;
    }
    case 'k-fold':
      return `k-fold: ${spec.folds ?? 5} random folds of all interactions`;
    case 'folds':
      return `folds from files: ${spec.files.join(', ')}`;
  }
}
