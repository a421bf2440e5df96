import { Interactions } from '@tensorec/core';

/** One rating: user, item, value. */
export type Rating = readonly [user: string, item: string, value: number];

/** Ratings as interactions. */
export function ratings(...rows: readonly Rating[]): Interactions<string, string, 'whole'> {
  return Interactions.fromColumns({
    users: rows.map(([user]) => user),
    items: rows.map(([, item]) => item),
    values: rows.map(([, , value]) => value),
  });
}

/** Interactions without values; each string is a user followed by their items: `'a: x y'`. */
export function visits(...lines: readonly string[]): Interactions<string, string, 'whole'> {
  const pairs = lines.flatMap((line) => {
    const [user, items] = line.split(': ');
    return items!.split(' ').map((item) => [user!, item] as const);
  });
  return Interactions.fromColumns({
    users: pairs.map(([user]) => user),
    items: pairs.map(([, item]) => item),
  });
}
