import {
  crossEntropyOfScores,
  lossOfCatalogue,
  lossOfSamples,
  lossOfScores,
  type PairLoss,
  type SampledLoss,
} from '@tensorec/kernels';
import { registerSimdKernel } from '@tensorec/tfjs-backend-simd';
import type * as tf from '@tensorflow/tfjs';
import { fillAll } from './results.js';

interface WithGradients {
  readonly withGradients: boolean;
}

interface SampleInfo {
  readonly queries: tf.TensorInfo;
  readonly table: tf.TensorInfo;
  readonly positives: tf.TensorInfo;
  readonly negatives: tf.TensorInfo;
  readonly weights?: tf.TensorInfo;
  readonly corrections?: tf.TensorInfo;
}

interface CatalogueInfo {
  readonly queries: tf.TensorInfo;
  readonly table: tf.TensorInfo;
  readonly targets: tf.TensorInfo;
  readonly weights?: tf.TensorInfo;
  readonly bias?: tf.TensorInfo;
}

/** Adds the losses to the backend `simd`; each gives the loss, then the gradients by its inputs if they are wanted. */
export function registerLosses(): void {
  registerSimdKernel<
    { logits: tf.TensorInfo; labels: tf.TensorInfo; weights?: tf.TensorInfo },
    WithGradients
  >('TensorecBinaryCrossEntropy', ({ inputs, attrs, backend }) => {
    const { logits, labels, weights } = inputs;
    const shapes = attrs.withGradients ? [[], logits.shape] : [[]];
    return fillAll(backend, shapes, ([result, gradient]) => {
      const given = {
        scores: backend.floatsOf(logits),
        labels: backend.floatsOf(labels),
        weights: weights && backend.floatsOf(weights),
      };
      crossEntropyOfScores(given, result!, gradient);
    });
  });

  registerSimdKernel<
    { positiveScores: tf.TensorInfo; negativeScores: tf.TensorInfo; weights?: tf.TensorInfo },
    WithGradients & PairLoss
  >('TensorecLossOfScores', ({ inputs, attrs, backend }) => {
    const { positiveScores, negativeScores, weights } = inputs;
    const shapes = attrs.withGradients ? [[], positiveScores.shape, negativeScores.shape] : [[]];
    return fillAll(backend, shapes, ([result, positives, negatives]) => {
      const given = {
        positives: backend.floatsOf(positiveScores),
        negatives: backend.floatsOf(negativeScores),
        weights: weights && backend.floatsOf(weights),
      };
      const gradients = positives && negatives && { positives, negatives };
      lossOfScores(attrs, given, result!, gradients);
    });
  });

  registerSimdKernel<SampleInfo, WithGradients & SampledLoss>(
    'TensorecLossOfSample',
    ({ inputs, attrs, backend }) => {
      const { queries, table, weights, corrections } = inputs;
      const shapes = attrs.withGradients ? [[], queries.shape, table.shape] : [[]];
      return fillAll(backend, shapes, ([result, ofQueries, ofTable]) => {
        const given = {
          queries: backend.floatsOf(queries),
          table: backend.floatsOf(table),
          positives: backend.integersOf(inputs.positives),
          negatives: backend.integersOf(inputs.negatives),
          count: inputs.negatives.shape.at(-1)!,
          weights: weights && backend.floatsOf(weights),
          corrections: corrections && backend.floatsOf(corrections),
        };
        const gradients = ofQueries && ofTable && { queries: ofQueries, table: ofTable };
        lossOfSamples(attrs, given, table.shape[1]!, result!, gradients);
      });
    },
  );

  registerSimdKernel<CatalogueInfo, WithGradients & { readonly temperature: number }>(
    'TensorecLossOfCatalogue',
    ({ inputs, attrs: { temperature, withGradients }, backend }) => {
      const { queries, table, weights, bias } = inputs;
      const shapes = [queries.shape, table.shape, ...(bias ? [bias.shape] : [])];
      const wanted = withGradients ? [[], ...shapes] : [[]];
      return fillAll(backend, wanted, ([result, ofQueries, ofTable, ofBias]) => {
        const given = {
          queries: backend.floatsOf(queries),
          table: backend.floatsOf(table),
          targets: backend.integersOf(inputs.targets),
          weights: weights && backend.floatsOf(weights),
          bias: bias && backend.floatsOf(bias),
          temperature,
        };
        const gradients = ofQueries &&
          ofTable && { queries: ofQueries, table: ofTable, bias: ofBias };
        lossOfCatalogue(given, table.shape[1]!, result!, gradients);
      });
    },
  );
}
