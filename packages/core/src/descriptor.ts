import { TensorecError } from '@tensorec/kernels';
import * as z from 'zod/mini';
import type { TensorReader } from './artifact/state.js';
import type { CapabilityName } from './capabilities.js';
import { suggest } from './nearest.js';
import type { Model, Recommender } from './recommender.js';
import { parseWith, type Schema } from './schema.js';
import type { SearchSpace } from './search-space.js';
import type { TrainingRecord } from './training-record.js';

/** What an experiment can ask of a model. */
export type Task = 'ranking' | 'rating' | 'next-item';

/**
 * Everything that lists, documentation, experiment files and artifacts need to know of a model. A model package exports
 * one a model; nothing else registers it.
 */
export interface ModelDescriptor<Parameters extends object = object> {
  /** Name in experiment files and artifacts. */
  readonly name: string;
  /** One sentence: what it recommends. */
  readonly summary: string;
  /** Where it was published: authors, year, title. */
  readonly paper: string;
  readonly tasks: readonly Task[];
  readonly capabilities: readonly CapabilityName[];
  /** Strict schema of the parameters, with defaults. */
  readonly schema: Schema<Parameters>;
  /** What is worth trying for the hyper-parameters; `{}` where there is nothing to tune. The schema accepts all of it. */
  readonly searchSpace: SearchSpace<Parameters>;
  /**
   * A recommender with the given parameters, defaults filled in.
   *
   * @throws TensorecError `invalid-argument` that names the parameter.
   */
  create(parameters?: Partial<Parameters>): Recommender;
  /**
   * A model from the parts of its artifact.
   *
   * @throws TensorecError `artifact` when a tensor is missing or wrong.
   */
  restore(training: TrainingRecord, parameters: Parameters, tensors: TensorReader): Model;
}

/**
 * Parameters as a model's schema reads them: defaults filled in, an unknown name or a value out of range refused.
 *
 * @throws TensorecError `invalid-argument` that names the model, the parameter, the value and what is allowed.
 */
export function parseParameters<Parameters extends object>(
  descriptor: Pick<ModelDescriptor<Parameters>, 'name' | 'schema'>,
  parameters: unknown,
): Readonly<Parameters> {
  return Object.freeze(
    parseWith(descriptor.schema, parameters ?? {}, `parameters of "${descriptor.name}"`),
  );
}

/**
 * The descriptor of a name.
 *
 * @throws TensorecError `unknown-name` with the nearest known name.
 */
export function findModel(models: readonly ModelDescriptor[], name: string): ModelDescriptor {
  const found = models.find((model) => model.name === name);
  if (found !== undefined) return found;
  const known = models.map((model) => model.name);
  throw new TensorecError('unknown-name', `There is no model "${name}"${suggest(name, known)}`);
}

/** One hyper-parameter, for lists and documentation. */
export interface ParameterDescription {
  readonly name: string;
  readonly default: unknown;
  readonly description: string;
  /** JSON Schema of the values allowed. */
  readonly values: object;
}

/** The hyper-parameters of a model, from its schema. */
export function describeParameters(
  descriptor: Pick<ModelDescriptor, 'schema'>,
): readonly ParameterDescription[] {
  const { properties = {} } = z.toJSONSchema(descriptor.schema, { io: 'input' });
  return Object.entries(properties).map(([name, property]) => {
    const {
      default: value,
      description = '',
      ...values
    } = typeof property === 'object' ? property : {};
    return { name, default: value, description, values };
  });
}
