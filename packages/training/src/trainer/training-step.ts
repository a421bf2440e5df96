import type { Random, Steps } from '@tensorec/kernels';
import type { Awaitable, NamedArrays } from '../arrays.js';

/** What a step is told beside its batch. */
export interface StepContext {
  /** Learning rate of this update. */
  readonly learningRate: number;
  /** Updates made before, from 0. */
  readonly step: number;
  /** From 1. */
  readonly epoch: number;
  /** Place of the batch in the epoch, from 0. */
  readonly batch: number;
  /** Batches accumulated since the last update; the gradient to follow is the mean over these and this one. */
  readonly accumulated: number;
  /** A stream for this batch alone, for dropout and the like: what is drawn from it is drawn again after a resume. */
  readonly random: Random;
}

/** The mean loss of a batch: a number, or the work that ends with it. */
export type StepResult = number | Promise<number> | Steps<number>;

/**
 * A model in training as the trainer sees it: whatever can follow the gradient of a batch and give its numbers. A fused kernel
 * is one, and so is a composed model with an optimizer.
 *
 * To be resumed to the same bits, a step depends on its batch, its context, its parameters and its optimizer state alone.
 *
 * @typeParam Batch - what a step learns from
 */
export interface TrainingStep<Batch> {
  // Properties, not methods: so the compiler refuses a step for batches that are given others.
  /** Follows the gradient of a batch and returns the batch's mean loss before the update. */
  readonly step: (batch: Batch, context: StepContext) => StepResult;
  /** Adds the gradient of a batch to that of the next step, where the model can; returns the mean loss. */
  readonly accumulate?: ((batch: Batch, context: StepContext) => StepResult) | undefined;
  /** What the model has learned, by name; live arrays or copies. Names, types and lengths stay the same. */
  parameters(): Awaitable<NamedArrays>;
  /** What else the next step depends on: moments and counts of an optimizer. */
  optimizerState?(): Awaitable<NamedArrays>;
  /**
   * Sets the parameters to copies of the given ones, and the optimizer state where it is given. Arrays are those that
   * `parameters` and `optimizerState` gave earlier, perhaps in another process.
   */
  restore(parameters: NamedArrays, optimizerState?: NamedArrays): Awaitable<void>;
}
