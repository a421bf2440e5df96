import {
  drawParameters,
  searchDimensions,
  TensorecError,
  type ModelDescriptor,
} from '@tensorec/core';
import { Random } from '@tensorec/kernels';
import { nameModels, type NamedModel } from './named-model.js';
import type { PreparedData } from './prepared-data.js';
import type { EvaluationSection, ExperimentFile } from './schema.js';

/** A model to tune. */
export interface TunedModel {
  readonly named: NamedModel;
  /** Parameters that are drawn. */
  readonly drawn: readonly string[];
  /** Parameters that the file gives and that therefore stay as they are. */
  readonly fixed: readonly string[];
  /** The parameters of a trial; the same for the same seed, whatever other trials there are. */
  readonly point: (trial: number) => Readonly<Record<string, unknown>>;
}

/** Streams of the seed that each model of a file has for its trials. */
const streamsOfModel = 2 ** 32;

/**
 * The models of an experiment as they are tuned: parameters that the file gives stay, those of the search space that it does not
 * give are drawn.
 *
 * @param only - names of models to tune, as in the file or with their number (`als-2`); default all
 * @throws TensorecError `unknown-name` for a model that the file does not have.
 */
export function planModels(
  experiment: ExperimentFile,
  models: readonly ModelDescriptor[],
  seed: number,
  only: readonly string[] | undefined,
): readonly TunedModel[] {
  const named = nameModels(experiment, models);
  for (const name of only ?? []) {
    if (named.some((model) => isCalled(model, name))) continue;
    const known = named.map((model) => model.name).join(', ');
    throw new TensorecError(
      'unknown-name',
      `The experiment has no model "${name}"; it has ${known}.`,
    );
  }
  return named.flatMap((model, position) => {
    if (only !== undefined && !only.some((name) => isCalled(model, name))) return [];
    return [tunedModel(model, position, seed)];
  });
}

function isCalled({ name, section }: NamedModel, wanted: string): boolean {
  return name === wanted || section.model === wanted;
}

function tunedModel(named: NamedModel, position: number, seed: number): TunedModel {
  const { descriptor, section } = named;
  const space = searchDimensions(descriptor);
  const fixed = Object.keys(section.params);
  const free = space.filter(([name]) => !fixed.includes(name));
  const searched = { name: descriptor.name, searchSpace: Object.fromEntries(free) };
  return {
    named,
    drawn: free.map(([name]) => name),
    fixed,
    point: (trial) =>
      trial === 0
        ? section.params
        : {
            ...section.params,
            ...drawParameters(searched, new Random(seed, position * streamsOfModel + trial)),
          },
  };
}

/**
 * The experiment as trials are scored: on the validation part, which was not trained on.
 *
 * @param metric - counts first
 * @throws TensorecError `experiment` when there is no validation part, with how to make one.
 */
export function onValidation(
  experiment: ExperimentFile,
  data: PreparedData,
  metric: string,
): ExperimentFile {
  if (data.splits[0]?.validation === undefined) {
    throw new TensorecError(
      'experiment',
      `Trials are scored on a validation part, and the experiment has none; ${howToValidate(experiment)}`,
    );
  }
  const { evaluation, seed } = experiment;
  return {
    ...experiment,
    seed,
    seeds: undefined,
    training: { ...experiment.training, refit: false },
    evaluation: {
      ...evaluation,
      on: 'validation',
      metrics: [metric, ...evaluation.metrics.filter((name) => name !== metric)],
      ...validationCandidates(evaluation),
    },
  };
}

/** Lists that are given belong to the test part; what is left out beside train is the validation part itself. */
function validationCandidates(evaluation: EvaluationSection): Partial<EvaluationSection> {
  return {
    ...(evaluation.candidates === 'given' ? { candidates: 'all' } : {}),
    ...(evaluation.excludeSeen === 'train+validation' ? { excludeSeen: 'train' } : {}),
  };
}

function howToValidate({ data, split }: ExperimentFile): string {
  if (data.test !== undefined) return 'name its file in data.validation.';
  switch (split?.method) {
    case 'leave-last-out':
      return 'add "validation": 1 to the section split.';
    case 'leave-one-out':
      return 'add "validation": true to the section split.';
    case 'random':
    case 'temporal':
      return 'add "validation": 0.1 to the section split.';
    default:
      return 'take a split that can make one, such as { "method": "random", "test": 0.2, "validation": 0.1 }.';
  }
}
