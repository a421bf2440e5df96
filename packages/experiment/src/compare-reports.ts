import { partOf, type Steps } from '@tensorec/kernels';
import { bootstrap } from '@tensorec/metrics';
import { reportDifferences, type ReportDifference } from './report-differences.js';
import type { Comparison, ModelReport, Report } from './report.js';
import { compareColumns } from './statistics.js';

/** The values of users in a report: model, then metric, then user. Means over runs. */
export type UserValues = ReadonlyMap<string, ReadonlyMap<string, ReadonlyMap<string, number>>>;

/** A report to compare. */
export interface ReportInput {
  /** What it is called. */
  readonly label: string;
  readonly report: Report;
  /** Undefined where they were not kept. */
  readonly perUser: UserValues | undefined;
}

/** A model of one of the reports. */
export interface ComparedModel {
  /** Its name; with the report's label where several reports have the name. */
  readonly name: string;
  readonly report: string;
  readonly result: ModelReport;
}

/** Reports side by side. */
export interface ReportComparison {
  readonly models: readonly ComparedModel[];
  /** Metrics that every report has, in the order of the first. */
  readonly metrics: readonly string[];
  /** What data and protocol the reports do not share; where there is anything, nothing was tested. */
  readonly differences: readonly ReportDifference[];
  /** Every two models on the metrics asked for. */
  readonly comparisons: readonly Comparison[];
  /** What a reader must know. */
  readonly notes: readonly string[];
}

/** Options of {@link compareReports}. */
export interface CompareOptions {
  /** Metrics to test; those that not every report has are left out. */
  readonly metrics: readonly string[];
  /** Of the resampling; default 0. */
  readonly seed?: number | undefined;
}

/**
 * Puts the models of several reports side by side. Where data and protocol are the same, every two models are compared by
 * paired tests over the users whom all of them have, matched by id, with Holm's correction for all pairs of one test and metric;
 * otherwise it says what differs. Needs `await ready()` of `@tensorec/kernels`.
 */
export function* compareReports(
  inputs: readonly ReportInput[],
  { metrics, seed = 0 }: CompareOptions,
): Steps<ReportComparison> {
  const models = nameModels(inputs);
  const differences = reportDifferences(inputs);
  const shared = sharedMetrics(inputs);
  const side = { models, metrics: shared, differences };
  const untested = (note: string): ReportComparison => ({
    ...side,
    comparisons: [],
    notes: [note],
  });
  if (differences.length > 0) {
    return untested(
      'Data or protocol differ, so the figures say nothing about which model is better; nothing was tested.',
    );
  }
  const without = inputs.filter(({ perUser }) => perUser === undefined);
  if (without.length > 0) {
    const labels = without.map(({ label }) => label).join(', ');
    return untested(
      `Nothing was tested: there are no values of users (per-user.csv.gz) in ${labels}.`,
    );
  }
  const comparisons: Comparison[] = [];
  const notes: string[] = [];
  const tested = metrics.filter((metric) => shared.includes(metric));
  for (const [position, metric] of tested.entries()) {
    const columns = columnsOf(inputs, models, metric);
    const family = partOf(
      compareAll(columns, metric, seed),
      position / tested.length,
      (position + 1) / tested.length,
    );
    comparisons.push(...(yield* family));
    notes.push(...columns.notes);
  }
  return { ...side, comparisons, notes: [...new Set(notes)] };
}

function nameModels(inputs: readonly ReportInput[]): readonly ComparedModel[] {
  const all = inputs.flatMap(({ report }) => report.models.map(({ model }) => model));
  return inputs.flatMap(({ label, report }) =>
    report.models.map((result) => {
      const repeated = all.filter((name) => name === result.model).length > 1;
      const name = repeated ? `${result.model} (${label})` : result.model;
      return { name, report: label, result };
    }),
  );
}

function sharedMetrics(inputs: readonly ReportInput[]): readonly string[] {
  const [first, ...others] = inputs.map(({ report }) => report.experiment.evaluation.metrics);
  return (first ?? []).filter((metric) => others.every((metrics) => metrics.includes(metric)));
}

/** A metric of the users whom all models have. */
interface Columns {
  readonly names: readonly string[];
  readonly values: readonly Float64Array[];
  readonly notes: readonly string[];
}

function columnsOf(
  inputs: readonly ReportInput[],
  models: readonly ComparedModel[],
  metric: string,
): Columns {
  const found = models.flatMap(({ name, report, result }) => {
    const input = inputs.find(({ label }) => label === report);
    const users = input?.perUser?.get(result.model)?.get(metric);
    return result.status === 'ok' && users !== undefined && users.size > 0 ? [{ name, users }] : [];
  });
  const everyone = new Set(found.flatMap(({ users }) => [...users.keys()]));
  const common = [...everyone].filter((user) => found.every(({ users }) => users.has(user)));
  const left = everyone.size - common.length;
  return {
    names: found.map(({ name }) => name),
    values: found.map(({ users }) => Float64Array.from(common, (user) => users.get(user)!)),
    notes:
      found.length < 2
        ? [`Fewer than two models have values of users for ${metric}; nothing was tested.`]
        : left > 0
          ? [
              `The tests are over the ${common.length} users whom all models have; ${left} others are left out.`,
            ]
          : [],
  };
}

function* compareAll(
  { names, values }: Columns,
  metric: string,
  seed: number,
): Steps<readonly Comparison[]> {
  if (values.length < 2 || values[0]!.length === 0) return [];
  const joint = yield* partOf(bootstrap(values, { seed }), 0, 0.5);
  return yield* partOf(compareColumns(names, [metric], values, joint, seed), 0.5, 1);
}
