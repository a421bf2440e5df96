import { TensorecError } from '@tensorec/core';
import { Random } from '@tensorec/kernels';
import { requireInteger, requireOneOf, requireShare } from '../arguments.js';
import { groupByUser, userHistories } from '../positions.js';
import {
  createSplit,
  shortUserNotes,
  splitByAssignment,
  TEST,
  VALIDATION,
  type SplitStage,
} from './stage.js';

/** Options of {@link leaveLastOut}. */
export interface LeaveLastOutOptions {
  /** Interactions a user in the test part; default 1. */
  readonly test?: number | undefined;
  /** Interactions a user in the validation part, those before the test; default 0: no such part. */
  readonly validation?: number | undefined;
  /** Users with fewer interactions stay in train; default and least test + validation + 1. */
  readonly minimumHistory?: number | undefined;
}

/**
 * The last interactions of each user become the test, those before them the validation. Last is by timestamp; ties, and
 * data without timestamps, go by position.
 *
 * @throws TensorecError `invalid-argument` for bad options, `empty-data` when no user is long enough.
 */
export function leaveLastOut(options: LeaveLastOutOptions = {}): SplitStage {
  const { test = 1, validation = 0 } = options;
  requireInteger('test', test, 1);
  requireInteger('validation', validation, 0);
  const { minimumHistory = test + validation + 1 } = options;
  requireInteger('minimumHistory', minimumHistory, test + validation + 1);
  const method = 'leave-last-out';
  const parameters = { test, validation, minimumHistory };
  return createSplit(method, parameters, (data) => {
    const { offsets, positions } = userHistories(data);
    const parts = new Uint8Array(data.size);
    let shortUsers = 0;
    for (let user = 0; user < data.users.size; user++) {
      const history = positions.subarray(offsets[user], offsets[user + 1]);
      if (history.length < minimumHistory) {
        if (history.length > 0) shortUsers++;
        continue;
      }
      markEnd(parts, history, validation, test);
    }
    const notes = shortUserNotes(shortUsers, minimumHistory);
    return splitByAssignment(data, {
      parts,
      hasValidation: validation > 0,
      method,
      parameters,
      notes,
    });
  });
}

/** Options of {@link leaveOneOut}. */
export interface LeaveOneOutOptions {
  /** Whether another interaction a user becomes the validation part; default `false`. */
  readonly validation?: boolean | undefined;
  /** Default 0. */
  readonly seed?: number | undefined;
}

/**
 * One random interaction of each user becomes the test and, where asked for, another the validation. Users with fewer
 * than 2 (or 3) stay in train.
 *
 * @throws TensorecError `invalid-argument` for a bad seed, `empty-data` when no user is long enough.
 */
export function leaveOneOut(options: LeaveOneOutOptions = {}): SplitStage {
  const { validation = false, seed = 0 } = options;
  requireInteger('seed', seed, 0);
  const method = 'leave-one-out';
  const parameters = { validation, seed };
  const needed = validation ? 3 : 2;
  return createSplit(method, parameters, (data) => {
    const { offsets, positions } = groupByUser(data);
    const random = new Random(seed);
    const parts = new Uint8Array(data.size);
    let shortUsers = 0;
    for (let user = 0; user < data.users.size; user++) {
      const history = positions.subarray(offsets[user], offsets[user + 1]);
      if (history.length < needed) {
        if (history.length > 0) shortUsers++;
        continue;
      }
      const tested = random.integer(history.length);
      parts[history[tested]!] = TEST;
      if (!validation) continue;
      const other = random.integer(history.length - 1);
      parts[history[other < tested ? other : other + 1]!] = VALIDATION;
    }
    const notes = shortUserNotes(shortUsers, needed);
    return splitByAssignment(data, {
      parts,
      hasValidation: validation,
      method,
      parameters,
      notes,
    });
  });
}

/** Options of {@link randomSplit}. */
export interface RandomSplitOptions {
  /** Share of the interactions in the test part; default 0.2. */
  readonly test?: number | undefined;
  /** Share of the interactions in the validation part; default 0: no such part. */
  readonly validation?: number | undefined;
  /** Whether the shares are of each user's interactions or of all; default `'user'`. */
  readonly per?: 'user' | 'all' | undefined;
  /** Default 0. */
  readonly seed?: number | undefined;
}

/**
 * A random share of the interactions becomes the test, another the validation. Counts are rounded to the nearest whole
 * number, halves up. Per user, train keeps at least one interaction of each user: validation shrinks first, then test;
 * users too short for one in the test stay in train.
 *
 * @throws TensorecError `invalid-argument` for bad options, `empty-data` when a part is empty.
 */
export function randomSplit(options: RandomSplitOptions = {}): SplitStage {
  const { test = 0.2, validation = 0, per = 'user', seed = 0 } = options;
  requireShare('test', test, false);
  requireShare('validation', validation, true);
  requireOneOf('per', per, ['user', 'all']);
  requireInteger('seed', seed, 0);
  if (test + validation >= 1) {
    throw new TensorecError(
      'invalid-argument',
      `test ${test} and validation ${validation} leave nothing for train; their sum must be below 1.`,
    );
  }
  const method = 'random';
  const parameters = { test, validation, per, seed };
  return createSplit(method, parameters, (data) => {
    const random = new Random(seed);
    const parts = new Uint8Array(data.size);
    let shortUsers = 0;
    const assign = (positions: Int32Array): void => {
      const tested = Math.min(Math.round(positions.length * test), positions.length - 1);
      if (tested === 0) {
        shortUsers++;
        return;
      }
      const validated = Math.min(
        Math.round(positions.length * validation),
        positions.length - 1 - tested,
      );
      random.shuffle(positions);
      markEnd(parts, positions, validated, tested);
    };
    if (per === 'all') {
      assign(Int32Array.from(parts, (_, position) => position));
    } else {
      const { offsets, positions } = groupByUser(data);
      for (let user = 0; user < data.users.size; user++) {
        if (offsets[user] === offsets[user + 1]) continue;
        assign(positions.subarray(offsets[user], offsets[user + 1]));
      }
    }
    const notes =
      per === 'all' ? [] : shortUserNotes(shortUsers, Math.max(2, Math.ceil(0.5 / test)));
    return splitByAssignment(data, {
      parts,
      hasValidation: validation > 0,
      method,
      parameters,
      notes,
    });
  });
}

/** Marks the last positions of a list as test, those before as validation. */
function markEnd(parts: Uint8Array, positions: Int32Array, validation: number, test: number): void {
  const testStart = positions.length - test;
  for (let n = testStart - validation; n < positions.length; n++) {
    parts[positions[n]!] = n < testStart ? VALIDATION : TEST;
  }
}
