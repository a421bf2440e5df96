import { requireArgument } from '@tensorec/kernels';
import type * as tf from '@tensorflow/tfjs';
import { lossOfScores, type PositionOptions } from './pair-loss.js';

/** What corrects for negatives being a sample. */
export interface Calibration {
  /** How many items there are to draw negatives from, the positive one included: |I|, 2 or more. */
  readonly catalogue: number;
  /** t from 0, plain binary cross-entropy, to 1, fully calibrated probabilities; the paper takes 0.75. */
  readonly t: number;
}

/**
 * Generalised binary cross-entropy of gSASRec (Petrov and Macdonald, "gSASRec: Reducing Overconfidence in Sequential
 * Recommendation Trained with Negative Sampling", RecSys 2023, eq. 7 and 9): the mean over positions of
 * (−β · ln σ(p) − Σ ln(1 − σ(n))) / (m + 1), with α = m / (|I| − 1) and β = α(t(1 − 1/α) + 1/α). As ln σ^β(p) is
 * β · ln σ(p), and that is −log(1 + e^−p), single precision is enough. On `simd` value and gradient are one pass.
 *
 * @param positiveScores - p, [n], `float32`
 * @param negativeScores - [n, m], m from 1 to |I| − 1, `float32`
 * @returns the mean; 0 without positions or without weight
 * @throws TensorecError `invalid-argument` unless the shapes agree and catalogue and t lie in their ranges.
 */
export function generalizedBce(
  positiveScores: tf.Tensor1D,
  negativeScores: tf.Tensor2D,
  options: Calibration & PositionOptions,
): tf.Scalar {
  const positiveWeight = positiveWeightOf(negativeScores.shape[1], options);
  const loss = { kind: 'binary-cross-entropy', positiveWeight } as const;
  return lossOfScores(loss, positiveScores, negativeScores, options);
}

/** β of the paper, for m negatives a position: 1 − t(1 − α). */
export function positiveWeightOf(negatives: number, { catalogue, t }: Calibration): number {
  requireArgument(
    Number.isInteger(catalogue) && catalogue >= 2 && negatives < catalogue,
    () =>
      `catalogue is ${catalogue}, for ${negatives} negatives a position; give the number of items, which is greater.`,
  );
  requireArgument(t >= 0 && t <= 1, () => `t is ${t}; give a number from 0 to 1.`);
  return 1 - t * (1 - negatives / (catalogue - 1));
}
