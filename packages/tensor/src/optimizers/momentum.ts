import * as tf from '@tensorflow/tfjs';
import type { Schedule } from '../schedules.js';
import { Optimizer } from './optimizer.js';
import { requireDecay } from './settings.js';
import type { StepRule } from './update.js';

/** Settings of {@link Momentum}. */
export interface MomentumOptions {
  /** A number or a schedule. */
  readonly learningRate: number | Schedule;
  /** μ, in [0, 1); default 0.9. */
  readonly momentum?: number | undefined;
  /** Whether the gradient counts once more, ahead of the momentum (Nesterov); default false. */
  readonly nesterov?: boolean | undefined;
}

/**
 * Gradient descent with momentum (Polyak 1964), or with Nesterov's (Sutskever, Martens, Dahl and Hinton, "On the importance
 * of initialization and momentum in deep learning", ICML 2013, eqs. 1 to 4), with the learning rate outside the velocity
 * as in PyTorch: b ← μ · b + g; θ ← θ − α · b, or θ ← θ − α · (μ · b + g).
 *
 * Row-sparse gradients are applied lazily: rows without a gradient keep their velocity and do not move.
 */
export class Momentum extends Optimizer {
  protected readonly remembers = ['b'];
  readonly #momentum: number;
  readonly #nesterov: boolean;

  /** @throws TensorecError `invalid-argument` for settings out of their ranges. */
  constructor({ learningRate, momentum = 0.9, nesterov = false }: MomentumOptions) {
    super(learningRate);
    requireDecay('momentum', momentum);
    this.#momentum = momentum;
    this.#nesterov = nesterov;
  }

  protected rule(rate: number): StepRule {
    const [momentum, nesterov] = [this.#momentum, this.#nesterov];
    return {
      kernel: 'TensorecMomentumStep',
      settings: { rate, momentum, nesterov },
      compose: (parameters, gradient, [b]) => {
        const velocity = tf.add(tf.mul(b!, momentum), gradient);
        const direction = nesterov ? tf.add(tf.mul(velocity, momentum), gradient) : velocity;
        return [tf.sub(parameters, tf.mul(direction, rate)), velocity];
      },
    };
  }
}
