import type {
  FitOptions,
  Id,
  Model,
  ModelDescriptor,
  Recommender,
  TrainingData,
} from '@tensorec/core';
import { complete, CompleteModel, type CompleteParameters } from './complete-model.js';

type Descriptor = ModelDescriptor<CompleteParameters>;

/** One way in which a model can break its promises. */
export interface Flaw {
  /** Replaces parts of the descriptor. */
  readonly descriptor?: Partial<Descriptor>;
  /** Changes each model, fitted or loaded. */
  readonly spoil?: (model: CompleteModel) => void;
  /** Stands in for `fit`. */
  readonly fit?: <User extends Id, Item extends Id>(
    fit: (
      train: TrainingData<User, Item>,
      options?: FitOptions<User, Item>,
    ) => Promise<Model<User, Item>>,
    train: TrainingData<User, Item>,
    options: FitOptions<User, Item>,
    memory: Map<string, number>,
  ) => Promise<Model<User, Item>>;
}

/** A flaw and the names of exactly those cases that find it. */
export interface KnownFlaw extends Flaw {
  readonly foundBy: readonly string[];
}

/** The complete model with one flaw. */
export function flawed(flaw: Flaw): Descriptor {
  const spoiled = <M extends Model>(model: M): M => {
    if (model instanceof CompleteModel) flaw.spoil?.(model);
    return model;
  };
  const create = (parameters?: Partial<CompleteParameters>): Recommender => {
    const recommender = complete.create(parameters);
    const memory = new Map<string, number>();
    return {
      name: recommender.name,
      parameters: recommender.parameters,
      async fit<User extends Id, Item extends Id>(
        train: TrainingData<User, Item>,
        options: FitOptions<User, Item> = {},
      ) {
        const fit = (
          data: TrainingData<User, Item>,
          how?: FitOptions<User, Item>,
        ): Promise<Model<User, Item>> => recommender.fit(data, how);
        return spoiled(await (flaw.fit?.(fit, train, options, memory) ?? fit(train, options)));
      },
    };
  };
  return {
    ...complete,
    create,
    restore: (training, parameters, tensors) =>
      spoiled(complete.restore(training, parameters, tensors)),
    ...flaw.descriptor,
  };
}
