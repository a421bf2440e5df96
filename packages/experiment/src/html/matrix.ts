import { merit } from '../best.js';
import type { Comparison, ModelReport, Report } from '../report.js';
import { html, type Content, type Markup } from './markup.js';
import { figure, probability } from './numbers.js';
import { nameInHeader, namedTable, significance } from './tables.js';

/** Most models of a matrix; more are compared in the table alone. */
const mostModels = 15;

/** The first metric of every model minus that of every other one, best models first. */
export function comparisonMatrix({ models, comparisons, experiment }: Report): Content {
  const [metric] = experiment.evaluation.metrics;
  if (metric === undefined) return undefined;
  const found = comparisons.filter(
    (comparison) => comparison.metric === metric && comparison.test === 'permutation',
  );
  const names = ranked(models, metric).filter((name) =>
    found.some(({ a, b }) => a === name || b === name),
  );
  if (names.length < 3 || names.length > mostModels) return undefined;
  const rows = names.map(
    (row, first) =>
      html`<tr>
        <th scope="row">${nameInHeader(row)}</th>
        ${names.map((column, second) =>
          first === second
            ? html`<td class="soft">·</td>`
            : cell(found, row, column, first < second),
        )}
      </tr>`,
  );
  return html`<p class="soft">
      ${metric} of the model of a row minus that of the model of a column, best models first. ▲
      better and ▼ worse with p &lt; 0.05 after Holm’s correction; ≈ cannot be told apart.
    </p>
    ${namedTable(
      `${metric}, differences between models`,
      html`<td></td>
        ${names.map((name) => html`<th scope="col">${nameInHeader(name)}</th>`)}`,
      rows,
      'matrix',
    )}`;
}

function ranked(models: readonly ModelReport[], metric: string): readonly string[] {
  const meritOf = ({ metrics }: ModelReport): number => merit(metric, metrics[metric] ?? NaN);
  return models
    .filter(({ status, metrics }) => status === 'ok' && metrics[metric] !== undefined)
    .sort((one, other) => meritOf(other) - meritOf(one))
    .map(({ model }) => model);
}

function cell(
  comparisons: readonly Comparison[],
  row: string,
  column: string,
  rowIsBetter: boolean,
): Markup {
  const comparison = comparisons.find(
    ({ a, b }) => (a === row && b === column) || (a === column && b === row),
  );
  if (comparison === undefined) return html`<td>–</td>`;
  const { adjustedPValue } = comparison;
  const difference = comparison.a === row ? comparison.difference : -comparison.difference;
  const { kind, sign, words } = verdict(rowIsBetter, adjustedPValue);
  return html`<td class="${kind}">
    <span aria-hidden="true">${sign} </span
    ><span class="hidden">${words}: </span>${figure(difference)}
    <small>p ${probability(adjustedPValue)}</small>
  </td>`;
}

interface Verdict {
  readonly kind: string;
  readonly sign: string;
  readonly words: string;
}

function verdict(rowIsBetter: boolean, adjustedPValue: number): Verdict {
  if (adjustedPValue >= significance)
    return { kind: 'soft', sign: '≈', words: 'cannot be told apart' };
  return rowIsBetter
    ? { kind: 'better', sign: '▲', words: 'better' }
    : { kind: 'worse', sign: '▼', words: 'worse' };
}
