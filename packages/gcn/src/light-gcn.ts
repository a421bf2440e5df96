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
import { ready } from '@tensorec/kernels';
import * as z from 'zod/mini';
import { GraphFactorModel, readGraphFactors } from './graph-factor-model.js';
import { graphModelShape, type GraphModelParameters } from './graph-model-parameters.js';
import { LightGcnLearner } from './light-gcn-learner.js';
import { fitToTriplets } from './training/fit-to-triplets.js';

/** Hyper-parameters of {@link LightGCN}; `layers` is 3 by default. */
export type LightGCNParameters = GraphModelParameters;

const schema: Schema<LightGCNParameters> = z.strictObject(graphModelShape({ layers: 3 }));

/**
 * LightGCN (He, Deng, Wang, Li, Zhang & Wang, "LightGCN: simplifying and powering graph convolution network for
 * recommendation", SIGIR 2020). Users and items are nodes of a graph and pairs are its edges. Each node has an embedding
 * x⁰, which is learned; a layer is a sum over neighbours (equation 3)
 *
 * xᵏ⁺¹_u = Σ_{i of u} xᵏ_i / √(d_u · d_i), items alike,
 *
 * with d the number of neighbours. The embeddings z = Σₖ xᵏ / (L + 1) (equation 4) give the scores z_u · z_i. Training
 * lowers, by Adam on batches of pairs (u, i) with items j that u does not have, drawn uniformly from those with training
 * events (equation 15; Rendle et al. 2009),
 *
 * mean of −ln σ(z_u · z_i − z_u · z_j) + λ / 2 · Σ (‖x⁰_u‖² + ‖x⁰_i‖² + ‖x⁰_j‖²) / pairs.
 *
 * A repeated pair is one edge, and values are not read.
 */
export class LightGCN implements Recommender {
  readonly name = 'lightgcn';
  readonly parameters: Readonly<LightGCNParameters>;

  /** @throws TensorecError `invalid-argument` that names the parameter. */
  constructor(parameters: Partial<LightGCNParameters> = {}) {
    this.parameters = parseParameters(lightgcn, parameters);
  }

  /**
   * Trains for `epochs` epochs. With a validation part it is watched (`ndcg@10` every 5 epochs, where `training` says
   * nothing else), training stops when it has not improved 10 times, and the best epoch is kept. `onEpoch` is told the mean
   * `loss` and what was watched. A step takes some 4 · L · interactions · f additions.
   *
   * @throws TensorecError as {@link startFit}; `invalid-argument` for a metric that cannot be watched; `numerical` when
   * the loss grows without bound; `memory`.
   */
  async fit<User extends Id, Item extends Id>(
    train: TrainingData<User, Item>,
    options: FitOptions<User, Item> = {},
  ): Promise<LightGCNModel<User, Item>> {
    const run = startFit(this, train, options, 'one');
    await ready();
    const { parameters } = this;
    return fitToTriplets({
      run,
      options,
      parameters,
      learner: new LightGcnLearner(run.record, parameters),
      modelOf: (factors) => new LightGCNModel(run.record, parameters, factors),
    });
  }
}

/**
 * What {@link LightGCN} learns. A history H without a user is given what its items pass on,
 *
 * z_H = Σ_{i ∈ H} 1 / √(|H| · d_i) · Σ_{k = 1 … L} xᵏ⁻¹_i / (L + 1),
 *
 * where |H| and the sum are over items with training events: the layers above the first of a user who has H, in the graph
 * as it was in training. What is missing is the user's own x⁰ / (L + 1): the same person known in training is at
 * z_u = z_H + x⁰_u / (L + 1).
 */
export class LightGCNModel<User extends Id = Id, Item extends Id = Id> extends GraphFactorModel<
  LightGCNParameters,
  User,
  Item
> {
  readonly name = 'lightgcn';

  protected historyWeight(items: number): number {
    return 1 / Math.sqrt(items);
  }
}

/** Descriptor of {@link LightGCN}. */
export const lightgcn: ModelDescriptor<LightGCNParameters> = {
  name: 'lightgcn',
  summary:
    'Embeddings of users and items, each smoothed over the graph of who has what, ranked by their products.',
  paper:
    'Xiangnan He, Kuan Deng, Xiang Wang, Yan Li, Yongdong Zhang, Meng Wang (2020). LightGCN: simplifying and powering ' +
    'graph convolution network for recommendation',
  tasks: ['ranking', 'next-item'],
  capabilities: ['folds-in', 'finds-similar', 'has-factors'],
  schema,
  searchSpace: {
    factors: { from: 32, to: 256, scale: 'log', integer: true },
    layers: { from: 1, to: 4, integer: true },
    learningRate: { from: 0.0005, to: 0.01, scale: 'log' },
    regularization: { from: 1e-6, to: 1e-2, scale: 'log' },
  },
  create: (parameters) => new LightGCN(parameters),
  restore: (training, parameters, tensors) =>
    new LightGCNModel(training, parameters, readGraphFactors(training, parameters, tensors)),
};
