import type { ReadonlyInt32Array, Steps } from '@tensorec/kernels';
import { alignPart, columnsOf } from './alignment.js';
import type { MetricTable } from './metric-table.js';
import type { Relevance } from './relevance.js';
import type { Scorer } from './scorer.js';
import type { Settings, TestPart } from './settings.js';
import { userLists } from './user-lists.js';

/** The list of one user, and what of it is relevant. */
export interface RankedUser {
  /** Position among the users evaluated. */
  readonly position: number;
  /** Row of the test part's `users`. */
  readonly user: number;
  /** The model's rows, best first. */
  readonly items: ReadonlyInt32Array;
  /** 1 where the item at that rank is among the user's test items; may be longer than the list. */
  readonly flags: Uint8Array;
  /** The user's distinct test items, by row of the test part. */
  readonly relevant: ReadonlyInt32Array;
  /** The rank of each of the model's items, from 1; 0 where it is not in the list. */
  readonly rankOf: Int32Array;
}

/**
 * Ranks all items for each user and records the metrics of the lists.
 *
 * @param visit - called with the list of each user whom the model answers, which is good until it returns
 * @returns what a reader of the figures must know
 */
export function* rankAll(
  scorer: Scorer,
  test: TestPart,
  users: Int32Array,
  relevance: Relevance,
  settings: Settings,
  table: MetricTable,
  visit: (ranked: RankedUser) => void,
): Steps<string[]> {
  const { itemOf, model } = scorer;
  const excluded = exclusion(scorer, test, settings);
  const longest = Math.max(1, Math.min(table.longest, model.items.size));
  const flags = new Uint8Array(longest);
  const rankOf = new Int32Array(model.items.size);
  const pending = new Uint8Array(model.items.size);
  const nextItem = settings.task === 'next-item';
  let hidden = 0;

  yield* userLists(scorer, users, longest, excluded, (position, list) => {
    const user = users[position]!;
    const items = relevance.itemsOf(user);
    for (const item of items) if (itemOf[item]! >= 0) pending[itemOf[item]!] = 1;
    for (const rows of excluded(user)) {
      for (const row of rows) {
        hidden += pending[row]!;
        pending[row] = 0;
      }
    }
    for (const item of items) if (itemOf[item]! >= 0) pending[itemOf[item]!] = 0;

    const { length, scores } = list;
    const tied = table.tieCuts.some((cut) =>
      cut < longest
        ? cut < length && scores[cut - 1] === scores[cut]
        : cut === longest && list.tied,
    );
    for (let n = 0; n < length; n++) rankOf[list.items[n]!] = n + 1;
    if (nextItem) {
      for (const interaction of relevance.positionsOf(user)) {
        flag(rankOf[itemOf[test.itemRows[interaction]!]!]);
        table.record(position, flags, 1, tied);
        flags.fill(0);
      }
    }
    for (const item of items) flag(rankOf[itemOf[item]!]);
    if (!nextItem) table.record(position, flags, items.length, tied);
    const ranked = list.items.subarray(0, length);
    visit({ position, user, items: ranked, flags, relevant: items, rankOf });
    flags.fill(0);
    for (let n = 0; n < length; n++) rankOf[list.items[n]!] = 0;
  });
  if (hidden === 0) return [];
  return [
    `${hidden} relevant items were kept out of their users' lists as seen: they count as relevant and could not be hit.`,
  ];

  function flag(rank = 0): void {
    if (rank > 0) flags[rank - 1] = 1;
  }
}

/** For each user of the test part the lists of items, by the model's rows, that may not be ranked. */
function exclusion(
  scorer: Scorer,
  test: TestPart,
  { excludeSeen, validation }: Settings,
): (user: number) => readonly ReadonlyInt32Array[] {
  if (excludeSeen === false) return () => [];
  if (excludeSeen === 'history') return (user) => [scorer.historyOf(user)];
  if (excludeSeen === 'train' || validation === undefined) {
    return (user) => [scorer.trainingOf(user)];
  }
  const { entries } = alignPart(validation, test.users, scorer.model.items);
  return (user) => [scorer.trainingOf(user), columnsOf(entries, user)];
}
