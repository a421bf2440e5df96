import { requireLength, runAll } from './array-functions.js';
import { requireEngine } from './engine/engine.js';
import type { Scope } from './engine/scope.js';
import { requireArgument } from './errors.js';
import type { ResidentArray } from './resident-array.js';

const TWO_24 = 16_777_216;
const TWO_32 = 4_294_967_296;
/** Queries of a panel. */
const PANEL = 8;
/** Panels of a chunk of the forward direction. */
const CHUNK_PANELS = 8;
/** Numbers that are kept of a panel. */
const PANEL_STATISTICS = 16;

/** The sizes of attention. */
export interface AttentionShape {
  /** How many examples there are. */
  readonly examples: number;
  /** Heads of an example. */
  readonly heads: number;
  /** How many queries a head has. */
  readonly queries: number;
  /** How many keys, and values, a head has. */
  readonly keys: number;
  /** Numbers of a query and of a key. */
  readonly depth: number;
  /** Numbers of a value. */
  readonly valueDepth: number;
}

/** What queries attend to, and how. */
export interface AttentionOperands {
  /** examples × heads × queries × depth, row-major. */
  readonly query: ResidentArray;
  /** examples × heads × keys × depth. */
  readonly key: ResidentArray;
  /** examples × heads × keys × value depth. */
  readonly value: ResidentArray;
  /** What scores are multiplied by. */
  readonly scale: number;
  /** Whether query n does not see the keys after n; then there are as many keys as queries. */
  readonly causal: boolean;
  /** examples × keys: 0 for keys that do not count. */
  readonly mask?: ResidentArray | undefined;
  /** What is added to scores. */
  readonly bias?: AttentionBias | undefined;
  /** Which weights are dropped. */
  readonly dropout?: AttentionDropout | undefined;
}

/** What is added to the scores of attention. */
export interface AttentionBias {
  /** Matrices of keys × queries: transposed. */
  readonly array: ResidentArray;
  /** Whether each example has matrices of its own, or one for all. */
  readonly examples: boolean;
  /** Whether each head has a matrix of its own, or one for all. */
  readonly heads: boolean;
}

/**
 * Which weights of attention are dropped: of panel p of 8 queries of matrix m (a head of an example), the weight of query i of
 * the panel with key j is dropped where number ((m · panels + p) · keys + j) · 8 + i that `new Random(seed).fillUniform` writes
 * to a `Float32Array` is below `rate`; the others are divided by 1 − rate.
 */
export interface AttentionDropout {
  /** From 0 to below 1. */
  readonly rate: number;
  /** An integer in [0, 2^53 − 1]. */
  readonly seed: number;
}

/** How many numbers {@link attendArrays} keeps for the backward direction. */
export function attentionStatistics({ examples, heads, queries }: AttentionShape): number {
  return examples * heads * Math.ceil(queries / PANEL) * PANEL_STATISTICS;
}

/**
 * Writes softmax(scale · query · keyᵀ + bias) · value of each head to `result`, examples × heads × queries × value depth; 0 for
 * a query none of whose keys count. At once; time in the order of examples · heads · queries · keys · depth, of which keys
 * before the first that counts and after the last one take no part; memory in the order of keys for each thread.
 *
 * @param statistics - out: for the backward direction, {@link attentionStatistics} numbers
 * @throws TensorecError `invalid-argument` unless lengths agree; `memory`.
 */
export function attendArrays(
  operands: AttentionOperands,
  result: ResidentArray,
  statistics: ResidentArray,
  shape: AttentionShape,
): void {
  requireLengths(operands, statistics, shape);
  const { examples, heads, queries, valueDepth } = shape;
  requireLength(result, examples * heads * queries * valueDepth, 'result');
  const chunks = examples * heads * Math.ceil(queries / PANEL / CHUNK_PANELS);
  withSpace(shape, (space) => {
    runAll('attend', chunks, [
      ...parametersOf(operands, statistics, shape),
      ...space,
      ...[result.address, CHUNK_PANELS],
    ]);
  });
}

/** The gradients of attention; each has the shape of its operand. */
export interface AttentionGradients {
  readonly query: ResidentArray;
  readonly key: ResidentArray;
  readonly value: ResidentArray;
  /** Of the scores: examples × heads × keys × queries, however the bias repeats. */
  readonly bias?: ResidentArray | undefined;
}

