import { show, type CallOptions, type ModelDescriptor } from '@tensorec/core';
import { merit } from './best.js';
import { foldsOf, type PreparedData } from './prepared-data.js';
import type { Machine } from './report.js';
import { evaluateRun, timed, watched, type RunContext } from './run-model.js';
import { runContext } from './run.js';
import type { ExperimentFile } from './schema.js';
import type { Trial, TrialStore } from './trial.js';
import { onValidation, planModels, type TunedModel } from './tune-plan.js';

/** Options of {@link tuneExperiment}. */
export interface TuneOptions extends CallOptions {
  /** The models that the file may name. */
  readonly models: readonly ModelDescriptor[];
  readonly machine: Machine;
  /** Trials of each model, at least 1, the one with the file's own parameters included. */
  readonly trials: number;
  /** Minutes that all trials together may take, from now on; default without limit. */
  readonly minutes?: number | undefined;
  /** Names of the models to tune; default all of the file. */
  readonly only?: readonly string[] | undefined;
  /** What the best trial is best in. */
  readonly metric: string;
  /** Of the draws. */
  readonly seed: number;
  readonly store: TrialStore;
  /** Called after each trial that was made now. */
  readonly onTrial?: ((trial: Trial) => void) | undefined;
}

/** What became of a model. */
export interface TunedResult {
  /** Its name in the report: `als-2`. */
  readonly model: string;
  /** Its name in experiment files: `als`. */
  readonly kind: string;
  /** Best first; those that failed or were stopped last. */
  readonly trials: readonly Trial[];
  /** Undefined where no trial succeeded. */
  readonly best: Trial | undefined;
  readonly drawn: readonly string[];
  readonly fixed: readonly string[];
}

/** What tuning found. */
export interface TuneResult {
  readonly metric: string;
  readonly models: readonly TunedResult[];
  /** Whether all trials were made; false where the minutes were over before. */
  readonly complete: boolean;
}

/**
 * Random search (Bergstra and Bengio 2012, Random search for hyper-parameter optimization) over the search spaces of
 * the models of an experiment, scored on the validation part of its first split. Parameters that the file gives stay as
 * they are. Trial 0 has the parameters of the file and else the defaults. The models take turns, so that a limit in
 * time is shared.
 *
 * A trial that takes longer than `training.maxMinutes` of the file is stopped. Trials are not stopped early by their
 * figures: the present models have none before they are fitted. Where scoring takes longer than fitting, as for
 * neighbours, `evaluation.users` with a sample of users makes every trial shorter.
 *
 * The parameters of a trial follow from the seed, the model's place in the file and the trial's number, and trials that
 * the store has are not made again, so a search goes on where it was interrupted and finds the same.
 *
 * @throws TensorecError `experiment` when there is no validation part; `unknown-name` or `invalid-argument` for a model
 * or parameter that does not exist; the signal's reason on abort.
 */
export async function tuneExperiment(
  experiment: ExperimentFile,
  data: PreparedData,
  options: TuneOptions,
): Promise<TuneResult> {
  // Trials are kept, not runs.
  const { store, ...running } = options;
  const { metric, onTrial, seed } = running;
  const scored = onValidation(experiment, data, metric);
  const models = planModels(experiment, options.models, seed, options.only);
  const context = runContext(scored, data, foldsOf(scored, data).slice(0, 1), running);
  const made = [...store.trials];
  const wanted = models.flatMap((model) =>
    trialNumbers(model, options.trials).map((trial) => ({ model, trial })),
  );
  const pending = wanted
    .filter(({ model, trial }) => findTrial(made, model, trial) === undefined)
    .sort((a, b) => a.trial - b.trial);
  const deadline = performance.now() + 60_000 * (options.minutes ?? Infinity);
  let complete = true;
  for (const [position, { model, trial }] of pending.entries()) {
    const progress = { from: position / pending.length, share: 1 / pending.length };
    const result = await runTrial(context, model, trial, progress, deadline);
    if (result === undefined) {
      complete = false;
      break;
    }
    await store.add(result);
    made.push(result);
    onTrial?.(result);
  }
  return { metric, complete, models: models.map((model) => resultOf(model, made, metric)) };
}

/** Where nothing is drawn, one trial says it all. */
function trialNumbers({ drawn }: TunedModel, trials: number): readonly number[] {
  return Array.from({ length: drawn.length === 0 ? 1 : trials }, (_, trial) => trial);
}

function findTrial(
  made: readonly Trial[],
  { named }: TunedModel,
  trial: number,
): Trial | undefined {
  return made.find((one) => one.model === named.name && one.trial === trial);
}

