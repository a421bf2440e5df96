import { parseWith, type DataSplit } from '@tensorec/core';
import { describe, expect, it } from 'vitest';
import {
  describeSplit,
  kFold,
  leaveLastOut,
  leaveOneOut,
  randomSplit,
  splitData,
  splitSpecSchema,
  temporalSplit,
  type SplitSpec,
} from '../src/index.js';
import { errorOf } from './error-of.js';
import { interactionsOf } from './interactions-of.js';

describe('splitData', () => {
  const data = interactionsOf(
    Array.from({ length: 60 }, (_, n) => ({ user: n % 6, item: n, value: 1, time: n })),
  );

  it.each<[SplitSpec, DataSplit[], string]>([
    [
      { method: 'leave-last-out', test: 2, validation: 1, minHistory: 5 },
      [leaveLastOut({ test: 2, validation: 1, minimumHistory: 5 })(data)],
      'leave-last-out: the last 2 interactions of each user with at least 5 for test, the one before for validation',
    ],
    [
      { method: 'leave-last-out' },
      [leaveLastOut()(data)],
      'leave-last-out: the last interaction of each user with at least 2 for test',
    ],
    [
      { method: 'leave-last-out', validation: 2 },
      [leaveLastOut({ validation: 2 })(data)],
      'leave-last-out: the last interaction of each user with at least 4 for test, the 2 before for validation',
    ],
    [
      { method: 'leave-one-out' },
      [leaveOneOut({ seed: 4 })(data)],
      'leave-one-out: one random interaction of each user for test',
    ],
    [
      { method: 'leave-one-out', validation: true },
      [leaveOneOut({ validation: true, seed: 4 })(data)],
      'leave-one-out: one random interaction of each user for test, another for validation',
    ],
    [
      { method: 'random', validation: 0 },
      [randomSplit({ seed: 4 })(data)],
      "random: 20 % of each user's interactions, drawn at random, for test",
    ],
    [
      { method: 'random', test: 0.29, validation: 0.2, per: 'all' },
      [randomSplit({ test: 0.29, validation: 0.2, per: 'all', seed: 4 })(data)],
      'random: 29 % of all interactions, drawn at random, for test, 20 % for validation',
    ],
    [
      { method: 'temporal', at: 0.7, validation: 0 },
      [temporalSplit({ at: 0.7 })(data)],
      'temporal: the first 70 % of all interactions by time for train, the rest for test',
    ],
    [
      { method: 'temporal', validation: 0.1 },
      [temporalSplit({ validation: 0.1 })(data)],
      'temporal: the first 70 % of all interactions by time for train, the next 10 % for validation, the rest for test',
    ],
    [
      { method: 'k-fold', folds: 3 },
      [...kFold({ folds: 3, seed: 4 })(data)],
      'k-fold: all interactions dealt out at random to 3 folds, each in turn the test',
    ],
  ])('makes %j', (spec, expected, words) => {
    const splits = splitData(spec, 4)(data);
    expect(splits.map(({ splitId }) => splitId)).toEqual(expected.map(({ splitId }) => splitId));
    expect(describeSplit(spec)).toBe(words);
    expect(parseWith(splitSpecSchema, spec, 'split')).toEqual(spec);
  });

  it.each([
    { method: 'random', size: 0.2 },
    { method: 'random', test: 2 },
    { method: 'k-fold', folds: 1 },
    { method: 'magic' },
  ])('refuses %j', async (spec) => {
    const error = await errorOf(() => splitData(spec as SplitSpec));
    expect(error.code).toBe('invalid-argument');
    expect(error.message).toMatch(/^split/);
  });
});
