import type { Id } from '@tensorec/core';
import { sumOverItems, type ItemCounts } from './item-counts.js';
import type { MetricPlan } from './metric-plan.js';
import type { ModelResult } from './model-results.js';
import type { Fold } from './prepared-data.js';
import type { Segment } from './report.js';
import { overRuns } from './user-values.js';

/** Share of the training events that the rare items hold together. */
const rareShare = 0.2;

/**
 * Test users by the number of their training events: those without, then the others in thirds; users with as many events
 * are never parted. With several folds the events are averaged. Groups that have nobody are left out.
 */
export function userSegments(
  results: readonly ModelResult[],
  folds: readonly Fold[],
): readonly Segment[] {
  if (results.every(({ labels }) => labels.length === 0)) return [];
  const events = trainingEvents(folds);
  const all = new Set(results.flatMap(({ users }) => users.users));
  const lengths = [...all].map((id) => events.get(id) ?? 0).filter((length) => length > 0);
  lengths.sort((a, b) => a - b);
  const bound = (share: number): number => lengths[Math.ceil(share * lengths.length) - 1] ?? 0;
  const [light, medium, most] = [bound(1 / 3), bound(2 / 3), bound(1)];
  const groups = [
    { name: 'new users', above: -1, upTo: 0 },
    { name: 'light users', above: 0, upTo: light },
    { name: 'medium users', above: light, upTo: medium },
    { name: 'heavy users', above: medium, upTo: most },
  ];
  return groups.flatMap(({ name, above, upTo }): Segment[] => {
    const belongs = (id: Id): boolean => {
      const length = events.get(id) ?? 0;
      return length > above && length <= upTo;
    };
    const members = [...all].filter(belongs);
    if (members.length === 0) return [];
    const own = lengths.filter((length) => length > above && length <= upTo);
    const metrics = results.map((result) => [result.name, meansOf(result, belongs)] as const);
    const description =
      upTo === 0 ? 'no training event' : describeRange(own[0] ?? 0, own.at(-1) ?? 0);
    return [
      {
        of: 'users',
        name,
        description,
        size: members.length,
        metrics: Object.fromEntries(metrics),
      },
    ];
  });
}

/** Training events of each test user, the mean over the folds that test the user. */
function trainingEvents(folds: readonly Fold[]): ReadonlyMap<Id, number> {
  const runs = folds.map(({ train, test }) => {
    const userRows = Int32Array.from(new Set(test.userRows));
    const { offsets } = train.byUser();
    const events = Float64Array.from(userRows, (testRow) => {
      const row = train.users === test.users ? testRow : train.users.row(test.users.id(testRow));
      return row === undefined ? 0 : offsets[row + 1]! - offsets[row]!;
    });
    return { test, userRows, columns: [events] };
  });
  const { users, columns } = overRuns(runs, 'mean');
  return new Map(users.map((id, n) => [id, columns[0]![n]!]));
}

function meansOf(
  { labels, users: { users, columns } }: ModelResult,
  belongs: (id: Id) => boolean,
): Record<string, number> {
  const members = users.flatMap((id, position) => (belongs(id) ? [position] : []));
  if (members.length === 0) return {};
  return Object.fromEntries(
    labels.map((label, n) => [
      label,
      members.reduce((sum, position) => sum + columns[n]![position]!, 0) / members.length,
    ]),
  );
}

function describeRange(least: number, most: number): string {
  const [from, to] = [Math.round(least), Math.round(most)];
  if (from === to) return `${from} training ${from === 1 ? 'event' : 'events'}`;
  return `${from} to ${to} training events`;
}

/**
 * Rare items, the least popular ones that together hold a fifth of the training events, and popular items, the rest;
 * with the recall of the longest lists pooled over all test interactions with the items of the group.
 */
export function itemSegments(
  results: readonly ModelResult[],
  { train, byPopularity }: ItemCounts,
  { longest }: MetricPlan,
): readonly Segment[] {
  const all = train.reduce((sum, count) => sum + count, 0);
  let popular = byPopularity.length;
  let held = 0;
  while (popular > 0 && held + train[byPopularity[popular - 1]!]! <= rareShare * all) {
    held += train[byPopularity[--popular]!]!;
  }
  const percent = (share: number): string => `${(100 * share).toFixed(0)} %`;
  const rareRows = byPopularity.slice(popular);
  const popularRows = byPopularity.slice(0, popular);
  const groups = [
    {
      name: 'rare items',
      rows: rareRows,
      description: `the ${rareRows.length} least popular items, with ${percent(held / all)} of the training events`,
    },
    {
      name: 'popular items',
      rows: popularRows,
      description: `the other ${popularRows.length} items`,
    },
  ];
  return groups.flatMap(({ name, rows, description }): Segment[] => {
    const pooled = results.flatMap((result) => {
      const relevant = sumOverItems(result, 'relevant', rows);
      const hits = sumOverItems(result, 'hits', rows);
      if (relevant === undefined || hits === undefined || relevant === 0) return [];
      return [{ result, relevant, recall: hits / relevant }];
    });
    const [first] = pooled;
    if (first === undefined) return [];
    const seeds = new Set(first.result.outcome.runs.map(({ run }) => run.seed)).size;
    const metrics = pooled.map(
      ({ result, recall }) => [result.name, { [`recall@${longest}`]: recall }] as const,
    );
    return [
      {
        of: 'items',
        name,
        description,
        size: Math.round(first.relevant / seeds),
        metrics: Object.fromEntries(metrics),
      },
    ];
  });
}
