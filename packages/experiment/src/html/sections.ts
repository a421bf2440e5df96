import type { ProtocolReport, Report, SampleItem, SampleUser } from '../report.js';
import { html, type Content, type Markup } from './markup.js';
import { grouped, percent } from './numbers.js';
import { nameInHeader, namedTable } from './tables.js';

const kinds: Readonly<Record<ProtocolReport['warnings'][number]['kind'], string>> = {
  leakage: 'Leakage',
  ties: 'Ties',
  sampled: 'Sampled candidates',
  'left-out': 'Left out',
  small: 'Small test',
};

/** What may mislead a reader. */
export function warnings({ protocol }: Report): Content {
  if (protocol.warnings.length === 0) return undefined;
  return html`<ul class="warnings" aria-label="Warnings">
    ${protocol.warnings.map(({ kind, text }) => html`<li><b>⚠ ${kinds[kind]}.</b> ${text}</li>`)}
  </ul>`;
}

function definition(term: string, text: Content): Markup {
  return html`<dt>${term}</dt>
    <dd>${text}</dd>`;
}

/** How the models were compared. */
export function protocolSection({ protocol, experiment }: Report): Content {
  const ranks = experiment.evaluation.task !== 'rating';
  return html`<section>
    <h2 id="protocol">Protocol</h2>
    <div class="card">
      <dl>
        ${definition('Task', experiment.evaluation.task)} ${definition('Split', protocol.split)}
        ${definition('Filters', protocol.filters)} ${definition('Candidates', protocol.candidates)}
        ${ranks ? definition('Left out as seen', protocol.excludeSeen) : undefined}
        ${definition('History', protocol.history)}
        ${definition(
          'Test users',
          `${grouped(protocol.testUsers)} (${grouped(protocol.leftOut)} left out)`,
        )}
        ${ranks ? definition('Ties across the cut', `${percent(protocol.tieShare)} of users`) : undefined}
      </dl>
    </div>
    ${
      protocol.notes.length === 0
        ? undefined
        : html`<ul>
            ${protocol.notes.map((note) => html`<li>${note}</li>`)}
          </ul>`
    }
  </section>`;
}

/** What some test users did, did next, and are recommended. */
export function sampleSection(users: readonly SampleUser[]): Content {
  if (users.length === 0) return undefined;
  return html`<section>
    <h2 id="samples">Some test users</h2>
    <p class="soft">✓ marks what the user did choose in the test part.</p>
    ${users.map(
      (user, n) =>
        html`<article class="card">
          <h3>${user.user}</h3>
          ${n === 0 ? sampleLists(user) : folded(sampleLists(user))}
        </article>`,
    )}
  </section>`;
}

/** All but the first user, so that a page of many models stays short. */
function folded(lists: Markup): Markup {
  return html`<details>
    <summary>What this user did and is recommended</summary>
    ${lists}
  </details>`;
}

function sampleLists(user: SampleUser): Markup {
  return html`<div class="lists">
    <div>
      <h4>did last</h4>
      ${titles('ul', user.history)}
    </div>
    <div>
      <h4>did next</h4>
      ${titles('ul', user.next)}
    </div>
    ${Object.entries(user.lists).map(
      ([model, list]) =>
        html`<div>
          <h4>${model}</h4>
          ${recommended(list)}
        </div>`,
    )}
  </div>`;
}

function titles(tag: 'ul', entries: readonly string[]): Content {
  if (entries.length === 0) return html`<p class="soft">nothing</p>`;
  return html`<ul>
    ${entries.map((entry) => html`<li>${entry}</li>`)}
  </ul>`;
}

function recommended(list: readonly SampleItem[]): Content {
  if (list.length === 0) return html`<p class="soft">nothing</p>`;
  return html`<ol>
    ${list.map(({ title, hit }) =>
      hit
        ? html`<li class="hit">
            ${title} <span aria-hidden="true">✓</span><span class="hidden"> (chosen)</span>
          </li>`
        : html`<li>${title}</li>`,
    )}
  </ol>`;
}

/** Parameters, machine, versions and the experiment: what repeats the run. */
export function runSection(report: Report): Content {
  const { machine, data, versions } = report;
  const named = Object.entries(versions).map(([name, version]) => `${name} ${version}`);
  return html`<section>
    <h2 id="run">How it ran</h2>
    <dl>
      ${definition('Ended', html`<time datetime="${report.createdAt}">${readableTime(report.createdAt)}</time>`)}
      ${definition('Versions', named.join(', '))}
      ${definition(
        'Machine',
        `${machine.cores} cores, device ${machine.device}, ${machine.threads} threads`,
      )}
      ${definition('Data fingerprint', data.fingerprint)}
    </dl>
    <h3>Parameters</h3>
    ${namedTable(
      'Parameters',
      html`<th scope="col">model</th>
        <th scope="col" class="text">parameters</th>`,
      report.models.map(
        ({ model, params }) =>
          html`<tr>
            <th scope="row">${nameInHeader(model)}</th>
            <td class="text">
              ${
                Object.entries(params)
                  .map(([name, value]) => `${name} ${JSON.stringify(value)}`)
                  .join(', ') || 'none'
              }
            </td>
          </tr>`,
      ),
    )}
    <details>
      <summary>The experiment, with defaults</summary>
      <pre>${JSON.stringify(report.experiment, null, 2)}</pre>
    </details>
  </section>`;
}

/** "2026-01-02 03:04 UTC" from ISO 8601. */
function readableTime(createdAt: string): string {
  return createdAt.replace(/^(\d{4}-\d\d-\d\d)T(\d\d:\d\d).*Z$/, '$1 $2 UTC');
}
