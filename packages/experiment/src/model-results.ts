import { means } from './averages.js';
import { pick } from './metric-plan.js';
import type { Fold } from './prepared-data.js';
import type { ModelOutcome } from './run-model.js';
import { overRuns, type UserColumns } from './user-values.js';

/** What a model that ran reached, over all its runs. */
export interface ModelResult {
  readonly name: string;
  readonly outcome: ModelOutcome;
  /** Means of all metrics, also of those that the experiment does not ask for. */
  readonly metrics: Readonly<Record<string, number>>;
  /** The metrics that users have values of, in the order of the experiment; one column each in `users`. */
  readonly labels: readonly string[];
  readonly users: UserColumns;
}

/** The results of the models that did not fail. */
export function modelResults(
  outcomes: readonly ModelOutcome[],
  folds: readonly Fold[],
  requested: readonly string[],
): readonly ModelResult[] {
  return outcomes
    .filter(({ failure }) => failure === undefined)
    .map((outcome) => {
      const { runs } = outcome;
      const labels = Object.keys(pick(runs[0]?.evaluation.perUser.values ?? {}, requested));
      const columns = runs.map(({ run, evaluation: { perUser } }) => ({
        test: folds[run.fold - 1]!.test,
        userRows: perUser.userRows,
        columns: labels.map((label) => perUser.values[label]!),
      }));
      return {
        name: outcome.model.name,
        outcome,
        metrics: means(runs.map(({ evaluation }) => evaluation.metrics)),
        labels,
        users: overRuns(columns, 'mean'),
      };
    });
}
