import type { Report, Segment } from '../report.js';
import { html, type Content, type Markup } from './markup.js';
import { percent } from './numbers.js';
import type { Plots } from './plots.js';
import { legend, type Series } from './series.js';
import { figureTable } from './tables.js';

/** What every section of figures is made from. */
export interface Drawing {
  readonly report: Report;
  readonly plots: Plots;
  /** The models that ran. */
  readonly series: readonly Series[];
}

function captioned(title: string, plot: Markup, note?: string): Markup {
  return html`<figure>
    <figcaption>
      ${title}${note === undefined ? undefined : html`<small>${note}</small>`}
    </figcaption>
    ${plot}
  </figure>`;
}

/** Most metrics that get a plot of their own. */
const mostMetrics = 6;

/** Values and intervals, a plot a metric. */
export function intervalFigures({ report, plots, series }: Drawing): Content {
  if (series.length < 2) return undefined;
  const metrics = report.experiment.evaluation.metrics.slice(0, mostMetrics);
  return html`<div class="figures">
    ${metrics.map((metric) => {
      const rows = series.flatMap((one) => {
        const model = report.models.find(({ model: name }) => name === one.model);
        const value = model?.metrics[metric];
        if (value === undefined) return [];
        return [{ series: one, value, interval: model?.intervals?.[metric] }];
      });
      const label = `${metric} of ${rows.length} models with 95 % intervals; the table above has the figures`;
      return captioned(metric, plots.whiskers(label, rows));
    })}
  </div>`;
}

/** Metrics over the length of the list. */
export function curveFigures({ report, plots, series }: Drawing): Content {
  const metrics = [...new Set(report.curves.map(({ metric }) => metric))];
  if (metrics.length === 0 || report.curves.every(({ cuts }) => cuts.length < 2)) return undefined;
  const figures = metrics.map((metric) => {
    const curves = report.curves.filter((curve) => curve.metric === metric);
    const cuts = curves[0]?.cuts ?? [];
    const lines = series.flatMap((one) => {
      const curve = curves.find(({ model }) => model === one.model);
      if (curve === undefined) return [];
      const points = curve.cuts.map((x, n) => ({ x, y: curve.values[n] ?? 0 }));
      return [{ series: one, points }];
    });
    const label = `${metric} over the length of the list, one line a model; the table below has the figures`;
    return html`<div>
      ${captioned(
        `${metric} at k`,
        plots.lines({ label, x: 'length of the list, k', ticks: cuts, logarithmic: true }, lines),
      )}
      ${figureTable(
        `${metric} at k`,
        cuts.map(String),
        curves.map(({ model, values }) => [model, ...values]),
      )}
    </div>`;
  });
  return html`<section>
    <h2 id="curves">Over the length of the list</h2>
    ${legend(series)}
    <div class="figures">${figures}</div>
  </section>`;
}

/** Accuracy against coverage, and the popularity of what is recommended. */
export function beyondFigures(drawing: Drawing): Content {
  const parts = [coverageFigure(drawing), popularityFigure(drawing)];
  if (parts.every((part) => part === undefined)) return undefined;
  return html`<section>
    <h2 id="beyond">Beyond accuracy</h2>
    ${legend(drawing.series)}
    <div class="figures">${parts}</div>
    ${profileTable(drawing.report)}
  </section>`;
}

function coverageFigure({ report, plots, series }: Drawing): Content {
  const [metric] = report.experiment.evaluation.metrics;
  const points = series.flatMap((one) => {
    const model = report.models.find(({ model: name }) => name === one.model);
    const coverage = Object.entries(model?.profile ?? {}).find(([name]) =>
      name.startsWith('item-coverage@'),
    )?.[1];
    const value = metric === undefined ? undefined : model?.metrics[metric];
    return coverage === undefined || value === undefined
      ? []
      : [{ series: one, x: coverage, y: value }];
  });
  if (metric === undefined || points.length < 2) return undefined;
  const label = `${metric} against the share of items that are recommended to anyone, a dot a model; the table below has the figures`;
  return captioned(
    'Accuracy against coverage',
    plots.scatter({ label, x: 'share of items in anyone’s list', y: metric }, points),
    'Better to the top, more of the catalogue to the right.',
  );
}

