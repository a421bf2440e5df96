import {
  parseParameters,
  startFit,
  type FitOptions,
  type Id,
  type ModelDescriptor,
  type Recommender,
  type Schema,
  type TrainingData,
} from '@tensorec/core';
import { pow, ready } from '@tensorec/kernels';
import * as z from 'zod/mini';
import { GraphFactorModel, readGraphFactors } from './graph-factor-model.js';
import { graphModelShape, type GraphModelParameters } from './graph-model-parameters.js';
import { LightGcnPlusPlusLearner } from './light-gcn-plus-plus-learner.js';
import { fitToTriplets } from './training/fit-to-triplets.js';

/** Hyper-parameters of {@link LightGCNPlusPlus}; `layers` is 2 by default. */
export interface LightGCNPlusPlusParameters extends GraphModelParameters {
  /** α: a sum over the d neighbours of a node is divided by d^α; −2 to 2, default 0.6. */
  readonly alpha: number;
  /** β: what a node with d neighbours passes on is divided by d^β; −2 to 2, default −0.1. */
  readonly beta: number;
  /** γ: the share of x⁰ in the embeddings; 0 to 1, default 0.2. */
  readonly gamma: number;
}

const exponent = z.number().check(z.gte(-2), z.lte(2));

const schema: Schema<LightGCNPlusPlusParameters> = z.strictObject({
  ...graphModelShape({ layers: 2 }),
  alpha: z._default(
    exponent.check(z.describe('A sum over the d neighbours of a node is divided by d to this')),
    0.6,
  ),
  beta: z._default(
    exponent.check(z.describe('What a node with d neighbours passes on is divided by d to this')),
    -0.1,
  ),
  gamma: z._default(
    z.number().check(z.gte(0), z.lte(1), z.describe('Share of layer 0 in the embeddings')),
    0.2,
  ),
});

/**
 * LightGCN++ (Lee, Kim & Shin, "Revisiting LightGCN: unexpected inflexibility, inconsistency, and a remedy towards improved
 * recommendation", RecSys 2024): {@link LightGCN} with embeddings of length 1 in what neighbours pass on, and with
 * exponents of degrees and a weight of layer 0 to choose,
 *
 * xˡ⁺¹_u = d_u^−α · Σ_{i of u} d_i^−β · xˡ_i / ‖xˡ_i‖, items alike,
 *
 * z = γ · x⁰ + (1 − γ) / L · Σ_{l ≥ 1} xˡ. Scores are z_u · z_i; loss, batches and optimizer are those of LightGCN.
 * A repeated pair is one edge, and values are not read.
 */
export class LightGCNPlusPlus implements Recommender {
  readonly name = 'lightgcnpp';
  readonly parameters: Readonly<LightGCNPlusPlusParameters>;

  /** @throws TensorecError `invalid-argument` that names the parameter. */
  constructor(parameters: Partial<LightGCNPlusPlusParameters> = {}) {
    this.parameters = parseParameters(lightgcnpp, parameters);
  }

  /** Trains as {@link LightGCN.fit} does, with the same errors. */
  async fit<User extends Id, Item extends Id>(
    train: TrainingData<User, Item>,
    options: FitOptions<User, Item> = {},
  ): Promise<LightGCNPlusPlusModel<User, Item>> {
    const run = startFit(this, train, options, 'one');
    await ready();
    const { parameters } = this;
    return fitToTriplets({
      run,
      options,
      parameters,
      learner: new LightGcnPlusPlusLearner(run.record, parameters),
      modelOf: (factors) => new LightGCNPlusPlusModel(run.record, parameters, factors),
    });
  }
}

/**
 * What {@link LightGCNPlusPlus} learns. A history H without a user is given what its items pass on,
 *
 * z_H = (1 − γ) / L · |H|^−α · Σ_{i ∈ H} d_i^−β · Σ_{l < L} xˡ_i / ‖xˡ_i‖,
 *
 * where |H| and the sum are over items with training events. The same person known in training is at z_u = z_H + γ · x⁰_u.
 */
export class LightGCNPlusPlusModel<
  User extends Id = Id,
  Item extends Id = Id,
> extends GraphFactorModel<LightGCNPlusPlusParameters, User, Item> {
  readonly name = 'lightgcnpp';

  protected historyWeight(items: number): number {
    return pow(items, -this.parameters.alpha);
  }
}

/** Descriptor of {@link LightGCNPlusPlus}. */
export const lightgcnpp: ModelDescriptor<LightGCNPlusPlusParameters> = {
  name: 'lightgcnpp',
  summary:
    'LightGCN with neighbours of equal length, and with weights of degrees and of layer 0 to choose.',
  paper:
    'Geon Lee, Kyungho Kim, Kijung Shin (2024). Revisiting LightGCN: unexpected inflexibility, inconsistency, and a remedy ' +
    'towards improved recommendation',
  tasks: ['ranking', 'next-item'],
  capabilities: ['folds-in', 'finds-similar', 'has-factors'],
  schema,
  searchSpace: {
    alpha: { from: 0.4, to: 0.6 },
    beta: { from: -0.1, to: 0.1 },
    gamma: { from: 0, to: 0.5 },
    learningRate: { from: 0.0005, to: 0.01, scale: 'log' },
    regularization: { from: 1e-6, to: 1e-2, scale: 'log' },
  },
  create: (parameters) => new LightGCNPlusPlus(parameters),
  restore: (training, parameters, tensors) =>
    new LightGCNPlusPlusModel(
      training,
      parameters,
      readGraphFactors(training, parameters, tensors),
    ),
};
