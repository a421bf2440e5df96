import type {
  CapabilityName,
  FitOptions,
  Id,
  Model,
  ModelDescriptor,
  Recommender,
  TrainingData,
} from '@tensorec/core';

/** The model under test. */
export interface Subject {
  readonly descriptor: ModelDescriptor;
  /** Hyper-parameters that every recommender of the run gets. */
  readonly parameters: object;
}

/** One promise of the model contract. */
export interface Rule {
  readonly name: string;
  /** Whom it binds; without it, everyone. */
  appliesTo?(descriptor: ModelDescriptor): boolean;
  /** @throws Error that says how the promise is broken. */
  check(subject: Subject): Promise<void>;
}

/** Rules that bind every model, or those of a capability; these are named after it. */
export function rulesOf(
  whom: CapabilityName | 'every model',
  rules: readonly Rule[],
): readonly Rule[] {
  if (whom === 'every model') return rules;
  return rules.map((rule) => ({
    ...rule,
    name: `${whom}: ${rule.name}`,
    appliesTo: (descriptor) =>
      descriptor.capabilities.includes(whom) && (rule.appliesTo?.(descriptor) ?? true),
  }));
}

/** A new recommender with the hyper-parameters of the run. */
export function recommender(subject: Subject): Recommender {
  return subject.descriptor.create(subject.parameters);
}

/** Fits a new recommender, gives the model to `use`, and disposes it. */
export async function withModel<User extends Id, Item extends Id, Result>(
  subject: Subject,
  train: TrainingData<User, Item>,
  use: (model: Model<User, Item>) => Result | Promise<Result>,
  options: FitOptions<User, Item> = {},
): Promise<Result> {
  const model = await recommender(subject).fit(train, options);
  try {
    return await use(model);
  } finally {
    model.dispose();
  }
}
