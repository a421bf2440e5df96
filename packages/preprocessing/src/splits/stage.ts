import {
  TensorecError,
  type DataSplit,
  type DescribedStage,
  type Id,
  type Interactions,
} from '@tensorec/core';
import { fingerprint } from '@tensorec/kernels';
import { markedPositions } from '../filters/stage.js';

/** A stage that makes one split of whole data. */
export interface SplitStage extends DescribedStage {
  <User extends Id, Item extends Id>(
    data: Interactions<User, Item, 'whole'>,
  ): DataSplit<User, Item>;
}

/** A stage that makes several splits of whole data. */
export interface FoldStage extends DescribedStage {
  <User extends Id, Item extends Id>(
    data: Interactions<User, Item, 'whole'>,
  ): readonly DataSplit<User, Item>[];
}

/** Marks of the parts in an assignment; data is in train unless marked. */
export const VALIDATION = 1;
/** See {@link VALIDATION}. */
export const TEST = 2;

/** What {@link splitByAssignment} needs beside the data. */
export interface Assignment {
  /** The part of each interaction: 0, {@link VALIDATION} or {@link TEST}. */
  readonly parts: Uint8Array;
  readonly hasValidation: boolean;
  /** The method and all that decides how it splits. */
  readonly method: string;
  readonly parameters: object;
  readonly notes: readonly string[];
}

/**
 * The parts of an assignment, each in the order of the data.
 *
 * @throws TensorecError `empty-data` when a part is empty.
 */
export function splitByAssignment<User extends Id, Item extends Id>(
  data: Interactions<User, Item, 'whole'>,
  { parts, hasValidation, method, parameters, notes }: Assignment,
): DataSplit<User, Item> {
  const splitId = fingerprint([data.fingerprint, method, JSON.stringify(parameters)]);
  const positions = (mark: number, part: string): Int32Array => {
    const marked = markedPositions(parts, mark);
    if (marked.length > 0) return marked;
    throw new TensorecError(
      'empty-data',
      `The split ${method} ${JSON.stringify(parameters)} of ${data.size} interactions leaves the ${part} part empty; give more data or change its sizes.`,
    );
  };
  return {
    train: data.part(positions(0, 'train'), 'train', splitId),
    validation: hasValidation
      ? data.part(positions(VALIDATION, 'validation'), 'validation', splitId)
      : undefined,
    test: data.part(positions(TEST, 'test'), 'test', splitId),
    splitId,
    notes,
  };
}

/** A note of users that are in train alone; none when there are none. */
export function shortUserNotes(count: number, needed: string): readonly string[] {
  if (count === 0) return [];
  const users = count === 1 ? '1 user has' : `${count} users have`;
  return [`${users} fewer than ${needed} and stay in train.`];
}
