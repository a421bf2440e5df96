import type { Distribution, FormatGuess, TestSpec, ValueSummary } from '@tensorec/preprocessing';

/** A whole number with commas between thousands. */
export function count(value: number): string {
  return Math.round(value).toLocaleString('en-US');
}

/** A number of few digits: whole where it is whole, else with up to three significant ones. */
export function figure(value: number): string {
  if (Number.isInteger(value)) return count(value);
  return Math.abs(value) >= 100 ? count(value) : String(Number(value.toPrecision(3)));
}

/** A share in percent. */
export function percent(share: number): string {
  const value = 100 * share;
  if (value === 0) return '0 %';
  return `${value >= 10 ? value.toFixed(0) : String(Number(value.toPrecision(2)))} %`;
}

/** A path as a shell takes it. */
export function quoted(path: string): string {
  return /^[\w./@%+:,=-]+$/.test(path) ? path : `'${path.replaceAll("'", `'\\''`)}'`;
}

/** Milliseconds since 1970 as a date and a time in UTC. */
export function instant(milliseconds: number): string {
  const date = new Date(milliseconds);
  return Number.isNaN(date.getTime())
    ? `${milliseconds} ms`
    : date.toISOString().replace('T', ' ').slice(0, 16);
}

/** A distribution in a row of a table. */
export function distributionRow(name: string, spread: Distribution): string[] {
  return [
    name,
    ...[spread.minimum, ...spread.deciles, spread.maximum, spread.mean].map((value) =>
      figure(value),
    ),
  ];
}

/** The head of {@link distributionRow}. */
export const distributionHead: readonly string[] = [
  '',
  'min',
  ...Array.from({ length: 9 }, (_, n) => (n === 4 ? 'median' : `${n + 1}0 %`)),
  'max',
  'mean',
];

/** A histogram in words. */
export function valuesText(values: ValueSummary): string {
  const { minimum, maximum, mean, bins } = values;
  const total = bins.reduce((sum, bin) => sum + bin.count, 0);
  const parts = bins.map(({ from, to, count: events }) => {
    const range = from === to ? figure(from) : `${figure(from)}–${figure(to)}`;
    return `${range}: ${percent(events / total)}`;
  });
  return `${figure(minimum)} to ${figure(maximum)}, mean ${figure(mean)} (${parts.join(', ')})`;
}

/** How a file is laid out, in words. */
export function specText(spec: TestSpec): string {
  switch (spec.format) {
    case 'delimited': {
      const separator = JSON.stringify(spec.separator ?? ',');
      const header = spec.header === true ? 'a header' : 'no header';
      return `delimited by ${separator}, with ${header}; ${columnsText(spec.columns ?? {})}`;
    }
    case 'recbole':
    case 'jsonl':
      return `${spec.format}; ${columnsText(spec.columns ?? {})}`;
    case 'adjacency':
      return 'adjacency: user item item …, in no order';
    case 'sequences':
      return 'sequences: user item item …, in the order of time';
    case 'sessions':
      return 'sessions: the items of one session a line, in the order of time';
    case 'dst':
      return 'dst: C lines name users, V lines their visits';
    case 'candidates':
      return 'candidates: a user, an item and the items it is ranked among';
  }
}

function columnsText(columns: object): string {
  return Object.entries(columns)
    .map(([role, column]) => `${role} ${JSON.stringify(column)}`)
    .join(', ');
}

/** The confidence of a guess in words. */
export function confidenceText({ confidence }: FormatGuess): string {
  return confidence > 0.8 ? 'sure' : confidence >= 0.6 ? 'likely' : 'a guess';
}
