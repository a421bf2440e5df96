import {
  runSteps,
  type FitOptions,
  type FitRun,
  type Id,
  type Model,
  type Steps,
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
import type { GraphFactors } from '../graph-factor-model.js';
import type { GraphModelParameters } from '../graph-model-parameters.js';

/** How a model learns from triplets: a user, an item that the user has, and one that the user does not have. */
type TripletTrainingOptions = Pick<
  GraphModelParameters,
  'epochs' | 'learningRate' | 'batchSize' | 'negatives'
>;

/** Users, items that they have, and `negatives` items each that they do not have. */
export type TripletBatch = PairBatch & NegativeItems;

/** A model in training on triplets; it keeps kernels' memory until disposed of. */
export interface TripletLearner extends TrainingStep<TripletBatch> {
  /** What the model knows after the last step. */
  factors(): Steps<GraphFactors>;
  dispose(): void;
}

/** What {@link fitToTriplets} is given. */
export interface TripletFit<User extends Id, Item extends Id, Fitted extends Model<User, Item>> {
  readonly run: FitRun<User, Item>;
  readonly options: FitOptions<User, Item>;
  readonly parameters: TripletTrainingOptions;
  /** Disposed of in the end. */
  readonly learner: TripletLearner;
  modelOf(factors: GraphFactors): Fitted;
}

/** What is watched, how often, and for how long without an improvement, where the caller does not say. */
const defaultLimits = { metric: 'ndcg@10', every: 5, patience: 10 } as const;

/** Fraction of a fit that is done after training. */
const trained = 0.99;

/**
 * Trains for all epochs or, with a validation part, until it improves no more; the model then is that of the best epoch.
 * Negatives are drawn uniformly from the items with training events that the user does not have.
 *
 * @throws TensorecError as `train` of `@tensorec/training` and `evaluate` of `@tensorec/evaluation`.
 */
export async function fitToTriplets<
  User extends Id,
  Item extends Id,
  Fitted extends Model<User, Item>,
>(fit: TripletFit<User, Item, Fitted>): Promise<Fitted> {
  const { run, options, parameters, learner } = fit;
  const { epochs, learningRate, batchSize, negatives } = parameters;
  const { history, itemCounts, seed } = run.record;
  try {
    const sampler = new PopularitySampler(itemCounts, { exponent: 0, known: history });
    const pairs = pairBatches(history, { batchSize, seed });
    await train(learner, withNegatives(pairs, sampler, { negatives, seed }), {
      ...run.part(trained),
      epochs,
      learningRate,
      seed,
      validation: watch(fit),
      maxMinutes: options.training?.maxMinutes,
      onEpoch: options.onEpoch,
    });
    return fit.modelOf(await run.run(learner.factors(), 1));
  } finally {
    learner.dispose();
  }
}

function watch<User extends Id, Item extends Id, Fitted extends Model<User, Item>>(
  fit: TripletFit<User, Item, Fitted>,
): Validation | undefined {
  const { validation, training = {} } = fit.options;
  if (validation === undefined) return undefined;
  const { metric = defaultLimits.metric } = training;
  const { every = defaultLimits.every, patience = defaultLimits.patience } = training;
  return {
    metric,
    every,
    patience,
    async validate(_epoch, signal) {
      const factors = await runSteps(fit.learner.factors(), { stage: 'validate', signal });
      const model = fit.modelOf(factors);
      try {
        const { metrics } = await evaluate(model, validation, { metrics: [metric], signal });
        return metrics;
      } finally {
        model.dispose();
      }
    },
  };
}
