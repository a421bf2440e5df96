import type { Model } from '@tensorec/core';
import type { Steps } from '@tensorec/kernels';
import type { Evaluation, PerItem } from './evaluation.js';
import { groupsByColumn, groupsByHistory } from './features.js';
import { ItemTally } from './item-tally.js';
import { ListFacts } from './list-facts.js';
import { ListTable } from './list-table.js';
import { MetricTable } from './metric-table.js';
import { describeCandidates, itemNotes, listNotes } from './protocol.js';
import { rankAll } from './rank-all.js';
import { rankGiven } from './rank-given.js';
import { rankSampled } from './rank-sampled.js';
import { Relevance } from './relevance.js';
import { parseListMetrics, type RequestedMetrics } from './requested-metrics.js';
import { Scorer } from './scorer.js';
import type { Settings, TestPart } from './settings.js';
import { selectTestUsers } from './test-users.js';

/** What the lists of an evaluation are made from. */
interface Lists {
  readonly scorer: Scorer;
  readonly test: TestPart;
  /** Rows of the test part's users. */
  readonly users: Int32Array;
  readonly relevance: Relevance;
  readonly settings: Settings;
  readonly requested: RequestedMetrics;
  /** Takes the ranking metrics. */
  readonly table: MetricTable;
}

/** What lists give beside ranking metrics. */
interface Outcome {
  readonly notes: readonly string[];
  readonly perItem?: PerItem;
  /** Figures that are not means over users, by label. */
  readonly figures: ReadonlyMap<string, number>;
  /** Values of users by label. */
  readonly values: ReadonlyMap<string, Float64Array>;
}

/** Ranks items for the users of the test part and computes the metrics of the lists. */
export function* evaluateLists(
  model: Model,
  test: TestPart,
  settings: Settings,
): Steps<Evaluation> {
  const requested = parseListMetrics(settings);
  const scorer = new Scorer(model, test, settings.histories);
  const selected = selectTestUsers(test, settings.users, (user) => scorer.hasHistory(user));
  const users = selected.rows;
  const relevance = new Relevance(test);
  const table = new MetricTable(requested, users.length);
  const lists = { scorer, test, users, relevance, settings, requested, table };
  const { notes, perItem, figures, values } = yield* rank(lists);
  const perUser = inOrder(settings.metrics, new Map([...table.values(), ...values]));
  const means = Object.entries(perUser).map(([label, ofUsers]) => [label, mean(ofUsers)] as const);
  const tieShare = table.tieShare();
  return {
    metrics: inOrder(settings.metrics, new Map([...means, ...figures])),
    perUser: { userRows: users, values: perUser },
    ...(perItem === undefined ? {} : { perItem }),
    protocol: {
      task: settings.task,
      candidates: describeCandidates(settings.candidates),
      excludeSeen: settings.excludeSeen,
      history: scorer.history,
      testUsers: users.length,
      leftOut: selected.leftOut,
      tieShare,
      notes: [
        ...selected.notes,
        ...notes,
        ...scorer.notes,
        ...listNotes(scorer, test, users, relevance, settings, tieShare),
      ],
    },
  };
}

function* rank(lists: Lists): Steps<Outcome> {
  const { scorer, test, users, relevance, settings, table } = lists;
  const { candidates } = settings;
  if (candidates === 'all') return yield* rankAndDescribe(lists);
  const notes =
    'itemRows' in candidates
      ? yield* rankGiven(scorer, test, users, relevance, candidates, table)
      : yield* rankSampled(scorer, test, users, relevance, settings, candidates, table);
  return { notes, figures: new Map(), values: new Map() };
}

/** Ranks all items and describes what is in the lists. */
function* rankAndDescribe(lists: Lists): Steps<Outcome> {
  const { scorer, test, users, relevance, settings, requested, table } = lists;
  const { itemFeatures, userGroups } = settings;
  const facts = new ListFacts(scorer, itemFeatures);
  const listTable = new ListTable(requested.lists, facts, users);
  const tally = new ItemTally(table.longest, scorer, users, relevance);
  const notes = yield* rankAll(scorer, test, users, relevance, settings, table, (ranked) => {
    tally.record(ranked);
    listTable.record(ranked);
  });
  const { figures, values } = yield* listTable.results();
  const perItem = tally.result();
  notes.push(...itemNotes(requested, itemFeatures, facts.categories));
  if (requested.gaps.length === 0) return { notes, perItem, figures, values };
  const { groups, note } = userGroups
    ? groupsByColumn(test, users, userGroups)
    : groupsByHistory(scorer, users);
  notes.push(note);
  return { notes, perItem, figures: new Map([...figures, ...table.gaps(groups)]), values };
}

/** The entries of the labels that a map has, in the order of the labels. */
function inOrder<Value>(
  labels: readonly string[],
  map: ReadonlyMap<string, Value>,
): Record<string, Value> {
  return Object.fromEntries(
    labels.flatMap((label) => {
      const value = map.get(label);
      return value === undefined ? [] : [[label, value] as const];
    }),
  );
}

function mean(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
