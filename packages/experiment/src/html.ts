import { bestValue } from './best.js';
import type { ModelReport, Report, SampleUser } from './report.js';

/** Text that is safe inside an element or a quoted attribute. */
export function escapeHtml(text: string): string {
  return text.replace(
    /[&<>"']/g,
    (character) => `&#${character.codePointAt(0)?.toString() ?? ''};`,
  );
}

const style = `
:root { color-scheme: light dark; --ink: light-dark(#1c2430, #e6e9ee); --soft: light-dark(#5b6675, #9aa5b4);
  --line: light-dark(#dfe4ea, #333b47); --bar: light-dark(#cfe0f7, #274468); --best: light-dark(#0b6b3a, #7fd6a4);
  --bad: light-dark(#a3231c, #ff9d94); --page: light-dark(#fff, #14181f); }
body { margin: 0 auto; max-width: 68rem; padding: 1.5rem; background: var(--page); color: var(--ink);
  font: 1rem/1.5 system-ui, sans-serif; }
h1 { font-size: 1.6rem; margin: 0 0 .25rem } h2 { font-size: 1.15rem; margin: 2rem 0 .5rem }
p, ul { margin: .25rem 0 } .soft { color: var(--soft) } .bad { color: var(--bad) }
.scroll { overflow-x: auto } table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums }
th, td { padding: .35rem .6rem; border-bottom: 1px solid var(--line); text-align: right; white-space: nowrap }
th:first-child, td:first-child { text-align: left } thead th { color: var(--soft); font-weight: 600 }
td.figure { background: linear-gradient(90deg, var(--bar) var(--share), transparent var(--share)) }
td.best { color: var(--best); font-weight: 700 }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .15rem 1rem; margin: 0 } dt { color: var(--soft) } dd { margin: 0 }
.lists { display: grid; grid-template-columns: repeat(auto-fit, minmax(13rem, 1fr)); gap: 1rem }
.lists h4 { margin: .5rem 0 .25rem } .lists ol, .lists ul { margin: 0; padding-left: 1.25rem }
details pre { overflow-x: auto; padding: 1rem; border: 1px solid var(--line); border-radius: .4rem; font-size: .85rem }
`;

/** The report as one self-contained page: no script, no network, light and dark. */
export function reportHtml(report: Report): string {
  const { data, protocol, machine } = report;
  const number = (value: number): string => value.toLocaleString('en-US');
  const facts = `${number(data.users)} users · ${number(data.items)} items · ${number(data.interactions)} interactions · density ${(100 * data.density).toPrecision(3)} %`;
  const versions = Object.entries(report.versions)
    .map(([name, version]) => `${name} ${version}`)
    .join(', ');
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(report.name)} · Tensorec</title>
<style>${style}</style>
</head>
<body>
<header>
<h1>${escapeHtml(report.name)}</h1>
<p class="soft">${escapeHtml(facts)}</p>
</header>
<main>
<h2>Models</h2>
${modelTable(report)}
<h2>Protocol</h2>
<dl>
${definition('Split', protocol.split)}
${definition('Filters', protocol.filters)}
${definition('Candidates', protocol.candidates)}
${definition('Left out as seen', protocol.excludeSeen)}
${definition('History', protocol.history)}
${definition('Test users', `${number(protocol.testUsers)} (${number(protocol.leftOut)} left out)`)}
${definition('Ties across the cut', `${(100 * protocol.tieShare).toFixed(2)} % of users`)}
</dl>
${protocol.notes.length === 0 ? '' : `<ul>${protocol.notes.map((note) => `<li>${escapeHtml(note)}</li>`).join('')}</ul>`}
${samples(report.samples)}
<h2>How it ran</h2>
<p class="soft">${escapeHtml(`${versions}; ${machine.cores} cores, device ${machine.device}, threads ${machine.threads}`)}</p>
<p class="soft">Data fingerprint ${escapeHtml(data.fingerprint)}</p>
<details><summary>The experiment, with defaults</summary><pre>${escapeHtml(JSON.stringify(report.experiment, null, 2))}</pre></details>
</main>
</body>
</html>
`;
}

function definition(term: string, text: string): string {
  return `<dt>${escapeHtml(term)}</dt><dd>${escapeHtml(text)}</dd>`;
}

function modelTable(report: Report): string {
  const { metrics } = report.experiment.evaluation;
  const head = ['model', ...metrics, 'fit, s', 'evaluate, s']
    .map((name) => `<th scope="col">${escapeHtml(name)}</th>`)
    .join('');
  const rows = report.models.map((model) => `<tr>${modelRow(model, report)}</tr>`).join('\n');
  return `<div class="scroll"><table><thead><tr>${head}</tr></thead><tbody>\n${rows}\n</tbody></table></div>`;
}

function modelRow(model: ModelReport, report: Report): string {
  const { metrics } = report.experiment.evaluation;
  const name = `<th scope="row">${escapeHtml(model.model)}</th>`;
  if (model.status === 'failed') {
    return `${name}<td class="bad" colspan="${metrics.length + 2}">${escapeHtml(model.error ?? 'failed')}</td>`;
  }
  const figures = metrics.map((metric) => {
    const values = report.models.flatMap((other) => other.metrics[metric] ?? []);
    const value = model.metrics[metric] ?? NaN;
    const largest = Math.max(...values.map(Math.abs));
    const share = largest > 0 ? Math.max(0, (100 * value) / largest) : 0;
    const best = bestValue(metric, values) === value ? ' best' : '';
    const deviation = model.std?.[metric];
    const spread = deviation === undefined ? '' : ` ± ${deviation.toFixed(4)}`;
    return `<td class="figure${best}" style="--share:${share.toFixed(1)}%">${value.toFixed(4)}${spread}</td>`;
  });
  const seconds = [model.fitSeconds, model.evaluateSeconds].map(
    (value) => `<td>${value.toFixed(2)}</td>`,
  );
  return [name, ...figures, ...seconds].join('');
}

function samples(users: readonly SampleUser[]): string {
  if (users.length === 0) return '';
  const list = (tag: 'ol' | 'ul', entries: readonly string[]): string =>
    entries.length === 0
      ? '<p class="soft">nothing</p>'
      : `<${tag}>${entries.map((entry) => `<li>${escapeHtml(entry)}</li>`).join('')}</${tag}>`;
  const blocks = users.map(
    (user) => `<section><h3>${escapeHtml(user.user)}</h3><div class="lists">
<div><h4>did last</h4>${list('ul', user.history)}</div>
${Object.entries(user.lists)
  .map(
    ([model, items]) =>
      `<div><h4>${escapeHtml(model)}</h4>${list(
        'ol',
        items.map(({ title }) => title),
      )}</div>`,
  )
  .join('\n')}
</div></section>`,
  );
  return `<h2>Some test users</h2>\n${blocks.join('\n')}`;
}
