import { requireArgument } from '@tensorec/kernels';
import * as tf from '@tensorflow/tfjs';
import { allGradients, type Gradients } from './gradients.js';

/** Gradients that were scaled down together. */
export interface ClippedGradients<Table extends string> extends Gradients<Table> {
  /** Their norm before. */
  readonly norm: tf.Scalar;
}

/**
 * Scales all gradients by one factor where the norm of all their numbers is above a bound (Pascanu, Mikolov and Bengio, "On
 * the difficulty of training recurrent neural networks", ICML 2013, Algorithm 1). The given ones stay the caller's. Where a
 * number is NaN, all are NaN afterwards; where the norm is infinite, all are 0 or NaN.
 *
 * @param maximum - the bound, above 0
 * @throws TensorecError `invalid-argument` unless it is finite and above 0.
 */
export function clipByGlobalNorm<Table extends string>(
  gradients: Gradients<Table>,
  maximum: number,
): ClippedGradients<Table> {
  requireArgument(
    maximum > 0 && maximum < Infinity,
    () => `maximum is ${maximum}; give a finite number above 0.`,
  );
  const norm = tf.tidy(() => {
    const squares = allGradients(gradients).map(({ gradient }) => tf.sum(tf.square(gradient)));
    return tf
      .sqrt(squares.reduce((total, square) => tf.add(total, square), tf.scalar(0)))
      .asScalar();
  });
  // maximum / max(norm, maximum) is 1 up to the bound.
  const factor = tf.tidy(() => tf.div(maximum, tf.maximum(norm, maximum)));
  const clipped = mapGradients(gradients, (gradient) => tf.mul(gradient, factor));
  factor.dispose();
  return { ...clipped, norm };
}

/**
 * Cuts each number of the gradients to −maximum … maximum. The given ones stay the caller's; NaN stays NaN.
 *
 * @param maximum - the bound, above 0
 * @throws TensorecError `invalid-argument` unless it is above 0.
 */
export function clipByValue<Table extends string>(
  gradients: Gradients<Table>,
  maximum: number,
): Gradients<Table> {
  requireArgument(maximum > 0, () => `maximum is ${maximum}; give a number above 0.`);
  return mapGradients(gradients, (gradient) =>
    tf.tidy(() => {
      // On the backend `wasm` the clipping of tfjs makes a bound of NaN.
      const clipped = tf.clipByValue(gradient, -maximum, maximum);
      return tf.where(tf.isNaN(gradient), gradient, clipped);
    }),
  );
}

function mapGradients<Table extends string>(
  { variables, tables }: Gradients<Table>,
  map: (gradient: tf.Tensor) => tf.Tensor,
): Gradients<Table> {
  const mapAll = <Name extends string, Entry extends { readonly gradient: tf.Tensor }>(
    entries: Readonly<Record<Name, Entry>>,
  ): Record<Name, Entry> => {
    const mapped: Record<Name, Entry> = { ...entries };
    for (const name of Object.keys(entries) as Name[]) {
      mapped[name] = { ...entries[name], gradient: map(entries[name].gradient) };
    }
    return mapped;
  };
  return { variables: mapAll(variables), tables: mapAll(tables) };
}
