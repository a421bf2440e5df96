import { merit } from './best.js';
import type { Comparison, Interval, ModelReport, Report } from './report.js';

/** Adjusted p-values from here on do not tell two models apart. */
const significance = 0.05;

/**
 * What a report says about the first metric, a sentence or two for people: which model is best, by how much and how
 * sure that is, and which other models cannot be told apart from it. Two models are told apart where the permutation
 * test gives a p-value below 0.05 after Holm's correction.
 *
 * @returns nothing where every model failed.
 */
export function summarize(report: Report): readonly string[] {
  const [metric] = report.experiment.evaluation.metrics;
  if (metric === undefined) return [];
  const [best, next, ...rest] = ranked(report.models, metric);
  if (best === undefined) return [];
  if (next === undefined) return [`${best.model} reaches ${figure(best, metric)}.`];
  const lead = comparisonOf(report, metric, best, next);
  if (lead === undefined) {
    return [
      `${best.model} is best with ${figure(best, metric)}; ${next.model} follows with ${figure(next, metric)}.`,
    ];
  }
  const equals = rest.filter((model) => {
    const comparison = comparisonOf(report, metric, best, model);
    return comparison !== undefined && comparison.adjustedPValue >= significance;
  });
  const sentences = [leadSentence(lead, metric, best, next)];
  if (equals.length > 0) {
    const names = listed(equals.map(({ model }) => model));
    const also = lead.adjustedPValue < significance ? '' : ' either';
    sentences.push(`${names} cannot be told apart from ${best.model}${also}.`);
  }
  return sentences;
}

/** The models that ran, best first; equal ones in the order of the report. */
function ranked(models: readonly ModelReport[], metric: string): readonly ModelReport[] {
  return models
    .filter(({ status, metrics }) => status === 'ok' && Number.isFinite(metrics[metric]))
    .sort((a, b) => meritOf(b, metric) - meritOf(a, metric));
}

function meritOf({ metrics }: ModelReport, metric: string): number {
  return merit(metric, metrics[metric] ?? NaN);
}

/** The permutation test of two models, whichever way round the report has it. */
function comparisonOf(
  report: Report,
  metric: string,
  one: ModelReport,
  other: ModelReport,
): Comparison | undefined {
  return report.comparisons.find(
    (comparison) =>
      comparison.metric === metric &&
      comparison.test === 'permutation' &&
      ((comparison.a === one.model && comparison.b === other.model) ||
        (comparison.a === other.model && comparison.b === one.model)),
  );
}

function leadSentence(
  comparison: Comparison,
  metric: string,
  best: ModelReport,
  next: ModelReport,
): string {
  const { difference, interval, adjustedPValue } = comparison;
  // Seen from the best model, and as a gain where lower values are better.
  const sign = (comparison.a === best.model ? 1 : -1) * Math.sign(merit(metric, 1));
  const [first, second] = interval;
  const gain: Interval = sign > 0 ? [first, second] : [-second, -first];
  const digits = decimals(difference);
  const evidence = `95 % interval ${range(gain, digits)}; permutation test, Holm-adjusted ${probability(adjustedPValue)}`;
  const by = `${signed(sign * difference, digits)} ${metric}`;
  return adjustedPValue < significance
    ? `${best.model} is ahead of ${next.model} by ${by} (${evidence}).`
    : `${best.model} has the best ${metric} but cannot be told apart from ${next.model} (difference ${by}, ${evidence}).`;
}

function figure({ metrics, intervals }: ModelReport, metric: string): string {
  const value = metrics[metric] ?? NaN;
  const interval = intervals?.[metric];
  const around = interval === undefined ? '' : ` (95 % interval ${range(interval, 4)})`;
  return `${metric} ${value.toFixed(4)}${around}`;
}

/** Decimals that show two digits of a difference, at least four. */
function decimals(difference: number): number {
  if (difference === 0) return 4;
  return Math.min(8, Math.max(4, 1 - Math.floor(Math.log10(Math.abs(difference)))));
}

function range([lower, upper]: Interval, digits: number): string {
  return `${signed(lower, digits)} to ${signed(upper, digits)}`;
}

/** A number with a true minus sign, and none before zero. */
function signed(value: number, digits: number): string {
  const text = Math.abs(value).toFixed(digits);
  return value < 0 && Number(text) > 0 ? `−${text}` : text;
}

function probability(p: number): string {
  return p < 0.0001 ? 'p < 0.0001' : `p = ${p < 0.001 ? p.toFixed(4) : Number(p.toPrecision(2))}`;
}

function listed(names: readonly string[]): string {
  const last = names.at(-1) ?? '';
  return names.length < 2 ? last : `${names.slice(0, -1).join(', ')} and ${last}`;
}
