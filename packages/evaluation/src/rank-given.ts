import type { CandidateLists } from '@tensorec/core';
import { requireArgument, type Steps } from '@tensorec/kernels';
import type { MetricTable } from './metric-table.js';
import { CandidateRanking } from './rank-candidates.js';
import type { Relevance } from './relevance.js';
import type { Scorer } from './scorer.js';
import type { TestPart } from './settings.js';

/**
 * Ranks each test interaction's item among its own candidates and records the metrics of the lists.
 *
 * @throws TensorecError `invalid-argument` when the candidates do not fit the test part.
 */
export function* rankGiven(
  scorer: Scorer,
  test: TestPart,
  users: Int32Array,
  relevance: Relevance,
  lists: CandidateLists,
  table: MetricTable,
): Steps {
  requireCandidates(lists, test);
  const ranking = new CandidateRanking(scorer, table);
  yield* scorer.scoreAll(users, (position, scores) => {
    for (const interaction of relevance.positionsOf(users[position]!)) {
      const candidates = lists.itemRows.subarray(
        lists.offsets[interaction],
        lists.offsets[interaction + 1],
      );
      const positive = test.itemRows.subarray(interaction, interaction + 1);
      ranking.record(position, positive, candidates, scores);
    }
  });
}

function requireCandidates({ offsets, itemRows }: CandidateLists, test: TestPart): void {
  requireArgument(
    offsets.length === test.size + 1 && offsets[0] === 0 && offsets[test.size] === itemRows.length,
    () =>
      `The candidates have ${offsets.length - 1} lists over ${itemRows.length} items; give one list for each of the ${test.size} test interactions, in their order.`,
  );
  for (let interaction = 0; interaction < test.size; interaction++) {
    const start = offsets[interaction]!;
    const end = offsets[interaction + 1]!;
    requireArgument(
      start < end && end <= itemRows.length,
      () =>
        `The candidates of test interaction ${interaction} (counted from 0) are empty; an item alone in its list is always first. Give at least one.`,
    );
    for (let n = start; n < end; n++) {
      const row = itemRows[n]!;
      requireArgument(
        row >= 0 && row < test.items.size,
        () =>
          `Candidate ${n - start} of test interaction ${interaction} is row ${row}, outside the ${test.items.size} items of the ${test.role} part; rows count from 0.`,
      );
      requireArgument(
        row !== test.itemRows[interaction],
        () =>
          `Candidate ${n - start} of test interaction ${interaction} is the item of the interaction itself (row ${row}); give the negatives alone.`,
      );
    }
  }
}
