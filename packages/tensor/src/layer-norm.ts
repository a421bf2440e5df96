import { requireArgument } from '@tensorec/kernels';
import * as tf from '@tensorflow/tfjs';
import { requireShape, requireType } from './check.js';
import { withGradient } from './custom-gradient.js';
import { hasSimdKernels } from './device-traits.js';
import { LAYER_NORM, LAYER_NORM_GRADIENT } from './kernels/layer-norm.js';

/**
 * Layer normalization along the last axis: (x − mean) / √(variance + epsilon) · gain + bias, the variance being the mean squared
 * distance (Ba, Kiros and Hinton, "Layer normalization", 2016). Gradients for x, gain and bias; a row of equal numbers gives the
 * bias; NaN stays in its row. On `simd` one kernel a direction. Time in the order of the length.
 *
 * @param x - any shape of one axis or more, `float32`
 * @param gain - a factor for each place of the last axis
 * @param bias - what is added there
 * @param epsilon - above 0; default 1e-5
 * @throws TensorecError `invalid-argument` for shapes, types or an epsilon that do not fit.
 */
export function layerNorm<T extends tf.Tensor>(
  x: T,
  gain: tf.Tensor1D,
  bias: tf.Tensor1D,
  epsilon = 1e-5,
): T {
  requireArgument(x.rank >= 1, () => 'x has no axis; give a tensor of one axis or more.');
  const columns = x.shape.at(-1)!;
  requireShape('gain', gain, [columns]);
  requireShape('bias', bias, [columns]);
  for (const [name, tensor] of Object.entries({ x, gain, bias })) {
    requireType(name, tensor, 'float32');
  }
  requireArgument(
    epsilon > 0 && Number.isFinite(epsilon),
    () => `epsilon is ${epsilon}; give a number above 0.`,
  );
  if (x.size === 0) return x.clone();
  return tf.tidy(() =>
    hasSimdKernels() ? fused(x, gain, bias, epsilon) : composed(x, gain, bias, epsilon),
  );
}

function composed<T extends tf.Tensor>(
  x: T,
  gain: tf.Tensor1D,
  bias: tf.Tensor1D,
  epsilon: number,
): T {
  const distance = x.sub(x.mean(-1, true));
  const variance = distance.square().mean(-1, true);
  return distance.mul(variance.add(epsilon).rsqrt()).mul(gain).add<T>(bias);
}

function fused<T extends tf.Tensor>(
  x: T,
  gain: tf.Tensor1D,
  bias: tf.Tensor1D,
  epsilon: number,
): T {
  const [result, statistics] = tf
    .engine()
    .runKernel<tf.Tensor[]>(LAYER_NORM, { x, gain, bias }, { epsilon });
  return withGradient<T>([x, gain, bias], {
    forward: (save) => {
      save([x, gain, statistics!]);
      return result!.clone() as T;
    },
    backward: (gradient, saved) => {
      const [savedX, savedGain, savedStatistics] = saved;
      const inputs = { x: savedX!, gain: savedGain!, statistics: savedStatistics!, gradient };
      return tf.engine().runKernel<tf.Tensor[]>(LAYER_NORM_GRADIENT, inputs);
    },
  });
}
