import { runSteps, type Id, type Interactions, type Model } from '@tensorec/core';
import type { Steps } from '@tensorec/kernels';
import { evaluateLists } from './evaluate-lists.js';
import type { Evaluation } from './evaluation.js';
import type { EvaluateOptions } from './options.js';
import { rateTest } from './rate-test.js';
import { Scorer } from './scorer.js';
import { readSettings, type Settings, type TestPart } from './settings.js';
import { selectTestUsers } from './test-users.js';

/**
 * Evaluates a model on the validation or test part of a split: the metrics of every user, their means, and the protocol
 * by which they were found. Neither model nor data is changed, and the figures do not depend on the order or the blocks
 * in which users are scored.
 *
 * - Rows are used as they are where model and part share their vocabularies; otherwise ids are matched, as for a model
 *   that was loaded from an artifact.
 * - Relevant items that the model does not know, or that have no training event, count as relevant. In a ranking of all
 *   items they cannot be hit; among given or drawn candidates they rank last.
 * - Users of whom the model knows nothing get an empty list, which is 0 in every ranking metric, unless the model answers
 *   anyone. The protocol says how many there are.
 * - Metrics of the items in lists (`novelty@10`, `item-coverage@10`) and gaps between groups of users are read off the
 *   same lists of all items. The catalogue is the items with a training event.
 * - Ties break by item row; the protocol gives the share of users with a tie across a cut and warns above 1 %.
 *
 * O(users · items) for lists and O(interactions) for ratings, beside the model's own scoring. `diversity` adds the items of
 * the training users of every recommended item, or the categories of the items in every list. Memory: a block of some
 * 524,288 scores (or of one user), a number for each user and metric, and for `diversity` the lists, up to 128 MB.
 *
 * @throws TensorecError
 * - `role` when the part is not validation or test, or the model and the parts come from different splits;
 * - `empty-data` when the part has no interactions, or `users: 'known'` leaves nobody;
 * - `unknown-name` for a metric or a column of features that does not exist;
 * - `invalid-argument` for a metric that does not fit the task or the candidates, `calibration` without `itemFeatures`,
 *   another wrong option, a task that the model or the part cannot serve, or candidates that do not fit the part;
 * - `numerical` when the model scores NaN.
 *
 * It rejects with the signal's reason on abort.
 */
export async function evaluate<User extends Id, Item extends Id>(
  model: Model<User, Item>,
  test: Interactions<User, Item, 'validation' | 'test'>,
  options: EvaluateOptions<User, Item>,
): Promise<Evaluation> {
  const settings = readSettings(model, test, options);
  const steps =
    settings.task === 'rating'
      ? evaluateRatings(model, test, settings)
      : evaluateLists(model, test, settings);
  const { signal, onProgress } = options;
  return runSteps(steps, { stage: `evaluate ${model.name}`, signal, onProgress });
}

function* evaluateRatings(model: Model, test: TestPart, settings: Settings): Steps<Evaluation> {
  const scorer = new Scorer(model, test, undefined);
  const users = selectTestUsers(test, settings.users, (user) => scorer.hasHistory(user));
  const { metrics, fallbacks, ratingSums } = yield* rateTest(model, test, users.rows, settings);
  const notes = [...users.notes];
  if (fallbacks > 0) {
    notes.push(
      `${model.name}: ${fallbacks} ratings are sums of the overall mean and the user's and item's differences from it, because the model had nothing to go by.`,
    );
  }
  return {
    metrics,
    perUser: { userRows: new Int32Array(0), values: {} },
    ratingSums,
    protocol: {
      task: 'rating',
      candidates: 'the test interactions themselves',
      excludeSeen: false,
      history: scorer.history,
      testUsers: users.rows.length,
      leftOut: users.leftOut,
      tieShare: 0,
      fallbacks,
      notes,
    },
  };
}