/**
 * Writes the gradients of {@link attendArrays}. At once; weights are computed anew, so time is some 2.5 times that of the
 * forward direction, in chunks of a head of an example.
 *
 * @param statistics - as {@link attendArrays} wrote them for the same operands
 * @param gradient - of the result
 * @param gradients - out
 * @throws TensorecError `invalid-argument` unless lengths agree; `memory`.
 */
export function attendArraysBackward(
  operands: AttentionOperands,
  statistics: ResidentArray,
  gradient: ResidentArray,
  gradients: AttentionGradients,
  shape: AttentionShape,
): void {
  requireLengths(operands, statistics, shape);
  const { examples, heads, queries, keys, valueDepth } = shape;
  requireLength(gradient, examples * heads * queries * valueDepth, 'gradient');
  for (const name of ['query', 'key', 'value'] as const) {
    requireLength(gradients[name], operands[name].length, `the gradient of ${name}`);
  }
  const { bias } = gradients;
  if (bias) requireLength(bias, examples * heads * queries * keys, 'the gradient of bias');
  withSpace(shape, (space) => {
    runAll('attendBackward', examples * heads, [
      ...parametersOf(operands, statistics, shape),
      ...space,
      ...[gradient.address, gradients.query.address, gradients.key.address],
      ...[gradients.value.address, bias?.address ?? 0],
    ]);
  });
}

function requireLengths(
  { query, key, value, causal, mask, bias, dropout }: AttentionOperands,
  statistics: ResidentArray,
  shape: AttentionShape,
): void {
  const { examples, heads, queries, keys, depth, valueDepth } = shape;
  const matrices = examples * heads;
  requireLength(query, matrices * queries * depth, 'query');
  requireLength(key, matrices * keys * depth, 'key');
  requireLength(value, matrices * keys * valueDepth, 'value');
  requireLength(statistics, attentionStatistics(shape), 'statistics');
  if (mask) requireLength(mask, examples * keys, 'mask');
  if (bias) {
    const biases = (bias.examples ? examples : 1) * (bias.heads ? heads : 1);
    requireLength(bias.array, biases * queries * keys, 'bias');
  }
  requireArgument(
    !causal || queries === keys,
    () => `There are ${queries} queries and ${keys} keys; causal attention takes as many.`,
  );
  requireArgument(
    dropout === undefined || (dropout.rate >= 0 && dropout.rate < 1),
    () => `rate is ${String(dropout?.rate)}; give a number from 0 to below 1.`,
  );
}

/** What the parameters of both directions begin with: see assembly/attention.ts. */
function parametersOf(
  { query, key, value, scale, causal, mask, bias, dropout }: AttentionOperands,
  statistics: ResidentArray,
  { heads, queries, keys, depth, valueDepth }: AttentionShape,
): readonly number[] {
  const { rate, seed } = dropout ?? { rate: 0, seed: 0 };
  const matrix = 4 * queries * keys;
  return [
    ...[seed % TWO_32, Math.floor(seed / TWO_32), 0, 0],
    ...[Math.ceil(rate * TWO_24), 1 / (1 - rate)],
    ...[query.address, key.address, value.address, queries, keys, depth, valueDepth],
    ...[scale, causal ? 1 : 0, mask?.address ?? 0, heads, bias?.array.address ?? 0],
    bias?.examples === true ? matrix * (bias.heads ? heads : 1) : 0,
    bias?.heads === true ? matrix : 0,
    statistics.address,
  ];
}

/** Runs with work space for each thread: its address and how many bytes a thread has. */
function withSpace(
  { queries, keys, depth, valueDepth }: AttentionShape,
  run: (space: readonly [address: number, bytes: number]) => void,
): void {
  const memory: Scope = requireEngine().open();
  try {
    const { engine } = memory;
    const needed = engine.value('attentionSpace', queries, keys, depth, valueDepth);
    // An odd number of cache lines: threads and rows do not compete for the same places.
    const bytes = 64 * (Math.ceil(needed / 64) | 1);
    run([memory.allocate(engine.threads * bytes), bytes]);
  } finally {
    memory.close();
  }
}
