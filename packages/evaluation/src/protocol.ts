import type { FeatureOption, ItemCategories } from './features.js';
import type { Relevance } from './relevance.js';
import type { RequestedMetrics } from './requested-metrics.js';
import type { Scorer } from './scorer.js';
import type { Settings, TestPart } from './settings.js';

/** Share of users with a tie across a cut above which the protocol warns. */
const tieWarning = 0.01;

/** What was ranked, in words. */
export function describeCandidates(candidates: Settings['candidates']): string {
  if (candidates === 'all') return 'all items';
  if ('itemRows' in candidates) {
    return "the given candidates of each test interaction; a user's interactions are averaged, then the users";
  }
  const { sampled, by, avoid, replacement, seed } = candidates;
  const how = by === 'uniform' ? 'uniformly' : 'by popularity';
  const others = avoid === 'all' ? 'train, validation or test' : 'train or test';
  return `${sampled} negatives a user, drawn ${how} ${replacement ? 'with' : 'without'} replacement from the items not in the user's ${others} (seed ${seed})`;
}

/** What a reader of figures of the items in lists must know about categories. */
export function itemNotes(
  { lists }: RequestedMetrics,
  itemFeatures: FeatureOption | undefined,
  categories: ItemCategories | undefined,
): readonly string[] {
  const asked = (name: string): boolean => lists.some((metric) => metric.name === name);
  const notes: string[] = [];
  if (asked('diversity')) {
    const by =
      itemFeatures === undefined ? 'the training users they share' : `"${itemFeatures.column}"`;
    notes.push(`Diversity compares items by ${by}.`);
  }
  if (categories === undefined || categories.without === 0) return notes;
  if (asked('diversity') || asked('calibration')) {
    notes.push(`${categories.without} items have no "${itemFeatures?.column ?? ''}".`);
  }
  return notes;
}

/** What a reader of figures of lists must know about users, items and ties. */
export function listNotes(
  scorer: Scorer,
  test: TestPart,
  users: Int32Array,
  relevance: Relevance,
  settings: Settings,
  tieShare: number,
): readonly string[] {
  const { model, itemOf } = scorer;
  const notes: string[] = [];
  const unanswered = users.filter((user) => !scorer.answers(user)).length;
  if (unanswered > 0) {
    const all =
      unanswered === users.length
        ? ' That is all of them: check that model and data use the same ids, of the same type.'
        : '';
    notes.push(
      `${model.name}: ${unanswered} of the ${users.length} users have no history that the model could go by; their lists are empty and count 0.${all}`,
    );
  }
  let interactions = 0;
  let cold = 0;
  let severalTargets = 0;
  for (const user of users) {
    const positions = relevance.positionsOf(user);
    interactions += positions.length;
    if (positions.length > 1) severalTargets++;
    for (const position of positions) {
      if (!scorer.isTrained(itemOf[test.itemRows[position]!]!)) cold++;
    }
  }
  if (cold > 0) {
    const fate =
      settings.candidates === 'all' ? 'they count and could not be hit' : 'they ranked last';
    notes.push(
      `${cold} of the ${interactions} interactions are with items without a training event; ${fate}.`,
    );
  }
  if (settings.task === 'next-item' && severalTargets > 0) {
    notes.push(
      `${severalTargets} users have several targets; the targets of a user are averaged, then the users.`,
    );
  }
  if (tieShare > tieWarning) {
    notes.push(
      `${model.name}: ${(100 * tieShare).toFixed(1)} % of the users have equal scores on both sides of a cut, where the order of item rows decided.`,
    );
  }
  return notes;
}
