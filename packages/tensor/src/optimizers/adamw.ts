import { requireArgument } from '@tensorec/kernels';
import { Adam, type AdamOptions } from './adam.js';
import type { StepRule } from './update.js';

/** Settings of {@link AdamW}. */
export interface AdamWOptions extends AdamOptions {
  /** λ, 0 or more; default 0.01. */
  readonly weightDecay?: number | undefined;
}

/**
 * Adam with decoupled weight decay (Loshchilov and Hutter, "Decoupled Weight Decay Regularization", ICLR 2019, Algorithm 2):
 * parameters shrink by the learning rate times λ a step, apart from the moments. As in PyTorch, η_t · α of the paper is one
 * number, the learning rate of the step, and multiplies λ too.
 *
 * Row-sparse gradients are applied as by {@link Adam}; rows without a gradient do not shrink.
 */
export class AdamW extends Adam {
  readonly #weightDecay: number;

  /** @throws TensorecError `invalid-argument` for settings out of their ranges. */
  constructor(options: AdamWOptions = {}) {
    super(options);
    const { weightDecay = 0.01 } = options;
    requireArgument(
      weightDecay >= 0 && weightDecay < Infinity,
      () => `weightDecay is ${weightDecay}; give a finite number of 0 or more.`,
    );
    this.#weightDecay = weightDecay;
  }

  protected override rule(rate: number, t: number): StepRule {
    return this.decayingRule(rate, t, 1 - rate * this.#weightDecay);
  }
}
