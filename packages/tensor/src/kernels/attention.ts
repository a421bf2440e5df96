import {
  attendArrays,
  attendArraysBackward,
  attentionStatistics,
  type AttentionOperands,
  type AttentionShape,
} from '@tensorec/kernels';
import { registerSimdKernel, type SimdBackend } from '@tensorec/tfjs-backend-simd';
import type { TensorInfo } from '@tensorflow/tfjs';
import { fillAll } from './results.js';

/** Attention: the result, and what its gradient takes. */
export const ATTENTION = 'TensorecAttention';
/** Gradients of query, key, value and, where there is one, bias (keys × queries of each head). */
export const ATTENTION_GRADIENT = 'TensorecAttentionGradient';

/** Numbers that attention takes. */
export interface AttentionAttributes {
  readonly scale: number;
  readonly causal: boolean;
  /** Of dropout; 0 for none. */
  readonly rate: number;
  readonly seed: number;
}

interface Inputs {
  readonly query: TensorInfo;
  readonly key: TensorInfo;
  readonly value: TensorInfo;
  readonly mask?: TensorInfo;
  /** Transposed: batch or 1 × heads or 1 × keys × queries. */
  readonly bias?: TensorInfo;
}

function shapeOf({ query, value }: Inputs): AttentionShape {
  const [examples, heads, queries, depth] = query.shape as [number, number, number, number];
  const [keys, valueDepth] = value.shape.slice(2) as [number, number];
  return { examples, heads, queries, keys, depth, valueDepth };
}

function operandsOf(
  backend: SimdBackend,
  { query, key, value, mask, bias }: Inputs,
  { scale, causal, rate, seed }: AttentionAttributes,
): AttentionOperands {
  return {
    ...{ query: backend.floatsOf(query), key: backend.floatsOf(key) },
    ...{ value: backend.floatsOf(value), scale, causal },
    mask: mask && backend.floatsOf(mask),
    bias: bias && {
      array: backend.floatsOf(bias),
      examples: bias.shape[0] !== 1,
      heads: bias.shape[1] !== 1,
    },
    dropout: rate > 0 ? { rate, seed } : undefined,
  };
}

/** Kernels of attention. */
export function registerAttentionKernels(): void {
  registerSimdKernel<Inputs, AttentionAttributes>(ATTENTION, ({ inputs, attrs, backend }) => {
    const shape = shapeOf(inputs);
    const { examples, heads, queries, valueDepth } = shape;
    const shapes = [[examples, heads, queries, valueDepth], [attentionStatistics(shape)]];
    return fillAll(backend, shapes, ([result, statistics]) => {
      attendArrays(operandsOf(backend, inputs, attrs), result!, statistics!, shape);
    });
  });
  registerSimdKernel<
    Inputs & { readonly statistics: TensorInfo; readonly gradient: TensorInfo },
    AttentionAttributes
  >(ATTENTION_GRADIENT, ({ inputs, attrs, backend }) => {
    const shape = shapeOf(inputs);
    const { query, key, value, statistics, gradient } = inputs;
    const shapes = [query.shape, key.shape, value.shape];
    const { examples, heads, queries, keys } = shape;
    if (inputs.bias) shapes.push([examples, heads, keys, queries]);
    return fillAll(backend, shapes, ([ofQuery, ofKey, ofValue, bias]) => {
      attendArraysBackward(
        operandsOf(backend, inputs, attrs),
        backend.floatsOf(statistics),
        backend.floatsOf(gradient),
        { query: ofQuery!, key: ofKey!, value: ofValue!, bias },
        shape,
      );
    });
  });
}
