import {
  show,
  type CallOptions,
  type FitOptions,
  type Id,
  type Model,
  type TrainingEpoch,
} from '@tensorec/core';
import { evaluate } from '@tensorec/evaluation';
import type { FinishedRun, FirstFit } from './finished-run.js';
import { pick, type MetricPlan } from './metric-plan.js';
import type { NamedModel } from './named-model.js';
import type { Fold, PreparedData } from './prepared-data.js';
import type { ExperimentOptions } from './run.js';
import type { RunKeys } from './run-key.js';
import { sampleLists } from './samples.js';
import type { ExperimentFile } from './schema.js';
import { evaluateOptions } from './evaluate-options.js';

/** What all runs of an experiment share. */
export interface RunContext {
  readonly experiment: ExperimentFile;
  readonly data: PreparedData;
  readonly folds: readonly Fold[];
  readonly plan: MetricPlan;
  /** Users of the examples; none where lists mean nothing. */
  readonly sampleUsers: readonly Id[];
  readonly keys: RunKeys | undefined;
  readonly options: ExperimentOptions;
}

/** What became of a model over all its seeds and folds. */
export interface ModelOutcome {
  readonly model: NamedModel;
  /** Those that finished, in order. */
  readonly runs: readonly FinishedRun[];
  /** How many of them were taken from the store. */
  readonly resumed: number;
  /** Why it failed. */
  readonly failure?: string;
  readonly first: FirstFit | undefined;
  /** Of all runs, also of one that failed. */
  readonly fitSeconds: number;
  readonly evaluateSeconds: number;
  readonly peakRss: number;
}

/** Sums and maxima over the runs of a model. */
class Tally {
  fitSeconds = 0;
  evaluateSeconds = 0;
  peakRss = 0;
  first: FirstFit | undefined;

  add(run: FinishedRun): void {
    this.fitSeconds += run.fitSeconds;
    this.evaluateSeconds += run.evaluateSeconds;
    this.peakRss = Math.max(this.peakRss, run.peakRss);
    this.first ??= run.first;
  }
}

/**
 * Fits and evaluates a model for every seed and fold; runs that the store has are taken from there. A failure ends the
 * runs of this model and is recorded.
 *
 * @throws the signal's reason on abort.
 */
export async function runModel(
  context: RunContext,
  model: NamedModel,
  stage: string,
): Promise<ModelOutcome> {
  const { experiment, folds, keys, options } = context;
  const { signal, onProgress, store } = options;
  const seeds = experiment.seeds ?? [experiment.seed];
  const total = seeds.length * folds.length;
  const runs: FinishedRun[] = [];
  const tally = new Tally();
  let resumed = 0;
  let failure: string | undefined;
  try {
    for (const seed of seeds) {
      for (const fold of folds) {
        signal?.throwIfAborted();
        const done = runs.length;
        const key = keys?.of(model, seed, fold, done === 0);
        const found = key === undefined ? undefined : await store?.find(key);
        if (found === undefined) {
          const progress = (what: string, fraction: number): void => {
            onProgress?.({ stage: `${what} ${stage}`, fraction: (done + fraction) / total });
          };
          const run = await fitAndEvaluate(context, model, seed, fold, done === 0, tally, progress);
          if (key !== undefined) await store?.keep(key, run);
          runs.push(run);
        } else {
          tally.add(found);
          runs.push(found);
          resumed++;
        }
        const { run, evaluation } = runs[done]!;
        await options.onPerUser?.({ name: model.name, run, test: fold.test, evaluation });
      }
    }
  } catch (error) {
    signal?.throwIfAborted();
    failure = error instanceof Error ? error.message : show(error);
  }
  const { first, fitSeconds, evaluateSeconds, peakRss } = tally;
  const sums = { first, fitSeconds, evaluateSeconds, peakRss };
  return { model, runs, resumed, ...(failure === undefined ? {} : { failure }), ...sums };
}

/** One run; the tally knows what was done even where it fails halfway. */
async function fitAndEvaluate(
  context: RunContext,
  { name, section, descriptor }: NamedModel,
  seed: number,
  fold: Fold,
  isFirst: boolean,
  tally: Tally,
  progress: (what: string, fraction: number) => void,
): Promise<FinishedRun> {
  const { sampleUsers, options } = context;
  const { signal, residentMemory = () => 0 } = options;
  let peakRss = 0;
  const sample = (): void => {
    peakRss = Math.max(peakRss, residentMemory());
    tally.peakRss = Math.max(tally.peakRss, peakRss);
  };
  const part = (what: string, from: number, share: number): CallOptions => ({
    signal,
    onProgress({ fraction }) {
      sample();
      progress(what, from + share * fraction);
    },
  });
  const epochs: TrainingEpoch[] = [];
  const [model, fitSeconds] = await timed(() =>
    descriptor.create(section.params).fit(fold.train, {
      seed,
      ...watched(context.experiment, fold),
      ...(isFirst ? { onEpoch: (epoch) => void epochs.push(epoch) } : {}),
      ...part('fit', 0, 0.7),
    }),
  );
  tally.fitSeconds += fitSeconds;
  sample();
  try {
    if (isFirst) tally.first = await keepFirst(model, name, sampleUsers, epochs, options);
    const evaluated = await evaluateRun(context, model, seed, fold, part('evaluate', 0.7, 0.3));
    tally.evaluateSeconds += evaluated.evaluateSeconds;
    sample();
    return { ...evaluated, fitSeconds, peakRss, ...(isFirst ? { first: tally.first } : {}) };
  } finally {
    model.dispose();
  }
}

/** What a model that trains in epochs stops by. */
export function watched(
  { training: { refit, ...training } }: ExperimentFile,
  { split }: Fold,
): Pick<FitOptions, 'training' | 'validation'> {
  // After a refit the validation part is among what was learned from, so it tells nothing.
  return { training, validation: refit ? undefined : split.validation };
}

/** Evaluates a fitted model; figures and values of users are those that the experiment asks for. */
export async function evaluateRun(
  context: RunContext,
  model: Model,
  seed: number,
  fold: Fold,
  options: CallOptions,
): Promise<Pick<FinishedRun, 'run' | 'evaluation' | 'evaluateSeconds'>> {
  const { metrics } = context.experiment.evaluation;
  const [evaluation, evaluateSeconds] = await timed(() =>
    evaluate(model, fold.test, { ...evaluateOptions(context, fold), ...options }),
  );
  const { userRows, values } = evaluation.perUser;
  return {
    run: { seed, fold: fold.number, metrics: pick(evaluation.metrics, metrics) },
    evaluation: { ...evaluation, perUser: { userRows, values: pick(values, metrics) } },
    evaluateSeconds,
  };
}

async function keepFirst(
  model: Model,
  name: string,
  sampleUsers: readonly Id[],
  training: readonly TrainingEpoch[],
  { onModel }: ExperimentOptions,
): Promise<FirstFit> {
  const lists = sampleUsers.length === 0 ? undefined : await sampleLists(model, sampleUsers);
  return { lists, training, artifact: await onModel?.(model, name) };
}

/** What some work gives, and the seconds it took. */
export async function timed<Result>(
  work: () => Promise<Result>,
): Promise<readonly [result: Result, seconds: number]> {
  const start = performance.now();
  const result = await work();
  return [result, (performance.now() - start) / 1000];
}
