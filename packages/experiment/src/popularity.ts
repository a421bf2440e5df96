import { sumOverItems, type ItemCounts } from './item-counts.js';
import type { ModelResult } from './model-results.js';
import type { PopularityBias } from './report.js';

/** Groups of items, at most. */
const groupCount = 10;

/**
 * How the places of the lists are spread over tenths of the items with a training event, the most popular first;
 * undefined where no model says what it recommended, or nothing has a training event.
 */
export function popularityBias(
  results: readonly ModelResult[],
  { train, test, byPopularity }: ItemCounts,
): PopularityBias | undefined {
  const trained = byPopularity.filter((row) => train[row]! > 0);
  const groups = inParts(trained, groupCount);
  const models = results.flatMap((result) => {
    const places = groups.map((rows) => sumOverItems(result, 'recommended', rows));
    if (places.includes(undefined)) return [];
    return [[result.name, shares(places.map((count) => count ?? 0))] as const];
  });
  if (groups.length === 0 || models.length === 0) return undefined;
  const allTrain = sum(train, train.keys());
  const allTest = sum(test, test.keys());
  return {
    groups: groups.map((rows) => ({
      items: rows.length,
      trainShare: sum(train, rows) / allTrain,
      testShare: allTest === 0 ? 0 : sum(test, rows) / allTest,
    })),
    models: Object.fromEntries(models),
  };
}

/** Entries in order in parts that differ by one at most; no part is empty. */
function inParts<Entry>(entries: readonly Entry[], count: number): readonly (readonly Entry[])[] {
  const start = (part: number): number => Math.floor((part * entries.length) / count);
  return Array.from({ length: count }, (_, part) =>
    entries.slice(start(part), start(part + 1)),
  ).filter((part) => part.length > 0);
}

function shares(counts: readonly number[]): readonly number[] {
  const total = counts.reduce((all, count) => all + count, 0);
  return counts.map((count) => (total === 0 ? 0 : count / total));
}

function sum(counts: Float64Array, rows: Iterable<number>): number {
  let total = 0;
  for (const row of rows) total += counts[row]!;
  return total;
}
