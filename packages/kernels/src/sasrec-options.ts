import { requireArgument } from './errors.js';

/**
 * What SASRec is trained to do at each position, s⁺ being the target's score and s⁻ those of the negatives:
 *
 * - `bce`: log(1 + e^−s⁺) + Σ log(1 + e^s⁻) (Kang & McAuley, ICDM 2018, equation 9);
 * - `gbce`: (β · log(1 + e^−s⁺) + Σ log(1 + e^s⁻)) / (n + 1) with β = α · (t · (1 − 1/α) + 1/α) and the sampling rate
 *   α = n / (items − 1) of n negatives (Petrov & Macdonald, RecSys 2023, gSASRec); `t` from 0, as `bce`, to 1, which
 *   makes up for the sampling;
 * - `sampled-softmax`: the cross-entropy of the target among itself and the negatives;
 * - `softmax`: the cross-entropy of the target among all items; no negatives.
 */
export type SasRecLoss =
  | { readonly kind: 'bce' }
  | { readonly kind: 'gbce'; readonly t: number }
  | { readonly kind: 'sampled-softmax' }
  | { readonly kind: 'softmax' };

/** What a SASRec model is, and how it is trained. */
export interface SasRecOptions {
  /** How many items there are; inputs and targets are rows from 0 to `items` − 1. */
  readonly items: number;
  /** The longest sequence, and how many positions have factors of their own. */
  readonly maxLength: number;
  /** The number of factors d of items, positions and hidden states; even. */
  readonly factors: number;
  /** Heads of attention; each has `factors` / `heads` of the factors, an even number. Default 1. */
  readonly heads?: number;
  /** Transformer blocks, 1 or more. Default 2. */
  readonly blocks?: number;
  /**
   * The probability with which numbers are dropped out of inputs, attention and both layers of feed-forward networks,
   * from 0 to below 1, taken to the nearest multiple of 1/65536. Default 0.2.
   */
  readonly dropout?: number;
  /** Default `{ kind: 'bce' }`. */
  readonly loss?: SasRecLoss;
  /** Adam's step length, above 0. Default 0.001. */
  readonly learningRate?: number;
  /** Adam's decay of the mean of gradients, from 0 to below 1. Default 0.9. */
  readonly beta1?: number;
  /** Adam's decay of the mean of squared gradients, from 0 to below 1. Default 0.98, as the authors of SASRec have it. */
  readonly beta2?: number;
  /** What Adam adds to the root of the mean of squares, above 0. Default 1e-8. */
  readonly epsilon?: number;
  /** Seed of initial parameters and of dropout: an integer from 0 to 2^53 − 1. Default 0. */
  readonly seed?: number;
}

/** Options with all defaults, checked. */
export type ResolvedOptions = Required<SasRecOptions>;

export function resolveOptions(options: SasRecOptions): ResolvedOptions {
  const resolved = {
    heads: 1,
    blocks: 2,
    dropout: 0.2,
    loss: { kind: 'bce' } as const,
    learningRate: 0.001,
    beta1: 0.9,
    beta2: 0.98,
    epsilon: 1e-8,
    seed: 0,
    ...options,
  };
  requireShape(resolved);
  requireLoss(resolved.loss);
  requireShare(resolved.dropout, 'dropout');
  requireArgument(
    Math.round(65536 * resolved.dropout) < 65536,
    () => `dropout is ${resolved.dropout}, which leaves nothing; give less.`,
  );
  requireShare(resolved.beta1, 'beta1');
  requireShare(resolved.beta2, 'beta2');
  requirePositive(resolved.learningRate, 'learningRate');
  requirePositive(resolved.epsilon, 'epsilon');
  requireArgument(
    Number.isSafeInteger(resolved.seed) && resolved.seed >= 0,
    () => `seed is ${resolved.seed}; give an integer from 0 to ${Number.MAX_SAFE_INTEGER}.`,
  );
  return resolved;
}

function requireShape({ items, maxLength, factors, heads, blocks }: ResolvedOptions): void {
  requireCount(items, 'items');
  requireCount(maxLength, 'maxLength');
  requireCount(factors, 'factors');
  requireCount(heads, 'heads');
  requireCount(blocks, 'blocks');
  requireArgument(
    factors % (2 * heads) === 0,
    () =>
      `factors is ${factors} with ${heads} heads; each head needs an even number of factors, so give a multiple of ${2 * heads}.`,
  );
}

function requireCount(value: number, name: string): void {
  requireArgument(
    Number.isInteger(value) && value >= 1 && value <= 0x7fffffff,
    () => `${name} is ${value}; give an integer of 1 or more.`,
  );
}

function requireShare(value: number, name: string): void {
  requireArgument(
    value >= 0 && value < 1,
    () => `${name} is ${value}; give a number from 0 to below 1.`,
  );
}

export function requirePositive(value: number, name: string): void {
  requireArgument(
    value > 0 && value < Infinity,
    () => `${name} is ${value}; give a finite number above 0.`,
  );
}

const lossKinds: readonly string[] = ['bce', 'gbce', 'sampled-softmax', 'softmax'];

function requireLoss(loss: SasRecLoss): void {
  requireArgument(
    lossKinds.includes(loss.kind),
    () => `loss.kind is ${loss.kind}; give one of ${lossKinds.join(', ')}.`,
  );
  if (loss.kind !== 'gbce') return;
  requireArgument(
    loss.t >= 0 && loss.t <= 1,
    () => `loss.t is ${loss.t}; give a number from 0 to 1.`,
  );
}

/** What a loss weighs for each position with a target. */
export interface LossWeights {
  /** The number by which the kernel knows the kind of loss. */
  readonly kind: number;
  readonly positive: number;
  readonly negative: number;
}

/** The weights of a loss with `negatives` negatives for each of `targets` targets. */
export function lossWeights(
  loss: SasRecLoss,
  items: number,
  negatives: number,
  targets: number,
): LossWeights {
  const share = 1 / targets;
  if (loss.kind === 'softmax') return { kind: 2, positive: share, negative: 0 };
  if (loss.kind === 'sampled-softmax') return { kind: 1, positive: share, negative: 0 };
  if (loss.kind === 'bce') return { kind: 0, positive: share, negative: share };
  // α · (t · (1 − 1/α) + 1/α) without a division by α.
  const beta = 1 - loss.t * (1 - Math.min(1, negatives / Math.max(1, items - 1)));
  const each = share / (negatives + 1);
  return { kind: 0, positive: beta * each, negative: each };
}
