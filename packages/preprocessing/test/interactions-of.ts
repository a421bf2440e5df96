import { Interactions } from '@tensorec/core';
import * as fc from 'fast-check';
import { rowsOf } from './sources.js';

/** One interaction of a property test. */
export interface PlainRow {
  readonly user: number;
  readonly item: number;
  readonly value: number;
  readonly time: number;
}

/** Rows with many repeated pairs and equal times. */
export const plainRows: fc.Arbitrary<PlainRow[]> = fc.array(
  fc.record({
    user: fc.nat(7),
    item: fc.nat(7),
    value: fc.integer({ min: 1, max: 5 }),
    time: fc.nat(9),
  }),
  { minLength: 1, maxLength: 60 },
);

/** The rows as interactions. */
export function interactionsOf(
  rows: readonly PlainRow[],
  timed = true,
): Interactions<number, number, 'whole'> {
  return Interactions.fromColumns({
    users: rows.map(({ user }) => user),
    items: rows.map(({ item }) => item),
    values: rows.map(({ value }) => value),
    ...(timed ? { timestamps: rows.map(({ time }) => time) } : {}),
  });
}

/** Interactions `user item time`, parted by commas. */
export function events(text: string): Interactions<string, string, 'whole'> {
  const rows = text.split(',').map((row) => row.trim().split(' '));
  return Interactions.fromColumns({
    users: rows.map(([user]) => user!),
    items: rows.map(([, item]) => item!),
    timestamps: rows.map(([, , time]) => Number(time)),
  });
}

/** The users and items of interactions, each pair as one word. */
export function namesOf(data: Interactions | undefined): string {
  return data === undefined
    ? ''
    : rowsOf(data)
        .map(([user, item]) => `${user}${item}`)
        .join(' ');
}
