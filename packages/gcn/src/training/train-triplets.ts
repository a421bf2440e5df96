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
import {
  pairBatches,
  PopularitySampler,
  train,
  withNegatives,
  type NegativeItems,
  type PairBatch,
  type TrainingStep,
  type Validation,
} from '@tensorec/training';

/** How a model learns from triplets: a user, an item that the user has, and one that the user does not have. */
export interface TripletTrainingOptions {
  /** Most epochs. */
  readonly epochs: number;
  readonly learningRate: number;
  /** Pairs a batch. */
  readonly batchSize: number;
  /** Triplets a pair. */
  readonly negatives: number;
}

/** Users, items that they have, and `negatives` items each that they do not have. */
export type TripletBatch = PairBatch & NegativeItems;

/** A model in training on triplets. */
export interface TripletLearner<
  User extends Id,
  Item extends Id,
> extends TrainingStep<TripletBatch> {
  /** The model as it is after the last step. */
  model(): Steps<Model<User, Item>>;
}

/** What is watched, how often, and for how long without an improvement, where the caller does not say. */
const defaultLimits = { metric: 'ndcg@10', every: 5, patience: 10 } as const;

/**
 * Trains for all epochs or, with a validation part, until it improves no more; the learner then is what it was after the
 * best epoch. Negatives are drawn uniformly from the items with training events that the user does not have.
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
  const { epochs, learningRate, batchSize, negatives } = parameters;
  const { history, itemCounts, seed } = run.record;
  const sampler = new PopularitySampler(itemCounts, { exponent: 0, known: history });
  const pairs = pairBatches(history, { batchSize, seed });
  await train(learner, withNegatives(pairs, sampler, { negatives, seed }), {
    ...run.part(until),
    epochs,
    learningRate,
    seed,
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
