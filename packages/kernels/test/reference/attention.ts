import { Random, type AttentionDropout, type AttentionShape } from '../../src/index.js';

type Numbers = Float32Array<ArrayBuffer>;

/** What attention is computed of. */
export interface PlainAttention {
  readonly shape: AttentionShape;
  readonly query: Numbers;
  readonly key: Numbers;
  readonly value: Numbers;
  readonly scale: number;
  readonly causal: boolean;
  readonly mask?: Numbers | undefined;
  readonly bias?:
    { readonly array: Numbers; readonly examples: boolean; readonly heads: boolean } | undefined;
  readonly dropout?: AttentionDropout | undefined;
}

/** Weights of one query before dropout, and what dropout multiplies them by. */
interface Weights {
  readonly weights: Float64Array;
  readonly factors: Float64Array;
}

function* queriesOf(plain: PlainAttention): Generator<readonly [matrix: number, query: number]> {
  const { examples, heads, queries } = plain.shape;
  for (let matrix = 0; matrix < examples * heads; matrix++) {
    for (let query = 0; query < queries; query++) yield [matrix, query];
  }
}

function drawsOf({ shape, dropout }: PlainAttention): Float32Array | undefined {
  if (dropout === undefined) return undefined;
  const panels = shape.examples * shape.heads * Math.ceil(shape.queries / 8);
  const draws = new Float32Array(panels * shape.keys * 8);
  new Random(dropout.seed).fillUniform(draws);
  return draws;
}

function weightsOf(
  plain: PlainAttention,
  draws: Float32Array | undefined,
  matrix: number,
  query: number,
): Weights {
  const { shape, causal, mask, bias, scale } = plain;
  const { heads, queries, keys, depth } = shape;
  const example = Math.floor(matrix / heads);
  const biasMatrix =
    (bias?.examples === true ? example * (bias.heads ? heads : 1) : 0) +
    (bias?.heads === true ? matrix % heads : 0);
  const weights = Float64Array.from({ length: keys }, (_, key) => {
    if ((causal && key > query) || mask?.[example * keys + key] === 0) return -Infinity;
    let score = 0;
    for (let n = 0; n < depth; n++) {
      const ofKey = plain.key[(matrix * keys + key) * depth + n]!;
      score += plain.query[(matrix * queries + query) * depth + n]! * ofKey;
    }
    const added = bias?.array[(biasMatrix * keys + key) * queries + query] ?? 0;
    return scale * score + added;
  });
  const greatest = Math.max(...weights);
  const powers = weights.map((score) => (greatest === -Infinity ? 0 : Math.exp(score - greatest)));
  const sum = powers.reduce((total, power) => total + power, 0);
  const panel = matrix * Math.ceil(queries / 8) + Math.floor(query / 8);
  const rate = plain.dropout?.rate ?? 0;
  return {
    weights: powers.map((power) => (sum === 0 ? 0 : power / sum)),
    factors: powers.map((_, key) =>
      draws && draws[(panel * keys + key) * 8 + (query % 8)]! < rate ? 0 : 1 / (1 - rate),
    ),
  };
}

/** Attention in double precision, query by query. */
export function attention(plain: PlainAttention): Float64Array {
  const { examples, heads, queries, keys, valueDepth } = plain.shape;
  const result = new Float64Array(examples * heads * queries * valueDepth);
  const draws = drawsOf(plain);
  for (const [matrix, query] of queriesOf(plain)) {
    const { weights, factors } = weightsOf(plain, draws, matrix, query);
    weights.forEach((weight, key) => {
      for (let n = 0; n < valueDepth; n++) {
        const value = plain.value[(matrix * keys + key) * valueDepth + n]!;
        result[(matrix * queries + query) * valueDepth + n]! += weight * factors[key]! * value;
      }
    });
  }
  return result;
}

/** Its gradients: of queries, keys, values, and, where there is a bias, of scores, keys × queries. */
export function attentionGradients(plain: PlainAttention, gradient: Numbers): Float64Array[] {
  const { shape, scale } = plain;
  const { queries, keys, depth, valueDepth } = shape;
  const ofQuery = new Float64Array(plain.query.length);
  const ofKey = new Float64Array(plain.key.length);
  const ofValue = new Float64Array(plain.value.length);
  const ofScores = new Float64Array(shape.examples * shape.heads * keys * queries);
  const draws = drawsOf(plain);
  for (const [matrix, query] of queriesOf(plain)) {
    const { weights, factors } = weightsOf(plain, draws, matrix, query);
    const row = matrix * queries + query;
    const ofWeights = weights.map((weight, key) => {
      let sum = 0;
      for (let n = 0; n < valueDepth; n++) {
        const at = (matrix * keys + key) * valueDepth + n;
        const from = gradient[row * valueDepth + n]!;
        sum += from * plain.value[at]!;
        ofValue[at]! += weight * factors[key]! * from;
      }
      return sum * factors[key]!;
    });
    const mean = ofWeights.reduce((sum, value, key) => sum + value * weights[key]!, 0);
    weights.forEach((weight, key) => {
      const ofScore = weight * (ofWeights[key]! - mean);
      ofScores[(matrix * keys + key) * queries + query] = ofScore;
      for (let n = 0; n < depth; n++) {
        const [at, from] = [row * depth + n, (matrix * keys + key) * depth + n];
        ofQuery[at]! += scale * ofScore * plain.key[from]!;
        ofKey[from]! += scale * ofScore * plain.query[at]!;
      }
    });
  }
  return plain.bias ? [ofQuery, ofKey, ofValue, ofScores] : [ofQuery, ofKey, ofValue];
}
