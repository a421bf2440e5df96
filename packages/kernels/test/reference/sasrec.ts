import type {
  ReadonlyInt32Array,
  SasRecBatch,
  SasRecLoss,
  SasRecSequences,
} from '../../src/index.js';

/** A batch whose negatives are given. */
export interface GivenBatch extends SasRecBatch {
  readonly negatives?: ReadonlyInt32Array;
}

/** What a SASRec model is, as far as the reference needs it. */
export interface ReferenceShape {
  readonly maxLength: number;
  readonly factors: number;
  readonly heads: number;
  readonly blocks: number;
}

export type ReferenceParameters = Readonly<Record<string, ArrayLike<number>>>;

type Vector = readonly number[];

const inner = (a: Vector, b: Vector): number => a.reduce((sum, value, i) => sum + value * b[i]!, 0);
const add = (a: Vector, b: Vector): Vector => a.map((value, i) => value + b[i]!);
const softplus = (x: number): number => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));

function row(matrix: ArrayLike<number>, index: number, width: number): Vector {
  return Array.from({ length: width }, (_, i) => matrix[index * width + i]!);
}

/** Hidden states of one sequence, a vector a position, step by step as the paper and its authors' code have it. */
function hiddenStates(
  { maxLength, factors: d, heads, blocks }: ReferenceShape,
  parameters: ReferenceParameters,
  items: Vector,
): Vector[] {
  const of = (name: string, index = 0): Vector => row(parameters[name]!, index, d);
  const linear = (name: string, x: Vector): Vector =>
    of(`${name}.bias`).map((bias, j) =>
      x.reduce((sum, value, i) => sum + value * parameters[`${name}.weight`]![i * d + j]!, bias),
    );
  const norm = (name: string, x: Vector): Vector => {
    const mean = x.reduce((sum, value) => sum + value, 0) / d;
    const variance = x.reduce((sum, value) => sum + (value - mean) ** 2, 0) / d;
    const bias = of(`${name}.bias`);
    return of(`${name}.gain`).map(
      (gain, i) => (gain * (x[i]! - mean)) / Math.sqrt(variance + 1e-8) + bias[i]!,
    );
  };

  let states: Vector[] = items.map((item, i) => {
    const position = of('positions', maxLength - items.length + i);
    return of('items', item).map((value, f) => Math.sqrt(d) * value + position[f]!);
  });
  for (let b = 0; b < blocks; b++) {
    const block = `blocks.${b}`;
    const normed = states.map((x) => norm(`${block}.attentionNorm`, x));
    const queries = normed.map((x) => linear(`${block}.query`, x));
    const keys = states.map((x) => linear(`${block}.key`, x));
    const values = states.map((x) => linear(`${block}.value`, x));
    states = normed.map((x, i) => {
      const attended = attendTo(queries[i]!, keys, values, i + 1, heads);
      const middle = norm(`${block}.innerNorm`, add(x, linear(`${block}.output`, attended)));
      const hidden = linear(`${block}.inner`, middle).map((value) => Math.max(value, 0));
      return add(middle, linear(`${block}.outer`, hidden));
    });
  }
  return states.map((x) => norm('norm', x));
}

/** The values of the first `count` keys, weighted by each head. */
function attendTo(
  query: Vector,
  keys: readonly Vector[],
  values: readonly Vector[],
  count: number,
  heads: number,
): Vector {
  const width = query.length / heads;
  const attended = new Array<number>(query.length).fill(0);
  for (let from = 0; from < query.length; from += width) {
    const scores = new Array<number>(count).fill(0);
    for (let j = 0; j < count; j++) {
      for (let f = from; f < from + width; f++) scores[j]! += query[f]! * keys[j]![f]!;
      scores[j]! /= Math.sqrt(width);
    }
    const most = Math.max(...scores);
    const weights = scores.map((score) => Math.exp(score - most));
    const sum = weights.reduce((all, weight) => all + weight, 0);
    for (let j = 0; j < count; j++) {
      for (let f = from; f < from + width; f++)
        attended[f]! += (weights[j]! / sum) * values[j]![f]!;
    }
  }
  return attended;
}

function itemsOf({ offsets, inputs }: SasRecSequences, sequence: number): number[] {
  return Array.from(inputs.subarray(offsets[sequence], offsets[sequence + 1]));
}

/** The hidden state after the last position of each sequence. */
export function lastStates(
  shape: ReferenceShape,
  parameters: ReferenceParameters,
  sequences: SasRecSequences,
): number[] {
  return Array.from({ length: sequences.offsets.length - 1 }, (_, sequence) => {
    const items = itemsOf(sequences, sequence).slice(-shape.maxLength);
    return hiddenStates(shape, parameters, items).at(-1)!;
  }).flat();
}

/** The mean loss of the positions of a batch that have a target. */
export function meanLoss(
  shape: ReferenceShape,
  loss: SasRecLoss,
  parameters: ReferenceParameters,
  batch: GivenBatch,
): number {
  const { offsets, targets, negatives, corrections } = batch;
  const d = shape.factors;
  const items = parameters['items']!.length / d;
  const each = (negatives?.length ?? 0) / targets.length;
  let sum = 0;
  let count = 0;
  for (let sequence = 0; sequence < offsets.length - 1; sequence++) {
    const states = hiddenStates(shape, parameters, itemsOf(batch, sequence));
    states.forEach((state, i) => {
      const position = offsets[sequence]! + i;
      const target = targets[position]!;
      if (target < 0) return;
      const score = (item: number): number => inner(state, row(parameters['items']!, item, d));
      const from = position * each;
      const others = Array.from({ length: each }, (_, j) => score(negatives![from + j]!));
      const lowered = others.map((other, j) => other - (corrections?.[from + j] ?? 0));
      const all = Array.from({ length: items }, (_, item) => item);
      sum += positionLoss(loss, score(target), lowered, items, () => all.map(score));
      count++;
    });
  }
  return sum / count;
}

function positionLoss(
  loss: SasRecLoss,
  target: number,
  negatives: readonly number[],
  items: number,
  allScores: () => readonly number[],
): number {
  const n = negatives.length;
  const ofNegatives = negatives.reduce((sum, score) => sum + softplus(score), 0);
  switch (loss.kind) {
    case 'bce':
      return softplus(-target) + ofNegatives;
    case 'gbce': {
      const alpha = n / (items - 1);
      const beta = alpha * (loss.t * (1 - 1 / alpha) + 1 / alpha);
      return (beta * softplus(-target) + ofNegatives) / (n + 1);
    }
    case 'sampled-softmax':
      return crossEntropy(target, [target, ...negatives]);
    case 'softmax':
      return crossEntropy(target, allScores());
  }
}

function crossEntropy(target: number, scores: readonly number[]): number {
  const most = Math.max(...scores);
  return most + Math.log(scores.reduce((sum, score) => sum + Math.exp(score - most), 0)) - target;
}
