import type { Report } from '../report.js';
import { summarize } from '../summary.js';
import {
  beyondFigures,
  curveFigures,
  intervalFigures,
  segmentFigures,
  trainingFigures,
  type Drawing,
} from './figures.js';
import { comparisonMatrix } from './matrix.js';
import { html, Markup, type Content } from './markup.js';
import { grouped } from './numbers.js';
import { loadPlots } from './plots.js';
import { script, scriptHash } from './script.js';
import { protocolSection, runSection, sampleSection, warnings } from './sections.js';
import { seriesOf } from './series.js';
import { style } from './style.js';
import { comparisonTable, modelTable } from './tables.js';

const policy = `default-src 'none'; style-src 'unsafe-inline'; script-src '${scriptHash}'; base-uri 'none'; form-action 'none'`;

/**
 * The report as one page: summary, tables, plots, protocol, samples and what repeats the run. It needs no network, can
 * be read without its script, on paper, in light and dark, and by keyboard and screen reader.
 *
 * The first call loads the drawing library, which takes some 0.2 s.
 */
export async function reportHtml(report: Report): Promise<string> {
  const ran = report.models.filter(({ status }) => status === 'ok').map(({ model }) => model);
  const drawing: Drawing = { report, plots: await loadPlots(), series: seriesOf(ran) };
  const sections = [
    html`<section>
      <h2 id="models">Models</h2>
      ${modelTable(report)} ${intervalFigures(drawing)}
      ${
        report.comparisons.length === 0
          ? undefined
          : html`<h3>Two by two</h3>
              ${comparisonMatrix(report)} ${comparisonTable(report)}`
      }
    </section>`,
    curveFigures(drawing),
    beyondFigures(drawing),
    segmentFigures(drawing),
    trainingFigures(drawing),
    protocolSection(report),
    sampleSection(report.samples),
    runSection(report),
  ];
  const body = html`<header>
      <h1>${report.name}</h1>
      <p class="soft">${facts(report)}</p>
      ${contents(sections)}
    </header>
    <main>
      <section aria-label="Summary">
        ${summarize(report).map((sentence) => html`<p class="lead">${sentence}</p>`)}
        ${warnings(report)}
      </section>
      ${sections}
    </main>`;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<title>${html`${report.name} · Tensorec`.text}</title>
<style>${style}</style>
</head>
<body>
${body.text}
<script>${script}</script>
</body>
</html>
`;
}

function facts({ data }: Report): string {
  return `${grouped(data.users)} users · ${grouped(data.items)} items · ${grouped(data.interactions)} interactions · density ${Number((100 * data.density).toPrecision(2))} %`;
}

/** Links to the headings of the sections that there are. */
function contents(sections: readonly Content[]): Markup {
  const headings = sections.flatMap((section) => {
    const found =
      section instanceof Markup ? /<h2 id="([^"]+)">([^<]+)</.exec(section.text) : undefined;
    return found?.[1] === undefined ? [] : [{ id: found[1], title: new Markup(found[2] ?? '') }];
  });
  return html`<nav aria-label="Contents">
    <ul>
      ${headings.map(({ id, title }) => html`<li><a href="#${id}">${title}</a></li>`)}
    </ul>
  </nav>`;
}
