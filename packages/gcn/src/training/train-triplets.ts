import {
  runSteps,
  type FitOptions,
  type FitRun,
  type Id,
  type Model,
  type Steps,
  type TrainingLimits,
} from '@tensorec/core';
import { evaluate } from '@tensorec/evaluation';
import type { PairBatch } from '@tensorec/kernels';
import { train, type TrainingStep, type Validation } from '@tensorec/training';
import { tripletBatches, type TripletOptions } from './triplets.js';

/** How a model learns from triplets. */
export interface TripletTrainingOptions extends TripletOptions {
  /** Most epochs. */
  readonly epochs: number;
  readonly learningRate: number;
}

/** A model in training on triplets. */
export interface TripletLearner<User extends Id, Item extends Id> extends TrainingStep<PairBatch> {
  /** The model as it is after the last step. */
  model(): Steps<Model<User, Item>>;
}

/** What is watched, how often, and for how long without an improvement, where the caller does not say. */
const defaultLimits = { metric: 'ndcg@10', every: 5, patience: 10 } as const;

/**
 * Trains for all epochs or, with a validation part, until it improves no more; the learner then is what it was after the
 * best epoch.
 *
 * @param until - fraction of the fit that is done afterwards
 * @throws TensorecError as `train` of `@tensorec/training` and `evaluate` of `@tensorec/evaluation`.
 */
export async function trainTriplets<User extends Id, Item extends Id>(
  learner: TripletLearner<User, Item>,
  run: FitRun<User, Item>,
  parameters: TripletTrainingOptions,
  { validation, training = {}, onEpoch }: FitOptions<User, Item>,
  until: number,
): Promise<void> {
  const { epochs, learningRate } = parameters;
  await train(learner, tripletBatches(run.record, parameters), {
    ...run.part(until),
    epochs,
    learningRate,
    seed: run.record.seed,
    validation: validation && watch(learner, validation, training),
    maxMinutes: training.maxMinutes,
    onEpoch,
  });
}

function watch<User extends Id, Item extends Id>(
  learner: TripletLearner<User, Item>,
  part: NonNullable<FitOptions<User, Item>['validation']>,
  limits: TrainingLimits,
): Validation {
  const { metric = defaultLimits.metric } = limits;
  const { every = defaultLimits.every, patience = defaultLimits.patience } = limits;
  return {
    metric,
    every,
    patience,
    async validate(_epoch, signal) {
      const stage = 'validate';
      const model = await runSteps(learner.model(), { stage, signal });
      try {
        const { metrics } = await evaluate(model, part, { metrics: [metric], signal });
        return metrics;
      } finally {
        model.dispose();
      }
    },
  };
}
