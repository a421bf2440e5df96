import { TensorecError } from '@tensorec/kernels';
import { closest } from 'fastest-levenshtein';
import {
  gapMetrics,
  listMetrics,
  type GapMetricName,
  type ListMetricName,
} from './list-registry.js';
import {
  classificationMetrics,
  rankingMetrics,
  ratingMetrics,
  type ClassificationMetricName,
  type MetricDescription,
  type RankingMetricName,
  type RatingMetricName,
} from './registry.js';

/** A metric as an experiment file names it; `kind` tells which registry holds `name`. */
export type ParsedMetric =
  | {
      readonly kind: 'ranking';
      readonly name: RankingMetricName;
      /** The cut, a positive whole number. */
      readonly k: number;
      /** The key in reports, as written: `ndcg@10`. */
      readonly label: string;
    }
  | {
      readonly kind: 'list';
      readonly name: ListMetricName;
      /** The cut, a positive whole number. */
      readonly k: number;
      /** The key in reports, as written: `novelty@10`. */
      readonly label: string;
    }
  | {
      readonly kind: 'gap';
      readonly name: GapMetricName;
      /** The cut, a positive whole number. */
      readonly k: number;
      /** The key in reports, as written: `ndcg-gap@10`. */
      readonly label: string;
    }
  | {
      readonly kind: 'rating';
      readonly name: RatingMetricName;
      /** The key in reports, as written: `rmse`. */
      readonly label: string;
    }
  | {
      readonly kind: 'classification';
      readonly name: ClassificationMetricName;
      /** The key in reports, as written: `auc`. */
      readonly label: string;
    };

/**
 * Reads the name of a metric: a metric of lists with its cut, `ndcg@10` or `novelty@10`, or a rating or classification
 * metric without one, `rmse`. Names are lower case and without spaces.
 *
 * @throws TensorecError `unknown-name` for a name in no registry, with the nearest known name; `invalid-argument` for a
 *   cut that is missing, superfluous, or not a positive whole number in plain digits
 */
export function parseMetric(text: string): ParsedMetric {
  const at = text.indexOf('@');
  const name = at === -1 ? text : text.slice(0, at);
  const cut = at === -1 ? undefined : text.slice(at + 1);

  if (isNameOf(rankingMetrics, name)) {
    return { kind: 'ranking', name, k: parseCut(text, name, cut), label: text };
  }
  if (isNameOf(listMetrics, name)) {
    return { kind: 'list', name, k: parseCut(text, name, cut), label: text };
  }
  if (isNameOf(gapMetrics, name)) {
    return { kind: 'gap', name, k: parseCut(text, name, cut), label: text };
  }
  if (isNameOf(ratingMetrics, name)) {
    requireNoCut(text, name, cut);
    return { kind: 'rating', name, label: text };
  }
  if (isNameOf(classificationMetrics, name)) {
    requireNoCut(text, name, cut);
    return { kind: 'classification', name, label: text };
  }
  const forms = [
    ...[rankingMetrics, listMetrics, gapMetrics].flatMap(Object.keys).map((known) => `${known}@k`),
    ...Object.keys(ratingMetrics),
    ...Object.keys(classificationMetrics),
  ];
  const names = forms.map((form) => form.replace('@k', ''));
  throw new TensorecError(
    'unknown-name',
    `Metric ${JSON.stringify(text)} is not known; the nearest name is "${closest(name.toLowerCase(), names)}". ` +
      `The metrics are ${forms.join(', ')}, with a positive whole number for k.`,
  );
}

/** What is known of a parsed metric: its formula, source, direction and range. */
export function describeMetric(metric: ParsedMetric): MetricDescription {
  switch (metric.kind) {
    case 'ranking':
      return rankingMetrics[metric.name];
    case 'list':
      return listMetrics[metric.name];
    case 'gap':
      return gapMetrics[metric.name];
    case 'rating':
      return ratingMetrics[metric.name];
    case 'classification':
      return classificationMetrics[metric.name];
  }
}

function isNameOf<Name extends string>(
  registry: Readonly<Record<Name, unknown>>,
  name: string,
): name is Name {
  return Object.hasOwn(registry, name);
}

function parseCut(text: string, name: string, cut: string | undefined): number {
  if (cut === undefined) {
    throw new TensorecError(
      'invalid-argument',
      `Metric "${name}" needs a cut, the number of items it looks at: write "${name}@10", or another positive whole number.`,
    );
  }
  const k = Number(cut);
  if (!/^[1-9][0-9]*$/.test(cut) || !Number.isSafeInteger(k)) {
    throw new TensorecError(
      'invalid-argument',
      `Metric ${JSON.stringify(text)} has the cut ${JSON.stringify(cut)}: write a positive whole number in plain digits, as in "${name}@10".`,
    );
  }
  return k;
}

function requireNoCut(text: string, name: string, cut: string | undefined): void {
  if (cut === undefined) return;
  throw new TensorecError(
    'invalid-argument',
    `Metric ${JSON.stringify(text)} has a cut, but "${name}" looks at all rows: write "${name}".`,
  );
}
