import { requireArgument, type PairLoss } from '@tensorec/kernels';
import * as tf from '@tensorflow/tfjs';
import { requireShape, requireType } from '../check.js';
import { hasSimdKernels } from '../device-traits.js';
import { logSum, maskedBy, sigmoid, softplus } from './elementary.js';
import { lossWithGradients, runKernel } from './loss.js';

/** What the losses of scores take. */
export interface PositionOptions {
  /**
   * How much each position counts, [n], 0 or more; the mean is Σ weight · loss / Σ weight. Default: all the same. A position of
   * weight 0 takes no part, even where its scores are NaN.
   */
  readonly weights?: tf.Tensor1D | undefined;
}

/** The mean of a loss over positions whose scores are given. */
export function lossOfScores(
  loss: PairLoss,
  positiveScores: tf.Tensor1D,
  negativeScores: tf.Tensor2D,
  { weights }: PositionOptions,
): tf.Scalar {
  requireType('positiveScores', positiveScores, 'float32');
  requireType('negativeScores', negativeScores, 'float32');
  requireShape('positiveScores', positiveScores, [undefined]);
  const [positions] = positiveScores.shape;
  requireShape('negativeScores', negativeScores, [positions, undefined]);
  if (weights !== undefined) requireShape('weights', weights, [positions]);
  requireArgument(
    negativeScores.shape[1] > 0,
    () =>
      `negativeScores has the shape [${negativeScores.shape.join(', ')}]; give one negative score at least for each position.`,
  );
  return lossWithGradients([positiveScores, negativeScores], (withGradients) => {
    if (hasSimdKernels()) {
      const inputs = { positiveScores, negativeScores, weights };
      return runKernel('TensorecLossOfScores', inputs, { ...loss, withGradients });
    }
    const shares = sharesOf(loss, negativeScores.shape[1], weights ?? tf.onesLike(positiveScores));
    return composedLoss(loss, positiveScores, negativeScores, shares);
  });
}

/** What part of the result the loss of each position is, as a sum over its negative scores. */
export function sharesOf({ kind }: PairLoss, negatives: number, weights: tf.Tensor): tf.Tensor1D {
  const terms = kind === 'softmax' ? 1 : kind === 'bpr' ? negatives : negatives + 1;
  return tf.divNoNan<tf.Tensor1D>(weights, tf.mul(tf.sum(weights), terms));
}

/** The loss, and its derivatives by the scores. */
export function composedLoss(
  loss: PairLoss,
  positiveScores: tf.Tensor,
  negativeScores: tf.Tensor,
  shares: tf.Tensor,
): [loss: tf.Tensor, positives: tf.Tensor, negatives: tf.Tensor] {
  const rows = shares.expandDims(1);
  const positives = maskedBy(rows, positiveScores.expandDims(1));
  const negatives = maskedBy(rows, negativeScores);
  const [losses, slopes, others] = formulas[loss.kind](positives, negatives, loss.positiveWeight);
  return [
    tf.sum(tf.mul(rows, losses)),
    tf.squeeze(tf.mul(rows, slopes), [1]),
    tf.mul(rows, others),
  ];
}

/** Losses of positions, [n, 1], and derivatives by positive, [n, 1], and negative scores. */
type Formula = (
  positives: tf.Tensor,
  negatives: tf.Tensor,
  positiveWeight?: number,
) => readonly [tf.Tensor, tf.Tensor, tf.Tensor];

const rowSum = (x: tf.Tensor): tf.Tensor => tf.sum(x, 1, true);

const formulas: Readonly<Record<PairLoss['kind'], Formula>> = {
  'binary-cross-entropy': (positives, negatives, positiveWeight = 1) => {
    const opposite = tf.neg(positives);
    return [
      tf.add(tf.mul(softplus(opposite), positiveWeight), rowSum(softplus(negatives))),
      tf.mul(sigmoid(opposite), -positiveWeight),
      sigmoid(negatives),
    ];
  },
  bpr: (positives, negatives) => {
    const differences = tf.sub(negatives, positives);
    const slopes = sigmoid(differences);
    return [rowSum(softplus(differences)), tf.neg(rowSum(slopes)), slopes];
  },
  softmax: (positives, negatives) => {
    const greatest = tf.maximum(positives, tf.max(negatives, 1, true));
    const own = tf.sub(positives, greatest);
    const others = tf.exp(tf.sub(negatives, greatest));
    const sum = rowSum(others);
    const all = tf.add(tf.exp(own), sum);
    return [tf.sub(logSum(own, sum), own), tf.neg(tf.div(sum, all)), tf.div(others, all)];
  },
};
