import {
  describeStage,
  TensorecError,
  type DataSplit,
  type DescribedStage,
  type Id,
  type Interactions,
} from '@tensorec/core';
import { Random, requireArgument } from '@tensorec/kernels';
import { pairGroups } from '../filters/pairs.js';
import { partsOf, positionsByUser, shortUsersNote, TEST, VALIDATION } from './parts.js';

/** A stage that makes train, validation and test of whole data, over the same vocabularies. */
export type Split = (<User extends Id, Item extends Id>(
  data: Interactions<User, Item, 'whole'>,
) => DataSplit<User, Item>) &
  DescribedStage;

/** A stage that makes several splits of whole data: each interaction is in the test part of one. */
export type Folds = (<User extends Id, Item extends Id>(
  data: Interactions<User, Item, 'whole'>,
) => readonly DataSplit<User, Item>[]) &
  DescribedStage;

/** Options of {@link leaveLastOut}. */
export interface LeaveLastOutOptions {
  /** Interactions of each user in test, at least 1; default 1. */
  readonly test?: number | undefined;
  /** Interactions of each user in validation, just before those of test; default 0. */
  readonly validation?: number | undefined;
  /** Users with fewer interactions stay in train; at least test + validation + 1, which is the default. */
  readonly minHistory?: number | undefined;
}

/**
 * The last interactions of each user are the test, by timestamp and then position (by position alone without
 * timestamps).
 *
 * @throws TensorecError `invalid-argument` for an option out of range; the stage: `empty-data` when no user is long
 * enough.
 */
export function leaveLastOut(options: LeaveLastOutOptions = {}): Split {
  const { test = 1, validation = 0 } = options;
  const { minHistory = test + validation + 1 } = options;
  requireWhole('test', test, 1);
  requireWhole('validation', validation, 0);
  requireWhole('minHistory', minHistory, test + validation + 1);
  const method = { method: 'leave-last-out', test, validation, minHistory };
  return describeStage({ name: 'leave-last-out', parameters: method }, (data) => {
    const partOf = new Uint8Array(data.size);
    let short = 0;
    for (const positions of positionsByUser(data)) {
      const { length } = positions;
      if (length < minHistory) {
        if (length > 0) short++;
        continue;
      }
      for (let n = length - test - validation; n < length; n++) {
        partOf[positions[n]!] = n < length - test ? VALIDATION : TEST;
      }
    }
    return partsOf(data, partOf, method, shortUsersNote(short, data.users.size, minHistory));
  });
}

/** Options of {@link leaveOneOut}. */
export interface LeaveOneOutOptions {
  /** Whether another interaction of each user is the validation; default false. */
  readonly validation?: boolean | undefined;
  /** Default 0. */
  readonly seed?: number | undefined;
}

/**
 * One random interaction of each user is the test. Users with too few stay in train.
 *
 * @throws TensorecError (the stage) `empty-data` when no user is long enough.
 */
export function leaveOneOut({ validation = false, seed = 0 }: LeaveOneOutOptions = {}): Split {
  const method = { method: 'leave-one-out', validation, seed };
  return describeStage({ name: 'leave-one-out', parameters: method }, (data) => {
    const random = new Random(seed);
    const partOf = new Uint8Array(data.size);
    const minimum = validation ? 3 : 2;
    let short = 0;
    positionsByUser(data).forEach((positions, user) => {
      if (positions.length < minimum) {
        if (positions.length > 0) short++;
        return;
      }
      const order = random.fork(user).permutation(positions.length);
      partOf[positions[order[0]!]!] = TEST;
      if (validation) partOf[positions[order[1]!]!] = VALIDATION;
    });
    return partsOf(data, partOf, method, shortUsersNote(short, data.users.size, minimum));
  });
}

/** Options of {@link randomSplit}. */
export interface RandomSplitOptions {
  /** Share of the interactions in test, between 0 and 1; default 0.2. */
  readonly test?: number | undefined;
  /** Share in validation; default 0. */
  readonly validation?: number | undefined;
  /** Whether the shares are of each `user`'s interactions (default), rounded, or of `all`. */
  readonly per?: 'user' | 'all' | undefined;
  /** Default 0. */
  readonly seed?: number | undefined;
}

/**
 * Random shares of the interactions. Per user, at least one interaction stays in train.
 *
 * @throws TensorecError `invalid-argument` when the shares leave nothing for train.
 */
export function randomSplit(options: RandomSplitOptions = {}): Split {
  const { test = 0.2, validation = 0, per = 'user', seed = 0 } = options;
  requireShare('test', test);
  if (validation !== 0) requireShare('validation', validation);
  requireArgument(
    test + validation < 1,
    () =>
      `test is ${test} and validation ${validation}; together they must leave a share for train.`,
  );
  const method = { method: 'random', test, validation, per, seed };
  return describeStage({ name: 'random', parameters: method }, (data) => {
    const random = new Random(seed);
    const partOf = new Uint8Array(data.size);
    const groups =
      per === 'user' ? positionsByUser(data) : [Int32Array.from(data.userRows, (_, n) => n)];
    groups.forEach((positions, group) => {
      const { length } = positions;
      const order = random.fork(group).permutation(length);
      const inTest = Math.min(Math.round(test * length), Math.max(0, length - 1));
      const inValidation = Math.min(
        Math.round(validation * length),
        Math.max(0, length - 1 - inTest),
      );
      for (let n = 0; n < inTest + inValidation; n++) {
        partOf[positions[order[n]!]!] = n < inTest ? TEST : VALIDATION;
      }
    });
    return partsOf(data, partOf, method, []);
  });
}

