import {
  show,
  suggest,
  TensorecError,
  type CandidateLists,
  type Interactions,
  type Model,
} from '@tensorec/core';
import { requireArgument } from '@tensorec/kernels';
import type { Protocol } from './evaluation.js';
import { readLabels, type FeatureOption } from './features.js';
import type { EvaluateOptions, EvaluationTask, SampledCandidates } from './options.js';

/** The part of a split that is evaluated. */
export type TestPart = Interactions & { readonly role: 'validation' | 'test' };

/** Options of an evaluation, checked, with the defaults filled in. */
export interface Settings {
  readonly task: EvaluationTask;
  /** Those of `metrics`, then those of `further`. */
  readonly metrics: readonly string[];
  /** How many of them are of `metrics`: ties across their cuts count. */
  readonly counted: number;
  readonly candidates: 'all' | CandidateLists | SampledSettings;
  readonly excludeSeen: Protocol['excludeSeen'];
  readonly validation: Interactions | undefined;
  readonly histories: Interactions | undefined;
  readonly users: 'all' | 'known' | { readonly sample: number; readonly seed: number };
  readonly scale: readonly [lowest: number, highest: number] | undefined;
  readonly itemFeatures: FeatureOption | undefined;
  readonly userGroups: FeatureOption | undefined;
}

/** {@link SampledCandidates} with the defaults filled in. */
export interface SampledSettings {
  readonly sampled: number;
  readonly by: 'uniform' | 'popularity';
  readonly avoid: 'all' | 'train';
  readonly replacement: boolean;
  readonly seed: number;
}

/**
 * Checks the arguments of an evaluation and fills in the defaults.
 *
 * @throws TensorecError `role`, `empty-data`, `unknown-name` or `invalid-argument`, as `evaluate` says.
 */
export function readSettings(model: Model, test: TestPart, options: EvaluateOptions): Settings {
  checkParts(model, test, options);
  const { task = 'ranking', metrics, candidates = 'all', validation, histories } = options;
  requireOneOf('task', task, ['ranking', 'rating', 'next-item']);
  requireArgument(
    metrics.length > 0,
    () => 'No metrics were asked for; name at least one, such as "ndcg@10".',
  );
  const all = [...metrics, ...(options.further ?? [])];
  all.forEach((metric, position) => {
    requireArgument(
      all.indexOf(metric) === position,
      () => `The metric ${show(metric)} is asked for twice; name it once.`,
    );
  });
  requireArgument(
    task !== 'rating' || candidates === 'all',
    () => "The task 'rating' predicts the test interactions themselves; leave out candidates.",
  );
  const { itemFeatures, userGroups } = options;
  if (itemFeatures) readLabels('itemFeatures', itemFeatures, ['category', 'tags']);
  if (userGroups) readLabels('userGroups', userGroups, ['category']);
  return {
    task,
    metrics: all,
    counted: metrics.length,
    candidates: readCandidates(candidates),
    excludeSeen:
      task === 'rating' || candidates !== 'all' ? false : readExcludeSeen(test, options, task),
    validation,
    histories,
    users: readUsers(options.users),
    scale: readScale(options.scale),
    itemFeatures,
    userGroups,
  };
}

function checkParts(model: Model, test: TestPart, options: EvaluateOptions): void {
  const role: string = test.role;
  if (role !== 'validation' && role !== 'test') {
    throw new TensorecError(
      'role',
      `evaluate got ${role} data; it evaluates on the validation or test part of a split.`,
    );
  }
  const { validation, histories } = options;
  if (validation !== undefined) {
    const validationRole: string = validation.role;
    if (validationRole !== 'validation') {
      throw new TensorecError(
        'role',
        `evaluate got ${validationRole} data as validation; give the validation part of the split.`,
      );
    }
    requireArgument(
      role === 'test',
      () =>
        'evaluate got a validation part beside the validation part that it evaluates on; leave out the option validation.',
    );
  }
  const owners = [
    ['model', model.training.splitId],
    ['validation part', validation?.splitId],
    ['histories', histories?.splitId],
  ] as const;
  for (const [owner, splitId] of owners) {
    if (splitId === undefined || test.splitId === undefined || splitId === test.splitId) continue;
    throw new TensorecError(
      'role',
      `The ${owner} and the ${role} part come from different splits (${show(splitId)} and ${show(test.splitId)}), ` +
        'so the model may have been trained on what it is evaluated on; take all parts from one split.',
    );
  }
  if (test.size === 0) {
    throw new TensorecError(
      'empty-data',
      `The ${role} part has no interactions; check the file, the filters and the split.`,
    );
  }
}

function readExcludeSeen(
  test: TestPart,
  { excludeSeen = true, validation, histories }: EvaluateOptions,
  task: EvaluationTask,
): Protocol['excludeSeen'] {
  if (excludeSeen === true) {
    if (histories !== undefined) return 'history';
    return task === 'next-item' && validation !== undefined ? 'train+validation' : 'train';
  }
  if (excludeSeen === false) return false;
  requireOneOf('excludeSeen', excludeSeen, ['train', 'train+validation']);
  requireArgument(excludeSeen === 'train' || validation !== undefined, () =>
    test.role === 'test'
      ? "excludeSeen is 'train+validation', but no validation part was given; pass it as validation, or ask for 'train'."
      : "excludeSeen is 'train+validation', but the validation part itself is evaluated; ask for 'train'.",
  );
  return excludeSeen;
}

function readCandidates(
  candidates: 'all' | CandidateLists | SampledCandidates,
): Settings['candidates'] {
  if (typeof candidates === 'string') {
    requireOneOf('candidates', candidates, ['all']);
    return candidates;
  }
  if ('itemRows' in candidates) return candidates;
  const { sampled, by = 'uniform', avoid = 'all', replacement = false, seed = 0 } = candidates;
  requireCount('candidates.sampled', sampled);
  requireOneOf('candidates.by', by, ['uniform', 'popularity']);
  requireOneOf('candidates.avoid', avoid, ['all', 'train']);
  requireSeed('candidates.seed', seed);
  return { sampled, by, avoid, replacement, seed };
}

function readUsers(users: EvaluateOptions['users'] = 'all'): Settings['users'] {
  if (typeof users === 'string') {
    requireOneOf('users', users, ['all', 'known']);
    return users;
  }
  const { sample, seed = 0 } = users;
  requireCount('users.sample', sample);
  requireSeed('users.seed', seed);
  return { sample, seed };
}

function readScale(scale: EvaluateOptions['scale']): Settings['scale'] {
  requireArgument(
    scale === undefined || scale[0] < scale[1],
    () => `scale is [${scale?.join(', ') ?? ''}]; give the lowest and then the highest rating.`,
  );
  return scale;
}

function requireOneOf(option: string, value: string, known: readonly string[]): void {
  requireArgument(
    known.includes(value),
    () => `The option ${option} is ${show(value)}${suggest(value, known)}`,
  );
}

function requireCount(option: string, value: number): void {
  requireArgument(
    Number.isSafeInteger(value) && value >= 1,
    () => `The option ${option} is ${value}; it must be a whole number of at least 1.`,
  );
}

function requireSeed(option: string, value: number): void {
  requireArgument(
    Number.isSafeInteger(value) && value >= 0,
    () => `The option ${option} is ${value}; it must be a whole number of 0 or more.`,
  );
}
