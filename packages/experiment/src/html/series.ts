import { html, type Content, type Markup } from './markup.js';

/** How one model is drawn everywhere on the page: a colour, a marker and a dash, so that colour is never alone. */
export interface Series {
  readonly model: string;
  readonly colour: string;
  readonly symbol: SymbolName;
  readonly dash: string;
}

/** Markers of the plot library. */
type SymbolName = 'circle' | 'square' | 'triangle' | 'diamond' | 'star' | 'plus' | 'times';

const colours = 8;
const symbols: readonly SymbolName[] = [
  'circle',
  'square',
  'triangle',
  'diamond',
  'star',
  'plus',
  'times',
];
const dashes = ['none', '6 3', '2 3'];

/** The series of models, in the order of the report. */
export function seriesOf(models: readonly string[]): readonly Series[] {
  return models.map((model, n) => ({
    model,
    colour: `var(--c${n % colours})`,
    symbol: symbols[n % symbols.length] ?? 'circle',
    dash: dashes[Math.floor(n / colours) % dashes.length] ?? 'none',
  }));
}

/** Shapes of 12 × 12 around the centre, as the plot library draws them; `plus` and `times` are strokes. */
const shapes: Readonly<Record<SymbolName, Markup>> = {
  circle: html`<circle r="4" />`,
  square: html`<rect x="-4" y="-4" width="8" height="8" />`,
  triangle: html`<path d="M0,-5L4.5,3.5L-4.5,3.5Z" />`,
  diamond: html`<path d="M0,-5.5L3.6,0L0,5.5L-3.6,0Z" />`,
  star: html`<path
    d="M0,-5.5L1.3,-1.7L5.2,-1.7L2,.7L3.2,4.5L0,2.2L-3.2,4.5L-2,.7L-5.2,-1.7L-1.3,-1.7Z"
  />`,
  plus: html`<path d="M-4.5,0H4.5M0,-4.5V4.5" />`,
  times: html`<path d="M-3.5,-3.5L3.5,3.5M-3.5,3.5L3.5,-3.5" />`,
};

/** The legend of the plots of a section. */
export function legend(series: readonly Series[]): Content {
  const entries = series.map(
    ({ model, colour, symbol, dash }) =>
      html`<li>
        <svg viewBox="-18 -7 36 14" aria-hidden="true">
          <path
            d="M-18,0H18"
            fill="none"
            stroke="${colour}"
            stroke-width="1.5"
            stroke-dasharray="${dash}"
          />
          <g fill="${colour}" stroke="${colour}" stroke-width="1.5">${shapes[symbol]}</g></svg
        >${model}
      </li>`,
  );
  return html`<ul class="legend" aria-label="Legend">
    ${entries}
  </ul>`;
}
