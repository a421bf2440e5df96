import { requireArgument, type Random } from '@tensorec/kernels';
import * as tf from '@tensorflow/tfjs';
import { composedAttention } from './attention-composed.js';
import { fusedAttention } from './attention-fused.js';
import { describeShape, requireShape, requireType } from './check.js';
import { hasSimdKernels } from './device-traits.js';

/** How {@link scaledDotProductAttention} weighs keys. */
export interface AttentionOptions {
  /** Whether query n does not see the keys after n; then there are as many keys as queries. Default false. */
  readonly causal?: boolean | undefined;
  /** batch × keys, of any type: 0 for keys that do not count, such as padding. Default: all count. */
  readonly mask?: tf.Tensor2D | undefined;
  /**
   * What is added to scores: [queries, keys], or with axes before those of the batch (where there are three, of the heads)
   * whose size may be 1. Default nothing. `float32`; it has a gradient.
   */
  readonly bias?: tf.Tensor | undefined;
  /** What products of queries and keys are multiplied by. Default 1 / √depth. */
  readonly scale?: number | undefined;
  /**
   * Drops weights with the probability `rate`, from 0 to below 1, and divides the others by 1 − rate; which ones, depends on
   * one number that is drawn from `random` a call, on every device alike. Default none.
   */
  readonly dropout?: { readonly rate: number; readonly random: Random } | undefined;
}

/** Attention with all that has a default filled in, on four axes. */
export interface AttentionCall {
  /** batch × heads × queries × depth. */
  readonly query: tf.Tensor4D;
  /** batch × heads × keys × depth. */
  readonly key: tf.Tensor4D;
  /** batch × heads × keys × value depth. */
  readonly value: tf.Tensor4D;
  readonly causal: boolean;
  readonly mask: tf.Tensor2D | undefined;
  /** batch or 1 × heads or 1 × queries × keys. */
  readonly bias: tf.Tensor4D | undefined;
  readonly scale: number;
  readonly dropout: { readonly rate: number; readonly seed: number } | undefined;
}

/**
 * Attention: softmax(scale · query · keyᵀ + bias) · value, for each head of each example (Vaswani et al., "Attention is all you
 * need", 2017, eq. 1). A query none of whose keys count gets 0, and gives no gradient. NaN stays in its row.
 *
 * On `simd` one kernel a direction that keeps two numbers a query instead of all weights, and passes over padding before the
 * first and after the last key that counts; elsewhere products and softmax of tfjs, with memory in the order of
 * batch · heads · queries · keys. Time in the order of batch · heads · queries · keys · depth.
 *
 * @param query - batch × heads × queries × depth, or without heads; `float32`
 * @param key - batch × heads × keys × depth
 * @param value - batch × heads × keys × any
 * @returns batch × heads × queries × value's last axis
 * @throws TensorecError `invalid-argument` for shapes, types or numbers that do not fit.
 */
export function scaledDotProductAttention<T extends tf.Tensor3D | tf.Tensor4D>(
  query: T,
  key: T,
  value: T,
  options: AttentionOptions = {},
): T {
  requireOperands(query, key, value);
  const { causal = false, mask, dropout } = options;
  const [batch, queries, keys] = [query.shape[0], query.shape.at(-2)!, key.shape.at(-2)!];
  const depth = query.shape.at(-1)!;
  const { scale = depth === 0 ? 1 : 1 / Math.sqrt(depth) } = options;
  requireArgument(Number.isFinite(scale), () => `scale is ${scale}; give a finite number.`);
  requireArgument(
    !causal || queries === keys,
    () => `There are ${queries} queries and ${keys} keys; causal attention takes as many.`,
  );
  if (mask) requireShape('mask', mask, [batch, keys]);
  const { rate = 0 } = dropout ?? {};
  requireArgument(
    rate >= 0 && rate < 1,
    () => `The rate of dropout is ${rate}; give a number from 0 to below 1.`,
  );
  const shape = [...query.shape.slice(0, -1), value.shape.at(-1)!];
  if (shape.includes(0) || keys === 0) return tf.zeros<tf.Rank>(shape) as T;
  return tf.tidy(() => {
    const call: AttentionCall = {
      ...{ query: withHeads(query), key: withHeads(key), value: withHeads(value) },
      ...{ causal, mask, scale, bias: biasOf(options.bias, query, keys) },
      dropout:
        dropout && rate > 0
          ? { rate, seed: dropout.random.integer(Number.MAX_SAFE_INTEGER) }
          : undefined,
    };
    const result = hasSimdKernels() ? fusedAttention(call) : composedAttention(call);
    return result.reshape<T>(shape);
  });
}

function requireOperands(query: tf.Tensor, key: tf.Tensor, value: tf.Tensor): void {
  for (const [name, tensor] of Object.entries({ query, key, value })) {
    requireType(name, tensor, 'float32');
  }
  requireArgument(
    query.rank === 3 || query.rank === 4,
    () =>
      `query has the shape ${describeShape(query.shape)}; give [batch, heads, queries, depth], or without heads.`,
  );
  const before = query.shape.slice(0, -2);
  requireShape('key', key, [...before, undefined, query.shape.at(-1)]);
  requireShape('value', value, [...before, key.shape.at(-2), undefined]);
}

/** The same tensor on four axes. */
function withHeads(tensor: tf.Tensor): tf.Tensor4D {
  const { shape } = tensor;
  return tensor.reshape<tf.Tensor4D>(shape.length === 4 ? shape : [shape[0], 1, ...shape.slice(1)]);
}

/** The bias on four axes. */
function biasOf(
  bias: tf.Tensor | undefined,
  query: tf.Tensor,
  keys: number,
): tf.Tensor4D | undefined {
  if (bias === undefined) return undefined;
  requireType('bias', bias, 'float32');
  const before = query.shape.slice(0, -2);
  const own = bias.shape.slice(0, -2);
  const fits =
    bias.rank >= 2 &&
    bias.rank <= query.rank &&
    own.every((size, axis) => size === 1 || size === before[axis + before.length - own.length]);
  requireArgument(
    fits && bias.shape.at(-2) === query.shape.at(-2) && bias.shape.at(-1) === keys,
    () =>
      `bias has the shape ${describeShape(bias.shape)}; give ${describeShape([...before, query.shape.at(-2), keys])}, whose first ${before.length} axes may be 1 or be left out.`,
  );
  const axes = [...new Array<number>(before.length - own.length).fill(1), ...own];
  const [batch, heads = 1] = axes;
  return bias.reshape<tf.Tensor4D>([batch!, heads, query.shape.at(-2)!, keys]);
}
