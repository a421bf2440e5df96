import * as tf from '@tensorflow/tfjs';
import type { Schedule } from '../schedules.js';
import { Optimizer } from './optimizer.js';
import { requirePositive } from './settings.js';
import type { StepRule } from './update.js';

/** Settings of {@link Adagrad}. */
export interface AdagradOptions {
  /** η, a number or a schedule; default 0.01. */
  readonly learningRate?: number | Schedule | undefined;
  /** δ, above 0; default 10⁻¹⁰. */
  readonly epsilon?: number | undefined;
}

/**
 * Adagrad with a diagonal matrix (Duchi, Hazan and Singer, "Adaptive Subgradient Methods for Online Learning and Stochastic
 * Optimization", JMLR 2011, Figure 1): s ← s + g²; θ ← θ − η · g / (√s + δ).
 *
 * A gradient of 0 changes nothing, so row-sparse and dense gradients do the same.
 */
export class Adagrad extends Optimizer {
  protected readonly remembers = ['s'];
  readonly #epsilon: number;

  /** @throws TensorecError `invalid-argument` for settings out of their ranges. */
  constructor({ learningRate = 0.01, epsilon = 1e-10 }: AdagradOptions = {}) {
    super(learningRate);
    requirePositive('epsilon', epsilon);
    this.#epsilon = epsilon;
  }

  protected rule(rate: number): StepRule {
    const epsilon = this.#epsilon;
    return {
      kernel: 'TensorecAdagradStep',
      settings: { rate, epsilon },
      compose: (parameters, gradient, [s]) => {
        const sum = tf.add(s!, tf.square(gradient));
        const direction = tf.div(gradient, tf.add(tf.sqrt(sum), epsilon));
        return [tf.sub(parameters, tf.mul(direction, rate)), sum];
      },
    };
  }
}
