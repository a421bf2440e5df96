import { TensorecError, type Interactions } from '@tensorec/core';
import { requireShare } from '../arguments.js';
import { createSplit, splitByAssignment, TEST, VALIDATION, type SplitStage } from './stage.js';

/** Options of {@link temporalSplit}. */
export interface TemporalSplitOptions {
  /** Share of the interactions before the test; default 0.8. */
  readonly at?: number | undefined;
  /** Share of all interactions that become the validation, the last ones before the test; default: no such part. */
  readonly validation?: number | undefined;
}

/**
 * Cuts the data at a moment: what comes before it is train, what comes from it on is test, so that no model learns from
 * the future of any user. The moment is the time of the interaction at rank ⌊at·n⌋ (from 0) in the order of time, and
 * all interactions of that very time are test; the validation is cut off the same way. Data without timestamps is cut
 * by position.
 *
 * @throws TensorecError `invalid-argument` for bad options; `empty-data` when a part is empty, as when all times are
 * equal.
 */
export function temporalSplit(options: TemporalSplitOptions = {}): SplitStage {
  const { at = 0.8, validation = 0 } = options;
  requireShare('at', at, false);
  requireShare('validation', validation, true);
  if (validation >= at) {
    throw new TensorecError(
      'invalid-argument',
      `validation is ${validation} and at is ${at}; validation is a part of what comes before the test and must be less.`,
    );
  }
  const method = 'temporal';
  const parameters = { at, validation };
  return createSplit(method, parameters, (data) => {
    const times =
      data.timestamps ?? Float64Array.from({ length: data.size }, (_, position) => position);
    const sorted = times.slice().sort();
    const timeAt = (share: number): number =>
      sorted[Math.floor(share * data.size + ROUNDING)] ?? Infinity;
    const testStart = timeAt(at);
    const validationStart = validation > 0 ? timeAt(at - validation) : testStart;
    const parts = new Uint8Array(data.size);
    for (let n = 0; n < data.size; n++) {
      const time = times[n]!;
      if (time >= testStart) parts[n] = TEST;
      else if (time >= validationStart) parts[n] = VALIDATION;
    }
    return splitByAssignment(data, {
      parts,
      hasValidation: validation > 0,
      method,
      parameters,
      notes: coldNotes(data, parts),
    });
  });
}

/** Lifts products such as 0.29 · 100, which is a hair below 29, over the whole number meant. */
const ROUNDING = 1e-6;

function coldNotes(data: Interactions, parts: Uint8Array): string[] {
  const inTrain = new Uint8Array(data.users.size);
  const inTest = new Uint8Array(data.users.size);
  for (let n = 0; n < data.size; n++) {
    const user = data.userRows[n]!;
    if (parts[n] === TEST) inTest[user] = 1;
    else if (parts[n] === 0) inTrain[user] = 1;
  }
  const cold = inTest.reduce((count, tested, user) => count + (inTrain[user] ? 0 : tested), 0);
  if (cold === 0) return [];
  return [`${cold} ${cold === 1 ? 'test user has' : 'test users have'} no interaction in train.`];
}
