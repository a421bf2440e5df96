import { describeStage, show, TensorecError, type Interactions } from '@tensorec/core';
import { Random } from '@tensorec/kernels';
import { requireInteger } from '../arguments.js';
import {
  createFolds,
  splitByAssignment,
  TEST,
  type FoldSplitter,
  type FoldStage,
} from './stage.js';

/** Options of {@link kFold}. */
export interface KFoldOptions {
  /** How many folds; default 5. */
  readonly folds?: number | undefined;
  /** Default 0. */
  readonly seed?: number | undefined;
}

/**
 * Deals the interactions out to folds at random; each fold is the test of one split whose train is the rest. Fold sizes
 * differ by at most one.
 *
 * @throws TensorecError `invalid-argument` for fewer than 2 folds or a bad seed, `empty-data` when there are fewer
 * interactions than folds.
 */
export function kFold(options: KFoldOptions = {}): FoldStage {
  const { folds = 5, seed = 0 } = options;
  requireInteger('folds', folds, 2);
  requireInteger('seed', seed, 0);
  const method = 'k-fold';
  const run = createFolds((data) => {
    const order = new Random(seed).permutation(data.size);
    return Array.from({ length: folds }, (_, fold) => {
      const parts = new Uint8Array(data.size);
      for (let n = fold; n < order.length; n += folds) parts[order[n]!] = TEST;
      return splitByAssignment(data, {
        parts,
        hasValidation: false,
        method,
        parameters: { folds, seed, fold },
        notes: [],
      });
    });
  });
  return describeStage({ name: method, parameters: { folds, seed } }, run);
}

/**
 * Splits with given test folds: of each fold, the test is the data's interactions of the fold's users and items, and
 * train is the rest. Ids are matched as they are, whatever the vocabularies; values and times of the folds are not read.
 *
 * @throws TensorecError `invalid-argument` when there are no folds; when called, `invalid-argument` when a fold has a user
 * and item that the data has not, and `empty-data` when nothing is left for train.
 */
export function foldsFromParts(folds: readonly Interactions[]): FoldSplitter {
  if (folds.length === 0) {
    throw new TensorecError('invalid-argument', 'There are no folds; give at least one.');
  }
  return createFolds((data) =>
    folds.map((fold, position) =>
      splitByAssignment(data, {
        parts: markFold(data, fold, position),
        hasValidation: false,
        method: 'folds',
        parameters: { fold: position, fingerprint: fold.fingerprint },
        notes: [],
      }),
    ),
  );
}

function markFold(data: Interactions, fold: Interactions, number: number): Uint8Array {
  const userOf = Array.from(fold.users, (id) => data.users.row(id));
  const itemOf = Array.from(fold.items, (id) => data.items.row(id));
  const itemCount = data.items.size;
  const positionOf = new Map<number, number>();
  for (let n = 0; n < fold.size; n++) {
    const user = userOf[fold.userRows[n]!];
    const item = itemOf[fold.itemRows[n]!];
    if (user === undefined || item === undefined) throw notInData(fold, n, number);
    positionOf.set(user * itemCount + item, n);
  }
  const parts = new Uint8Array(data.size);
  const found = new Uint8Array(fold.size);
  for (let n = 0; n < data.size; n++) {
    const position = positionOf.get(data.userRows[n]! * itemCount + data.itemRows[n]!);
    if (position === undefined) continue;
    parts[n] = TEST;
    found[position] = 1;
  }
  for (const position of positionOf.values()) {
    if (found[position] === 0) throw notInData(fold, position, number);
  }
  return parts;
}

function notInData(fold: Interactions, position: number, number: number): TensorecError {
  const user = show(fold.users.id(fold.userRows[position]!));
  const item = show(fold.items.id(fold.itemRows[position]!));
  return new TensorecError(
    'invalid-argument',
    `Fold ${number + 1} has user ${user} with item ${item} (interaction ${position}), which the data has not; check that ids are read alike, and that no filter removed it.`,
  );
}
