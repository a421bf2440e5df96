import * as tf from '@tensorflow/tfjs';
import type { DenseGradient, RowGradient } from '../gradients.js';

/** One step of an optimizer, in both forms. */
export interface StepRule {
  /** The kernel of the backend `simd` that takes the step in place, and its numbers. */
  readonly kernel: string;
  readonly settings: Readonly<Record<string, number | boolean>>;
  /**
   * The step composed of tfjs operations, for whole variables or for rows of them.
   *
   * @returns the new parameters, then what is remembered now
   */
  compose(
    parameters: tf.Tensor,
    gradient: tf.Tensor,
    remembered: readonly tf.Tensor[],
  ): readonly tf.Tensor[];
}

/** Changes a variable and what is remembered of its gradients. */
export function updateParameters(
  { variable, gradient, ...sparse }: DenseGradient | RowGradient,
  slots: readonly tf.Variable[],
  rule: StepRule,
): void {
  const rows = 'rows' in sparse ? sparse.rows : undefined;
  tf.tidy(() => {
    if (tf.getBackend() === 'simd') updateInPlace(variable, gradient, rows, slots, rule);
    else if (rows === undefined)
      assignAll([variable, ...slots], rule.compose(variable, gradient, slots));
    else updateRows(variable, gradient, rows, slots, rule);
  });
}

function updateInPlace(
  variable: tf.Variable,
  gradient: tf.Tensor,
  rows: Int32Array | undefined,
  slots: readonly tf.Variable[],
  { kernel, settings }: StepRule,
): void {
  for (const target of [variable, ...slots]) makeSoleOwner(target);
  const [first, second] = slots;
  const inputs = {
    parameters: variable,
    gradient,
    ...(rows && { rows: tf.tensor1d(rows, 'int32') }),
    ...(first && { first }),
    ...(second && { second }),
  };
  tf.engine().runKernel(kernel, inputs, { ...settings });
}

/**
 * Gives a variable numbers of its own, on this backend, where other tensors share them: `tf.variable(x)` shares those of x,
 * `clone` and `reshape` those of the variable, and none of these may change.
 */
function makeSoleOwner(variable: tf.Variable): void {
  if (tf.backend().refCount(variable.dataId) === 1) return;
  const copy = tf.mul(variable, 1);
  variable.assign(copy);
  copy.dispose();
}

function updateRows(
  variable: tf.Variable,
  gradient: tf.Tensor,
  rows: Int32Array,
  slots: readonly tf.Variable[],
  rule: StepRule,
): void {
  const numbers = tf.tensor1d(rows, 'int32');
  const pick = (x: tf.Tensor): tf.Tensor => tf.gather(x, numbers);
  const changed = rule.compose(pick(variable), gradient, slots.map(pick));
  const places = numbers.expandDims(1);
  assignAll(
    [variable, ...slots],
    changed.map((values, n) => {
      const target = n === 0 ? variable : slots[n - 1]!;
      return tf.tensorScatterUpdate(copied(target), places, values);
    }),
  );
}

/** The backend `cpu` writes into what it scatters into, which other tensors may share. */
function copied(target: tf.Tensor): tf.Tensor {
  return tf.getBackend() === 'cpu' ? tf.mul(target, 1) : target;
}

function assignAll(targets: readonly tf.Variable[], values: readonly tf.Tensor[]): void {
  targets.forEach((target, n) => {
    target.assign(values[n]!);
  });
}
