import * as tf from '@tensorflow/tfjs';

/** Both directions of an operation. */
export interface Directions<Result extends tf.Tensor> {
  /**
   * The result; what `backward` needs is given to `save`, for nothing else lives as long: inputs, the result, what was there
   * before. New tensors look like a leak to tfjs.
   */
  readonly forward: (save: (tensors: tf.Tensor[]) => void) => Result;
  /** The gradient of each input, of its shape. */
  readonly backward: (gradient: Result, saved: readonly tf.Tensor[]) => tf.Tensor[];
}

/** Runs an operation whose gradient is written by hand. */
export function withGradient<Result extends tf.Tensor>(
  inputs: readonly tf.Tensor[],
  { forward, backward }: Directions<Result>,
): Result {
  return tf.customGrad<Result>((...parameters) => {
    // tfjs gives the inputs and, as the last parameter, the function: its type does not tell which is which.
    const save = parameters.at(-1) as (tensors: tf.Tensor[]) => void;
    return { value: forward(save), gradFunc: backward };
  })(...inputs);
}
