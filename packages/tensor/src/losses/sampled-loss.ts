import type { SampledLoss } from '@tensorec/kernels';
import * as tf from '@tensorflow/tfjs';
import { hasSimdKernels } from '../device-traits.js';
import { blockRows, scatterRows, sumOfBlocks, type BlockResult } from './blocks.js';
import { maskedBy } from './elementary.js';
import { lossWithGradients, runKernel } from './loss.js';
import { composedLoss, sharesOf } from './pair-loss.js';
import { requireSample, type Sample } from './sample.js';

/** A score of what takes no part; no infinity, which not every device computes with. */
const NONE = -1e30;

/** The mean of a loss whose scores are products of queries and rows of a table. */
export function lossOfSample(
  loss: SampledLoss,
  sample: Sample,
  corrections?: tf.Tensor1D,
): tf.Scalar {
  requireSample(sample);
  const { queries, table, positives, negatives, weights } = sample;
  return lossWithGradients([queries, table], (withGradients) => {
    if (hasSimdKernels()) {
      const inputs = { queries, table, positives, negatives, weights, corrections };
      return runKernel('TensorecLossOfSample', inputs, { ...loss, withGradients });
    }
    return composed(loss, sample, corrections, withGradients);
  });
}

function composed(
  loss: SampledLoss,
  sample: Sample,
  corrections: tf.Tensor1D | undefined,
  withGradients: boolean,
): readonly tf.Tensor[] {
  const { queries, table, positives, negatives } = sample;
  const [positions, columns] = queries.shape;
  const isShared = negatives.rank === 1;
  const count = negatives.shape.at(-1)!;
  const counted = tf.cast(tf.greaterEqual(positives, 0), 'float32');
  const weights = sample.weights ?? tf.onesLike(counted);
  const shares = sharesOf(loss, count, maskedBy(counted, weights));
  const targets = tf.maximum<tf.Tensor1D>(positives, tf.scalar(0, 'int32'));
  // Each block writes a gradient of the whole table, so blocks are not smaller than that.
  const known = maskedBy(shares.expandDims(1), queries);
  const rows = blockRows(count * (isShared ? 1 : columns), Math.max(1 << 21, table.size));
  return sumOfBlocks(positions, rows, (from, size) => {
    const block = {
      queries: tf.slice(known, from, size),
      table,
      positives: tf.slice(targets, from, size),
      negatives: isShared ? negatives : tf.slice(negatives, from, size),
    };
    return composedBlock(loss, block, tf.slice(shares, from, size), corrections, withGradients);
  });
}

function composedBlock(
  loss: SampledLoss,
  { queries, table, positives, negatives }: Omit<Sample, 'weights'>,
  shares: tf.Tensor1D,
  corrections: tf.Tensor1D | undefined,
  withGradients: boolean,
): BlockResult {
  const { temperature = 1, removeHits = false } = loss;
  const isShared = negatives.shape.length === 1;
  const own = tf.gather(table, positives);
  // [m, d], or [n, m, d]
  const others = tf.gather(table, negatives);
  const ownScores = tf.sum(tf.mul(queries, own), 1);
  const products = isShared
    ? tf.matMul(queries, others, false, true)
    : tf.matMul(queries.expandDims(1), others, false, true).squeeze([1]);
  const corrected = (scores: tf.Tensor, numbers: tf.Tensor): tf.Tensor => {
    const scaled = tf.div(scores, temperature);
    return corrections ? tf.sub(scaled, tf.gather(corrections, numbers)) : scaled;
  };
  const scores = corrected(products, negatives);
  const hits = tf.equal(negatives, positives.expandDims(1));
  const left = removeHits ? tf.where(hits, tf.fill(scores.shape, NONE), scores) : scores;
  const [value, ownSlopes, slopes] = composedLoss(
    loss,
    corrected(ownScores, positives),
    left,
    shares,
  );
  if (!withGradients) return [value];
  const ownWeights = tf.div(ownSlopes, temperature).expandDims(1);
  const weights = tf.div(slopes, temperature);
  const shape = table.shape;
  const gradient = scatterRows(positives, tf.mul(ownWeights, queries), shape);
  if (isShared) {
    return [
      value,
      tf.add(tf.mul(ownWeights, own), tf.matMul(weights, others)),
      tf.add(gradient, scatterRows(negatives, tf.matMul(weights, queries, true), shape)),
    ];
  }
  const sum = tf.matMul(weights.expandDims(1), others).squeeze([1]);
  const rows = tf.mul(weights.expandDims(2), queries.expandDims(1));
  return [
    value,
    tf.add(tf.mul(ownWeights, own), sum),
    tf.add(gradient, scatterRows(negatives, rows, shape)),
  ];
}
