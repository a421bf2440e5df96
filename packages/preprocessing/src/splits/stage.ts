import {
  describeStage,
  TensorecError,
  type DataSplit,
  type DescribedStage,
  type Id,
  type Interactions,
  type Role,
} from '@tensorec/core';
import { fingerprint } from '@tensorec/kernels';

/** What a split makes of data: a {@link DataSplit} of whole data; parts of a split are not split again. */
export type SplitOf<User extends Id, Item extends Id, R extends Role> = R extends 'whole'
  ? DataSplit<User, Item>
  : never;

/** A stage that makes one split of whole data; it throws a `role` error for the parts of a split. */
export interface SplitStage extends DescribedStage {
  // Generic in the role although whole data alone is split: the type parameter of a filter before it stays open in a
  // pipeline, and would not fit a parameter that names 'whole'.
  <User extends Id, Item extends Id, R extends Role>(
    data: Interactions<User, Item, R>,
  ): SplitOf<User, Item, R>;
}

/** Makes several splits of whole data; it throws a `role` error for the parts of a split. */
export type FoldSplitter = <User extends Id, Item extends Id, R extends Role>(
  data: Interactions<User, Item, R>,
) => readonly SplitOf<User, Item, R>[];

/** A stage that makes several splits of whole data. */
export interface FoldStage extends DescribedStage {
  <User extends Id, Item extends Id, R extends Role>(
    data: Interactions<User, Item, R>,
  ): readonly SplitOf<User, Item, R>[];
}

/** The stage of a method that splits whole data. */
export function createSplit(
  method: string,
  parameters: object,
  split: (data: Interactions) => DataSplit,
): SplitStage {
  function run<User extends Id, Item extends Id, R extends Role>(
    data: Interactions<User, Item, R>,
  ): SplitOf<User, Item, R>;
  function run(data: Interactions): DataSplit {
    requireWhole(data);
    return split(data);
  }
  return describeStage({ name: method, parameters }, run);
}

/** What makes several splits of whole data. */
export function createFolds(split: (data: Interactions) => readonly DataSplit[]): FoldSplitter {
  function run<User extends Id, Item extends Id, R extends Role>(
    data: Interactions<User, Item, R>,
  ): readonly SplitOf<User, Item, R>[];
  function run(data: Interactions): readonly DataSplit[] {
    requireWhole(data);
    return split(data);
  }
  return run;
}

function requireWhole({ role }: Interactions): void {
  if (role === 'whole') return;
  throw new TensorecError(
    'role',
    `Only whole data is split, and this is a ${role} part; split the data that it comes from.`,
  );
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
export function splitByAssignment(
  data: Interactions,
  { parts, hasValidation, method, parameters, notes }: Assignment,
): DataSplit {
  const splitId = fingerprint([data.fingerprint, method, JSON.stringify(parameters)]);
  const part = <R extends Role>(mark: number, role: R): Interactions<Id, Id, R> => {
    const marked = data.marked(parts, mark, role, splitId);
    if (marked.size > 0) return marked;
    throw new TensorecError(
      'empty-data',
      `The split ${method} ${JSON.stringify(parameters)} of ${data.size} interactions leaves the ${role} part empty; give more data or change its sizes.`,
    );
  };
  return {
    train: part(0, 'train'),
    validation: hasValidation ? part(VALIDATION, 'validation') : undefined,
    test: part(TEST, 'test'),
    splitId,
    notes,
  };
}

/** A note of users that are in train alone; none when there are none. */
export function shortUserNotes(count: number, needed: number): readonly string[] {
  if (count === 0) return [];
  const few = `fewer than ${needed} interactions`;
  return [
    count === 1
      ? `1 user has ${few} and stays in train.`
      : `${count} users have ${few} and stay in train.`,
  ];
}
