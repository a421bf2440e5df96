import type { Evaluation } from '@tensorec/evaluation';
import { laterEvents, repeatedPairs } from './leakage.js';
import type { Fold } from './prepared-data.js';
import type { ProtocolWarning } from './report.js';
import type { ExperimentFile } from './schema.js';

/** Share of users with a tie across a cut from which on it is worth a warning. */
const tieLimit = 0.01;

/** Test users below which a figure says little. */
const fewUsers = 100;

/**
 * What may mislead a reader of the figures: data that the models should not have seen, ties, sampled candidates, users
 * who do not count or count 0, few test users.
 *
 * @param protocols - of all runs of all models
 */
export function findWarnings(
  experiment: ExperimentFile,
  folds: readonly Fold[],
  protocols: readonly Evaluation['protocol'][],
): readonly ProtocolWarning[] {
  return [
    ...repeatWarning(experiment, folds),
    ...timeWarnings(experiment, folds),
    ...tieWarning(protocols),
    ...sampledWarning(experiment),
    ...leftOutWarning(protocols),
    ...newUsersWarning(folds),
    ...sizeWarning(protocols),
  ];
}

function repeatWarning({ evaluation }: ExperimentFile, folds: readonly Fold[]): ProtocolWarning[] {
  const { pairs, repeated } = repeatedPairs(folds);
  if (repeated === 0) return [];
  const found = `${percent(repeated, pairs)} of the pairs of user and item in the ${evaluation.on} part (${repeated} of ${pairs}) are in the training data too.`;
  const advice =
    evaluation.task === 'rating'
      ? 'The models know these ratings; remove repeated pairs (filter.duplicates) before the split.'
      : evaluation.excludeSeen === false
        ? 'Lists may repeat what a user already has, so the models are rewarded for remembering; set excludeSeen, or remove repeated pairs (filter.duplicates) before the split.'
        : 'Where seen items are kept out of the lists these pairs cannot be hit; remove repeated pairs (filter.duplicates) before the split, or set excludeSeen to false if repeats are what is to be predicted.';
  return [{ kind: 'leakage', text: `${found} ${advice}` }];
}

const temporalAdvice =
  'Where that matters, split in time: "split": { "method": "temporal" } (Ji et al. 2023, A critical study on data leakage in recommender system offline evaluation).';

function timeWarnings({ split }: ExperimentFile, folds: readonly Fold[]): ProtocolWarning[] {
  const found = laterEvents(folds);
  if (found === undefined) {
    if (split === undefined || split.method === 'temporal') return [];
    const text = `The split ${split.method} does not part the data at one moment, so training data may hold events of other users that are later than the test events: the models may know what was not known yet. ${temporalAdvice}`;
    return [{ kind: 'leakage', text }];
  }
  const { users, own, others } = found;
  const warnings: ProtocolWarning[] = [];
  if (own > 0) {
    const text = `For ${percent(own, users)} of the test users (${own} of ${users}) the training data hold events of their own that are later than some of their test events: the models know the users' future. Split each user in time: "split": { "method": "leave-last-out" } or "temporal".`;
    warnings.push({ kind: 'leakage', text });
  }
  if (others > 0) {
    const text = `For ${percent(others, users)} of the test users (${others} of ${users}) the training data hold events of other users that are later than some of their test events: the models know what was not known yet. ${temporalAdvice}`;
    warnings.push({ kind: 'leakage', text });
  }
  return warnings;
}

function tieWarning(protocols: readonly Evaluation['protocol'][]): ProtocolWarning[] {
  const share = Math.max(0, ...protocols.map(({ tieShare }) => tieShare));
  if (share <= tieLimit) return [];
  const text = `Up to ${(100 * share).toFixed(1)} % of a model's lists have equal scores on both sides of a cut, where the order of the items in the data decided; the notes name the models.`;
  return [{ kind: 'ties', text }];
}

function sampledWarning({ evaluation: { candidates } }: ExperimentFile): ProtocolWarning[] {
  if (candidates === 'all') return [];
  const which = candidates === 'given' ? 'given candidates' : `${candidates.sampled} sampled items`;
  const text = `Ranked against ${which}, models may come in another order than among all items, and figures are far higher (Krichene and Rendle 2020, On sampled metrics for item recommendation); compare them with figures of the same protocol alone, or rank all items.`;
  return [{ kind: 'sampled', text }];
}

function leftOutWarning(protocols: readonly Evaluation['protocol'][]): ProtocolWarning[] {
  const leftOut = Math.max(0, ...protocols.map((protocol) => protocol.leftOut));
  if (leftOut === 0) return [];
  const text = `${leftOut} users with test interactions do not count (evaluation.users); the figures say nothing about them.`;
  return [{ kind: 'left-out', text }];
}

function newUsersWarning(folds: readonly Fold[]): ProtocolWarning[] {
  let users = 0;
  let unknown = 0;
  for (const { train, test } of folds) {
    const { offsets } = train.byUser();
    for (const testRow of new Set(test.userRows)) {
      users++;
      const row = train.users === test.users ? testRow : train.users.row(test.users.id(testRow));
      if (row === undefined || offsets[row + 1] === offsets[row]) unknown++;
    }
  }
  if (unknown === 0) return [];
  const text = `${percent(unknown, users)} of the test users (${unknown} of ${users}) have no training event; models that go by the training history alone know nothing of them, which lowers the figures. Set evaluation.users to "known" for figures of the others.`;
  return [{ kind: 'left-out', text }];
}

function sizeWarning(protocols: readonly Evaluation['protocol'][]): ProtocolWarning[] {
  const users = Math.min(...protocols.map(({ testUsers }) => testUsers));
  if (users >= fewUsers) return [];
  const text = `There are only ${users} test users; differences between models may well be chance, look at the intervals.`;
  return [{ kind: 'small', text }];
}

function percent(part: number, whole: number): string {
  const share = (100 * part) / whole;
  return share > 0 && share < 0.1 ? 'less than 0.1 %' : `${Number(share.toFixed(1))} %`;
}
