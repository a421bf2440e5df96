import { TensorecError } from '@tensorec/core';
import type { ReadonlyInt32Array, Steps } from '@tensorec/kernels';
import { alignPart, columnsOf, rowMap } from './alignment.js';
import type { MetricTable } from './metric-table.js';
import { NegativeSampler } from './negative-sampler.js';
import { CandidateRanking } from './rank-candidates.js';
import type { Relevance } from './relevance.js';
import type { Scorer } from './scorer.js';
import type { SampledSettings, Settings, TestPart } from './settings.js';

/**
 * Ranks the relevant items of each user among negatives drawn for that user and records the metrics of the lists.
 *
 * @returns what a reader of the figures must know
 * @throws TensorecError `empty-data` when no item can be drawn by popularity.
 */
export function* rankSampled(
  scorer: Scorer,
  test: TestPart,
  users: Int32Array,
  relevance: Relevance,
  settings: Settings,
  sampling: SampledSettings,
  table: MetricTable,
): Steps<string[]> {
  const { itemCounts } = scorer.model.training;
  const weights = Float64Array.from(scorer.itemOf, (row) =>
    sampling.by === 'uniform' ? 1 : (itemCounts[row] ?? 0),
  );
  if (!weights.some((weight) => weight > 0)) {
    throw new TensorecError(
      'empty-data',
      `No item of the ${test.role} part has training events, so none can be drawn by popularity; check that model and data use the same ids, of the same type.`,
    );
  }
  const sampler = new NegativeSampler(weights, sampling);
  const ranking = new CandidateRanking(scorer, table);
  const touched = touchedItems(scorer, test, settings, sampling.avoid);
  const avoided = new Uint8Array(test.items.size);
  let short = 0;
  yield* scorer.scoreAll(users, (position, scores) => {
    const user = users[position]!;
    const relevant = relevance.itemsOf(user);
    const lists = [relevant, ...touched(user)];
    for (const items of lists) for (const item of items) avoided[item] = 1;
    const negatives = sampler.draw(user, avoided);
    for (const items of lists) for (const item of items) avoided[item] = 0;
    if (negatives.length < sampling.sampled) short++;
    if (settings.task === 'ranking') {
      ranking.record(position, relevant, negatives, scores);
    } else {
      for (const interaction of relevance.positionsOf(user)) {
        const target = test.itemRows.subarray(interaction, interaction + 1);
        ranking.record(position, target, negatives, scores);
      }
    }
  });
  const notes = [
    'Metrics on sampled candidates are biased: they are not those of a full ranking and can order models differently (Krichene and Rendle 2020).',
  ];
  if (short > 0) {
    notes.push(
      `${short} users had fewer than ${sampling.sampled} items to draw from, and all of those were ranked.`,
    );
  }
  return notes;
}

/** For each user of the test part the lists of items, by its rows, that may not be drawn, beside the relevant ones. */
function touchedItems(
  scorer: Scorer,
  test: TestPart,
  { validation, histories }: Settings,
  avoid: SampledSettings['avoid'],
): (user: number) => readonly ReadonlyInt32Array[] {
  const testItemOf = rowMap(scorer.model.items, test.items);
  const trained = (user: number): Int32Array =>
    Int32Array.from(scorer.trainingOf(user), (row) => testItemOf[row]!).filter((row) => row >= 0);
  if (avoid === 'train') return (user) => [trained(user)];
  const parts = [validation, histories]
    .filter((part) => part !== undefined)
    .map((part) => alignPart(part, test.users, test.items).entries);
  return (user) => [trained(user), ...parts.map((entries) => columnsOf(entries, user))];
}
