import * as tf from '@tensorflow/tfjs';
import type { AttentionCall } from './attention.js';
import { withGradient } from './custom-gradient.js';
import { ATTENTION, ATTENTION_GRADIENT, type AttentionAttributes } from './kernels/attention.js';

/** Attention by one kernel a direction, on `simd`; to be called in a tidy. */
export function fusedAttention(call: AttentionCall): tf.Tensor4D {
  const { query, key, value, mask, scale, causal, dropout } = call;
  // The kernel reads and writes rows of queries for each key.
  const bias = call.bias?.transpose<tf.Tensor4D>([0, 1, 3, 2]);
  const attributes: AttentionAttributes = {
    ...{ scale, causal },
    ...{ rate: dropout?.rate ?? 0, seed: dropout?.seed ?? 0 },
  };
  const operands = { query, key, value, ...(mask && { mask }), ...(bias && { bias }) };
  const [result, statistics] = run(ATTENTION, operands, attributes);
  const differentiable = [query, key, value, ...(bias ? [bias] : [])];
  return withGradient(differentiable, {
    forward: (save) => {
      save([...differentiable, statistics!, ...(mask ? [mask] : [])]);
      return result!.clone() as tf.Tensor4D;
    },
    backward: (gradient, saved) => {
      const [savedQuery, savedKey, savedValue, ...others] = saved;
      const savedBias = bias && others.shift();
      const [savedStatistics, savedMask] = others;
      const gradients = run(
        ATTENTION_GRADIENT,
        {
          ...{ query: savedQuery!, key: savedKey!, value: savedValue! },
          ...{ statistics: savedStatistics!, gradient },
          ...(savedMask && { mask: savedMask }),
          ...(savedBias && { bias: savedBias }),
        },
        attributes,
      );
      return bias ? [...gradients.slice(0, 3), reducedTo(gradients[3]!, bias.shape)] : gradients;
    },
  });
}

function run(
  name: string,
  inputs: tf.NamedTensorMap,
  attributes: AttentionAttributes,
): tf.Tensor[] {
  return tf.engine().runKernel<tf.Tensor[]>(name, inputs, { ...attributes });
}

/** Adds up along the axes that a tensor of the shape repeats along. */
function reducedTo(gradient: tf.Tensor, shape: readonly number[]): tf.Tensor {
  const axes = [...shape.keys()].filter((axis) => shape[axis] !== gradient.shape[axis]);
  return axes.length === 0 ? gradient : gradient.sum(axes, true);
}
