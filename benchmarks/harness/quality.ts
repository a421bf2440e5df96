import type { DataSplit, Model } from '@tensorec/core';
import { evaluate } from '@tensorec/evaluation';

/** hit@10 and ndcg@10 of a model among the candidates that came with the test part. */
export async function rankGiven(
  model: Model,
  { test, candidates }: DataSplit,
): Promise<Readonly<Record<string, number>>> {
  const { metrics } = await evaluate(model, test, {
    candidates,
    metrics: ['hit@10', 'ndcg@10'],
  });
  return metrics;
}
