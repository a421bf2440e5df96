import {
  runSteps,
  version,
  type CallOptions,
  type Id,
  type Interactions,
  type Model,
  type ModelDescriptor,
} from '@tensorec/core';
import type { Evaluation } from '@tensorec/evaluation';
import { curvesOf } from './curves.js';
import type { RunStore } from './finished-run.js';
import { countItems } from './item-counts.js';
import { planMetrics } from './metric-plan.js';
import { modelReport } from './model-report.js';
import { modelResults } from './model-results.js';
import { nameModels, resolveModels } from './named-model.js';
import { popularityBias } from './popularity.js';
import { foldsOf, type Fold, type PreparedData } from './prepared-data.js';
import { combineProtocols } from './protocol.js';
import { ratingStatistics } from './rating-statistics.js';
import type { Machine, ModelRun, Report } from './report.js';
import { RunKeys } from './run-key.js';
import { runModel, type ModelOutcome, type RunContext } from './run-model.js';
import { describeSamples, sampleUsers } from './samples.js';
import type { ExperimentFile } from './schema.js';
import { itemSegments, userSegments } from './segments.js';
import { listStatistics } from './statistics.js';

/** Users of the examples, at most. */
const exampleUsers = 3;

/** What an experiment needs beside its file. */
export interface ExperimentOptions extends CallOptions {
  /** The models that the file may name. */
  readonly models: readonly ModelDescriptor[];
  readonly machine: Machine;
  /** Versions for the report, beside those of tensorec. */
  readonly versions?: Readonly<Record<string, string>>;
  /** Resident memory of the process in bytes. */
  readonly residentMemory?: () => number;
  /** Keeps finished runs, so that an experiment that was interrupted goes on where it was. */
  readonly store?: RunStore | undefined;
  /** Called with what a person who waits should know: models that were taken from the store. */
  readonly onNotice?: ((text: string) => void) | undefined;
  /**
   * Called with each fitted model of the first run.
   *
   * @returns where it was saved, for the report.
   */
  readonly onModel?: (model: Model, name: string) => Promise<string>;
  /** Called with the per-user results of each run. */
  readonly onPerUser?: (result: PerUserResult) => Promise<void>;
}

/** Metrics of every test user in one run of one model. */
export interface PerUserResult {
  readonly name: string;
  readonly run: ModelRun;
  readonly test: Interactions;
  readonly evaluation: Evaluation;
}

/**
 * Fits and evaluates every model of an experiment, and compares them. A model that fails is recorded and the others
 * still run; an abort ends the whole.
 *
 * @throws TensorecError `unknown-name` or `invalid-argument` for a model or parameter that does not exist, `experiment`
 * for a validation part that is evaluated on and does not exist, before anything runs; the signal's reason on abort.
 */
export async function runExperiment(
  experiment: ExperimentFile,
  data: PreparedData,
  options: ExperimentOptions,
): Promise<Report> {
  const named = nameModels(experiment, options.models);
  const context = runContext(experiment, data, foldsOf(experiment, data), options);
  const outcomes: ModelOutcome[] = [];
  for (const [position, model] of named.entries()) {
    const outcome = await runModel(
      context,
      model,
      `${model.name} (${position + 1}/${named.length})`,
    );
    if (outcome.resumed > 0) {
      options.onNotice?.(
        `${model.name}: ${outcome.resumed} of ${outcome.runs.length} runs taken from the interrupted experiment`,
      );
    }
    outcomes.push(outcome);
  }
  return assembleReport(context, outcomes, options.store?.notes() ?? []);
}

/** What all runs of an experiment share. */
export function runContext(
  experiment: ExperimentFile,
  data: PreparedData,
  folds: readonly Fold[],
  options: ExperimentOptions,
): RunContext {
  return {
    experiment,
    data,
    folds,
    plan: planMetrics(experiment),
    sampleUsers: exampleUsersOf(experiment, folds[0]?.test),
    keys: options.store && new RunKeys(experiment, data, folds, options.versions ?? {}),
    options,
  };
}

/**
 * The report of what became of the models.
 *
 * @param notes - that concern the whole run
 */
export async function assembleReport(
  context: RunContext,
  outcomes: readonly ModelOutcome[],
  notes: readonly string[],
): Promise<Report> {
  const { experiment, data, folds, options } = context;
  const { whole } = data;
  return {
    name: experiment.name,
    createdAt: new Date().toISOString(),
    experiment: resolveModels(
      experiment,
      outcomes.map(({ model }) => model),
    ),
    versions: { tensorec: version, ...options.versions },
    machine: options.machine,
    data: {
      users: whole.users.size,
      items: whole.items.size,
      interactions: whole.size,
      density: whole.size / Math.max(1, whole.users.size * whole.items.size),
      fingerprint: whole.fingerprint,
    },
    protocol: combineProtocols(experiment, data, folds, outcomes, notes),
    ...(await compareModels(context, outcomes)),
    samples: describeSamples(data, folds[0], context.sampleUsers, outcomes),
  };
}

function exampleUsersOf(
  { evaluation, data }: ExperimentFile,
  test: Interactions | undefined,
): readonly Id[] {
  const hasLists = evaluation.task !== 'rating' && data.format !== 'sessions';
  return hasLists ? sampleUsers(test, exampleUsers) : [];
}

async function compareModels(
  { experiment, folds, plan, options: { signal, onProgress } }: RunContext,
  outcomes: readonly ModelOutcome[],
): Promise<Pick<Report, 'models' | 'comparisons' | 'curves' | 'segments' | 'popularity'>> {
  const { task, metrics } = experiment.evaluation;
  const results = modelResults(outcomes, folds, metrics);
  const steps =
    task === 'rating'
      ? ratingStatistics(results, folds, metrics, experiment.seed)
      : listStatistics(results, experiment.seed);
  const { intervals, comparisons } = await runSteps(steps, {
    stage: 'compare the models',
    signal,
    onProgress,
  });
  const counts = plan.longest === 0 ? undefined : countItems(folds);
  const popularity = counts && popularityBias(results, counts);
  return {
    models: outcomes.map((outcome) => {
      const { name } = outcome.model;
      const result = results.find((one) => one.name === name);
      return modelReport(outcome, result, intervals.get(name), plan);
    }),
    comparisons,
    curves: curvesOf(results, plan),
    segments: [
      ...userSegments(results, folds),
      ...(counts === undefined ? [] : itemSegments(results, counts, plan)),
    ],
    ...(popularity === undefined ? {} : { popularity }),
  };
}
