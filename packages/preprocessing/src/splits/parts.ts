import { TensorecError, type DataSplit, type Id, type Interactions } from '@tensorec/core';
import { fingerprint } from '@tensorec/kernels';

/** Which part an interaction goes to. */
export const TRAIN = 0;
export const VALIDATION = 1;
export const TEST = 2;

/**
 * The parts of a split, from the part of each interaction; their order is kept.
 *
 * @param method - how it was split, for the split id
 * @throws TensorecError `empty-data` when train or test would be empty.
 */
export function partsOf<User extends Id, Item extends Id>(
  data: Interactions<User, Item, 'whole'>,
  partOf: Uint8Array,
  method: object,
  notes: readonly string[],
): DataSplit<User, Item> {
  const splitId = fingerprint([data.fingerprint, JSON.stringify(method)]);
  const positions = (part: number): Int32Array =>
    Int32Array.from(partOf.keys()).filter((n) => partOf[n] === part);
  const [train, validation, test] = [positions(TRAIN), positions(VALIDATION), positions(TEST)];
  for (const [name, part] of [
    ['train', train],
    ['test', test],
  ] as const) {
    if (part.length > 0) continue;
    throw new TensorecError(
      'empty-data',
      `The split ${JSON.stringify(method)} leaves no ${name} interactions of ${data.size}; use more data or another split.${notes.map((note) => ` ${note}`).join('')}`,
    );
  }
  return {
    train: data.part(train, 'train', splitId),
    ...(validation.length > 0 ? { validation: data.part(validation, 'validation', splitId) } : {}),
    test: data.part(test, 'test', splitId),
    splitId,
    notes,
  };
}

/** Positions of each user's interactions in the order of time: by timestamp, then position. */
export function positionsByUser(data: Interactions): readonly Int32Array[] {
  const counts = new Int32Array(data.users.size);
  for (const user of data.userRows) counts[user]!++;
  const positions = Array.from(counts, (count) => new Int32Array(count));
  const filled = new Int32Array(data.users.size);
  for (let n = 0; n < data.size; n++) {
    const user = data.userRows[n]!;
    positions[user]![filled[user]!++] = n;
  }
  const { timestamps } = data;
  if (timestamps !== undefined) {
    for (const own of positions) own.sort((a, b) => timestamps[a]! - timestamps[b]! || a - b);
  }
  return positions;
}

/** A note about users who are too short to split; none when there are none. */
export function shortUsersNote(short: number, users: number, minimum: number): readonly string[] {
  if (short === 0) return [];
  return [
    `${short} of ${users} users have fewer than ${minimum} interactions; all of theirs are in train.`,
  ];
}
