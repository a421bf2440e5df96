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
  const known = maskedBy(shares.expandDims(1), queries);
  // Each block writes a gradient of the whole table, so blocks are not smaller than that.
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

/** Positions of a block, all of which have a positive row. */
type Block = Omit<Sample, 'weights'>;

function composedBlock(
  loss: SampledLoss,
  block: Block,
  shares: tf.Tensor1D,
  corrections: tf.Tensor1D | undefined,
  withGradients: boolean,
): BlockResult {
  const { queries, table, positives, negatives } = block;
  const { temperature = 1, removeHits = false } = loss;
  const own = tf.gather(table, positives);
  const others = tf.gather(table, negatives);
  const corrected = (products: tf.Tensor, numbers: tf.Tensor): tf.Tensor => {
    const scaled = tf.div(products, temperature);
    return corrections ? tf.sub(scaled, tf.gather(corrections, numbers)) : scaled;
  };
  const ownScores = corrected(tf.sum(tf.mul(queries, own), 1), positives);
  const scores = corrected(productsWith(queries, others), negatives);
  const left = removeHits ? withoutHits(scores, block) : scores;
  const [value, ownSlopes, slopes] = composedLoss(loss, ownScores, left, shares);
  if (!withGradients) return [value];
  const ownWeights = tf.div(ownSlopes, temperature).expandDims(1);
  const weights = tf.div(slopes, temperature);
  return [
    value,
    tf.add(tf.mul(ownWeights, own), weightedSums(weights, others)),
    tableGradient(block, ownWeights, weights),
  ];
}

/** Products of queries with rows, [m, d] for all or [n, m, d]. */
function productsWith(queries: tf.Tensor2D, rows: tf.Tensor): tf.Tensor {
  if (rows.rank === 2) return tf.matMul(queries, rows, false, true);
  return tf.matMul(queries.expandDims(1), rows, false, true).squeeze([1]);
}

/** Sums of such rows by the weights of each position. */
function weightedSums(weights: tf.Tensor, rows: tf.Tensor): tf.Tensor {
  if (rows.rank === 2) return tf.matMul(weights, rows);
  return tf.matMul(weights.expandDims(1), rows).squeeze([1]);
}

function withoutHits(scores: tf.Tensor, { positives, negatives }: Block): tf.Tensor {
  const hits = tf.equal(negatives, positives.expandDims(1));
  return tf.where(hits, tf.fill(scores.shape, NONE), scores);
}

/** Queries, by their weights, in the rows of the table that they met. */
function tableGradient(
  { queries, table: { shape }, positives, negatives }: Block,
  ownWeights: tf.Tensor,
  weights: tf.Tensor,
): tf.Tensor {
  const rows =
    negatives.rank === 1
      ? tf.matMul(weights, queries, true)
      : tf.mul(weights.expandDims(2), queries.expandDims(1));
  return tf.add(
    scatterRows(positives, tf.mul(ownWeights, queries), shape),
    scatterRows(negatives, rows, shape),
  );
}
