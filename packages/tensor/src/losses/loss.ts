import * as tf from '@tensorflow/tfjs';

/**
 * A loss whose gradients are computed in the pass that computes its value, for an upstream gradient of 1; backward scales
 * them. Without a tape, the value alone is computed.
 *
 * @param inputs - what the gradients are by; where one is empty, the loss is 0 and so are its gradients
 * @param compute - gives the loss and, if asked to, a gradient for each input
 */
export function lossWithGradients(
  inputs: readonly tf.Tensor[],
  compute: (withGradients: boolean) => readonly tf.Tensor[],
): tf.Scalar {
  return tf.tidy(() => {
    const isTapeOn = tf.engine().isTapeOn();
    const isEmpty = inputs.some(({ size }) => size === 0);
    const [value, ...gradients] = withoutTape(() =>
      tf.tidy(() => (isEmpty ? [tf.scalar(0), ...inputs.map(zeros)] : [...compute(isTapeOn)])),
    );
    const scalar = value!.asScalar();
    if (!isTapeOn) return scalar;
    return inputs.reduce<tf.Scalar>(
      (loss, input, n) => attachGradient(loss, input, gradients[n]!),
      scalar,
    );
  });
}

function zeros({ shape }: tf.Tensor): tf.Tensor {
  return tf.zeros(shape);
}

/** The same loss, with a gradient by one more tensor. One at a time: tfjs takes the second one saved for a leak on `wasm`. */
function attachGradient(loss: tf.Scalar, input: tf.Tensor, gradient: tf.Tensor): tf.Scalar {
  const value = withoutTape(() => loss.clone());
  return tf.customGrad<tf.Scalar>((...given) => {
    // The last argument is the function that saves, which the types of tfjs do not tell from the tensors.
    const save = given.at(-1) as tf.GradSaveFunc;
    save([gradient]);
    return {
      value,
      gradFunc: (upstream: tf.Scalar, saved: tf.Tensor[]) => [
        upstream,
        tf.mul(saved[0]!, upstream),
      ],
    };
  })(loss, input);
}

/**
 * What a function gives, unseen by the tape, as within a kernel. `customGrad` would do, but takes new tensors that it saves
 * for leaks.
 */
function withoutTape<Result>(compute: () => Result): Result {
  const { state } = tf.engine();
  state.kernelDepth++;
  try {
    return compute();
  } finally {
    state.kernelDepth--;
  }
}

/** Runs a kernel of this package that has several results; inputs that are undefined are left out. */
export function runKernel(
  name: string,
  inputs: Readonly<Record<string, tf.Tensor | undefined>>,
  attributes: Readonly<Record<string, string | number | boolean>>,
): tf.Tensor[] {
  const given: Record<string, tf.Tensor> = {};
  for (const [key, tensor] of Object.entries(inputs)) {
    if (tensor !== undefined) given[key] = tensor;
  }
  return tf.engine().runKernel<tf.Tensor[]>(name, given, attributes);
}
