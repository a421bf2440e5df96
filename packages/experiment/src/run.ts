import {
  findModel,
  parseParameters,
  show,
  TensorecError,
  trainAndValidation,
  version,
  type CallOptions,
  type DataSplit,
  type FeatureTable,
  type Id,
  type Interactions,
  type Model,
  type ModelDescriptor,
} from '@tensorec/core';
import { evaluate, type Evaluation } from '@tensorec/evaluation';
import type { Machine, ModelReport, ModelRun, ProtocolReport, Report } from './report.js';
import { describeSamples, sampleLists, sampleUsers } from './samples.js';
import type { ExperimentFile, ModelSection } from './schema.js';

/** The data of an experiment, ready to run. */
export interface PreparedData {
  /** All interactions after the filters; train, validation and test together where the parts are given. */
  readonly whole: Interactions;
  /** One split; several folds where the split method makes them. */
  readonly splits: readonly DataSplit[];
  /** How the data was split and filtered, in words. */
  readonly split: string;
  readonly filters: string;
  readonly notes: readonly string[];
  /** Titles for people. */
  readonly items?: { readonly table: FeatureTable; readonly title: string } | undefined;
}

/** What an experiment needs beside its file. */
export interface ExperimentOptions extends CallOptions {
  /** The models that the file may name. */
  readonly models: readonly ModelDescriptor[];
  readonly machine: Machine;
  /** Versions for the report, beside those of tensorec. */
  readonly versions?: Readonly<Record<string, string>>;
  /** Resident memory of the process in bytes. */
  readonly residentMemory?: () => number;
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

/** Models of an experiment by a name of their own: `als`, `als-2`. */
interface NamedModel {
  readonly name: string;
  readonly section: ModelSection;
  readonly descriptor: ModelDescriptor;
  readonly params: object;
}

/**
 * Fits and evaluates every model of an experiment. A model that fails is recorded and the others still run; an abort
 * ends the whole.
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
  for (const split of data.splits) testPart(experiment, split);
  const users = sampleUsers(data.splits[0]?.test, 3);
  const lists = new Map<string, readonly (readonly Id[])[]>();
  const outcomes: ModelOutcome[] = [];
  for (const [position, model] of named.entries()) {
    const stage = `${model.name} (${position + 1}/${named.length})`;
    const outcome = await runModel(experiment, data, model, stage, {
      ...options,
      onFirstFit: async (fitted) => {
        if (experiment.evaluation.task !== 'rating' && experiment.data.format !== 'sessions') {
          lists.set(model.name, await sampleLists(fitted, users));
        }
        return options.onModel?.(fitted, model.name);
      },
    });
    outcomes.push(outcome);
  }
  const { whole } = data;
  return {
    name: experiment.name,
    createdAt: new Date().toISOString(),
    experiment: resolve(experiment, named),
    versions: { tensorec: version, ...options.versions },
    machine: options.machine,
    data: {
      users: whole.users.size,
      items: whole.items.size,
      interactions: whole.size,
      density: whole.size / Math.max(1, whole.users.size * whole.items.size),
      fingerprint: whole.fingerprint,
    },
    protocol: combineProtocols(experiment, data, outcomes),
    models: outcomes.map((outcome) => outcome.report),
    comparisons: [],
    curves: [],
    segments: [],
    samples: describeSamples(data, users, lists),
  };
}

function nameModels(
  experiment: ExperimentFile,
  models: readonly ModelDescriptor[],
): readonly NamedModel[] {
  const taken = new Map<string, number>();
  return experiment.models.map((section) => {
    const descriptor = findModel(models, section.model);
    const params = parseParameters(descriptor, section.params);
    const times = (taken.get(section.model) ?? 0) + 1;
    taken.set(section.model, times);
    const name = times === 1 ? section.model : `${section.model}-${times}`;
    return { name, section, descriptor, params };
  });
}

function resolve(experiment: ExperimentFile, named: readonly NamedModel[]): ExperimentFile {
  const models = named.map(({ section, params }) => ({
    model: section.model,
    params: { ...params },
  }));
  return { ...experiment, models };
}

interface ModelOutcome {
  readonly report: ModelReport;
  readonly protocols: readonly Evaluation['protocol'][];
}

interface ModelRunOptions extends ExperimentOptions {
  readonly onFirstFit: (model: Model) => Promise<string | undefined>;
}

async function runModel(
  experiment: ExperimentFile,
  data: PreparedData,
  { name, section, descriptor, params }: NamedModel,
  stage: string,
  options: ModelRunOptions,
): Promise<ModelOutcome> {
  const { signal, onProgress } = options;
  const seeds = experiment.seeds ?? [experiment.seed];
  const runs: ModelRun[] = [];
  const protocols: Evaluation['protocol'][] = [];
  const total = seeds.length * data.splits.length;
  let fitSeconds = 0;
  let evaluateSeconds = 0;
  let artifact: string | undefined;
  const memory = peakMemory(options.residentMemory);
  const progress = (what: string, from: number, share: number): CallOptions => ({
    signal,
    onProgress({ fraction }) {
      memory.sample();
      onProgress?.({
        stage: `${what} ${stage}`,
        fraction: (runs.length + from + share * fraction) / total,
      });
    },
  });
  let failure: string | undefined;
  try {
    for (const seed of seeds) {
      for (const [foldPosition, split] of data.splits.entries()) {
        const train = experiment.training.refit ? trainAndValidation(split) : split.train;
        const { validation } = split;
        const fitStart = performance.now();
        const model = await descriptor
          .create(section.params)
          .fit(train, { seed, validation, ...progress('fit', 0, 0.7) });
        fitSeconds += (performance.now() - fitStart) / 1000;
        memory.sample();
        if (runs.length === 0) artifact = await options.onFirstFit(model);
        const evaluateStart = performance.now();
        const test = testPart(experiment, split);
        const evaluation = await evaluate(model, test, {
          ...evaluateOptions(experiment, split),
          ...progress('evaluate', 0.7, 0.3),
        });
        evaluateSeconds += (performance.now() - evaluateStart) / 1000;
        memory.sample();
        model.dispose();
        const run = { seed, fold: foldPosition + 1, metrics: evaluation.metrics };
        await options.onPerUser?.({ name, run, test, evaluation });
        runs.push(run);
        protocols.push(evaluation.protocol);
      }
    }
  } catch (error) {
    signal?.throwIfAborted();
    failure = error instanceof Error ? error.message : show(error);
  }
  const report: ModelReport = {
    model: name,
    params: { ...params },
    ...(failure === undefined ? { status: 'ok' } : { status: 'failed', error: failure }),
    metrics: failure === undefined ? mean(runs) : {},
    ...(runs.length > 1 ? { std: standardDeviation(runs) } : {}),
    runs,
    fitSeconds,
    evaluateSeconds,
    ...(memory.peakMb() > 0 ? { peakRssMb: memory.peakMb() } : {}),
    ...(artifact === undefined ? {} : { artifact }),
  };
  return { report, protocols };
}

function testPart(
  experiment: ExperimentFile,
  split: DataSplit,
): Interactions<string | number, string | number, 'test' | 'validation'> {
  if (experiment.evaluation.on === 'test') return split.test;
  if (split.validation !== undefined) return split.validation;
  throw new TensorecError(
    'experiment',
    'evaluation.on is "validation", but there is no validation part; set split.validation or data.validation.',
  );
}

function evaluateOptions(
  { data, evaluation }: ExperimentFile,
  split: DataSplit,
): Parameters<typeof evaluate>[2] {
  const { task, candidates, users, metrics, on } = evaluation;
  const given = candidates === 'given' ? split.candidates : undefined;
  const history = evaluation.history ?? 'train+validation';
  const readTrain = on === 'validation' || history === 'train';
  const known = readTrain ? split.train : trainAndValidation(split);
  return {
    task,
    metrics,
    users,
    candidates: candidates === 'given' ? (given ?? 'all') : candidates,
    excludeSeen: evaluation.excludeSeen ?? data.format !== 'sessions',
    ...(split.validation !== undefined && on === 'test' ? { validation: split.validation } : {}),
    ...(task === 'next-item' ? { histories: split.histories ?? known } : {}),
    ...(data.scale === undefined ? {} : { scale: data.scale }),
  };
}

function combineProtocols(
  experiment: ExperimentFile,
  data: PreparedData,
  outcomes: readonly ModelOutcome[],
): ProtocolReport {
  const protocols = outcomes.flatMap((outcome) => outcome.protocols);
  const [first] = protocols;
  const { metric, every, patience, maxMinutes } = experiment.training;
  const epochs = [metric, every, patience, maxMinutes].some((field) => field !== undefined);
  const notes = [
    ...data.notes,
    ...data.splits.flatMap((split) => split.notes),
    ...protocols.flatMap((protocol) => protocol.notes),
    ...(epochs
      ? [
          'training: metric, every, patience and maxMinutes are read by models that train in epochs.',
        ]
      : []),
  ];
  return {
    split: data.split,
    filters: data.filters,
    candidates: first?.candidates ?? 'no model was evaluated',
    excludeSeen: String(first?.excludeSeen ?? experiment.evaluation.excludeSeen ?? true),
    history: first?.history ?? 'training history',
    testUsers: first?.testUsers ?? 0,
    leftOut: first?.leftOut ?? 0,
    tieShare: Math.max(0, ...protocols.map((protocol) => protocol.tieShare)),
    warnings: [],
    notes: mergeNotes(notes, outcomes),
  };
}

/** Notes without repeats; where models share one ("als: …", "ease: …") it names them together. */
function mergeNotes(
  notes: readonly string[],
  outcomes: readonly ModelOutcome[],
): readonly string[] {
  const names = new Set(outcomes.map((outcome) => outcome.report.model.replace(/-\d+$/, '')));
  const modelsOf = new Map<string, Set<string>>();
  for (const note of notes) {
    const colon = note.indexOf(': ');
    const name = note.slice(0, Math.max(0, colon));
    const text = names.has(name) ? note.slice(colon + 2) : note;
    const models = modelsOf.get(text) ?? new Set();
    if (names.has(name)) models.add(name);
    modelsOf.set(text, models);
  }
  return [...modelsOf].map(([text, models]) =>
    models.size === 0 ? text : `${[...models].join(', ')}: ${text}`,
  );
}

function mean(runs: readonly ModelRun[]): Record<string, number> {
  return combine(runs, (values) => values.reduce((sum, value) => sum + value, 0) / values.length);
}

function standardDeviation(runs: readonly ModelRun[]): Record<string, number> {
  return combine(runs, (values) => {
    const centre = values.reduce((sum, value) => sum + value, 0) / values.length;
    const squares = values.reduce((sum, value) => sum + (value - centre) ** 2, 0);
    return Math.sqrt(squares / (values.length - 1));
  });
}

function combine(
  runs: readonly ModelRun[],
  reduce: (values: readonly number[]) => number,
): Record<string, number> {
  const labels = Object.keys(runs[0]?.metrics ?? {});
  return Object.fromEntries(
    labels.map((label) => [label, reduce(runs.map((run) => run.metrics[label] ?? NaN))]),
  );
}

function peakMemory(residentMemory: (() => number) | undefined): {
  sample(): void;
  peakMb(): number;
} {
  let peak = 0;
  return {
    sample() {
      if (residentMemory) peak = Math.max(peak, residentMemory());
    },
    peakMb: () => Math.round(peak / 1e6),
  };
}
