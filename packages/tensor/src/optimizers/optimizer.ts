import { requireArgument } from '@tensorec/kernels';
import * as tf from '@tensorflow/tfjs';
import { allGradients, disposeGradients, type Gradients } from '../gradients.js';
import type { Schedule } from '../schedules.js';
import {
  sparseValueAndGrads,
  type Leaves,
  type RowsOfTables,
  type TableUses,
} from '../sparse-value-and-grads.js';
import { requireGradients } from './require-gradients.js';
import { restoredSlots, slotsToArrays, type OptimizerState } from './state.js';
import { updateParameters, type StepRule } from './update.js';

/**
 * What all optimizers share: they apply gradients, dense and row-sparse, and remember something of them for each
 * variable. A row-sparse gradient changes its rows alone and what is remembered of these ("lazy"); all others keep their
 * bits.
 *
 * On the device `simd` a step is one pass over the variable in place. On others it is composed of tfjs operations; there a
 * row-sparse step computes with its rows alone and then copies the table, because tfjs writes no rows in place: its
 * time is a copy of V rows.
 */
export abstract class Optimizer {
  readonly #learningRate: number | Schedule;
  readonly #slots = new Map<tf.Variable, readonly tf.Variable[]>();
  #steps = 0;

  protected constructor(learningRate: number | Schedule) {
    this.#learningRate = learningRate;
  }

  /** What it remembers for each variable, by the names of the paper; the end of names in {@link Optimizer.state}. */
  protected abstract readonly remembers: readonly string[];

  /**
   * The rule of step t.
   *
   * @param rate - the learning rate
   * @param t - from 1
   */
  protected abstract rule(rate: number, t: number): StepRule;

  /** Steps taken so far. */
  get steps(): number {
    return this.#steps;
  }

  /** The learning rate of the next step. */
  get learningRate(): number {
    const rate =
      typeof this.#learningRate === 'function'
        ? this.#learningRate(this.#steps)
        : this.#learningRate;
    requireArgument(
      Number.isFinite(rate) && rate >= 0,
      () => `learningRate is ${rate} at step ${this.#steps}; give a finite number of 0 or more.`,
    );
    return rate;
  }

  /**
   * Takes one step. The gradients stay the caller's. Nothing is changed when it throws.
   *
   * @param gradients - of {@link sparseValueAndGrads}, or made alike
   * @throws TensorecError `invalid-argument` for a gradient of another shape than its variable, rows that do not ascend or
   * that the variable does not have, types other than `float32`, a variable that comes twice, and a learning rate that is
   * negative or not finite.
   */
  apply(gradients: Gradients): void {
    const all = allGradients(gradients);
    requireGradients(all);
    const rule = this.rule(this.learningRate, this.#steps + 1);
    const slots = all.map(({ variable }) => this.#slotsOf(variable));
    all.forEach((gradient, n) => {
      updateParameters(gradient, slots[n]!, rule);
    });
    this.#steps++;
  }

  /**
   * Takes one step down a loss.
   *
   * @returns the loss before the step, the caller's to dispose of
   * @throws TensorecError as {@link sparseValueAndGrads} and {@link Optimizer.apply}.
   */
  minimize<Tables extends TableUses>(
    loss: (tables: RowsOfTables<Tables>) => tf.Scalar,
    leaves: Leaves<Tables>,
  ): tf.Scalar {
    const { value, ...gradients } = sparseValueAndGrads(loss, leaves);
    try {
      this.apply(gradients);
      return value;
    } finally {
      disposeGradients(gradients);
    }
  }

  /**
   * What has to be kept to go on later as if nothing had happened: the number of steps and copies of what is remembered.
   * Names come from `variable.name`, so give names to variables that outlive the program.
   */
  async state(): Promise<OptimizerState> {
    return { steps: this.#steps, arrays: await slotsToArrays(this.#slots, this.remembers) };
  }

  /**
   * Goes on from a state: the next steps give the same bits as those of the optimizer it came from. What was remembered
   * before is forgotten.
   *
   * @param variables - all that the state is of
   * @throws TensorecError `invalid-argument` for a state of other variables, sizes or another optimizer; then nothing is
   * changed.
   */
  restore(state: OptimizerState, variables: readonly tf.Variable[]): void {
    const restored = restoredSlots(state, variables, this.remembers);
    this.dispose();
    for (const [variable, slots] of restored) this.#slots.set(variable, slots);
    this.#steps = state.steps;
  }

  /** Frees what is remembered and counts from 0 again. */
  dispose(): void {
    for (const slot of [...this.#slots.values()].flat()) slot.dispose();
    this.#slots.clear();
    this.#steps = 0;
  }

  #slotsOf(variable: tf.Variable): readonly tf.Variable[] {
    const known = this.#slots.get(variable);
    if (known !== undefined) return known;
    const slots = this.remembers.map(() =>
      tf.tidy(() => tf.variable(tf.zeros(variable.shape), false)),
    );
    this.#slots.set(variable, slots);
    return slots;
  }
}
