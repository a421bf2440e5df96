import type { CandidateLists } from '@tensorec/core';
import { requireArgument, type Steps } from '@tensorec/kernels';
import type { MetricTable } from './metric-table.js';
import { CandidateRanking } from './rank-candidates.js';
import type { Relevance } from './relevance.js';
import type { Scorer } from './scorer.js';
import type { TestPart } from './settings.js';

/**
 * Ranks each test interaction's item among its own candidates and records the metrics of the lists. A candidate that is
 * the item itself is not ranked twice.
 *
 * @returns what a reader of the figures must know
 * @throws TensorecError `invalid-argument` when the candidates do not fit the test part.
 */
export function* rankGiven(
  scorer: Scorer,
  test: TestPart,
  users: Int32Array,
  relevance: Relevance,
  lists: CandidateLists,
  table: MetricTable,
): Steps<string[]> {
  const repeats = checkCandidates(lists, test);
  const ranking = new CandidateRanking(scorer, table);
  yield* scorer.scoreAll(users, (position, scores) => {
    for (const interaction of relevance.positionsOf(users[position]!)) {
      const positive = test.itemRows.subarray(interaction, interaction + 1);
      const negatives = lists.itemRows
        .slice(lists.offsets[interaction], lists.offsets[interaction + 1])
        .filter((item) => item !== positive[0]);
      ranking.record(position, positive, negatives, scores);
    }
  });
  if (repeats === 0) return [];
  return [
    `${repeats} given candidates are the item of their own test interaction, and were left out of its negatives.`,
  ];
}

/**
 * Checks that there is a list for each interaction, with a negative at least.
 *
 * @returns how many candidates are the item of their own interaction
 */
function checkCandidates({ offsets, itemRows }: CandidateLists, test: TestPart): number {
  requireArgument(
    offsets.length === test.size + 1 && offsets[0] === 0 && offsets[test.size] === itemRows.length,
    () =>
      `The candidates have ${offsets.length - 1} lists over ${itemRows.length} items; give one list for each of the ${test.size} test interactions, in their order.`,
  );
  let repeats = 0;
  for (let interaction = 0; interaction < test.size; interaction++) {
    const start = offsets[interaction]!;
    const end = offsets[interaction + 1]!;
    let negatives = 0;
    for (let n = start; n < end; n++) {
      const row = itemRows[n] ?? -1;
      requireArgument(
        row >= 0 && row < test.items.size,
        () =>
          `Candidate ${n - start} of test interaction ${interaction} is row ${row}, outside the ${test.items.size} items of the ${test.role} part; rows count from 0.`,
      );
      if (row !== test.itemRows[interaction]) negatives++;
    }
    requireArgument(
      negatives > 0,
      () =>
        `Test interaction ${interaction} (counted from 0) has no negatives among its candidates; an item alone in its list is always first. Give at least one.`,
    );
    repeats += end - start - negatives;
  }
  return repeats;
}
