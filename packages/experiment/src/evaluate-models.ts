import { findModel, show, TensorecError, type Model } from '@tensorec/core';
import type { NamedModel } from './named-model.js';
import { foldsOf, type Fold, type PreparedData } from './prepared-data.js';
import type { Report } from './report.js';
import { assembleReport, runContext, type ExperimentOptions } from './run.js';
import { evaluateRun, type ModelOutcome, type RunContext } from './run-model.js';
import { sampleLists } from './samples.js';
import type { ExperimentFile } from './schema.js';

/** A model that was fitted before. */
export interface FittedModel {
  /** What it is called in the report; other models have other names. */
  readonly name: string;
  /** Where it comes from, for the report. */
  readonly artifact: string;
  /** Called once, when it is evaluated; the model is disposed of after. */
  open(): Promise<Model>;
}

/** Options of {@link evaluateModels}. */
export type EvaluateModelsOptions = Omit<ExperimentOptions, 'store' | 'onModel' | 'onNotice'>;

/**
 * Evaluates models that were fitted before by the protocol of an experiment, and compares them as `runExperiment` does. The
 * experiment's own models and training are not looked at. Where the data is split into several folds, the fold is taken whose
 * training part the models learned from. A model that fails is recorded and the others are still evaluated; an abort ends the
 * whole. Seconds of fitting are not known and 0.
 *
 * @throws TensorecError `role` when a model learned from another split than the experiment makes, so that it may have learned from
 * what it is tested on; `experiment` for a validation part that is evaluated on and does not exist; what `open` throws; the
 * signal's reason on abort.
 */
export async function evaluateModels(
  experiment: ExperimentFile,
  data: PreparedData,
  fitted: readonly FittedModel[],
  options: EvaluateModelsOptions,
): Promise<Report> {
  const folds = foldsOf(experiment, data);
  let context: RunContext | undefined;
  const outcomes: ModelOutcome[] = [];
  const unsplit: string[] = [];
  for (const [position, one] of fitted.entries()) {
    const model = await one.open();
    try {
      const fold = foldOf(one, model, context?.folds ?? folds);
      context ??= runContext(experiment, data, [{ ...fold, number: 1 }], options);
      if (model.training.splitId === undefined) unsplit.push(one.name);
      const stage = `evaluate ${one.name} (${position + 1}/${fitted.length})`;
      outcomes.push(await evaluateOne(context, one, model, stage));
    } finally {
      model.dispose();
    }
  }
  context ??= runContext(experiment, data, folds, options);
  return assembleReport(context, outcomes, [
    'The models were read from artifacts and not fitted again; the seconds of their fitting are not known and stand as 0.',
    ...unsplit.map(
      (name) =>
        `${name}: it does not say which split it learned from, so it may have learned from what it is tested on.`,
    ),
  ]);
}

/** The fold that a model learned from. */
function foldOf({ artifact }: FittedModel, model: Model, folds: readonly Fold[]): Fold {
  const { splitId } = model.training;
  const found = folds.find(({ split }) => splitId === undefined || split.splitId === splitId);
  if (found !== undefined) return found;
  const made = folds.map(({ split }) => split.splitId).join(', ');
  throw new TensorecError(
    'role',
    `${artifact} learned from the split ${show(splitId)}, and it would be tested on the split ${made}: it may have learned from what it is tested on. ` +
      'A split follows from the data, the filters, the method and the seed; evaluate with the experiment file that the model was made with, on the same data.',
  );
}

async function evaluateOne(
  context: RunContext,
  { name, artifact }: FittedModel,
  model: Model,
  stage: string,
): Promise<ModelOutcome> {
  const { folds, sampleUsers, options } = context;
  const { signal, onProgress, onPerUser, residentMemory = () => 0 } = options;
  const named: NamedModel = {
    name,
    section: { model: model.name, params: { ...model.parameters } },
    descriptor: findModel(options.models, model.name),
    params: model.parameters,
  };
  const fold = folds[0]!;
  let peakRss = residentMemory();
  const sums = { resumed: 0, fitSeconds: 0, first: { artifact, training: [] } };
  try {
    const evaluated = await evaluateRun(context, model, model.training.seed, fold, {
      signal,
      onProgress({ fraction }) {
        peakRss = Math.max(peakRss, residentMemory());
        onProgress?.({ stage, fraction });
      },
    });
    const { run, evaluation, evaluateSeconds } = evaluated;
    await onPerUser?.({ name, run, test: fold.test, evaluation });
    const lists = sampleUsers.length === 0 ? undefined : await sampleLists(model, sampleUsers);
    const first = { ...sums.first, lists };
    const runs = [{ ...evaluated, fitSeconds: 0, peakRss }];
    return { ...sums, model: named, runs, first, evaluateSeconds, peakRss };
  } catch (error) {
    signal?.throwIfAborted();
    const failure = error instanceof Error ? error.message : show(error);
    return { ...sums, model: named, runs: [], failure, evaluateSeconds: 0, peakRss };
  }
}