function popularityFigure({ report, plots, series }: Drawing): Content {
  const { popularity } = report;
  if (popularity === undefined) return undefined;
  const { groups, models } = popularity;
  const points = (shares: readonly number[]): { x: number; y: number }[] =>
    shares.map((y, n) => ({ x: n + 1, y }));
  const train = groups.map(({ trainShare }) => trainShare);
  const lines = series.flatMap((one) => {
    const shares = models[one.model];
    return shares === undefined ? [] : [{ series: one, points: points(shares) }];
  });
  const label =
    'Share of the places in lists by popularity of the item in tenths, one line a model, beside the share of training events; the table below has the figures';
  return html`<div>
    ${captioned(
      'Popularity of what is recommended',
      plots.lines(
        {
          label,
          x: 'tenth of the items, the most popular first',
          ticks: groups.map((_, n) => n + 1),
          percent: true,
        },
        lines,
        points(train),
      ),
      'Share of the places in all lists; the wide grey line is the share of training events.',
    )}
    ${figureTable(
      'Popularity',
      groups.map((_, n) => `tenth ${n + 1}`),
      [
        ['training events', ...train],
        ['test interactions', ...groups.map(({ testShare }) => testShare)],
        ...Object.entries(models).map(([model, shares]) => [model, ...shares] as const),
      ],
      percent,
    )}
  </div>`;
}

function profileTable({ models }: Report): Content {
  const names = [...new Set(models.flatMap(({ profile = {} }) => Object.keys(profile)))];
  if (names.length === 0) return undefined;
  return figureTable(
    'Coverage, concentration and novelty',
    names,
    models.flatMap(({ model, profile }) =>
      profile === undefined ? [] : [[model, ...names.map((name) => profile[name])] as const],
    ),
  );
}

/** What the models reach on groups of users and of items. */
export function segmentFigures({ report, plots, series }: Drawing): Content {
  if (report.segments.length === 0) return undefined;
  const figures = (['users', 'items'] as const).map((of) => {
    const segments = report.segments.filter((segment) => segment.of === of);
    const metric = commonMetric(segments, report.experiment.evaluation.metrics);
    if (metric === undefined) return undefined;
    const rows = segments.map(({ name, metrics }) => ({
      name,
      values: series.flatMap((one) => {
        const value = metrics[one.model]?.[metric];
        return value === undefined ? [] : [{ series: one, value }];
      }),
    }));
    const label = `${metric} by groups of ${of}, a dot a model; the table below has the figures`;
    return html`<div>
      ${captioned(`${metric} by groups of ${of}`, plots.dots(label, rows))}
      ${figureTable(
        `${metric} by groups of ${of}`,
        series.map(({ model }) => model),
        segments.map(
          ({ name, metrics }) =>
            [name, ...series.map(({ model }) => metrics[model]?.[metric])] as const,
        ),
      )}
      <ul class="soft">
        ${segments.map(
          ({ name, description, size }) =>
            html`<li>
              ${name}: ${description} (${size}
              ${of === 'users' ? 'test users' : 'test interactions'})
            </li>`,
        )}
      </ul>
    </div>`;
  });
  return html`<section>
    <h2 id="segments">For whom, and for which items</h2>
    ${legend(series)}
    <div class="figures">${figures}</div>
  </section>`;
}

/** The first of the metrics that the segments have, or else the first that they have. */
function commonMetric(segments: readonly Segment[], wanted: readonly string[]): string | undefined {
  const known = new Set(
    segments.flatMap(({ metrics }) => Object.values(metrics).flatMap((of) => Object.keys(of))),
  );
  return wanted.find((metric) => known.has(metric)) ?? [...known][0];
}

/** What models reported while they trained. */
export function trainingFigures({ report, plots, series }: Drawing): Content {
  const names = [
    ...new Set(
      report.models.flatMap(({ training = [] }) =>
        training.flatMap(({ values }) => Object.keys(values)),
      ),
    ),
  ];
  if (names.length === 0) return undefined;
  const figures = names.map((name) => {
    const lines = series.flatMap((one) => {
      const model = report.models.find(({ model: other }) => other === one.model);
      const points = (model?.training ?? []).flatMap(({ epoch, values }) => {
        const y = values[name];
        return y === undefined ? [] : [{ x: epoch, y }];
      });
      return points.length === 0 ? [] : [{ series: one, points }];
    });
    const label = `${name} over epochs or iterations of training, one line a model; the table below has the figures`;
    const epochs = [...new Set(lines.flatMap(({ points }) => points.map(({ x }) => x)))];
    return html`<div>
      ${captioned(
        name.includes('@') ? `${name} on the validation part` : name,
        plots.lines({ label, x: 'epoch or iteration' }, lines),
      )}
      ${figureTable(
        name,
        lines.map(({ series: { model } }) => model),
        epochs.map(
          (epoch) =>
            [
              String(epoch),
              ...lines.map(({ points }) => points.find(({ x }) => x === epoch)?.y),
            ] as const,
        ),
        (value) => value.toPrecision(6),
      )}
    </div>`;
  });
  return html`<section>
    <h2 id="training">Training</h2>
    ${legend(series.filter(({ model }) => report.models.some((one) => one.model === model && one.training !== undefined)))}
    <div class="figures">${figures}</div>
  </section>`;
}