/** A trial's part of the whole. */
interface TrialProgress {
  readonly from: number;
  readonly share: number;
}

/** A trial; undefined when the time of all trials is over. */
async function runTrial(
  context: RunContext,
  { named, point }: TunedModel,
  trial: number,
  { from, share }: TrialProgress,
  deadline: number,
): Promise<Trial | undefined> {
  const { experiment, folds, options } = context;
  const fold = folds[0]!;
  const limit = new TimeLimit(experiment.training.maxMinutes ?? Infinity, deadline, options.signal);
  const part = (at: number, width: number): CallOptions => ({
    signal: limit.signal,
    onProgress({ fraction }) {
      limit.check();
      options.onProgress?.({ stage: 'tune', fraction: from + share * (at + width * fraction) });
    },
  });
  const params = point(trial);
  const base = { model: named.name, trial, params };
  const seconds = { fitSeconds: 0, evaluateSeconds: 0 };
  try {
    limit.check();
    const [model, fitSeconds] = await timed(() =>
      named.descriptor.create(params).fit(fold.train, {
        seed: experiment.seed,
        ...watched(experiment, fold),
        ...part(0, 0.7),
      }),
    );
    seconds.fitSeconds = fitSeconds;
    try {
      const { run, evaluateSeconds } = await evaluateRun(
        context,
        model,
        experiment.seed,
        fold,
        part(0.7, 0.3),
      );
      return { ...base, status: 'ok', metrics: run.metrics, fitSeconds, evaluateSeconds };
    } finally {
      model.dispose();
    }
  } catch (error) {
    options.signal?.throwIfAborted();
    if (limit.over === 'all') return undefined;
    const status = limit.over === 'trial' ? 'stopped' : 'failed';
    return { ...base, status, error: reasonOf(error), metrics: {}, ...seconds };
  } finally {
    limit.dispose();
  }
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : show(error);
}

/** Ends a trial by the clock: its own limit, or that of all trials. */
class TimeLimit {
  readonly #controller = new AbortController();
  readonly #outer: AbortSignal | undefined;
  readonly #start = performance.now();
  readonly #minutes: number;
  readonly #deadline: number;
  over: 'trial' | 'all' | undefined;

  constructor(minutes: number, deadline: number, outer: AbortSignal | undefined) {
    this.#minutes = minutes;
    this.#deadline = deadline;
    this.#outer = outer;
    outer?.addEventListener('abort', this.#follow);
    if (outer?.aborted === true) this.#follow();
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  readonly #follow = (): void => {
    this.#controller.abort(this.#outer?.reason);
  };

  /** @throws Error when the time is over. */
  check(): void {
    const now = performance.now();
    if (now >= this.#deadline) this.over ??= 'all';
    else if (now >= this.#start + 60_000 * this.#minutes) this.over ??= 'trial';
    if (this.over === undefined) return;
    this.#controller.abort(
      new Error(`It took more than ${this.#minutes} minutes (training.maxMinutes).`),
    );
    this.#controller.signal.throwIfAborted();
  }

  dispose(): void {
    this.#outer?.removeEventListener('abort', this.#follow);
  }
}

function resultOf(
  { named, drawn, fixed }: TunedModel,
  made: readonly Trial[],
  metric: string,
): TunedResult {
  const value = ({ status, metrics }: Trial): number =>
    status === 'ok' ? merit(metric, metrics[metric] ?? NaN) : -Infinity;
  const trials = made
    .filter((trial) => trial.model === named.name)
    .sort((a, b) => value(b) - value(a) || a.trial - b.trial);
  const [best] = trials;
  return {
    model: named.name,
    kind: named.section.model,
    trials,
    best: best?.status === 'ok' ? best : undefined,
    drawn,
    fixed,
  };
}

/**
 * An experiment file with the best parameters of each model, best first, fitted on train and validation together and
 * evaluated on the test part.
 */
export function bestExperiment(
  experiment: ExperimentFile,
  { models, metric }: TuneResult,
): ExperimentFile {
  const value = ({ metrics }: Trial): number => merit(metric, metrics[metric] ?? NaN);
  const best = models
    .flatMap(({ kind, best: trial }) => (trial === undefined ? [] : [{ kind, trial }]))
    .sort((a, b) => value(b.trial) - value(a.trial))
    .map(({ kind, trial }) => ({ model: kind, params: trial.params }));
  return {
    ...experiment,
    evaluation: { ...experiment.evaluation, on: 'test' },
    training: { ...experiment.training, refit: true },
    models: best,
  };
}
