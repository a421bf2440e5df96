import * as tf from '@tensorflow/tfjs';
import { requireType } from './check.js';
import { withGradient } from './custom-gradient.js';
import { hasSimdKernels } from './device-traits.js';
import { GELU, GELU_GRADIENT } from './kernels/gelu.js';

/**
 * The Gaussian error linear unit x · Φ(x), Φ the normal distribution function: by the error function, not by the hyperbolic
 * tangent (Hendrycks and Gimpel, "Gaussian error linear units", 2016, eq. 1). On `simd` one kernel a direction, within 2e-7 as a
 * part of |x|; elsewhere the error function of tfjs, which is an approximation: within 4e-7 as a part of |x|, or 1e-6 near 0.
 * Time in the order of the length.
 *
 * @param x - any shape, `float32`
 * @throws TensorecError `invalid-argument` for another type.
 */
export function gelu<T extends tf.Tensor>(x: T): T {
  requireType('x', x, 'float32');
  if (!hasSimdKernels()) return composedGelu(x);
  return withGradient<T>([x], {
    forward: (save) => {
      save([x]);
      return tf.engine().runKernel<T>(GELU, { x });
    },
    backward: (gradient, [saved]) => [
      tf.engine().runKernel<tf.Tensor>(GELU_GRADIENT, { x: saved!, gradient }),
    ],
  });
}

function composedGelu<T extends tf.Tensor>(x: T): T {
  return tf.tidy(() => {
    const distribution = tf.erf(tf.mul(x, Math.SQRT1_2)).add(1).mul(0.5);
    return tf.mul<T>(x, distribution);
  });
}
