import { findModel, parseParameters, type ModelDescriptor } from '@tensorec/core';
import type { ExperimentFile, ModelSection } from './schema.js';

/** A model of an experiment by a name of its own: `als`, `als-2`. */
export interface NamedModel {
  readonly name: string;
  readonly section: ModelSection;
  readonly descriptor: ModelDescriptor;
  /** All parameters, defaults filled in. */
  readonly params: object;
}

/**
 * The models of an experiment; the second of one kind is called `als-2`, and so on.
 *
 * @throws TensorecError `unknown-name` or `invalid-argument` for a model or parameter that does not exist.
 */
export function nameModels(
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

/** The experiment with all parameters of its models. */
export function resolveModels(
  experiment: ExperimentFile,
  named: readonly NamedModel[],
): ExperimentFile {
  const models = named.map(({ section, params }) => ({
    model: section.model,
    params: { ...params },
  }));
  return { ...experiment, models };
}
