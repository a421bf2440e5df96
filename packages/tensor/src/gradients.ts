import type * as tf from '@tensorflow/tfjs';

/** The gradient of a loss with respect to all numbers of a variable. */
export interface DenseGradient {
  readonly variable: tf.Variable;
  /** Of the shape of the variable. */
  readonly gradient: tf.Tensor;
}

/** The gradient with respect to some rows of a variable; with respect to all other rows it is 0. */
export interface RowGradient {
  readonly variable: tf.Variable;
  /** Row numbers, each once, ascending. */
  readonly rows: Int32Array;
  /** A row for each row number, of the shape of the variable's rows. */
  readonly gradient: tf.Tensor;
}

/** Gradients of one loss: what {@link sparseValueAndGrads} makes, `clip…` changes and optimizers apply. */
export interface Gradients<Table extends string = string> {
  /** Dense gradients, by the names of their variables. */
  readonly variables: Readonly<Record<string, DenseGradient>>;
  /** Row-sparse gradients, by the names of their tables. */
  readonly tables: Readonly<Record<Table, RowGradient>>;
}

/** All gradients, dense ones first. */
export function allGradients(gradients: Gradients): readonly (DenseGradient | RowGradient)[] {
  return [...Object.values(gradients.variables), ...Object.values(gradients.tables)];
}

/** Disposes of the tensors of gradients; the variables stay. */
export function disposeGradients(gradients: Gradients): void {
  for (const { gradient } of allGradients(gradients)) gradient.dispose();
}
