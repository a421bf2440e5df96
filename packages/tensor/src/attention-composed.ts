import { Random } from '@tensorec/kernels';
import * as tf from '@tensorflow/tfjs';
import type { AttentionCall } from './attention.js';

/** A score that is 0 beside any other after the softmax, and no NaN where there are no others. */
const HIDDEN = -1e30;
/** Queries whose dropout is drawn together: as the kernel does. */
const PANEL = 8;

/** Attention of operations that every device has. */
export function composedAttention(call: AttentionCall): tf.Tensor4D {
  const { query, key, value, scale, bias } = call;
  const scaled = tf.matMul(query, key, false, true).mul(scale);
  const scores = bias ? scaled.add(bias) : scaled;
  const visible = visibleKeys(call);
  const weights = visible
    ? tf.softmax(tf.where(visible.broadcastTo(scores.shape), scores, HIDDEN)).mul(visible.toFloat())
    : tf.softmax(scores);
  const kept = call.dropout ? weights.mul(dropoutFactors(call, call.dropout)) : weights;
  return tf.matMul(kept, value);
}

/** Which keys each query sees, on four axes; undefined where it is all of them. */
function visibleKeys({ query, key, causal, mask }: AttentionCall): tf.Tensor | undefined {
  const keys = key.shape[2];
  const counting = mask?.notEqual(tf.zerosLike(mask)).reshape([mask.shape[0], 1, 1, keys]);
  if (!causal) return counting;
  const queries = query.shape[2];
  const numbers = tf.range(0, keys, 1, 'int32');
  const earlier = tf
    .lessEqual(numbers.reshape([1, keys]), numbers.reshape([queries, 1]))
    .reshape([1, 1, queries, keys]);
  return counting ? tf.logicalAnd(earlier, counting) : earlier;
}

/** 0 for weights that are dropped, else 1 / (1 − rate): in the order in which the kernel draws. */
function dropoutFactors(
  { query, key }: AttentionCall,
  { rate, seed }: { readonly rate: number; readonly seed: number },
): tf.Tensor {
  const [batch, heads, queries] = query.shape;
  const keys = key.shape[2];
  const panels = Math.ceil(queries / PANEL);
  const factors = new Float32Array(batch * heads * panels * keys * PANEL);
  new Random(seed).fillUniform(factors);
  const keep = 1 / (1 - rate);
  for (let n = 0; n < factors.length; n++) factors[n] = factors[n]! < rate ? 0 : keep;
  return tf
    .tensor4d(factors, [batch * heads, panels, keys, PANEL])
    .transpose([0, 1, 3, 2])
    .reshape([batch, heads, panels * PANEL, keys])
    .slice([0, 0, 0, 0], [batch, heads, queries, keys]);
}
