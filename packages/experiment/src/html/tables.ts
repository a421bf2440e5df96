import { bestValue, merit } from '../best.js';
import type { Comparison, ModelReport, Report } from '../report.js';
import { html, type Content, type Markup } from './markup.js';
import { figure, grouped, probability, range, seconds } from './numbers.js';

/** What a table is beside plain: sorted by its headers, or a matrix of models. */
const tableKinds = {
  plain: undefined,
  sortable: html` data-sortable`,
  matrix: html` class="matrix"`,
};

/**
 * A table that is named for screen readers, scrolls within itself and can be reached by keyboard.
 *
 * @param head - the cells of its header
 */
export function namedTable(
  name: string,
  head: Markup,
  rows: readonly Markup[],
  kind: keyof typeof tableKinds = 'plain',
): Markup {
  return html`<div class="scroll" role="region" aria-label="${name}" tabindex="0">
    <table${tableKinds[kind]}>
      <caption class="hidden">
        ${name}
      </caption>
      <thead>
        <tr>
          ${head}
        </tr>
      </thead>
      <tbody>
        ${rows}
      </tbody>
    </table>
  </div>`;
}

/** The name of a model in a header: on one line where it is short, broken where it is long. */
export function nameInHeader(name: string): Markup {
  return html`<span class="name">${name}</span>`;
}

/** Models by metrics, with intervals. */
export function modelTable(report: Report): Markup {
  const { metrics } = report.experiment.evaluation;
  const several = report.models.some(({ runs }) => runs.length > 1);
  const heads = metrics.map(
    (metric) =>
      html`<th
        scope="col"
        data-sort="${merit(metric, 1) > merit(metric, 0) ? 'descending' : 'ascending'}"
      >
        ${metric}
      </th>`,
  );
  const rows = report.models.map(
    (model) =>
      html`<tr>
        ${modelRow(model, report)}
      </tr>`,
  );
  const table = namedTable(
    'Models and metrics',
    html`<th scope="col" data-sort="ascending">model</th>
      ${heads}
      <th scope="col" data-sort="ascending">fit, s</th>
      <th scope="col" data-sort="ascending">evaluate, s</th>
      ${remembered(report) ? html`<th scope="col" data-sort="ascending">peak memory, MB</th>` : undefined}`,
    rows,
    'sortable',
  );
  const figures = several
    ? 'Means over the runs ± their standard deviation'
    : 'Means over the test part';
  const intervals = report.models.some(({ intervals = {} }) => Object.keys(intervals).length > 0);
  return html`<p class="soft">
      ${figures}${intervals ? '; below them the 95 % intervals over users' : ''}.
      ${report.models.length > 1 ? '✓ marks the best of a column.' : ''}
    </p>
    ${table} ${several ? runTable(report) : undefined}`;
}

function remembered({ models }: Report): boolean {
  return models.some(({ peakRssMb }) => peakRssMb !== undefined);
}

/** The figures of every seed and fold. */
function runTable({ models, experiment }: Report): Markup {
  const { metrics } = experiment.evaluation;
  return figureTable(
    'Every run',
    metrics,
    models.flatMap(({ model, runs }) =>
      runs.map(
        (run) =>
          [
            `${model}, seed ${run.seed}, fold ${run.fold}`,
            ...metrics.map((metric) => run.metrics[metric]),
          ] as const,
      ),
    ),
  );
}

function modelRow(model: ModelReport, report: Report): Content {
  const { metrics } = report.experiment.evaluation;
  const name = html`<th scope="row">${nameInHeader(model.model)}</th>`;
  if (model.status === 'failed') {
    return [
      name,
      html`<td class="text bad" colspan="${metrics.length + (remembered(report) ? 3 : 2)}">
        <span aria-hidden="true">✕ </span>failed: ${model.error}
      </td>`,
    ];
  }
  const figures = metrics.map((metric) => {
    const value = model.metrics[metric];
    if (value === undefined) return html`<td>–</td>`;
    const all = report.models.flatMap((other) => other.metrics[metric] ?? []);
    const best = all.length > 1 && value === bestValue(metric, all);
    const deviation = model.std?.[metric];
    const interval = model.intervals?.[metric];
    return html`<td data-value="${value}" class="${best ? 'best' : ''}">
      ${
        best
          ? html`<span aria-hidden="true">✓ </span><span class="hidden">best: </span>`
          : undefined
      }${figure(value)}${deviation === undefined ? undefined : ` ± ${figure(deviation)}`}${
        interval === undefined ? undefined : html`<small>${range(interval)}</small>`
      }
    </td>`;
  });
  const times = [model.fitSeconds, model.evaluateSeconds].map(
    (value) => html`<td data-value="${value}">${seconds(value)}</td>`,
  );
  const memory =
    model.peakRssMb === undefined
      ? html`<td></td>`
      : html`<td data-value="${model.peakRssMb}">${grouped(model.peakRssMb)}</td>`;
  return [name, ...figures, ...times, remembered(report) ? memory : undefined];
}

