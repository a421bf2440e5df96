import type { MetricPlan } from './metric-plan.js';
import type { ModelResult } from './model-results.js';
import type { Curve } from './report.js';

/** The ranking metrics asked for over the length of the list, for each model. */
export function curvesOf(
  results: readonly ModelResult[],
  { curves, cuts }: MetricPlan,
): readonly Curve[] {
  return results.flatMap(({ name, metrics }) =>
    curves.map((metric) => ({
      model: name,
      metric,
      cuts,
      values: cuts.map((cut) => metrics[`${metric}@${cut}`] ?? NaN),
    })),
  );
}
