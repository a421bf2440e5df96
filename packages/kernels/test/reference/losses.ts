import type { PairLoss } from '../../src/index.js';

/** A loss and its gradients in double precision, rows one after the other. */
export interface ReferenceLoss {
  readonly loss: number;
  readonly queries: Float64Array;
  readonly table: Float64Array;
  readonly bias: Float64Array;
}

const sigmoid = (x: number): number =>
  x < 0 ? Math.exp(x) / (1 + Math.exp(x)) : 1 / (1 + Math.exp(-x));
const softplus = (x: number): number => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));

/** The loss of one position and its derivatives by its scores. */
export function referencePairs(
  { kind, positiveWeight = 1 }: PairLoss,
  positive: number,
  negatives: readonly number[],
): { readonly loss: number; readonly positive: number; readonly negatives: readonly number[] } {
  const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0);
  const count = negatives.length;
  if (kind === 'softmax') {
    const greatest = Math.max(positive, ...negatives);
    const others = negatives.map((score) => Math.exp(score - greatest));
    const all = Math.exp(positive - greatest) + sum(others);
    return {
      loss: greatest - positive + Math.log(all),
      positive: -sum(others) / all,
      negatives: others.map((other) => other / all),
    };
  }
  if (kind === 'bpr') {
    const slopes = negatives.map((score) => sigmoid(score - positive) / count);
    const losses = negatives.map((score) => softplus(score - positive));
    return { loss: sum(losses) / count, positive: -sum(slopes), negatives: slopes };
  }
  return {
    loss: (positiveWeight * softplus(-positive) + sum(negatives.map(softplus))) / (count + 1),
    positive: (-positiveWeight * sigmoid(-positive)) / (count + 1),
    negatives: negatives.map((score) => sigmoid(score) / (count + 1)),
  };
}

/** What {@link referenceLoss} takes: `weights` and `bias` for all, and the rows of each position. */
export interface ReferencePositions {
  readonly queries: ArrayLike<number>;
  readonly table: ArrayLike<number>;
  readonly columns: number;
  readonly positives: ArrayLike<number>;
  readonly negativesOf: (position: number) => readonly number[];
  readonly weights: ArrayLike<number>;
  readonly bias: ArrayLike<number>;
  readonly temperature: number;
}

/** The weighted mean of a loss over positions whose scores are query · row / temperature + bias. */
export function referenceLoss(pairLoss: PairLoss, positions: ReferencePositions): ReferenceLoss {
  const { queries, table, columns, positives, negativesOf, weights, bias } = positions;
  const result = {
    loss: 0,
    queries: new Float64Array(queries.length),
    table: new Float64Array(table.length),
    bias: new Float64Array(bias.length),
  };
  let sum = 0;
  for (let i = 0; i < positives.length; i++) if (positives[i]! >= 0) sum += weights[i]!;
  for (let i = 0; i < positives.length; i++) {
    if (positives[i]! < 0 || weights[i] === 0) continue;
    const share = weights[i]! / sum;
    const score = (row: number): number => {
      let product = 0;
      for (let k = 0; k < columns; k++) {
        product += queries[i * columns + k]! * table[row * columns + k]!;
      }
      return product / positions.temperature + bias[row]!;
    };
    const negatives = negativesOf(i);
    const pairs = referencePairs(pairLoss, score(positives[i]!), negatives.map(score));
    result.loss += share * pairs.loss;
    [positives[i]!, ...negatives].forEach((row, n) => {
      const slope = share * (n === 0 ? pairs.positive : pairs.negatives[n - 1]!);
      result.bias[row]! += slope;
      for (let k = 0; k < columns; k++) {
        const scaled = slope / positions.temperature;
        result.queries[i * columns + k]! += scaled * table[row * columns + k]!;
        result.table[row * columns + k]! += scaled * queries[i * columns + k]!;
      }
    });
  }
  return result;
}