/** Adjusted p-values from here on do not tell two models apart. */
export const significance = 0.05;

/** Rows of comparisons beyond which the table is folded. */
const foldedFrom = 13;

/** Every pair of models, the permutation test and the signed-rank test side by side. */
export function comparisonTable({ comparisons, models }: Report): Content {
  const permutations = comparisons.filter(({ test }) => test === 'permutation');
  if (permutations.length === 0) return undefined;
  const rows = permutations.map((comparison) => {
    const { a, b, metric, difference, interval, effectSize, adjustedPValue } = comparison;
    const signedRank = comparisons.find(
      (other) =>
        other.test === 'wilcoxon' && other.a === a && other.b === b && other.metric === metric,
    );
    return html`<tr>
      <th scope="row">${nameInHeader(`${a} – ${b}`)}</th>
      <td>${metric}</td>
      <td data-value="${difference}">${figure(difference)}<small>${range(interval)}</small></td>
      <td data-value="${effectSize ?? 0}">
        ${effectSize === undefined ? '–' : figure(effectSize, 2)}
      </td>
      <td data-value="${adjustedPValue}">${probability(adjustedPValue)}</td>
      <td data-value="${signedRank?.adjustedPValue ?? 1}">
        ${signedRank === undefined ? '–' : probability(signedRank.adjustedPValue)}
      </td>
      <td class="text">${verdict(comparison, models)}</td>
    </tr>`;
  });
  const table = namedTable(
    'Comparisons of models',
    html`<th scope="col" data-sort="ascending">models</th>
      <th scope="col" data-sort="ascending">metric</th>
      <th scope="col" data-sort="descending">difference</th>
      <th scope="col" data-sort="descending">effect size d</th>
      <th scope="col" data-sort="ascending">p, permutation</th>
      <th scope="col" data-sort="ascending">p, Wilcoxon</th>
      <th scope="col">verdict</th>`,
    rows,
    'sortable',
  );
  const explained = html`<p class="soft">
      Differences are means over users, with 95 % bootstrap intervals. p-values are two-sided and
      corrected by Holm within each metric.
    </p>
    ${table}`;
  return permutations.length < foldedFrom
    ? explained
    : html`<details>
        <summary>All ${permutations.length} comparisons of two models</summary>
        ${explained}
      </details>`;
}

function verdict(
  { a, b, metric, adjustedPValue }: Comparison,
  models: readonly ModelReport[],
): string {
  if (adjustedPValue >= significance) return 'cannot be told apart';
  const meritOf = (name: string): number =>
    merit(metric, models.find(({ model }) => model === name)?.metrics[metric] ?? NaN);
  return `${meritOf(a) > meritOf(b) ? a : b} is better`;
}

/** A small table of figures: the text of a plot. */
export function figureTable(
  name: string,
  columns: readonly string[],
  rows: readonly (readonly [name: string, ...cells: (number | undefined)[]])[],
  cell: (value: number) => string = figure,
): Markup {
  return html`<details>
    <summary>${name} as a table</summary>
    ${namedTable(
      name,
      html`<td></td>
        ${columns.map((column) => html`<th scope="col">${nameInHeader(column)}</th>`)}`,
      rows.map(
        ([first, ...cells]) =>
          html`<tr>
            <th scope="row">${nameInHeader(first)}</th>
            ${cells.map((value) => html`<td>${value === undefined ? '–' : cell(value)}</td>`)}
          </tr>`,
      ),
    )}
  </details>`;
}
