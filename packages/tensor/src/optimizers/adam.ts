import { pow } from '@tensorec/kernels';
import * as tf from '@tensorflow/tfjs';
import type { Schedule } from '../schedules.js';
import { Optimizer } from './optimizer.js';
import { requireDecay, requirePositive } from './settings.js';
import type { StepRule } from './update.js';

/** Settings of {@link Adam}, by the paper's names. */
export interface AdamOptions {
  /** α, a number or a schedule; default 0.001. */
  readonly learningRate?: number | Schedule | undefined;
  /** Decay of the first moment, in [0, 1); default 0.9. */
  readonly beta1?: number | undefined;
  /** Decay of the second moment, in [0, 1); default 0.999. */
  readonly beta2?: number | undefined;
  /** ε, above 0; default 10⁻⁸. */
  readonly epsilon?: number | undefined;
}

/**
 * Adam (Kingma and Ba, "Adam: A Method for Stochastic Optimization", ICLR 2015, Algorithm 1).
 *
 * Row-sparse gradients are applied lazily: moments of rows without a gradient do not decay, and those rows do not move. The
 * correction of the bias goes by the steps of the optimizer, not by how often a row was met, as in the lazy Adam of other
 * libraries.
 */
export class Adam extends Optimizer {
  protected readonly remembers = ['m', 'v'];
  readonly #beta1: number;
  readonly #beta2: number;
  readonly #epsilon: number;

  /** @throws TensorecError `invalid-argument` for settings out of their ranges. */
  constructor(options: AdamOptions = {}) {
    const { learningRate = 0.001, beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8 } = options;
    super(learningRate);
    requireDecay('beta1', beta1);
    requireDecay('beta2', beta2);
    requirePositive('epsilon', epsilon);
    this.#beta1 = beta1;
    this.#beta2 = beta2;
    this.#epsilon = epsilon;
  }

  protected rule(rate: number, t: number): StepRule {
    return this.decayingRule(rate, t, 1);
  }

  /** The rule with parameters that are multiplied by `decay` first. */
  protected decayingRule(rate: number, t: number, decay: number): StepRule {
    const [beta1, beta2, epsilon] = [this.#beta1, this.#beta2, this.#epsilon];
    // m̂ = m / (1 − β₁ᵗ) and √v̂ = √v / √(1 − β₂ᵗ) as factors of the step and of the root.
    const step = rate / (1 - pow(beta1, t));
    const scale = 1 / Math.sqrt(1 - pow(beta2, t));
    return {
      kernel: 'TensorecAdamStep',
      settings: { rate: step, beta1, beta2, scale, epsilon, decay },
      compose: (parameters, gradient, [m, v]) => {
        const first = tf.add(tf.mul(m!, beta1), tf.mul(gradient, 1 - beta1));
        const second = tf.add(tf.mul(v!, beta2), tf.mul(tf.square(gradient), 1 - beta2));
        const root = tf.add(tf.mul(tf.sqrt(second), scale), epsilon);
        const moved = tf.sub(tf.mul(parameters, decay), tf.div(tf.mul(first, step), root));
        return [moved, first, second];
      },
    };
  }
}
