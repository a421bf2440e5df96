import * as tf from '@tensorflow/tfjs';
import type { Schedule } from '../schedules.js';
import { Optimizer } from './optimizer.js';
import type { StepRule } from './update.js';

/** Settings of {@link Sgd}. */
export interface SgdOptions {
  /** A number or a schedule. */
  readonly learningRate: number | Schedule;
}

/**
 * Stochastic gradient descent (Robbins and Monro, "A Stochastic Approximation Method", 1951): θ ← θ − α · g. It remembers
 * nothing, so row-sparse and dense gradients do the same.
 */
export class Sgd extends Optimizer {
  protected readonly remembers = [];

  constructor({ learningRate }: SgdOptions) {
    super(learningRate);
  }

  protected rule(rate: number): StepRule {
    return {
      kernel: 'TensorecDescentStep',
      settings: { rate },
      compose: (parameters, gradient) => [tf.sub(parameters, tf.mul(gradient, rate))],
    };
  }
}