/** Options of {@link temporalSplit}. */
export interface TemporalSplitOptions {
  /** Share of the interactions before the test begins, between 0 and 1; default 0.8. */
  readonly at?: number | undefined;
  /** Share of the interactions, just before the test, that is the validation; default 0. */
  readonly validation?: number | undefined;
}

/**
 * What happened last, over all users, is the test: no training event is later than a test event. Interactions of one
 * instant stay together, in the later part.
 *
 * @throws TensorecError (the stage) `invalid-argument` for data without timestamps, `empty-data` when a part would be
 * empty.
 */
export function temporalSplit({ at = 0.8, validation = 0 }: TemporalSplitOptions = {}): Split {
  requireShare('at', at);
  if (validation !== 0) requireShare('validation', validation);
  requireArgument(
    validation < at,
    () => `validation is ${validation} and at ${at}; validation must leave a share for train.`,
  );
  const method = { method: 'temporal', at, validation };
  return describeStage({ name: 'temporal', parameters: method }, (data) => {
    const { timestamps, size } = data;
    if (timestamps === undefined) {
      throw new TensorecError(
        'invalid-argument',
        'A temporal split needs timestamps, and the data has none; read the timestamp column, or split another way.',
      );
    }
    const sorted = timestamps.slice().sort();
    const instant = (share: number): number =>
      sorted[Math.min(size - 1, Math.floor(share * size))]!;
    const testStart = instant(at);
    const validationStart = instant(at - validation);
    const partOf = Uint8Array.from(timestamps, (time) =>
      time >= testStart ? TEST : validation > 0 && time >= validationStart ? VALIDATION : 0,
    );
    return partsOf(data, partOf, method, []);
  });
}

/** Options of {@link kFold}. */
export interface KFoldOptions {
  /** At least 2; default 5. */
  readonly folds?: number | undefined;
  /** Default 0. */
  readonly seed?: number | undefined;
}

/**
 * Splits of the interactions into random folds of equal size (to one), each in turn the test.
 *
 * @throws TensorecError (the stage) `empty-data` with fewer interactions than folds.
 */
export function kFold({ folds = 5, seed = 0 }: KFoldOptions = {}): Folds {
  requireWhole('folds', folds, 2);
  return describeStage(
    { name: 'k-fold', parameters: { folds, seed } },
    <User extends Id, Item extends Id>(data: Interactions<User, Item, 'whole'>) => {
      const order = new Random(seed).permutation(data.size);
      return Array.from({ length: folds }, (_, fold) => {
        const partOf = new Uint8Array(data.size);
        order.forEach((n, position) => {
          if (position % folds === fold) partOf[n] = TEST;
        });
        return partsOf(data, partOf, { method: 'k-fold', folds, seed, fold }, []);
      });
    },
  );
}

/**
 * Splits by given folds: each fold is in turn the test, and train is the data without its pairs of user and item.
 *
 * @param parts - the folds, over the vocabularies of the data
 * @throws TensorecError `invalid-argument` when a fold has other vocabularies or a pair that the data has not.
 */
export function foldsFromParts<User extends Id, Item extends Id>(
  data: Interactions<User, Item, 'whole'>,
  parts: readonly Interactions<User, Item>[],
): readonly DataSplit<User, Item>[] {
  const { count, of } = pairGroups(data);
  const groupOf = new Map<number, number>();
  const pair = (user: number, item: number): number => user * data.items.size + item;
  for (let n = 0; n < data.size; n++)
    groupOf.set(pair(data.userRows[n]!, data.itemRows[n]!), of[n]!);
  return parts.map((part, fold) => {
    requireArgument(
      part.users === data.users && part.items === data.items,
      () => `Fold ${fold + 1} was not read over the vocabularies of the data.`,
    );
    const inTest = new Uint8Array(count);
    for (let n = 0; n < part.size; n++) {
      const group = groupOf.get(pair(part.userRows[n]!, part.itemRows[n]!));
      if (group === undefined) {
        throw new TensorecError(
          'invalid-argument',
          `Fold ${fold + 1} has the pair ${String(part.users.id(part.userRows[n]!))}, ${String(part.items.id(part.itemRows[n]!))}, which the data has not (after its filters).`,
        );
      }
      inTest[group] = 1;
    }
    const partOf = Uint8Array.from(of, (group) => (inTest[group] === 1 ? TEST : 0));
    return partsOf(data, partOf, { method: 'folds', fold: part.fingerprint }, []);
  });
}

function requireWhole(name: string, value: number, minimum: number): void {
  requireArgument(
    Number.isSafeInteger(value) && value >= minimum,
    () => `${name} is ${value}; it must be a whole number of at least ${minimum}.`,
  );
}

function requireShare(name: string, value: number): void {
  requireArgument(
    value > 0 && value < 1,
    () => `${name} is ${value}; it must be a share between 0 and 1.`,
  );
}
