import type * as PlotModule from '@observablehq/plot';
import { labelPlaces } from './label-places.js';
import { Markup, withoutControls } from './markup.js';
import type { DotRow, Line, LineAxes, NamedPoint, Point, Whisker } from './plot-data.js';
import type { Series } from './series.js';

/** Narrow enough for letters of a good size on a phone, where a plot is as wide as the screen. */
const width = 360;
const letterWidth = 6.9;
const style = { fontSize: '12.5px', fontFamily: 'inherit', background: 'none' };
const axis = { tickSize: 0, labelArrow: 'none' } as const;
const columnTicks = 4;
const rowTicks = 5;
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
        gridX({ ...grid, ticks: columnTicks }),
        axisX({ ...axis, ticks: columnTicks }),
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
    const most = Math.max(1, ...rows.map(({ values }) => values.length));
    const apart = Math.min(9, 72 / most);
    return this.#draw(label, {
      height: 34 + (18 + apart * most) * rows.length,
      marginLeft: labelMargin(names),
      marginTop: 8,
      marginBottom: 26,
      insetLeft: 8,
      x: { label: null, nice: true, zero: true },
      y: { domain: names, label: null },
      marks: [
        gridX({ ...grid, ticks: columnTicks }),
        axisX({ ...axis, ticks: columnTicks }),
        axisY({ ...axis, tickFormat: shortened }),
        ...rows.flatMap(({ name, values }) =>
          values.flatMap(({ series, value }, n) => {
            const dy = apart * (n - (values.length - 1) / 2);
            const stem = { x1: 0, x2: value, dy, stroke: series.colour, strokeOpacity: 0.35 };
            return [ruleY([name], stem), this.#dot([{ x: value, y: name }], series, dy)];
          }),
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
      height: 240,
      marginLeft: 50,
      marginTop: 12,
      insetBottom: 5,
      x: { label: axes.x, ...(axes.logarithmic === true ? { type: 'log' } : {}) },
      y: { label: null, nice: true, zero: true },
      marks: [
        gridY({ ...grid, ticks: rowTicks }),
        axisX({
          ...axis,
          ...(axes.ticks === undefined ? {} : { ticks: [...axes.ticks], tickFormat: String }),
        }),
        axisY({ ...axis, ticks: rowTicks, ...(tickFormat === undefined ? {} : { tickFormat }) }),
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

  /** A named dot a model; where names would lie on one another, the legend alone has them. */
  scatter(
    axes: Pick<LineAxes, 'label' | 'x'> & { readonly y: string },
    points: readonly NamedPoint[],
  ): Markup {
    const { axisX, axisY, gridX, gridY } = this.#plot;
    return this.#draw(axes.label, {
      height: 270,
      marginLeft: 50,
      marginTop: 28,
      insetTop: 14,
      insetRight: 10,
      x: { label: axes.x, nice: true, zero: true },
      y: { label: axes.y, nice: true, zero: true },
      marks: [
        gridX({ ...grid, ticks: columnTicks }),
        gridY({ ...grid, ticks: rowTicks }),
        axisX({ ...axis, ticks: columnTicks, tickFormat: inPercent }),
        axisY({ ...axis, ticks: rowTicks }),
        ...points.map((point) => this.#dot([point], point.series)),
        this.#labels(points),
      ],
    });
  }

  #labels(points: readonly NamedPoint[]): PlotModule.Markish {
    const names = points.map(({ series }) => shortened(series.model));
    const place: PlotModule.InitializerFunction = (data, facets, _channels, scales, dimensions) => {
      const [x, y] = [scales.x, scales.y];
      if (x === undefined || y === undefined) return { data, facets };
      const { marginLeft, marginRight, marginTop, marginBottom } = dimensions;
      const places = labelPlaces(
        points.map((point, n) => ({
          x: Number(x(point.x)),
          y: Number(y(point.y)),
          width: letterWidth * Array.from(names[n] ?? '').length,
        })),
        {
          left: marginLeft,
          right: dimensions.width - marginRight + 8,
          top: marginTop - 8,
          bottom: dimensions.height - marginBottom,
        },
      );
      return {
        data,
        facets,
        channels: {
          x: { value: places.map((found) => found?.[0] ?? NaN) },
          y: { value: places.map((found) => found?.[1] ?? NaN) },
        },
      };
    };
    return this.#plot.text(
      points,
      this.#plot.initializer({ x: 'x', y: 'y', text: names, textAnchor: 'start' }, place),
    );
  }

  #dot(
    points: readonly { x: number; y: number | string }[],
    series: Series,
    dy = 0,
  ): PlotModule.Markish {
    const filled = series.symbol !== 'plus' && series.symbol !== 'times';
    return this.#plot.dot(points, {
      x: 'x',
      y: 'y',
      dy,
      r: 3.6,
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
  const letters = Array.from(withoutControls(name));
  return letters.length <= longest
    ? letters.join('')
    : `${letters.slice(0, longest - 1).join('')}…`;
}

function labelMargin(names: readonly string[]): number {
  const letters = Math.max(0, ...names.map((name) => Math.min(longest, Array.from(name).length)));
  return 16 + letterWidth * letters;
}
