import type { ModelDescriptor } from '@tensorec/core';
import { artifactRules } from './artifact.js';
import { callRules } from './calls.js';
import { contractRules } from './contract.js';
import { damageRules } from './damage.js';
import { dataRules } from './data.js';
import { determinismRules } from './determinism.js';
import { epochRules } from './epochs.js';
import { explainingRules } from './explaining.js';
import { factorRules } from './factors.js';
import { foldingRules } from './folding.js';
import { fuzzRules } from './fuzz.js';
import { idRules } from './ids.js';
import { learningRules } from './learning.js';
import { memoryRules } from './memory.js';
import { promptnessRules } from './promptness.js';
import { ratingRules } from './rating.js';
import { recommendRules } from './recommend.js';
import type { Rule } from './rule.js';
import { scoreRules } from './score.js';
import { similarRules } from './similar.js';
import { threadRules } from './threads.js';

/** One promise of the model contract, as a test. */
export interface ConformanceCase {
  /** What is promised: "seen items never appear". Unique and stable. */
  readonly name: string;
  /** Resolves when the model keeps the promise; rejects with an `Error` that says how it does not. */
  readonly run: () => Promise<void>;
}

/** Options of {@link conformanceCases}. */
export interface ConformanceOptions<Parameters extends object = object> {
  /** Hyper-parameters to run with, default the model's own. Small ones make a run fast. */
  readonly parameters?: Partial<Parameters> | undefined;
}

const rules: readonly Rule[] = [
  ...contractRules,
  ...determinismRules,
  ...threadRules,
  ...recommendRules,
  ...scoreRules,
  ...dataRules,
  ...idRules,
  ...callRules,
  ...epochRules,
  ...promptnessRules,
  ...memoryRules,
  ...artifactRules,
  ...damageRules,
  ...fuzzRules,
  ...foldingRules,
  ...similarRules,
  ...ratingRules,
  ...explainingRules,
  ...factorRules,
  ...learningRules,
];

/**
 * The promises of the model contract as tests for any test runner. Which apply follows from the descriptor: those of a
 * capability only to models that have it, for instance. Each case fits its own models on small known data (up to 1,500
 * users, 120 items and 70,000 events) and disposes them; cases may run in any order, one after the other.
 *
 * @example
 * ```ts
 * for (const { name, run } of conformanceCases(descriptor)) it(name, run);
 * ```
 */
export function conformanceCases<Parameters extends object>(
  descriptor: ModelDescriptor<Parameters>,
  options: ConformanceOptions<Parameters> = {},
): readonly ConformanceCase[] {
  const subject = { descriptor, parameters: options.parameters ?? {} };
  return rules
    .filter((rule) => rule.appliesTo?.(descriptor) ?? true)
    .map((rule) => ({ name: rule.name, run: () => rule.check(subject) }));
}
