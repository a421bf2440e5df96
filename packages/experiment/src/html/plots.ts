import type * as PlotModule from '@observablehq/plot';
import { Markup } from './markup.js';
import type { Series } from './series.js';

/** A point of a plot. */
export interface Point {
  readonly x: number;
  readonly y: number;
}

/** A value with the ends of its interval, on a line of its own. */
export interface Whisker {
  readonly series: Series;
  readonly value: number;
  readonly interval: readonly [number, number] | undefined;
}

/** Values of models on one line: a group of users, for instance. */
export interface DotRow {
  readonly name: string;
  readonly values: readonly { readonly series: Series; readonly value: number }[];
}

/** A line of a plot. */
export interface Line {
  readonly series: Series;
  readonly points: readonly Point[];
}

/** How the axes of a plot of lines are labelled. */
export interface LineAxes {
  readonly label: string;
  readonly x: string;
  readonly y: string;
  /** Whether the horizontal axis is logarithmic, with these ticks. */
  readonly logTicks?: readonly number[];
  readonly percent?: boolean;
}

const width = 440;
const style = { fontSize: '13px', fontFamily: 'inherit', background: 'none' };
const axis = { tickSize: 0, labelArrow: 'none' } as const;
const grid = { stroke: 'var(--line)', strokeOpacity: 1 } as const;

/** What is used of a drawing; the types of browsers are not among those of this package. */
interface Svg {
  readonly outerHTML: string;
  setAttribute(name: string, value: string): void;
  querySelector(selector: string): { remove(): void } | null;
  querySelectorAll(selector: string): Iterable<{ removeAttribute(name: string): void }>;
}

function isSvg(value: unknown): value is Svg {
  return (
    typeof value === 'object' &&
    value !== null &&
    'outerHTML' in value &&
    typeof value.outerHTML === 'string'
  );
}

/** Draws plots as SVG; the drawing library is loaded by {@link loadPlots}, so that importing this package stays quick. */
export class Plots {
  readonly #plot: typeof PlotModule;
  readonly #document: unknown;

  constructor(plot: typeof PlotModule, document: unknown) {
    this.#plot = plot;
    this.#document = document;
  }

