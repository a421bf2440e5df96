type Figures = Readonly<Record<string, number>>;

/** Means of figures over runs. */
export function means(runs: readonly Figures[]): Record<string, number> {
  return combine(runs, mean);
}

/** Sample standard deviations of figures over runs, of which there are at least two. */
export function standardDeviations(runs: readonly Figures[]): Record<string, number> {
  return combine(runs, (values) => {
    const centre = mean(values);
    const squares = values.reduce((sum, value) => sum + (value - centre) ** 2, 0);
    return Math.sqrt(squares / (values.length - 1));
  });
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function combine(
  runs: readonly Figures[],
  reduce: (values: readonly number[]) => number,
): Record<string, number> {
  return Object.fromEntries(
    Object.keys(runs[0] ?? {}).map((label) => [
      label,
      reduce(runs.map((figures) => figures[label] ?? NaN)),
    ]),
  );
}
