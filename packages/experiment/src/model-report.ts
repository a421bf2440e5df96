import { means, standardDeviations } from './averages.js';
import { pick, type MetricPlan } from './metric-plan.js';
import type { ModelResult } from './model-results.js';
import type { Interval, ModelReport } from './report.js';
import type { ModelOutcome } from './run-model.js';

/** What the report says of one model. */
export function modelReport(
  outcome: ModelOutcome,
  result: ModelResult | undefined,
  intervals: Readonly<Record<string, Interval>> | undefined,
  plan: MetricPlan,
): ModelReport {
  const { model, failure, first } = outcome;
  const runs = outcome.runs.map(({ run }) => run);
  const figures = runs.map(({ metrics }) => metrics);
  const profile = pick(result?.metrics ?? {}, plan.profile);
  const peakMb = Math.round(outcome.peakRss / 1e6);
  const training = first?.training ?? [];
  return {
    model: model.name,
    params: { ...model.params },
    ...(failure === undefined ? { status: 'ok' } : { status: 'failed', error: failure }),
    metrics: failure === undefined ? means(figures) : {},
    ...(runs.length > 1 ? { std: standardDeviations(figures) } : {}),
    ...(intervals === undefined ? {} : { intervals }),
    ...(Object.keys(profile).length === 0 ? {} : { profile }),
    ...(training.length === 0 ? {} : { training }),
    runs,
    fitSeconds: outcome.fitSeconds,
    evaluateSeconds: outcome.evaluateSeconds,
    ...(peakMb > 0 ? { peakRssMb: peakMb } : {}),
    ...(first?.artifact === undefined ? {} : { artifact: first.artifact }),
  };
}