  /** One line a model: a dot at its value, and a whisker over its interval. */
  whiskers(label: string, rows: readonly Whisker[]): Markup {
    const { ruleY, axisX, axisY, gridX } = this.#plot;
    const names = rows.map(({ series }) => series.model);
    return this.#draw(label, {
      height: 34 + 26 * rows.length,
      marginLeft: labelMargin(names),
      marginTop: 8,
      marginBottom: 26,
      x: { label: null, nice: true },
      y: { domain: names, label: null },
      marks: [
        gridX(grid),
        axisX({ ...axis, ticks: 4 }),
        axisY({ ...axis, tickFormat: shortened }),
        ...rows.flatMap(({ series, value, interval }) => [
          ...(interval === undefined
            ? []
            : [
                ruleY([series.model], {
                  x1: interval[0],
                  x2: interval[1],
                  stroke: series.colour,
                  strokeWidth: 2,
                }),
              ]),
          this.#dot([{ x: value, y: series.model }], series),
        ]),
      ],
    });
  }

  /** Several models on each line. */
  dots(label: string, rows: readonly DotRow[]): Markup {
    const { axisX, axisY, gridX, ruleY } = this.#plot;
    const names = rows.map(({ name }) => name);
    return this.#draw(label, {
      height: 34 + 30 * rows.length,
      marginLeft: labelMargin(names),
      marginTop: 8,
      marginBottom: 26,
      x: { label: null, nice: true, zero: true },
      y: { domain: names, label: null },
      marks: [
        gridX(grid),
        ruleY(names, { stroke: 'var(--line)' }),
        axisX({ ...axis, ticks: 4 }),
        axisY({ ...axis, tickFormat: shortened }),
        ...rows.flatMap(({ name, values }) =>
          values.map(({ series, value }) => this.#dot([{ x: value, y: name }], series)),
        ),
      ],
    });
  }

  /** A line a model, with a marker at each point. */
  lines(axes: LineAxes, lines: readonly Line[], reference?: readonly Point[]): Markup {
    const { axisX, axisY, gridY, lineY } = this.#plot;
    const largest = Math.max(...lines.flatMap(({ points }) => points.map(({ y }) => Math.abs(y))));
    const tickFormat = axes.percent === true ? inPercent : largest >= 10_000 ? '~s' : undefined;
    return this.#draw(axes.label, {
      height: 280,
      marginLeft: 52,
      x: { label: axes.x, ...(axes.logTicks === undefined ? {} : { type: 'log' }) },
      y: { label: axes.y, nice: true, zero: true },
      marks: [
        gridY(grid),
        axisX({
          ...axis,
          ...(axes.logTicks === undefined ? {} : { ticks: [...axes.logTicks], tickFormat: String }),
        }),
        axisY({ ...axis, ticks: 5, ...(tickFormat === undefined ? {} : { tickFormat }) }),
        ...(reference === undefined
          ? []
          : [
              lineY(reference, {
                x: 'x',
                y: 'y',
                stroke: 'currentColor',
                strokeOpacity: 0.55,
                strokeWidth: 3,
              }),
            ]),
        ...lines.flatMap(({ series, points }) => [
          lineY(points, {
            x: 'x',
            y: 'y',
            stroke: series.colour,
            strokeWidth: 1.8,
            strokeDasharray: series.dash,
          }),
          this.#dot(points, series),
        ]),
      ],
    });
  }

  /** A named dot a model. */
  scatter(
    axes: Omit<LineAxes, 'logTicks'>,
    points: readonly { readonly series: Series; readonly x: number; readonly y: number }[],
  ): Markup {
    const { axisX, axisY, gridX, gridY, text } = this.#plot;
    return this.#draw(axes.label, {
      height: 300,
      marginLeft: 52,
      marginRight: 40,
      x: { label: axes.x, nice: true, zero: true },
      y: { label: axes.y, nice: true, zero: true },
      marks: [
        gridX(grid),
        gridY(grid),
        axisX({ ...axis, ticks: 5, tickFormat: inPercent }),
        axisY({ ...axis, ticks: 5 }),
        ...points.flatMap((point) => [
          this.#dot([point], point.series),
          text([point], { x: 'x', y: 'y', text: () => shortened(point.series.model), dy: -12 }),
        ]),
      ],
    });
  }

  #dot(points: readonly { x: number; y: number | string }[], series: Series): PlotModule.Markish {
    const filled = series.symbol !== 'plus' && series.symbol !== 'times';
    return this.#plot.dot(points, {
      x: 'x',
      y: 'y',
      r: 4,
      symbol: series.symbol,
      stroke: series.colour,
      ...(filled ? { fill: series.colour } : { strokeWidth: 2 }),
    });
  }

  #draw(label: string, options: PlotModule.PlotOptions): Markup {
    const drawn: unknown = this.#plot.plot({
      width,
      document: this.#document,
      className: 'plot',
      style,
      marginBottom: 40,
      marginTop: 24,
      ...options,
    });
    if (!isSvg(drawn))
      throw new Error('The drawing library gave no SVG; this is a defect of tensorec.');
    drawn.setAttribute('role', 'img');
    drawn.setAttribute('aria-label', label);
    drawn.querySelector('style')?.remove();
    // The label names the whole; those of its parts are in nobody's language.
    for (const part of drawn.querySelectorAll('[aria-label]')) part.removeAttribute('aria-label');
    return new Markup(drawn.outerHTML);
  }
}

/** Loads the drawing library and a document to draw in. */
export async function loadPlots(): Promise<Plots> {
  const [plot, { parseHTML }] = await Promise.all([
    import('@observablehq/plot'),
    import('linkedom/worker'),
  ]);
  const { document } = parseHTML('<html><body></body></html>') as { readonly document: unknown };
  return new Plots(plot, document);
}

function inPercent(share: number): string {
  return `${Math.round(100 * share)} %`;
}

const longest = 18;

/** A name that fits beside a plot. */
function shortened(name: string): string {
  const letters = Array.from(name);
  return letters.length <= longest ? name : `${letters.slice(0, longest - 1).join('')}…`;
}

function labelMargin(names: readonly string[]): number {
  const letters = Math.max(0, ...names.map((name) => Math.min(longest, Array.from(name).length)));
  return 18 + 7.4 * letters;
}
